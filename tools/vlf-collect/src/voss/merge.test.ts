import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { Batch } from "./batch.ts";
import { merge } from "./merge.ts";

function batchOf(key: string): Batch {
  const ends = Uint32Array.of(key.length);
  const line = Buffer.from(`${key}\n`);
  return { count: 1, keys: Buffer.from(key), keyEnds: ends, bytes: line, ends: Uint32Array.of(line.length) };
}

/** Sources of one line a batch, and a list of those that are closed. */
function sourcesOf(keys: readonly string[][], closed: number[]): Generator<Batch>[] {
  return keys.map(function* (own, number) {
    try {
      for (const key of own) yield batchOf(key);
    } finally {
      closed.push(number);
    }
  });
}

test("merge() gives the lines of all sources in order", () => {
  let text = "";
  for (const { bytes, count, ends } of merge(sourcesOf([["a", "d"], ["b"], [], ["c", "e"]], []), false)) {
    text += bytes.toString("utf8", 0, ends[count - 1]);
  }
  assert.equal(text, "a\nb\nc\nd\ne\n");
});

test("merge() closes its sources when its reader gives up in the middle: they hold files", () => {
  const closed: number[] = [];
  const long = "x".repeat(40_000); // two lines fill a batch
  const keys = [["a", "c", "e"].map((key) => key + long), ["b", "d", "f"].map((key) => key + long)];
  for (const batch of merge(sourcesOf(keys, closed), false)) {
    assert.ok(batch.count > 0);
    assert.deepEqual(closed, []);
    break;
  }
  assert.deepEqual(
    closed.toSorted((a, b) => a - b),
    [0, 1],
  );
});
