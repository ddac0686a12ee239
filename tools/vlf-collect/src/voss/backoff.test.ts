import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.ts";

test("backoffMs() doubles from half a second to half a minute", () => {
  const longest = [1, 2, 3, 6, 7, 20].map((failures) => backoffMs(failures, 1));
  assert.deepEqual(longest, [500, 1000, 2000, 16_000, 30_000, 30_000]);
});

test("backoffMs() takes at random between the half and the whole", () => {
  assert.equal(backoffMs(3, 0), 1000);
  assert.equal(backoffMs(3, 0.5), 1500);
});
