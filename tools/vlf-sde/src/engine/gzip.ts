/**
 * One gzip member from pieces that were compressed apart: raw deflate that ends at a byte border, one after
 * the other, with the CRC-32 of the whole computed from those of the pieces. fflate compresses, since the
 * zlib of Node and that of Deno give other bytes for the same text (docs/adr/0013).
 */
import { crc32 } from "node:zlib";
import { Deflate } from "fflate";

/** Text that is compressed already. */
export interface Segment {
  readonly deflated: Uint8Array;
  readonly rawLength: number;
  /** CRC-32 of the raw bytes. */
  readonly crc: number;
}

/** Measured on a phones file: 3 and 4 are as fast as 1, and 6 takes a third more time for 4 % less. */
const LEVEL = 4;
/** Hash table of 2^16 entries: the default of 2^20 costs 2 MB for each segment and compresses no better. */
const MEMORY = 4;

/** Raw bytes up to this are stored: a Deflate of its own for a separator costs more than it saves. */
const STORED_MAX = 64;

/** Compresses bytes so that the result can stand anywhere in a stream. */
export function segmentOf(bytes: Uint8Array): Segment {
  const parts: Uint8Array[] = [];
  let last: Uint8Array = new Uint8Array();
  const deflate = new Deflate({ level: LEVEL, mem: MEMORY }, (part, isLast) => {
    if (isLast) last = part;
    else parts.push(part);
  });
  deflate.push(bytes);
  deflate.flush();
  deflate.push(new Uint8Array(), true);
  return { deflated: Buffer.concat([...parts, openEnd(last)]), rawLength: bytes.length, crc: crc32(bytes) };
}

/**
 * Makes the end of a deflate stream one that another can follow at a byte border: its last block, an empty
 * one with fixed codes, is no longer marked as the last, and an empty block without compression fills up the
 * byte (RFC 1951, 3.2.3 to 3.2.6). `flush(true)` of fflate 0.8.3 is meant for this and writes a wrong block.
 */
function openEnd(end: Uint8Array): Uint8Array {
  // Of the last block's ten bits, 1 1 0 and seven zeros, the second is the highest bit that is set.
  let byte = end.length - 1;
  while (byte > 0 && end[byte] === 0) byte -= 1;
  const second = byte * 8 + 31 - Math.clz32(end[byte] ?? 0);
  const first = second - 1;
  const result = Buffer.alloc(Math.ceil((first + 10 + 3) / 8) + 4);
  result.set(end.subarray(0, byte + 1));
  result[first >> 3] = (result[first >> 3] ?? 0) & ~(1 << (first & 7));
  result.writeUInt16LE(0xffff, result.length - 2);
  return result;
}

/** RFC 1952: deflate, no flags, no time, no extra flags, system unknown. The same bytes on every day. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
/** The last block of a deflate stream, empty: fixed codes, end of block. */
const LAST_BLOCK = Uint8Array.of(3, 0);

/** The gzip file of what the pieces hold, in order. Raw pieces that follow each other are compressed as one. */
export function* gzip(pieces: Iterable<Uint8Array | Segment>): Generator<Uint8Array> {
  let crc = 0;
  let rawLength = 0;
  let raw: Uint8Array[] = [];
  let rawBytes = 0;
  const flush = (): Uint8Array[] => {
    if (rawBytes === 0) return [];
    const bytes = Buffer.concat(raw);
    raw = [];
    rawBytes = 0;
    const segment: Segment =
      bytes.length > STORED_MAX
        ? segmentOf(bytes)
        : { deflated: storedBlock(bytes), rawLength: bytes.length, crc: crc32(bytes) };
    crc = combineCrc(crc, segment.crc, segment.rawLength);
    rawLength += segment.rawLength;
    return [segment.deflated];
  };

  yield HEADER;
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) {
      raw.push(piece);
      rawBytes += piece.length;
      if (rawBytes >= RAW_BATCH) yield* flush();
    } else {
      yield* flush();
      yield piece.deflated;
      crc = combineCrc(crc, piece.crc, piece.rawLength);
      rawLength += piece.rawLength;
    }
  }
  yield* flush();
  yield LAST_BLOCK;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc >>> 0, 0);
  trailer.writeUInt32LE(rawLength % 2 ** 32, 4); // RFC 1952: modulo 2^32
  yield trailer;
}

/** Raw bytes gathered before they are compressed. */
const RAW_BATCH = 262_144;

/** A deflate block without compression, not the last one (RFC 1951, 3.2.4). */
function storedBlock(bytes: Uint8Array): Uint8Array {
  const head = Buffer.alloc(5);
  head.writeUInt16LE(bytes.length, 1);
  head.writeUInt16LE(~bytes.length & 0xffff, 3);
  return Buffer.concat([head, bytes]);
}

/** The polynomial of CRC-32 with its bits reversed, as gzip has it. */
const POLYNOMIAL = 0xedb88320;
/** 1 as a polynomial: the highest bit stands for x^0. */
const ONE = 0x80000000;

/** The product of two polynomials modulo that of the CRC. */
function product(a: number, b: number): number {
  let sum = 0;
  for (let factor = b, bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= factor;
    factor = (factor & 1) === 0 ? factor >>> 1 : (factor >>> 1) ^ POLYNOMIAL;
  }
  return sum >>> 0;
}

/** The CRC-32 of two texts one after the other: that of the first, moved by the length of the second. */
function combineCrc(first: number, second: number, secondLength: number): number {
  // x^(8 * length) by squaring: x^8 to begin with.
  let moved = first;
  let square = ONE >>> 8;
  for (let left = secondLength; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) moved = product(square, moved);
    square = product(square, square);
  }
  return (moved ^ second) >>> 0;
}
