/**
 * One gzip member from pieces that were compressed apart: raw deflate that ends at a byte border, one after
 * the other, with the CRC-32 of the whole computed from those of the pieces (docs/adr/0013).
 */
import { crc32 } from "node:zlib";
import { moduleMemory } from "../module.ts";
import { deflate, type Place, placeOf } from "./deflate.ts";

/** Text that is compressed already. */
export interface Segment {
  readonly deflated: Uint8Array;
  readonly rawLength: number;
  /** CRC-32 of the raw bytes. */
  readonly crc: number;
}

/** Raw bytes up to this are stored: a code of its own for a separator costs more than it saves. */
const STORED_MAX = 64;

/** Compresses bytes so that the result can stand anywhere in a stream. */
export function segmentOf(place: Place): Segment {
  const { start, end } = place;
  const deflated = deflate(place);
  return { deflated, rawLength: end - start, crc: crc32(moduleMemory().bytes.subarray(start, end)) };
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
        ? segmentOf(placeOf(bytes))
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
