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

test("turns come evenly at the rate", async () => {
  const starts = await turns(new Limiter(10, fakeTimer()), 12);
  const last = starts.at(-1) ?? 0;
  assert.ok(last >= 1070 && last <= 1100, String(last));
});

test("a pause is not made up for by a burst", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  await turns(limiter, 1);
  timer.at = 10_000;
  const starts = await turns(limiter, 11);
  assert.ok((starts.at(-1) ?? 0) - 10_000 >= 970);
});

test("without a rate nobody waits", async () => {
  assert.deepEqual(await turns(new Limiter(0, fakeTimer()), 3), [0, 0, 0]);
});

test("a 429 halves the rate and holds everybody back for as long as was asked", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  const started = await limiter.turn(SIGNAL);
  limiter.throttled(started, 3000);
  assert.equal(limiter.rate, 5);
  assert.ok((await limiter.turn(SIGNAL)) >= 3000);
});

test("requests that were under way when the rate was lowered do not lower it again", async () => {
  const timer = fakeTimer();
  const limiter = new Limiter(10, timer);
  const started = await turns(limiter, 3);
  timer.at += 100;
  for (const at of started) limiter.throttled(at, 0);
  assert.equal(limiter.rate, 5);
});

test("successes raise the rate again: soon to just below what was refused, then slowly to what was wanted", () => {
  const limiter = new Limiter(20, fakeTimer());
  limiter.throttled(1, 0);
  for (let i = 0; i < 44; i++) limiter.succeeded();
  assert.ok(limiter.rate < 19);
  for (let i = 0; i < 2; i++) limiter.succeeded();
  assert.ok(limiter.rate >= 19 && limiter.rate < 19.1, String(limiter.rate));
  for (let i = 0; i < 1000; i++) limiter.succeeded();
  assert.ok(limiter.rate > 19 && limiter.rate < 19.2, String(limiter.rate));
  for (let i = 0; i < 1400; i++) limiter.succeeded();
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

test("a run that was stopped gives no turn", async () => {
  const controller = new AbortController();
  controller.abort(new Error("stopped"));
  await assert.rejects(new Limiter(10, fakeTimer()).turn(controller.signal), /stopped/);
});
