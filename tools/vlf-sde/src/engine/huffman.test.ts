import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { moduleMemory } from "../module.ts";

/** The codes of symbols that occur so often, and how long they are. */
function codeOf(counts: Uint32Array): { lengths: Uint8Array; codes: Uint16Array } {
  const memory = moduleMemory();
  memory.makeRoom(2 * counts.byteLength + 8);
  const place = Math.ceil(memory.end / 4) * 4;
  const words = new Uint32Array(memory.bytes.buffer, place, 2 * counts.length);
  words.set(counts);
  memory.exports.makeCode(place, counts.length, place + counts.byteLength);
  const made = words.subarray(counts.length);
  return { lengths: Uint8Array.from(made, (code) => code >>> 16), codes: Uint16Array.from(made) };
}

/** What share of all texts the codes take: 1 for a code that leaves none unused. */
function share(lengths: Uint8Array): number {
  let sum = 0;
  for (const length of lengths) if (length > 0) sum += 2 ** -length;
  return sum;
}

test("what occurs has a code, more often a shorter one, and no code is left over", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 2, maxLength: 286 }), (list) => {
      const counts = Uint32Array.from(list);
      const { lengths } = codeOf(counts);
      assert.equal(share(lengths), 1);
      for (const [a, count] of counts.entries()) {
        if (count > 0) assert.ok((lengths[a] ?? 0) > 0, `symbol ${a}`);
        for (const [b, other] of counts.entries()) {
          if (count > other && other > 0) assert.ok((lengths[a] ?? 0) <= (lengths[b] ?? 0), `${a}, ${b}`);
        }
      }
    }),
  );
});

test("no code has more than 15 bits, however rare its symbol", () => {
  // Counts that grow like Fibonacci's numbers make the deepest tree: 39 bits for 40 symbols.
  const counts = new Uint32Array(40);
  for (let nth = 0; nth < 40; nth += 1)
    counts[nth] = nth < 2 ? 1 : (counts[nth - 1] ?? 0) + (counts[nth - 2] ?? 0);
  const { lengths } = codeOf(counts);
  assert.equal(Math.max(...lengths), 15);
  assert.equal(share(lengths), 1);
});

test("one symbol or none: two codes of one bit", () => {
  assert.deepEqual([...codeOf(Uint32Array.of(0, 0, 0)).lengths], [1, 1, 0]);
  assert.deepEqual([...codeOf(Uint32Array.of(0, 0, 9)).lengths], [1, 0, 1]);
});

test("codes count up by length, then by symbol, and their first bit is the lowest", () => {
  // The example of RFC 1951, 3.2.2: A to H with lengths 3, 3, 3, 3, 3, 2, 4, 4.
  const { lengths, codes } = codeOf(Uint32Array.of(10, 10, 10, 10, 10, 18, 5, 5));
  assert.deepEqual([...lengths], [3, 3, 3, 3, 3, 2, 4, 4]);
  const written = [...codes].map((code, symbol) =>
    Array.from({ length: lengths[symbol] ?? 0 }, (_, bit) => (code >> bit) & 1).join(""),
  );
  assert.deepEqual(written, ["010", "011", "100", "101", "110", "00", "1110", "1111"]);
});
