import assert from "node:assert/strict";
import { test } from "node:test";
import { doSideBySide } from "./side-by-side.ts";

/** Pieces that end in the order of their numbers, a turn of the event loop each. */
async function run(
  pieces: number[],
  most: number,
  act: (piece: number) => void = () => {},
  atOnce: (done: number) => number = () => most,
): Promise<{ done: number[]; most: number; failures: unknown[] }> {
  const seen = { done: [] as number[], most: 0, failures: [] as unknown[] };
  let underWay = 0;
  await doSideBySide({
    most,
    atOnce,
    next: () => pieces.shift(),
    async do(piece) {
      seen.most = Math.max(seen.most, ++underWay);
      await new Promise((resolve) => setTimeout(resolve, 1));
      underWay -= 1;
      seen.done.push(piece);
      act(piece);
    },
    failed: (error) => void seen.failures.push(error),
  });
  return seen;
}

test("all pieces are done, so many at once", async () => {
  const { done, most } = await run([1, 2, 3, 4, 5, 6, 7], 3);
  assert.deepEqual([done.length, most], [7, 3]);
});

test("pieces that come up while others are under way are done as well", async () => {
  const pieces = [1];
  const { done, most } = await run(pieces, 4, (piece) => {
    if (piece === 1) pieces.push(2, 3, 4);
  });
  assert.deepEqual([done.length, most], [4, 3]);
});

test("it begins with as many as it may", async () => {
  const { most } = await run([1, 2, 3, 4, 5, 6], 8, undefined, (done) => 1 + Math.floor(done / 3));
  assert.equal(most, 2);
});

test("a failure ends it when what is under way has ended, and nothing more is begun", async () => {
  const pieces = [1, 2, 3, 4, 5, 6];
  const failing = run(pieces, 2, (piece) => {
    if (piece === 1) throw new Error("no");
  });
  await assert.rejects(failing, /^Error: no$/);
  assert.ok(pieces.length >= 3, "pieces were begun after the failure");
});

test("no piece, no work", async () => {
  assert.deepEqual((await run([], 2)).done, []);
});
