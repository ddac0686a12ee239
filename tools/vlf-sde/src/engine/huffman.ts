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
  while (lengths.some((length) => length > MAX_BITS)) {
    // Counts that are nearer to each other make a flatter tree: hardly ever needed.
    weights = weights.map((count) => (count === 0 ? 0 : (count >> 1) | 1));
    lengths = lengthsOf(weights);
  }
  return { lengths, codes: canonical(lengths) };
}

/** The two lightest are joined until one is left; joined ones come up in the order of their weight. */
function lengthsOf(counts: Uint32Array): Uint8Array {
  const symbols = [...counts.keys()].filter((symbol) => counts[symbol] !== 0);
  for (let symbol = 0; symbols.length < 2; symbol += 1) if (!symbols.includes(symbol)) symbols.push(symbol);
  symbols.sort((a, b) => at(counts, a) - at(counts, b) || a - b);
  const leaves = symbols.length;
  const weights = symbols.map((symbol) => at(counts, symbol));
  const parents: number[] = [];
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
    weights.push(weight);
  }
  const lengths = new Uint8Array(counts.length);
  const depths: number[] = [];
  depths[2 * leaves - 2] = 0;
  for (let node = 2 * leaves - 3; node >= 0; node -= 1) {
    depths[node] = at(depths, at(parents, node)) + 1;
    if (node < leaves) lengths[at(symbols, node)] = at(depths, node);
  }
  return lengths;
}

/** Codes of one length count up in the order of the symbols, shorter ones first. */
function canonical(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let next = 0;
  for (let bits = 1; bits <= MAX_BITS; bits += 1) {
    for (const [symbol, length] of lengths.entries()) {
      if (length !== bits) continue;
      codes[symbol] = reversed(next, bits);
      next += 1;
    }
    next *= 2;
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
