/** A source may use one piece of memory for all chunks: no line is lost by that. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readObjects } from "./ndjson.ts";

/** Chunks of so many bytes, all in one piece of memory that is overwritten, as `standardInput()` gives them for a file. */
function inPlace(
  text: string,
  size: number,
): { inPlace(): AsyncGenerator<Uint8Array> } & AsyncIterable<Uint8Array> {
  const all = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const piece = Buffer.alloc(size);
    for (let at = 0; at < all.length; at += size) {
      const length = all.copy(piece, 0, at, at + size);
      yield piece.subarray(0, length);
      piece.fill(0x78);
    }
  }
  return {
    inPlace: pieces,
    [Symbol.asyncIterator]: () => {
      throw new Error("read in memory of its own");
    },
  };
}

describe("a source in one piece of memory", () => {
  const lines = ['{"n":1}', '{"n":2,"text":"longer than all chunks"}', '{"n":3}', ""];
  for (const size of [1, 3, 8, 17, 100]) {
    test(`gives the same lines in chunks of ${size}`, async () => {
      const seen: unknown[] = [];
      await readObjects(inPlace(lines.join("\n"), size), { name: "in" }, (object) => void seen.push(object));
      assert.deepEqual(seen, [{ n: 1 }, { n: 2, text: "longer than all chunks" }, { n: 3 }]);
    });
    test(`gives the same lines in chunks of ${size} to handlers that wait`, async () => {
      const seen: unknown[] = [];
      await readObjects(inPlace(lines.join("\n"), size), { name: "in" }, async (object) => {
        await new Promise((resolve) => void setImmediate(resolve));
        seen.push(object);
      });
      assert.deepEqual(seen, [{ n: 1 }, { n: 2, text: "longer than all chunks" }, { n: 3 }]);
    });
  }
});
