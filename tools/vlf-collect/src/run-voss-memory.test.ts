import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import v8 from "node:v8";
import { keepHeapSmall } from "./run-voss-memory.ts";

function flagsFor(version: string): number {
  let flags = 0;
  keepHeapSmall(version, () => (flags += 1));
  return flags;
}

test("a V8 that may not know the flags is not given them", () => {
  assert.deepEqual(["11.3.244.8-node.38", "12.4.1", "15.0.245.2-rusty"].map(flagsFor), [4, 4, 4]);
  assert.deepEqual(["10.2.1", "16.0.0", "some"].map(flagsFor), [0, 0, 0]);
});

/** Bytes of the young generation; `undefined` where the runtime does not tell. */
function youngBytes(): number | undefined {
  return v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space")?.space_size;
}

function heapStaysSmall(t: TestContext): void {
  keepHeapSmall();
  const before = youngBytes();
  if (before === undefined) {
    t.skip("the runtime does not tell of its heap");
    return;
  }
  let held: { at: number; texts: string[] }[] = [];
  for (let at = 0; at < 400_000; at += 1) {
    held.push({ at, texts: [`a${at}`, `b${at}`] });
    if (held.length > 20_000) held = held.slice(-10_000);
  }
  assert.ok(held.length > 0);
  assert.ok((youngBytes() ?? 0) <= before + 1024 * 1024);
}

// Deno takes flags while it runs, and does nothing with them.
if (process.versions["deno"] === undefined) {
  test("the young generation does not grow any more, whatever goes through it", heapStaysSmall);
}
