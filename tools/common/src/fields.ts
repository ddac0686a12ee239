/**
 * Reads chosen fields of instance lines without parsing them: most of a line is never made into values.
 * A line is taken only in the form in which our tools write it, and only after every byte of it was seen
 * to be right; any other line is left to `JSON.parse`. So the outcome is that of parsing (docs/adr/0036).
 */
import { Buffer } from "node:buffer";
import { latin1, Names, Words } from "./_field-texts.ts";

/** What is wanted of a model's instances. */
export interface WantedFields {
  /** Keys of `data`, of the first level. */
  readonly keys: readonly string[];
  /** Takes an instance; `values` are those of the keys, `undefined` where one is missing, and hold until the next call. */
  take(pkid: string, hierarchy: string, values: readonly unknown[], line: number): void;
}

/** By model: its fields, or that its lines are to be parsed. Instances of other models are checked and dropped. */
export type FieldsByModel = ReadonlyMap<string, WantedFields | "parse">;

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

const PLUS = 43;
const SMALL_E = 101;
const SMALL_F = 102;
const SMALL_N = 110;
const SMALL_T = 116;
const SMALL_U = 117;
const BACKSLASH = 92;
/** What may follow a backslash, beside `u` and four digits. */
const ESCAPED = Buffer.from('"\\/bfnrt');
const FOUR_DIGITS = /^[0-9a-fA-F]{4}$/;

/** Slots of keys that have none among the values. */
const NOT_WANTED = -1;
const UNREADABLE = -2;

const words = (text: string): Words => new Words(Buffer.from(text));
const TO_MODEL = words('{"type":"instance","model":"');
const TO_PKID = words('","pkid":"');
const TO_HIERARCHY = words('","hierarchy":"');
const TO_DATA = words('","data":{');
const TRUE = words("true");
const NULL = words("null");
const FALSE = words("false");

/** A key of `data` as it was met: `"username":`. */
interface Key {
  readonly text: Words;
  /** Its place among the values. */
  readonly slot: number;
}

interface Model {
  /** With the quote behind it. */
  readonly text: Words;
  readonly wanted: WantedFields | "parse" | undefined;
  readonly slots: ReadonlyMap<string, number>;
  readonly values: unknown[];
  /** In the order in which they were met: instances of a model have theirs in one order. */
  readonly keys: Key[];
}

/** Keys of a model, and models, that are remembered; lines with more are parsed. */
const MANY = 1024;

/** Values within values; deeper ones are parsed. */
const DEEP = 32;

/** What `value()` gives for what is none. */
const BAD = -1;

/** A collection that stands for its one value; at the first level of `data` it is left to the parser. */
const WRAPPER = "_value_1";

/** A block of whole lines. It is UTF-8, and has no control characters but line feeds. */
export interface Part {
  readonly bytes: Buffer;
  readonly isAscii: boolean;
}

/** Scans lines of a block of bytes. */
export class FieldScanner {
  readonly #wanted: FieldsByModel;
  /** By a number made of the name's length and last bytes. */
  readonly #models = new Map<number, Model[]>();
  #modelCount = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #isAscii = true;
  readonly #names = new Names();
  /** Of the last line: nearly always that of the next. */
  #hierarchy = "";
  #hierarchyText: Words = TO_MODEL;
  /** The line holds a backslash. */
  #escapes = false;
  /** What is thrown is not of the scanner's own making. */
  #isTaking = false;

  constructor(wanted: FieldsByModel) {
    this.#wanted = wanted;
  }

  /** Goes on with this block. */
  open({ bytes, isAscii }: Part): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#isAscii = isAscii;
  }

  /**
   * Has the line between two places taken. `false`: it has to be parsed.
   * @param line its number, handed on
   * @param escapes whether it holds a backslash
   */
  take(start: number, end: number, line: number, escapes: boolean): boolean {
    this.#isTaking = false;
    this.#escapes = escapes;
    try {
      return this.#take(start, end, line);
    } catch (error) {
      // Looked for something behind the end of the block.
      if (error instanceof RangeError && !this.#isTaking) return false;
      throw error;
    }
  }

  #take(start: number, end: number, line: number): boolean {
    const view = this.#view;
    if (!TO_MODEL.isAt(view, start)) return false;
    const model = this.#modelAt(start + TO_MODEL.length);
    if (model === undefined || model.wanted === "parse") return false;
    const modelEnd = start + TO_MODEL.length + model.text.length - 1;
    if (!TO_PKID.isAt(view, modelEnd)) return false;
    const pkidStart = modelEnd + TO_PKID.length;
    const pkidEnd = this.#name(pkidStart);
    if (pkidEnd === pkidStart || !TO_HIERARCHY.isAt(view, pkidEnd)) return false;
    const pathStart = pkidEnd + TO_HIERARCHY.length;
    const pathEnd = this.#name(pathStart);
    if (pathEnd === pathStart || !TO_DATA.isAt(view, pathEnd)) return false;
    const dataEnd = this.#data(model, pathEnd + TO_DATA.length, end);
    if (dataEnd === BAD || dataEnd + 2 !== end || this.#bytes[dataEnd + 1] !== CLOSE_OBJECT) return false;
    if (model.wanted === undefined) return true;
    const pkid = this.#isAscii
      ? latin1(this.#bytes, pkidStart, pkidEnd)
      : this.#bytes.toString("utf8", pkidStart, pkidEnd);
    const hierarchy = this.#path(pathStart, pathEnd);
    this.#isTaking = true;
    model.wanted.take(pkid, hierarchy, model.values, line);
    this.#isTaking = false;
    return true;
  }

  /** The place of the quote that ends a name, which holds no escapes; where there are some, a place where no name can end. */
  #name(from: number): number {
    const end = this.#quote(from);
    if (this.#escapes) for (let at = from; at < end; at += 1) if (this.#bytes[at] === BACKSLASH) return from;
    return end;
  }

  /** The place of the next quote from here. */
  #quote(from: number): number {
    const view = this.#view;
    for (let at = from; ; at += 4) {
      // The lowest byte that is a quote becomes 0x80 after this, all below it 0.
      const odd = view.getInt32(at, true) ^ 0x22222222;
      const found = (odd - 0x01010101) & ~odd & 0x80808080;
      if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
    }
  }

  #modelAt(at: number): Model | undefined {
    const end = this.#name(at);
    const number = Math.imul(this.#view.getInt32(end - 3, true), 31) ^ (end - at);
    const models = this.#models.get(number);
    if (models !== undefined) for (const model of models) if (model.text.isAt(this.#view, at)) return model;
    const name = this.#bytes.toString("utf8", at, end);
    if (name.length < 3 || this.#modelCount >= MANY) return undefined;
    this.#modelCount += 1;
    const wanted = this.#wanted.get(name);
    const keys = typeof wanted === "object" ? wanted.keys : [];
    const model: Model = {
      text: new Words(this.#bytes.subarray(at, end + 1)),
      wanted,
      slots: new Map(keys.map((key, slot) => [key, slot])),
      values: keys.map(() => undefined),
      keys: [],
    };
    if (models === undefined) this.#models.set(number, [model]);
    else models.push(model);
    return model;
  }

  /** Takes the members of `data` from behind its bracket; gives the place of the closing one. */
  #data({ keys, values, slots }: Model, from: number, lineEnd: number): number {
    const bytes = this.#bytes;
    const view = this.#view;
    for (let slot = 0; slot < values.length; slot += 1) values[slot] = undefined;
    if (bytes[from] === CLOSE_OBJECT) return from;
    let next = 0;
    for (let at = from; ;) {
      let key: Key | undefined;
      for (let tries = keys.length; tries > 0 && key === undefined; tries -= 1) {
        const candidate = keys[next] as Key;
        next = next + 1 === keys.length ? 0 : next + 1;
        if (candidate.text.isAt(view, at)) key = candidate;
      }
      key ??= this.#learn(at, keys, slots);
      if (key === undefined || key.slot === UNREADABLE) return BAD;
      const start = at + key.text.length;
      const end = this.#value(start, 0);
      // A text that is not closed ends at a quote of another line.
      if (end === BAD || end > lineEnd) return BAD;
      if (key.slot >= 0) values[key.slot] = this.#read(start, end);
      const byte = bytes[end];
      if (byte !== COMMA) return byte === CLOSE_OBJECT ? end : BAD;
      at = end + 1;
    }
  }

  #learn(at: number, keys: Key[], slots: ReadonlyMap<string, number>): Key | undefined {
    if (this.#bytes[at] !== QUOTE || keys.length >= MANY) return undefined;
    const end = this.#name(at + 1);
    if (end === at + 1 || this.#bytes[end + 1] !== COLON) return undefined;
    const name = this.#bytes.toString("utf8", at + 1, end);
    const slot = name === WRAPPER ? UNREADABLE : (slots.get(name) ?? NOT_WANTED);
    const key = { text: new Words(this.#bytes.subarray(at, end + 2)), slot };
    keys.push(key);
    return key;
  }

  /** The place behind the value that begins here, `BAD` when there is none or it is too deep. */
  #value(from: number, depth: number): number {
    switch (this.#bytes[from] as number) {
      case QUOTE:
        return this.#escapes ? this.#escaped(from + 1) : this.#quote(from + 1) + 1;
      case OPEN_OBJECT:
        return depth === DEEP ? BAD : this.#members(from + 1, depth + 1);
      case OPEN_ARRAY:
        return depth === DEEP ? BAD : this.#items(from + 1, depth + 1);
      case SMALL_N:
        return NULL.isAt(this.#view, from) ? from + NULL.length : BAD;
      case SMALL_T:
        return TRUE.isAt(this.#view, from) ? from + TRUE.length : BAD;
      case SMALL_F:
        return FALSE.isAt(this.#view, from) ? from + FALSE.length : BAD;
      default:
        return this.#number(from);
    }
  }

  /** The place behind a text that may hold escapes, from behind its first quote. */
  #escaped(from: number): number {
    const bytes = this.#bytes;
    for (let at = from; ;) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      // Beyond the end of the block there is none.
      if (byte === undefined) return BAD;
      if (byte !== BACKSLASH) at += 1;
      else if (bytes[at + 1] === SMALL_U) {
        if (!FOUR_DIGITS.test(bytes.toString("latin1", at + 2, at + 6))) return BAD;
        at += 6;
      } else if (ESCAPED.includes(bytes[at + 1] as number)) at += 2;
      else return BAD;
    }
  }

  #members(from: number, depth: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === CLOSE_OBJECT) return from + 1;
    for (let at = from; ;) {
      if (bytes[at] !== QUOTE) return BAD;
      const end = this.#escapes ? this.#escaped(at + 1) - 1 : this.#quote(at + 1);
      if (bytes[end + 1] !== COLON) return BAD;
      at = this.#value(end + 2, depth);
      if (at === BAD) return BAD;
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_OBJECT ? at + 1 : BAD;
      at += 1;
    }
  }

  #items(from: number, depth: number): number {
    const bytes = this.#bytes;
    if (bytes[from] === CLOSE_ARRAY) return from + 1;
    for (let at = from; ;) {
      at = this.#value(at, depth);
      if (at === BAD) return BAD;
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_ARRAY ? at + 1 : BAD;
      at += 1;
    }
  }

  /** `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?` */
  #number(from: number): number {
    const bytes = this.#bytes;
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
    while (((this.#bytes[at] ?? 0) - ZERO) >>> 0 < 10) at += 1;
    return at === from ? BAD : at;
  }

  #read(start: number, end: number): unknown {
    switch (this.#bytes[start] as number) {
      case QUOTE:
        if (this.#escapes) break;
        return this.#text(start + 1, end - 1);
      case SMALL_N:
        return null;
      case SMALL_T:
        return true;
      case SMALL_F:
        return false;
      default:
    }
    return JSON.parse(this.#bytes.toString("utf8", start, end));
  }

  #text(start: number, end: number): string {
    if (this.#isAscii && end - start <= Names.longest)
      return this.#names.at(this.#bytes, this.#view, start, end);
    return this.#bytes.toString("utf8", start, end);
  }

  #path(start: number, end: number): string {
    if (!this.#hierarchyText.isAt(this.#view, start) || this.#hierarchyText.length !== end + 1 - start) {
      const text = this.#bytes.subarray(start, end + 1);
      if (text.length < 4) return this.#bytes.toString("utf8", start, end);
      this.#hierarchyText = new Words(text);
      this.#hierarchy = this.#bytes.toString("utf8", start, end);
    }
    return this.#hierarchy;
  }
}
