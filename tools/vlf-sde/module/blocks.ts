/**
 * Writes what deflate found, single bytes and matches, as blocks with Huffman codes of their own (RFC 1951,
 * 3.2.5 to 3.2.7).
 */
import { makeCode, reversed } from "./huffman";

/** A match reaches so far back, and is so long, at most. */
export const WINDOW: u32 = 32_768;
export const MAX_LENGTH: u32 = 258;
/** Tokens of one block at most. */
export const TOKENS: u32 = 32_768;
/** A token is a byte, or the length of a match times 2^16 and its distance. */
export const tokens: usize = memory.data(4 * TOKENS, 16);

const END_OF_BLOCK: u32 = 256;
const FIRST_LENGTH: u32 = 257;
/** Symbols of bytes, the end of a block and lengths; symbols of distances. */
const SYMBOLS: u32 = 286;
const DISTANCES: u32 = 30;

/** The lengths of codes, 0 to 15, are written with four bits each: 16 codes, and none for repeats. */
const LENGTHS_OF_LENGTHS: u32 = 19;
const REPEATS: u32 = 3;
const LENGTH_BITS: u32 = 4;

const counts = memory.data(4 * SYMBOLS, 16);
const codes = memory.data(4 * SYMBOLS, 16);
const farCounts = memory.data(4 * DISTANCES, 16);
const farCodes = memory.data(4 * DISTANCES, 16);

/** The symbol of each length and distance, from 0; of each symbol its first value and the number of extra bits. */
const lengthSymbols = memory.data(MAX_LENGTH + 1, 16);
const lengthBases = memory.data(4 * 32, 16);
const lengthExtras = memory.data(4 * 32, 16);
const farSymbols = memory.data(WINDOW + 1, 16);
const farBases = memory.data(4 * 32, 16);
const farExtras = memory.data(4 * 32, 16);

makeSymbols(farSymbols, farBases, farExtras, 1, WINDOW, 4, 2);
const longest = makeSymbols(lengthSymbols, lengthBases, lengthExtras, 3, MAX_LENGTH - 1, 8, 4);
// The longest match has a symbol of its own, though the one before it has room.
store<u8>(lengthSymbols + MAX_LENGTH, longest);
store<u32>(lengthBases + 4 * longest, MAX_LENGTH);

/** The first `plain` symbols stand for one value each; then every `perStep` symbols take one bit more. Gives their number. */
function makeSymbols(
  symbols: usize,
  bases: usize,
  extras: usize,
  first: u32,
  last: u32,
  plain: u32,
  perStep: u32,
): u32 {
  let symbol: u32 = 0;
  for (let value = first; value <= last; symbol += 1) {
    const bits = symbol < plain ? 0 : symbol / perStep - 1;
    const behind = min(value + (1 << bits), last + 1);
    memory.fill(symbols + value, <u8>symbol, behind - value);
    store<u32>(bases + 4 * symbol, value);
    store<u32>(extras + 4 * symbol, bits);
    value += 1 << bits;
  }
  return symbol;
}

/** Where the next byte goes, and the bits that wait for it: fewer than eight. */
let out: usize = 0;
let bits: u64 = 0;
let bitCount: u32 = 0;

/** Goes on at a place. */
export function begin(to: usize): void {
  out = to;
  bits = 0;
  bitCount = 0;
}

/** Writes so many bits, 56 at most. */
function put(value: u64, length: u32): void {
  bits |= value << bitCount;
  bitCount += length;
  store<u64>(out, bits);
  out += bitCount >> 3;
  bits >>= bitCount & ~7;
  bitCount &= 7;
}

/** Writes the first tokens as a block. */
export function writeBlock(count: u32): void {
  memory.fill(counts, 0, 4 * SYMBOLS);
  memory.fill(farCounts, 0, 4 * DISTANCES);
  const end = tokens + 4 * count;
  for (let token = tokens; token < end; token += 4) {
    const value = load<u32>(token);
    if (value < 256) {
      countOne(counts, value);
    } else {
      countOne(counts, FIRST_LENGTH + load<u8>(lengthSymbols + (value >> 16)));
      countOne(farCounts, load<u8>(farSymbols + (value & 0xffff)));
    }
  }
  store<u32>(counts + 4 * END_OF_BLOCK, 1);
  makeCode(counts, SYMBOLS, codes);
  makeCode(farCounts, DISTANCES, farCodes);
  writeHead();
  for (let token = tokens; token < end; token += 4) {
    const value = load<u32>(token);
    if (value < 256) {
      const code = load<u32>(codes + 4 * value);
      put(code & 0xffff, code >> 16);
    } else {
      writeMatch(value >> 16, value & 0xffff);
    }
  }
  const code = load<u32>(codes + 4 * END_OF_BLOCK);
  put(code & 0xffff, code >> 16);
}

function countOne(list: usize, symbol: u32): void {
  const place = list + 4 * symbol;
  store<u32>(place, load<u32>(place) + 1);
}

/** At most 15 and 5 bits, and 15 and 13. */
function writeMatch(length: u32, distance: u32): void {
  const symbol: u32 = load<u8>(lengthSymbols + length);
  const far: u32 = load<u8>(farSymbols + distance);
  const code = load<u32>(codes + 4 * FIRST_LENGTH + 4 * symbol);
  const farCode = load<u32>(farCodes + 4 * far);
  let value: u64 = code & 0xffff;
  let used: u32 = code >> 16;
  value |= (<u64>(length - load<u32>(lengthBases + 4 * symbol))) << used;
  used += load<u32>(lengthExtras + 4 * symbol);
  value |= (<u64>(farCode & 0xffff)) << used;
  used += farCode >> 16;
  value |= (<u64>(distance - load<u32>(farBases + 4 * far))) << used;
  put(value, used + load<u32>(farExtras + 4 * far));
}

function writeHead(): void {
  put(2 << 1, 3); // not the last block; codes of its own
  put(SYMBOLS - 257, 5);
  put(DISTANCES - 1, 5);
  put(LENGTHS_OF_LENGTHS - 4, 4);
  for (let nth: u32 = 0; nth < LENGTHS_OF_LENGTHS; nth += 1) put(nth < REPEATS ? 0 : LENGTH_BITS, 3);
  writeLengths(codes, SYMBOLS);
  writeLengths(farCodes, DISTANCES);
}

function writeLengths(code: usize, symbols: u32): void {
  for (let symbol: u32 = 0; symbol < symbols; symbol += 1) {
    put(reversed(load<u32>(code + 4 * symbol) >> 16, LENGTH_BITS), LENGTH_BITS);
  }
}

/** Ends at a byte border, by an empty block without compression; gives the place behind it. */
export function finish(): usize {
  put(0, 3);
  put(0, (8 - bitCount) & 7);
  put(0xffff0000, 32);
  return out;
}
