import assert from "node:assert/strict";
import { test } from "node:test";
import { Limiter, type Timer } from "./limiter.ts";

const SIGNAL = new AbortController().signal;

/** A clock that goes on as soon as somebody sleeps. */
function fakeTimer(): Timer & { at: number } {
  const timer = {
    at: 0,
    now: () => timer.at,
    sleep: (ms: number) => {
      timer.at += ms;
      return Promise.resolve();
    },
  };
  return timer;
}

async function turns(limiter: Limiter, count: number): Promise<number[]> {
  const starts: number[] = [];
  for (let i = 0; i < count; i++) starts.push(await limiter.turn(SIGNAL));
  return starts;
}

/** The most starts within any second. */
function mostInASecond(starts: readonly number[]): number {
  return Math.max(
    ...starts.map((start) => starts.filter((other) => other >= start && other < start + 1000).length),
  );
}

test("turns come evenly at the rate, but for a margin", async () => {
  const starts = await turns(new Limiter(10, fakeTimer()), 12);
  const last = starts.at(-1) ?? 0;
  assert.ok(last >= 1100 && last <= 1250, String(last));
  const gaps = starts.slice(1).map((start, i) => start - (starts[i] ?? 0));
  assert.ok(Math.min(...gaps) > 70, String(gaps));
});

test("a run uses 97 of a hundred parts of its rate", async () => {
  const starts = await turns(new Limiter(20, fakeTimer()), 1000);
  assert.ok(999 / ((starts.at(-1) ?? 0) / 1000) >= 0.97 * 20);
});

test("a pause is not made up for by a burst", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  await turns(limiter, 1);
  timer.at = 10_000;
  const starts = await turns(limiter, 11);
  assert.ok((starts.at(-1) ?? 0) - 10_000 >= 970);
});

test("whoever comes late makes no second fuller than the rate, and those after it catch up", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(20, timer);
  const starts: number[] = [];
  for (let i = 0; i < 400; i++) {
    if (i % 7 === 3) timer.at += 40 + (i % 60);
    starts.push(await limiter.turn(SIGNAL));
  }
  assert.equal(mostInASecond(starts), 20);
  assert.ok(399 / ((starts.at(-1) ?? 0) / 1000) >= 0.92 * 20);
});

test("the first second after the connections were made is not fuller for those that waited for them", async () => {
  const starts = await turns(new Limiter(20, fakeTimer()), 60);
  assert.ok((starts[20] ?? 0) - (starts[0] ?? 0) >= 1100);
  assert.ok((starts[59] ?? 0) - (starts[39] ?? 0) < 1050);
});

test("turns asked for at the same time come one after the other", async () => {
  const limiter = new Limiter(10, fakeTimer());
  const starts = await Promise.all([1, 2, 3].map(() => limiter.turn(SIGNAL)));
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  );
  assert.ok((starts[2] ?? 0) >= 150);
});

test("without a rate nobody waits", async () => {
  assert.deepEqual(await turns(new Limiter(0, fakeTimer()), 3), [0, 0, 0]);
});

test("a 429 holds everybody back for as long as was asked", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  const started = await limiter.turn(SIGNAL);
  limiter.throttled(started, 3000);
  assert.ok((await limiter.turn(SIGNAL)) >= 3000);
});

/** Answers the next request with 429. */
async function refuse(limiter: Limiter, timer: { at: number }): Promise<void> {
  const started = await limiter.turn(SIGNAL);
  timer.at += 1;
  limiter.throttled(started, undefined);
}

test("an odd 429 costs little: a twentieth of the rate, which a few successes bring back", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(20, timer);
  await refuse(limiter, timer);
  assert.equal(limiter.rate, 19);
  assert.ok((await limiter.turn(SIGNAL)) - timer.at <= 100);
  for (let i = 0; i < 11; i++) limiter.succeeded();
  assert.equal(limiter.rate, 20);
});

test("the third 429 within two seconds halves the rate and holds everybody back for a second", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(20, timer);
  for (let i = 0; i < 3; i++) await refuse(limiter, timer);
  assert.ok(limiter.rate > 9 && limiter.rate < 9.1, String(limiter.rate));
  const { at } = timer;
  assert.ok((await limiter.turn(SIGNAL)) >= at + 1000);
});

test("odd ones that are far apart never halve it", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(20, timer);
  for (let i = 0; i < 10; i++) {
    await refuse(limiter, timer);
    timer.at += 2000;
    for (let n = 0; n < 11; n++) limiter.succeeded();
  }
  assert.equal(limiter.rate, 20);
});

test("requests that were under way when the rate was lowered do not lower it again", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  const started = await turns(limiter, 3);
  timer.at += 100;
  for (const at of started) limiter.throttled(at, 0);
  assert.equal(limiter.rate, 9.5);
});

test("after a halving it comes back: soon to just below what was refused, then slowly to what was wanted", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(20, timer);
  for (let i = 0; i < 3; i++) await refuse(limiter, timer);
  const calm = 0.95 * 2 * limiter.rate;
  for (let i = 0; i < 42; i++) limiter.succeeded();
  assert.ok(limiter.rate >= calm && limiter.rate < calm + 0.1, String(limiter.rate));
  for (let i = 0; i < 1000; i++) limiter.succeeded();
  assert.ok(limiter.rate < calm + 0.2, String(limiter.rate));
  for (let i = 0; i < 5000; i++) limiter.succeeded();
  assert.equal(limiter.rate, 20);
});

test("a 429 without a wanted rate falls back to half of what went through in the last second", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(0, timer);
  await turns(limiter, 40);
  limiter.throttled(0, 0);
  assert.equal(limiter.rate, 20);
});

test("the rate never falls below six requests a minute", () => {
  const timer = fakeTimer();
  const limiter = new Limiter(1, timer);
  for (let i = 1; i < 20; i++) {
    timer.at = i;
    limiter.throttled(i + 0.5, 0);
  }
  assert.equal(limiter.rate, 0.1);
});

test("a run that was stopped gives no turn, nor to those that wait behind", async () => {
  const controller = new AbortController();
  const limiter = new Limiter(10, fakeTimer());
  controller.abort(new Error("stopped"));
  await assert.rejects(limiter.turn(controller.signal), /stopped/);
  await assert.rejects(limiter.turn(controller.signal), /stopped/);
  assert.equal(await limiter.turn(SIGNAL), 0);
});
