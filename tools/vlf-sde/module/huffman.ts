/** Huffman codes as deflate has them (RFC 1951, 3.2.2): canonical, of at most 15 bits. */

const MAX_BITS: u32 = 15;
/** More than there are symbols: a symbol and its count in one number, which sorts by the count first. */
const SYMBOLS: u32 = 512;

const sorted = memory.data(4 * SYMBOLS, 16);
const weights = memory.data(8 * SYMBOLS, 16);
const parents = memory.data(8 * SYMBOLS, 16);
const depths = memory.data(8 * SYMBOLS, 16);
const ofLength = memory.data(4 * 16, 16);
const next = memory.data(4 * 16, 16);

function at(list: usize, index: u32): u32 {
  return load<u32>(list + ((<usize>index) << 2));
}

function put(list: usize, index: u32, value: u32): void {
  store<u32>(list + ((<usize>index) << 2), value);
}

/**
 * The code for symbols that occur so often: of each its bits, the one that is written first as the lowest, and their
 * number times 2^16. It has two symbols at least, so that none of its codes is left over. The counts are overwritten.
 */
export function makeCode(counts: usize, symbols: u32, code: usize): void {
  while (!findLengths(counts, symbols, code)) {
    // Counts that are nearer to each other make a flatter tree: hardly ever needed.
    for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
      const count = at(counts, symbol);
      if (count > 0) put(counts, symbol, (count >> 1) | 1);
    }
  }
  memory.fill(ofLength, 0, 4 * (MAX_BITS + 1));
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    const bits = at(code, symbol);
    if (bits > 0) put(ofLength, bits, at(ofLength, bits) + 1);
  }
  // Codes of one length count up in the order of the symbols, shorter ones first.
  put(next, 0, 0);
  for (let bits: u32 = 1; bits <= MAX_BITS; bits += 1) {
    put(next, bits, 2 * (at(next, bits - 1) + (bits == 1 ? 0 : at(ofLength, bits - 1))));
  }
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    const bits = at(code, symbol);
    if (bits == 0) continue;
    put(code, symbol, reversed(at(next, bits), bits) | (bits << 16));
    put(next, bits, at(next, bits) + 1);
  }
}

/** The bits of each symbol's code; `false` where one has too many. The two lightest are joined until one is left. */
function findLengths(counts: usize, symbols: u32, lengths: usize): bool {
  let leaves: u32 = 0;
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    put(lengths, symbol, 0);
    const count = at(counts, symbol);
    if (count > 0) put(sorted, leaves++, count * SYMBOLS + symbol);
  }
  for (let symbol: u32 = 0; leaves < 2; symbol += 1) {
    if (at(counts, symbol) == 0) put(sorted, leaves++, symbol);
  }
  sort(leaves);
  for (let nth: u32 = 0; nth < leaves; nth += 1) put(weights, nth, at(sorted, nth) / SYMBOLS);
  // Joined ones come up in the order of their weight.
  let leaf: u32 = 0;
  let joined = leaves;
  for (let node = leaves; node < 2 * leaves - 1; node += 1) {
    let weight: u32 = 0;
    for (let child = 0; child < 2; child += 1) {
      const isLeaf = leaf < leaves && (joined == node || at(weights, leaf) <= at(weights, joined));
      const lightest = isLeaf ? leaf++ : joined++;
      weight += at(weights, lightest);
      put(parents, lightest, node);
    }
    put(weights, node, weight);
  }
  let isGood = true;
  put(depths, 2 * leaves - 2, 0);
  for (let node = <i32>(2 * leaves) - 3; node >= 0; node -= 1) {
    const depth = at(depths, at(parents, node)) + 1;
    put(depths, node, depth);
    if (<u32>node >= leaves) continue;
    put(lengths, at(sorted, node) % SYMBOLS, depth);
    if (depth > MAX_BITS) isGood = false;
  }
  return isGood;
}

/** By Shell, with steps that shrink by three. */
function sort(length: u32): void {
  for (let step: u32 = 121; step > 0; step = step / 3) {
    for (let nth = step; nth < length; nth += 1) {
      const value = at(sorted, nth);
      let to = nth;
      for (; to >= step && at(sorted, to - step) > value; to -= step) put(sorted, to, at(sorted, to - step));
      put(sorted, to, value);
    }
  }
}

/** The lowest bits of a number in the other order. */
export function reversed(value: u32, bits: u32): u32 {
  let result: u32 = 0;
  for (let bit: u32 = 0; bit < bits; bit += 1) result |= ((value >> bit) & 1) << (bits - 1 - bit);
  return result;
}
