/** Huffman codes as deflate has them (RFC 1951, 3.2.2): canonical, of at most 15 bits. */

const MAX_BITS = 15;

export interface Code {
  /** Bits of each symbol's code; 0 for one that does not occur. */
  readonly lengths: Uint8Array;
  /** The codes, with the bit that is written first as the lowest. */
  readonly codes: Uint16Array;
}

/** The code for symbols that occur so often. It has two symbols at least, so that none of its codes is left over. */
export function codeOf(counts: Uint32Array): Code {
  let weights = counts;
  let lengths = lengthsOf(weights);
  while (isTooLong(lengths)) {
    // Counts that are nearer to each other make a flatter tree: hardly ever needed.
    weights = weights.map((count) => (count === 0 ? 0 : (count >> 1) | 1));
    lengths = lengthsOf(weights);
  }
  return { lengths, codes: canonical(lengths) };
}

function isTooLong(lengths: Uint8Array): boolean {
  for (let symbol = 0; symbol < lengths.length; symbol += 1) if (at(lengths, symbol) > MAX_BITS) return true;
  return false;
}

/** A symbol and its count in one number, which sorts by the count first. */
const SYMBOLS = 512;

/** The two lightest are joined until one is left; joined ones come up in the order of their weight. */
function lengthsOf(counts: Uint32Array): Uint8Array {
  const { length } = counts;
  const sorted = new Float64Array(length);
  let leaves = 0;
  for (let symbol = 0; symbol < length; symbol += 1)
    if (at(counts, symbol) > 0) sorted[leaves++] = at(counts, symbol) * SYMBOLS + symbol;
  for (let symbol = 0; leaves < 2; symbol += 1) if (at(counts, symbol) === 0) sorted[leaves++] = symbol;
  sorted.subarray(0, leaves).sort();
  const weights = new Float64Array(2 * leaves);
  for (let nth = 0; nth < leaves; nth += 1) weights[nth] = Math.floor(at(sorted, nth) / SYMBOLS);
  const parents = new Uint16Array(2 * leaves);
  let leaf = 0;
  let joined = leaves;
  for (let node = leaves; node < 2 * leaves - 1; node += 1) {
    let weight = 0;
    for (let child = 0; child < 2; child += 1) {
      const isLeaf = leaf < leaves && (joined === node || at(weights, leaf) <= at(weights, joined));
      const lightest = isLeaf ? leaf++ : joined++;
      weight += at(weights, lightest);
      parents[lightest] = node;
    }
    weights[node] = weight;
  }
  const lengths = new Uint8Array(length);
  const depths = new Uint16Array(2 * leaves);
  for (let node = 2 * leaves - 3; node >= 0; node -= 1) {
    depths[node] = at(depths, at(parents, node)) + 1;
    if (node < leaves) lengths[at(sorted, node) % SYMBOLS] = Math.min(at(depths, node), 255);
  }
  return lengths;
}

/** Codes of one length count up in the order of the symbols, shorter ones first. */
function canonical(lengths: Uint8Array): Uint16Array {
  const ofLength = new Uint16Array(MAX_BITS + 1);
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const bits = at(lengths, symbol);
    if (bits > 0) ofLength[bits] = at(ofLength, bits) + 1;
  }
  const next = new Uint16Array(MAX_BITS + 1);
  for (let bits = 1; bits <= MAX_BITS; bits += 1)
    next[bits] = 2 * (at(next, bits - 1) + (bits === 1 ? 0 : at(ofLength, bits - 1)));
  const codes = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol += 1) {
    const bits = at(lengths, symbol);
    if (bits === 0) continue;
    codes[symbol] = reversed(at(next, bits), bits);
    next[bits] = at(next, bits) + 1;
  }
  return codes;
}

/** The lowest bits of a number in the other order. */
export function reversed(value: number, bits: number): number {
  let result = 0;
  for (let bit = 0; bit < bits; bit += 1) if ((value & (1 << bit)) !== 0) result |= 1 << (bits - 1 - bit);
  return result;
}

function at(list: ArrayLike<number>, index: number): number {
  return list[index] ?? 0;
}
