/** Documents of JSON as bytes, held against the grammar byte by byte. */
import { Buffer } from "node:buffer";
import { Words } from "./words.ts";

const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const SMALL_E = 101;
const SMALL_F = 102;
const SMALL_N = 110;
const SMALL_T = 116;
const SMALL_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** What may follow a backslash, beside `u` and four digits. */
const ESCAPED = Buffer.from('"\\/bfnrt');
const FOUR_DIGITS = /^[0-9a-fA-F]{4}$/;
const TRUE = Words.of("true");
const NULL = Words.of("null");
const FALSE = Words.of("false");

/** Values within values; deeper ones are given up. */
export const DEEP = 64;
/** What the place behind something is when that is not right. */
export const BAD = -1;
/** Behind the last backslash. */
const NONE = 0x7fff_ffff;
/** Bytes that have to be there behind a document, whatever they are: it is read in words. */
export const SPARE_BYTES = 64;

/** A document. Methods give the place behind what they are asked for, or `BAD`; behind the memory they throw a RangeError. */
export class JsonBytes {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  /** The next backslash from the place that was reached. */
  backslash: number = NONE;

  /** Begins a document; false where one of its bytes is a control character. */
  open(bytes: Buffer, size: number): boolean {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.seekBackslash(0);
    return !hasControls(this.view, size);
  }

  /** Any value. */
  value(from: number, depth: number): number {
    switch (this.bytes[from] as number) {
      case QUOTE:
        return this.text(from + 1);
      case OPEN_OBJECT:
        return depth === DEEP ? BAD : this.#anyMembers(from + 1, depth + 1);
      case OPEN_ARRAY:
        return depth === DEEP ? BAD : this.#anyItems(from + 1, depth + 1);
      case SMALL_N:
        return NULL.isAt(this.view, from) ? from + NULL.length : BAD;
      case SMALL_T:
        return TRUE.isAt(this.view, from) ? from + TRUE.length : BAD;
      case SMALL_F:
        return FALSE.isAt(this.view, from) ? from + FALSE.length : BAD;
      default:
        return this.number(from);
    }
  }

  #anyMembers(from: number, depth: number): number {
    const { bytes } = this;
    let at = this.spaces(from);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return BAD;
      const end = this.text(at + 1);
      if (end === BAD) return BAD;
      at = this.spaces(end);
      if (bytes[at] !== COLON) return BAD;
      at = this.value(this.spaces(at + 1), depth);
      if (at === BAD) return BAD;
      at = this.spaces(at);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_OBJECT ? at + 1 : BAD;
      at = this.spaces(at + 1);
    }
  }

  #anyItems(from: number, depth: number): number {
    const { bytes } = this;
    let at = this.spaces(from);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    for (;;) {
      at = this.value(at, depth);
      if (at === BAD) return BAD;
      at = this.spaces(at);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_ARRAY ? at + 1 : BAD;
      at = this.spaces(at + 1);
    }
  }

  spaces(from: number): number {
    let at = from;
    while (this.bytes[at] === SPACE) at += 1;
    return at;
  }

  /** The place behind a text, from behind its first quote. */
  text(from: number): number {
    const end = this.quote(from);
    return end < this.backslash ? end + 1 : this.#escaped(from);
  }

  /** The place of the next quote from here. */
  quote(from: number): number {
    const { view } = this;
    for (let at = from; ; at += 4) {
      // The lowest byte that is a quote becomes 0x80 after this, all below it 0.
      const odd = view.getInt32(at, true) ^ 0x22222222;
      const found = (odd - 0x01010101) & ~odd & 0x80808080;
      if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
    }
  }

  #escaped(from: number): number {
    const { bytes } = this;
    for (let at = from; ;) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.seekBackslash(at);
        return at + 1;
      }
      // Beyond the end of the memory there is none.
      if (byte === undefined) return BAD;
      if (byte !== BACKSLASH) at += 1;
      else if (bytes[at + 1] === SMALL_U) {
        if (!FOUR_DIGITS.test(bytes.toString("latin1", at + 2, at + 6))) return BAD;
        at += 6;
      } else if (ESCAPED.includes(bytes[at + 1] as number)) at += 2;
      else return BAD;
    }
  }

  seekBackslash(from: number): void {
    const at = this.bytes.indexOf(BACKSLASH, from);
    this.backslash = at < 0 ? NONE : at;
  }

  /** `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?` */
  number(from: number): number {
    const { bytes } = this;
    let at = bytes[from] === MINUS ? from + 1 : from;
    if (bytes[at] === ZERO) at += 1;
    else at = this.#digits(at);
    if (at !== BAD && bytes[at] === DOT) at = this.#digits(at + 1);
    if (at !== BAD && ((bytes[at] ?? 0) | 0x20) === SMALL_E) {
      const sign = bytes[at + 1];
      at = this.#digits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    return at;
  }

  /** The place behind one digit or more. */
  #digits(from: number): number {
    let at = from;
    while (((this.bytes[at] ?? 0) - ZERO) >>> 0 < 10) at += 1;
    return at === from ? BAD : at;
  }
}

/** Whether one of the first bytes is a control character. */
function hasControls(view: DataView, size: number): boolean {
  let found = 0;
  let at = 0;
  for (; at + 4 <= size; at += 4) {
    const word = view.getInt32(at, true);
    found |= (word - 0x20202020) & ~word;
  }
  for (; at < size; at += 1) if (view.getUint8(at) < 32) return true;
  return (found & 0x80808080) !== 0;
}
