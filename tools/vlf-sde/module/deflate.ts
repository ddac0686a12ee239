/**
 * Deflate (RFC 1951) for text whose rows resemble each other. A match is looked for at the last place with the
 * same eight bytes, else the same four, and the first one is taken; what lies inside a match is hardly
 * indexed. Why not a library: docs/adr/0029.
 */
import { begin, finish, MAX_LENGTH, TOKENS, tokens, WINDOW, writeBlock } from "./blocks";

const HASH_BITS: u32 = 15;
/**
 * Places by the four and the eight bytes that stand there, counted on from text to text: those of the texts before
 * are outside the window, so that nothing has to be cleared.
 */
const byFour = memory.data(4 << HASH_BITS, 16);
const byEight = memory.data(4 << HASH_BITS, 16);
/** Where the next text begins. */
let nextBase: u32 = WINDOW + 1;
/** When so much was counted, it begins anew. */
const MOST: u32 = 1 << 30;

/**
 * Compresses the bytes between two places to a third one, so that the result can stand anywhere in a stream: it ends at a
 * byte border, and no block is the last. Gives the place behind it. There has to be room for `2 * length + 1024` bytes.
 */
export function deflate(from: usize, behind: usize, to: usize): usize {
  const length = <u32>(behind - from);
  if (nextBase + length > MOST) {
    memory.fill(byFour, 0, 4 << HASH_BITS);
    memory.fill(byEight, 0, 4 << HASH_BITS);
    nextBase = WINDOW + 1;
  }
  // What is added to a place to count it on.
  const base = nextBase - <u32>from;
  nextBase += length + WINDOW + 1;
  const searched: usize = from + 8 > behind ? 0 : behind - 8;
  begin(to);
  let count: u32 = 0;
  let at = from;
  while (at <= searched) {
    const eight = load<u64>(at);
    const four = hashOfFour(<u32>eight);
    const long = hashOfEight(eight);
    const place = base + <u32>at;
    const recent = place - load<u32>(byFour + four);
    let distance = place - load<u32>(byEight + long);
    store<u32>(byFour + four, place);
    store<u32>(byEight + long, place);
    if (distance > WINDOW || load<u64>(at - distance) != eight) distance = recent;
    if (count == TOKENS) {
      writeBlock(count);
      count = 0;
    }
    const token = tokens + 4 * count;
    count += 1;
    if (distance > WINDOW || load<u32>(at - distance) != <u32>eight) {
      store<u32>(token, <u32>eight & 0xff);
      at += 1;
      continue;
    }
    const most = min<usize>(MAX_LENGTH, behind - at);
    const same = sameBytes(at - distance, at, most);
    store<u32>(token, ((<u32>same) << 16) | distance);
    const end = at + same;
    if (end <= searched) {
      index(at + 2, base);
      index(end - 2, base);
    }
    at = end;
  }
  for (; at < behind; at += 1) {
    if (count == TOKENS) {
      writeBlock(count);
      count = 0;
    }
    store<u32>(tokens + 4 * count, load<u8>(at));
    count += 1;
  }
  if (count > 0) writeBlock(count);
  return finish();
}

/** How many bytes, of the first so many, are the same at two places. */
function sameBytes(a: usize, b: usize, most: usize): usize {
  for (let same: usize = 0; same < most; same += 16) {
    const equal = <u32>i8x16.bitmask(i8x16.eq(v128.load(a + same), v128.load(b + same)));
    if (equal != 0xffff) return min(most, same + ctz(~equal));
  }
  return most;
}

function index(at: usize, base: u32): void {
  const eight = load<u64>(at);
  const place = base + <u32>at;
  store<u32>(byFour + hashOfFour(<u32>eight), place);
  store<u32>(byEight + hashOfEight(eight), place);
}

/** As places in the tables, of four bytes each. */
function hashOfFour(four: u32): usize {
  return (<usize>((four * 0x9e3779b1) >> (32 - HASH_BITS))) << 2;
}

function hashOfEight(eight: u64): usize {
  return (<usize>(((<u32>eight * 0x9e3779b1) ^ (<u32>(eight >> 32) * 0x85ebca77)) >> (32 - HASH_BITS))) << 2;
}
