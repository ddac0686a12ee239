/**
 * Writes what deflate found, single bytes and matches, as blocks with Huffman codes of their own (RFC 1951,
 * 3.2.5 to 3.2.7).
 */
import { type Code, codeOf, reversed } from "./huffman.ts";

/** A match reaches so far back, and is so long, at most. */
export const WINDOW = 32_768;
export const MAX_LENGTH = 258;
/** Tokens of one block at most. */
export const TOKENS = 32_768;

const END_OF_BLOCK = 256;
const FIRST_LENGTH = 257;

/** Symbols of lengths or distances: each stands for the values from its base on, told apart by extra bits. */
interface Symbols {
  readonly base: Uint16Array;
  readonly extra: Uint8Array;
  /** The symbol of each value. */
  readonly of: Uint8Array;
}

/** The first `plain` symbols stand for one value each; then every `perStep` symbols take one bit more. */
function symbolsFrom(first: number, last: number, plain: number, perStep: number): Symbols {
  const base: number[] = [];
  const extra: number[] = [];
  const of = new Uint8Array(last + 1);
  for (let value = first; value <= last;) {
    const bits = base.length < plain ? 0 : Math.floor(base.length / perStep) - 1;
    of.fill(base.length, value, value + 2 ** bits);
    base.push(value);
    extra.push(bits);
    value += 2 ** bits;
  }
  return { base: Uint16Array.from(base), extra: Uint8Array.from(extra), of };
}

const DISTANCES = symbolsFrom(1, WINDOW, 4, 2);
const SHORTER = symbolsFrom(3, MAX_LENGTH - 1, 8, 4);
/** The longest match has a symbol of its own, though the one before it has room. */
const LENGTHS: Symbols = {
  base: Uint16Array.from([...SHORTER.base, MAX_LENGTH]),
  extra: Uint8Array.from([...SHORTER.extra, 0]),
  of: Uint8Array.from([...SHORTER.of, SHORTER.base.length]),
};

/** The lengths of codes, 0 to 15, are written with four bits each: 16 codes, and none for repeats. */
const LENGTHS_OF_LENGTHS = 19;
const REPEATS = 3;
const LENGTH_BITS = 4;

/** Bytes of a token at most: two codes of 15 bits, and 5 and 13 bits beside them. */
const TOKEN_BYTES = 6;
/** More than a block takes beside its tokens: its head, its end and what ends the stream. */
const HEAD_BYTES = 256;

/** Allocated once, as each text needs them only until it is written. */
const tokens = new Uint32Array(TOKENS);
let out = new Uint8Array(1 << 18);

export class Blocks {
  /** A byte, or the length of a match times 2^16 and its distance. */
  readonly tokens: Uint32Array = tokens;
  #size = 0;
  #bits = 0;
  #bitCount = 0;

  /** Writes the first tokens as a block. */
  write(count: number): void {
    this.#makeRoom(count * TOKEN_BYTES + HEAD_BYTES);
    const symbolCounts = new Uint32Array(FIRST_LENGTH + LENGTHS.base.length);
    const distanceCounts = new Uint32Array(DISTANCES.base.length);
    for (let nth = 0; nth < count; nth += 1) {
      const token = tokens[nth] as number;
      const distance = token & 0xffff;
      const symbol = token < 256 ? token : FIRST_LENGTH + (LENGTHS.of[token >>> 16] as number);
      symbolCounts[symbol] = (symbolCounts[symbol] as number) + 1;
      if (token < 256) continue;
      const far = DISTANCES.of[distance] as number;
      distanceCounts[far] = (distanceCounts[far] as number) + 1;
    }
    symbolCounts[END_OF_BLOCK] = 1;
    const symbols = codeOf(symbolCounts);
    const distances = codeOf(distanceCounts);
    this.#writeHead(symbols, distances);
    this.#writeTokens(count, symbols, distances);
    this.#put(symbols.codes[END_OF_BLOCK] ?? 0, symbols.lengths[END_OF_BLOCK] ?? 0);
  }

  /** Ends at a byte border, by an empty block without compression, and gives all of it. */
  finish(): Uint8Array {
    this.#makeRoom(HEAD_BYTES);
    this.#put(0, 3);
    this.#put(0, -this.#bitCount & 7);
    this.#put(0, 16);
    this.#put(0xffff, 16);
    return out.slice(0, this.#size);
  }

  #writeHead(symbols: Code, distances: Code): void {
    this.#put(2 << 1, 3); // not the last block; codes of its own
    this.#put(symbols.lengths.length - 257, 5);
    this.#put(distances.lengths.length - 1, 5);
    this.#put(LENGTHS_OF_LENGTHS - 4, 4);
    for (let nth = 0; nth < LENGTHS_OF_LENGTHS; nth += 1) this.#put(nth < REPEATS ? 0 : LENGTH_BITS, 3);
    for (const { lengths } of [symbols, distances]) {
      for (const length of lengths) this.#put(reversed(length, LENGTH_BITS), LENGTH_BITS);
    }
  }

  /** Local variables throughout: this runs for every token. */
  #writeTokens(count: number, symbols: Code, distances: Code): void {
    const bytes = out;
    let size = this.#size;
    let bits = this.#bits;
    let bitCount = this.#bitCount;
    for (let nth = 0; nth < count; nth += 1) {
      const token = tokens[nth] as number;
      if (token < 256) {
        bits |= (symbols.codes[token] as number) << bitCount;
        bitCount += symbols.lengths[token] as number;
      } else {
        const length = token >>> 16;
        const distance = token & 0xffff;
        const symbol = LENGTHS.of[length] as number;
        const far = DISTANCES.of[distance] as number;
        // At most 7 bits wait, a code has 15, and 5 more stand beside that of a length: 32 hold them.
        bits |= (symbols.codes[FIRST_LENGTH + symbol] as number) << bitCount;
        bitCount += symbols.lengths[FIRST_LENGTH + symbol] as number;
        bits |= (length - (LENGTHS.base[symbol] as number)) << bitCount;
        bitCount += LENGTHS.extra[symbol] as number;
        for (; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes[size++] = bits;
        bits |= (distances.codes[far] as number) << bitCount;
        bitCount += distances.lengths[far] as number;
        for (; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes[size++] = bits;
        bits |= (distance - (DISTANCES.base[far] as number)) << bitCount;
        bitCount += DISTANCES.extra[far] as number;
      }
      for (; bitCount >= 8; bitCount -= 8, bits >>>= 8) bytes[size++] = bits;
    }
    this.#size = size;
    this.#bits = bits;
    this.#bitCount = bitCount;
  }

  #put(value: number, bitCount: number): void {
    this.#bits |= value << this.#bitCount;
    this.#bitCount += bitCount;
    for (; this.#bitCount >= 8; this.#bitCount -= 8, this.#bits >>>= 8) out[this.#size++] = this.#bits;
  }

  #makeRoom(bytes: number): void {
    if (this.#size + bytes <= out.length) return;
    const larger = new Uint8Array(2 * (this.#size + bytes));
    larger.set(out);
    out = larger;
  }
}
