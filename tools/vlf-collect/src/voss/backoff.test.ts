import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs, retryAfterMs } from "./backoff.ts";

test("backoffMs() doubles from half a second to half a minute", () => {
  const longest = [1, 2, 3, 6, 7, 20].map((failures) => backoffMs(failures, 1));
  assert.deepEqual(longest, [500, 1000, 2000, 16_000, 30_000, 30_000]);
});

test("backoffMs() takes at random between the half and the whole", () => {
  assert.equal(backoffMs(3, 0), 1000);
  assert.equal(backoffMs(3, 0.5), 1500);
});

const NOW = Date.parse("2026-11-23T12:00:00Z");
const CASES: readonly (readonly [header: string | string[] | undefined, ms: number | undefined])[] = [
  ["7", 7000],
  [" 0 ", 0],
  [["3", "9"], 3000],
  ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
  ["Mon, 23 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["1.5", undefined],
  ["", undefined],
  [undefined, undefined],
];
for (const [header, ms] of CASES) {
  test(`retryAfterMs() takes ${JSON.stringify(header)} for ${ms}`, () => {
    assert.equal(retryAfterMs(header, NOW), ms);
  });
}
