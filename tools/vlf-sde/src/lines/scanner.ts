/**
 * Takes instances of a scope without parsing them. `FieldScanner` sees to it that a line is right JSON in the form in
 * which our tools write it; of such a line the places of the wanted values are found by a few rules.
 */
import { Buffer, isAscii } from "node:buffer";
import { FieldScanner, type WantedFields } from "@vlf/common/fields";
import { isWithin } from "@vlf/common/hierarchy";
import type { Instance } from "@vlf/common/records";
import { NotAlone } from "@vlf/common/scopes";
import { type Layout, Line, Lines, NONE } from "./line.ts";

/** A model whose instances are taken so. */
export interface LineModel {
  /** Full name: `device/cucm/User`. */
  readonly model: string;
  readonly layout: Layout;
}

/** Takes instances; the bytes are the length of the line. */
export interface LineTaker<M> {
  line(model: M, line: Line, bytes: number): void;
  /** One that had to be parsed. */
  parsed(instance: Instance, bytes: number): void;
}

const LF = 10;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const BACKSLASH = 92;

const TO_MODEL = '{"type":"instance","model":"';
const TO_PKID = '","pkid":"';
const TO_HIERARCHY = '","hierarchy":"';
const TO_DATA = '","data":';

/** A key of `data` as it was met, with the colon behind it. */
interface Key {
  /** All but the last bytes by four, then the last four. */
  readonly words: Int32Array;
  readonly length: number;
  readonly slot: number;
}

interface Known<M> {
  readonly model: M;
  readonly toPkid: number;
  /** In the order in which they were met: instances of a model have theirs in one order. */
  readonly keys: Key[];
}

export class LineScanner<M extends LineModel> {
  readonly scanner: FieldScanner;
  /** Used again for each scope: the lines of the one before are done with. */
  readonly #lines: Lines = new Lines();
  #taker: LineTaker<M> | undefined;
  #scope = "";
  /** Number of the line that begins at the next place. */
  #number = 1;
  #next = 0;
  /** The first backslash at or behind the next place. */
  #backslash = 0;

  /** @param parsed full names of models whose lines are to be parsed; lines of those that are in neither list are checked and dropped */
  constructor(models: Iterable<M>, parsed: Iterable<string>) {
    const fields = new Map<string, WantedFields | "parse">();
    for (const model of models) {
      const toPkid = TO_MODEL.length + Buffer.byteLength(model.model) + TO_PKID.length;
      const known: Known<M> = { model, toPkid, keys: [] };
      fields.set(model.model, {
        keys: [],
        take: (pkid, hierarchy, _values, line) => this.#take(known, pkid, hierarchy, line),
      });
    }
    for (const model of parsed) fields.set(model, "parse");
    this.scanner = new FieldScanner(fields);
  }

  /** Goes on with the lines of a scope, which are all that the scanner is given. */
  begin(scope: string, bytes: Buffer, taker: LineTaker<M>): void {
    this.#scope = scope;
    this.#taker = taker;
    this.#lines.open(bytes, isAscii(bytes));
    this.#number = 1;
    this.#next = 0;
    this.#backslash = bytes.indexOf(BACKSLASH);
  }

  /** @throws {NotAlone} for an instance elsewhere */
  #take(known: Known<M>, pkid: string, hierarchy: string, line: number): void {
    if (!isWithin(hierarchy, this.#scope)) throw new NotAlone();
    const lines = this.#lines;
    const { bytes } = lines;
    for (; this.#number < line; this.#number += 1) this.#next = bytes.indexOf(LF, this.#next) + 1;
    const start = this.#next;
    const at = this.#keep(known, pkid, hierarchy, start, this.#hasEscapes(start));
    if (at !== NONE) {
      const { model } = known;
      this.#taker?.line(model, new Line(pkid, hierarchy, model.layout, lines, at), this.#next - 1 - start);
      return;
    }
    const end = bytes.indexOf(LF, start);
    this.#next = end + 1;
    this.#number = line + 1;
    this.#taker?.parsed(JSON.parse(bytes.toString("utf8", start, end)) as Instance, end - start);
  }

  #hasEscapes(start: number): boolean {
    if (this.#backslash < 0) return false;
    const { bytes } = this.#lines;
    if (this.#backslash < start) this.#backslash = bytes.indexOf(BACKSLASH, start);
    return this.#backslash >= 0 && this.#backslash < bytes.indexOf(LF, start);
  }

  /** Puts down where the values of a line stand, and goes on to the next; `NONE` where it has another form. */
  #keep(
    { model, toPkid, keys }: Known<M>,
    pkid: string,
    hierarchy: string,
    start: number,
    escapes: boolean,
  ): number {
    const lines = this.#lines;
    const { bytes, view } = lines;
    const pkidStart = start + toPkid;
    const pkidEnd = pkidStart + lines.bytesOf(pkid);
    const dataStart = pkidEnd + TO_HIERARCHY.length + lines.bytesOf(hierarchy) + TO_DATA.length;
    if (bytes[pkidEnd] !== QUOTE || bytes[dataStart] !== OPEN_OBJECT || bytes[dataStart - 1] !== COLON)
      return NONE;
    const at = lines.add(model.layout.slots.size);
    let hasOthers = false;
    let next = 0;
    let place = dataStart + 1;
    while (bytes[place] === QUOTE) {
      let key: Key | undefined;
      for (let tries = keys.length; tries > 0 && key === undefined; tries -= 1) {
        const candidate = keys[next] as Key;
        next = next + 1 === keys.length ? 0 : next + 1;
        if (isAt(candidate, view, place)) key = candidate;
      }
      if (key === undefined) keys.push((key = keyAt(bytes, place, model.layout)));
      const from = place + key.length;
      const to = valueEnd(bytes, view, from, escapes);
      if (key.slot === NONE) hasOthers = true;
      else lines.setValue(at, key.slot, from, to, escapes);
      place = bytes[to] === COMMA ? to + 1 : to;
    }
    // Behind the data are the bracket of the record and the line feed.
    if (bytes[place + 2] !== LF) return NONE;
    lines.setLine(at, hashOf(bytes, pkidStart, pkidEnd), hasOthers, dataStart, place + 1);
    this.#next = place + 3;
    this.#number += 1;
    return at;
  }
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return hash;
}

function keyAt(bytes: Buffer, at: number, { slots }: Layout): Key {
  const end = bytes.indexOf(QUOTE, at + 1);
  const length = end + 2 - at;
  const words = new Int32Array(((length - 1) >> 2) + 1);
  for (let nth = 0; nth < words.length - 1; nth += 1) words[nth] = bytes.readInt32LE(at + 4 * nth);
  words[words.length - 1] = length < 4 ? 0 : bytes.readInt32LE(at + length - 4);
  return { words, length, slot: slots.get(bytes.toString("utf8", at + 1, end)) ?? NONE };
}

/** Keys of a single character have four bytes with their quotes and colon. */
function isAt({ words, length }: Key, view: DataView, at: number): boolean {
  const last = words.length - 1;
  for (let nth = 0; nth < last; nth += 1) if (view.getInt32(at + 4 * nth, true) !== words[nth]) return false;
  return view.getInt32(at + length - 4, true) === words[last];
}

/** The place behind a value. */
function valueEnd(bytes: Buffer, view: DataView, from: number, escapes: boolean): number {
  if (bytes[from] === QUOTE) return textEnd(bytes, view, from + 1, escapes) + 1;
  let at = from;
  let depth = 0;
  for (;;) {
    const byte = bytes[at];
    if (byte === QUOTE) at = textEnd(bytes, view, at + 1, escapes);
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
    else if (depth === 0 && (byte === COMMA || byte === CLOSE_OBJECT)) return at;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
    at += 1;
  }
}

/** The place of the quote that ends a text. */
function textEnd(bytes: Buffer, view: DataView, from: number, escapes: boolean): number {
  if (!escapes) return quoteFrom(view, from);
  let at = from;
  while (bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** The place of the next quote from here, four bytes at a time: the lowest byte that is a quote becomes 0x80, all below it 0. */
function quoteFrom(view: DataView, from: number): number {
  for (let at = from; ; at += 4) {
    const odd = view.getInt32(at, true) ^ 0x22222222;
    const found = (odd - 0x01010101) & ~odd & 0x80808080;
    if (found !== 0) return at + ((31 - Math.clz32(found & -found)) >> 3);
  }
}
