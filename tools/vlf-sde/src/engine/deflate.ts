/**
 * Deflate (RFC 1951) for text whose rows resemble each other. A match is looked for at the last place with the
 * same eight bytes, else the same four, and the first one is taken; what lies inside a match is hardly
 * indexed. Why not a library: docs/adr/0029.
 */
import { Blocks, MAX_LENGTH, TOKENS, WINDOW } from "./deflate-blocks.ts";

const HASH_BITS = 15;
/**
 * Places by the four and the eight bytes that stand there, counted on from text to text: those of the texts before
 * are outside the window, so that nothing has to be cleared.
 */
const byFour = new Int32Array(1 << HASH_BITS);
const byEight = new Int32Array(1 << HASH_BITS);
/** Where the next text begins. */
let nextBase = WINDOW + 1;
/** When so much was counted, it begins anew. */
const MOST = 2 ** 30;

/** Compresses bytes so that the result can stand anywhere in a stream: it ends at a byte border, and no block is the last. */
export function deflate(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const { length } = bytes;
  const lastSearched = length - 8;
  const blocks = new Blocks();
  const { tokens } = blocks;
  if (nextBase + length > MOST) {
    byFour.fill(0);
    byEight.fill(0);
    nextBase = WINDOW + 1;
  }
  const base = nextBase;
  nextBase += length + WINDOW + 1;
  const index = (place: number): void => {
    const four = view.getInt32(place, true);
    byFour[hashOf(four)] = base + place;
    byEight[hashOf(four, view.getInt32(place + 4, true))] = base + place;
  };
  let count = 0;
  let at = 0;
  while (at <= lastSearched) {
    const four = view.getInt32(at, true);
    const next = view.getInt32(at + 4, true);
    const hash = hashOf(four);
    const longHash = hashOf(four, next);
    const recent = (byFour[hash] as number) - base;
    let from = (byEight[longHash] as number) - base;
    byFour[hash] = base + at;
    byEight[longHash] = base + at;
    if (at - from > WINDOW || view.getInt32(from, true) !== four || view.getInt32(from + 4, true) !== next) {
      from = recent;
    }
    if (count === TOKENS) {
      blocks.write(count);
      count = 0;
    }
    if (at - from > WINDOW || view.getInt32(from, true) !== four) {
      tokens[count++] = bytes[at++] as number;
      continue;
    }
    const most = Math.min(MAX_LENGTH, length - at);
    let same = 4;
    while (same + 4 <= most && view.getInt32(from + same, true) === view.getInt32(at + same, true)) same += 4;
    while (same < most && bytes[from + same] === bytes[at + same]) same += 1;
    tokens[count++] = (same << 16) | (at - from);
    const end = at + same;
    if (end <= lastSearched) {
      index(at + 2);
      index(end - 2);
    }
    at = end;
  }
  for (; at < length; at += 1) {
    if (count === TOKENS) {
      blocks.write(count);
      count = 0;
    }
    tokens[count++] = bytes[at] as number;
  }
  if (count > 0) blocks.write(count);
  return blocks.finish();
}

function hashOf(four: number, next = 0): number {
  return (Math.imul(four, 0x9e3779b1) ^ Math.imul(next, 0x85ebca77)) >>> (32 - HASH_BITS);
}
