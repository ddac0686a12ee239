import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { type Outcome, pauseSeconds, type Policy, sleep, tryToDeliver } from "./attempts.ts";
import type { Destination, Receipt } from "./destinations/destination.ts";
import { DeliveryError } from "./failure.ts";
import type { Source } from "./source.ts";

const SOURCE: Source = { path: "a", name: "a", expected: { sizeBytes: 0, sha256: "" } };
const RECEIPT: Receipt = { status: "delivered", location: "there", sha256: "", proof: "accepted" };

/** Tries against a destination that fails with these errors in turn, and then succeeds. */
async function attempt(
  errors: readonly unknown[],
  policy: Partial<Policy> = {},
): Promise<{ outcome: Outcome; pauses: number[] }> {
  const left = [...errors];
  const pauses: number[] = [];
  const destination: Destination = {
    name: "d",
    recognizes: true,
    locate: (name) => name,
    deliver: () => (left.length > 0 ? Promise.reject(left.shift()) : Promise.resolve(RECEIPT)),
  };
  const outcome = await tryToDeliver(SOURCE, destination, {
    attempts: 4,
    pauseSeconds: 5,
    signal: new AbortController().signal,
    random: () => 1,
    sleep: (milliseconds) => {
      pauses.push(milliseconds / 1000);
      return Promise.resolve();
    },
    onPause: () => {},
    ...policy,
  });
  return { outcome, pauses };
}

const temporary = new TemporaryError("down");

test("tryToDeliver() tries again while the failure is temporary, with pauses that double", async () => {
  const { outcome, pauses } = await attempt([temporary, temporary, temporary]);
  assert.deepEqual(outcome, { receipt: RECEIPT, attempts: 4 });
  assert.deepEqual(pauses, [5, 10, 20]);
});

test("tryToDeliver() ends after the last attempt without a pause behind it", async () => {
  const { outcome, pauses } = await attempt([temporary, temporary], { attempts: 2 });
  assert.deepEqual(outcome, { error: temporary, failure: "temporary", attempts: 2 });
  assert.deepEqual(pauses, [5]);
});

for (const failure of ["permanent", "configuration", "authentication", "integrity"] as const) {
  test(`tryToDeliver() does not repeat a failure that is ${failure}`, async () => {
    const { outcome, pauses } = await attempt([new DeliveryError(failure, "no")]);
    assert.ok("failure" in outcome);
    assert.deepEqual([outcome.failure, outcome.attempts, pauses], [failure, 1, []]);
  });
}

test("tryToDeliver() takes an error that says nothing for permanent, and lets bugs through", async () => {
  const { outcome } = await attempt([new ToolError("no")]);
  assert.ok("failure" in outcome && outcome.failure === "permanent");
  await assert.rejects(attempt([new TypeError("bug")]), TypeError);
});

test("tryToDeliver() waits as long as the peer asks, and not for more than five minutes", async () => {
  const asks = (retryAfterSeconds: number): DeliveryError =>
    new DeliveryError("temporary", "busy", { retryAfterSeconds });
  assert.deepEqual((await attempt([asks(60)])).pauses, [60]);
  assert.deepEqual((await attempt([asks(1)])).pauses, [5]);
  const { outcome, pauses } = await attempt([asks(301)]);
  assert.ok("failure" in outcome && outcome.attempts === 1);
  assert.deepEqual(pauses, []);
});

test("tryToDeliver() ends with the reason of the signal, before a try and in a pause", async () => {
  const stop = new AbortController();
  const policy = {
    signal: stop.signal,
    sleep,
    pauseSeconds: 1000,
    onPause: () => stop.abort(new ToolError("stopped")),
  };
  await assert.rejects(attempt([temporary], policy), /^ToolError: stopped$/);
  await assert.rejects(attempt([], policy), /^ToolError: stopped$/);
});

test("pauseSeconds() is half to all of the doubled base, and at most five minutes", () => {
  const pause = (attempts: number, random: number): number =>
    pauseSeconds(attempts, temporary, { pauseSeconds: 5, random: () => random });
  assert.deepEqual([pause(1, 0), pause(1, 1), pause(3, 0.5), pause(20, 1)], [2.5, 5, 15, 300]);
});
