/**
 * Walks JSON as bytes, so that what nobody wants of it is never made into values (docs/adr/0041). Every byte is held
 * against the grammar; what has another form than an API writes (control characters, escapes in names, equal names,
 * deep nesting) is given up, and left to `JSON.parse`.
 */
import type { Buffer } from "node:buffer";
import { BAD, DEEP, JsonBytes } from "./json-bytes.ts";
import { type Name, type Reading, type Readings, Shape } from "./shapes.ts";
import { Words } from "./words.ts";

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const SPACE = 32;
const SMALL_F = 102;
const SMALL_N = 110;
const SMALL_T = 116;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Names that are remembered in all, and of the objects at one place; documents with more are given up. */
const MANY = 20_000;
const MANY_AT_ONE_PLACE = 500;
/** Longest value that is remembered, and how often one is put in the place of another that did not come again. */
const MEMO_BYTES = 512;
const MEMOS = 16;
/** A whole number of so many characters is written as it was read. */
const SURE_DIGITS = 15;

/** Takes an item of the list that is read item by item, between two places; false gives the document up. */
export type Take = (start: number, end: number) => boolean;

/** Reads documents of one form. */
export class Walker extends JsonBytes {
  /** By slot: where the name of a member begins, its value, and where that ends; 0 where it is not there. */
  readonly starts: Int32Array;
  readonly values: Int32Array;
  readonly ends: Int32Array;
  /** By slot: whether what is kept of a value is the value as it stands. */
  readonly isPlain: Uint8Array;
  readonly #root: Shape;
  /** The first slot of items: those before it are of the document. */
  readonly #firstOfItem: number;
  readonly #take: Take;
  #names = 0;
  #stamp = 0;
  #plain = true;

  /** @param slots of the readings, those of the document before those of its items */
  constructor(readings: Readings, slots: { readonly all: number; readonly firstOfItem: number }, take: Take) {
    super();
    this.starts = new Int32Array(slots.all);
    this.values = new Int32Array(slots.all);
    this.ends = new Int32Array(slots.all);
    this.isPlain = new Uint8Array(slots.all);
    this.#root = Shape.of(readings);
    this.#firstOfItem = slots.firstOfItem;
    this.#take = take;
  }

  /**
   * Reads the document in the first `size` bytes, which are UTF-8; `SPARE_BYTES` have to be there behind them. False: it has to be
   * parsed; what was taken of it may be wrong.
   */
  walk(bytes: Buffer, size: number): boolean {
    if (!this.open(bytes, size)) return false;
    this.starts.fill(0);
    try {
      const start = this.spaces(0);
      if (bytes[start] !== OPEN_OBJECT) return false;
      const end = this.#members(this.#root, start + 1, 1);
      return end !== BAD && this.spaces(end) === size;
    } catch (error) {
      // Looked for something behind the end of the memory.
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** Reads the members of an object from behind its bracket; gives the place behind it, as all of these do. */
  #members(shape: Shape, from: number, depth: number): number {
    const { bytes } = this;
    const stamp = (this.#stamp += 1);
    shape.next = 0;
    let at = this.spaces(from);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      const name = this.#name(shape, at);
      if (name === undefined || name.isOdd) return BAD;
      const start = at;
      at = this.spaces(at + name.text.length);
      const { reading } = name;
      if (reading === undefined) at = this.#known(name, at, depth);
      else {
        if (name.stamp === stamp) return BAD;
        name.stamp = stamp;
        const { slot } = reading;
        this.starts[slot] = start;
        this.values[slot] = at;
        at = this.#read(name, reading, at, depth);
        this.ends[slot] = at;
      }
      if (at === BAD) return BAD;
      at = this.spaces(at);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_OBJECT ? at + 1 : BAD;
      at = this.spaces(at + 1);
    }
  }

  #read(name: Name, { kind, slot }: Reading, at: number, depth: number): number {
    const { below } = name;
    if (kind === "find" || below === undefined) return this.#known(name, at, depth);
    if (kind === "keep") {
      this.#plain = true;
      const end = this.#kept(below, at, depth);
      this.isPlain[slot] = this.#plain ? 1 : 0;
      return end;
    }
    if (kind === "enter")
      return this.bytes[at] === OPEN_OBJECT ? this.#members(below, at + 1, depth + 1) : BAD;
    return this.#each(below, at, depth + 1);
  }

  #each(shape: Shape, from: number, depth: number): number {
    const { bytes } = this;
    if (bytes[from] !== OPEN_ARRAY) return BAD;
    let at = this.spaces(from + 1);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    for (;;) {
      if (bytes[at] !== OPEN_OBJECT) return BAD;
      this.starts.fill(0, this.#firstOfItem);
      const end = this.#members(shape, at + 1, depth + 1);
      if (end === BAD || !this.#take(at, end)) return BAD;
      at = this.spaces(end);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_ARRAY ? at + 1 : BAD;
      at = this.spaces(at + 1);
    }
  }

  /** A value that is not kept: the same as last time, or any. */
  #known(name: Name, at: number, depth: number): number {
    const { memo } = name;
    if (memo?.isAt(this.view, at) === true) return at + memo.length;
    const backslash = this.backslash;
    const end = this.value(at, depth);
    if (name.memos < MEMOS && end - at >= 4 && end - at <= MEMO_BYTES) {
      const byte = this.bytes[at];
      // Only what says itself where it ends; backslashes are to be met one by one.
      const isClosed = byte === QUOTE || byte === OPEN_ARRAY || byte === OPEN_OBJECT;
      if (isClosed && backslash === this.backslash) {
        name.memo = new Words(this.bytes.subarray(at, end));
        name.memos += 1;
      }
    }
    return end;
  }

  /** A value of which something is kept. */
  #kept(shape: Shape, at: number, depth: number): number {
    switch (this.bytes[at] as number) {
      case QUOTE: {
        const backslash = this.backslash;
        const end = this.text(at + 1);
        if (backslash !== this.backslash) this.#plain = false;
        return end;
      }
      case OPEN_OBJECT:
        return depth === DEEP ? BAD : this.#keptMembers(shape, at + 1, depth + 1);
      case OPEN_ARRAY:
        return depth === DEEP ? BAD : this.#keptItems(shape, at + 1, depth + 1);
      case SMALL_N:
      case SMALL_T:
      case SMALL_F:
        return this.value(at, depth);
      default: {
        const end = this.number(at);
        if (!this.#isSure(at, end)) this.#plain = false;
        return end;
      }
    }
  }

  #keptMembers(shape: Shape, from: number, depth: number): number {
    const { bytes } = this;
    const stamp = (this.#stamp += 1);
    const { isWhole } = shape;
    let rank = -1;
    shape.next = 0;
    let at = this.#keptSpaces(from);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      const name = this.#name(shape, at);
      if (name === undefined) return BAD;
      at = this.#keptSpaces(at + name.text.length);
      // What is written has each name once, and those that are chosen in their order.
      const isInPlace = isWhole ? name.stamp !== stamp : name.rank > rank;
      if (!isInPlace || name.isOdd) this.#plain = false;
      name.stamp = stamp;
      ({ rank } = name);
      at = name.below === undefined ? this.value(at, depth) : this.#kept(name.below, at, depth);
      if (at === BAD) return BAD;
      at = this.#keptSpaces(at);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_OBJECT ? at + 1 : BAD;
      at = this.#keptSpaces(at + 1);
    }
  }

  #keptItems(shape: Shape, from: number, depth: number): number {
    const { bytes } = this;
    let at = this.#keptSpaces(from);
    if (bytes[at] === CLOSE_ARRAY) return at + 1;
    for (;;) {
      at = this.#kept(shape, at, depth);
      if (at === BAD) return BAD;
      at = this.#keptSpaces(at);
      if (bytes[at] !== COMMA) return bytes[at] === CLOSE_ARRAY ? at + 1 : BAD;
      at = this.#keptSpaces(at + 1);
    }
  }

  /** The place behind a name and its colon. */
  #name(shape: Shape, at: number): Name | undefined {
    const { names } = shape;
    let { next } = shape;
    for (let tries = names.length; tries > 0; tries -= 1) {
      const name = names[next] as Name;
      next = next + 1 === names.length ? 0 : next + 1;
      if (!name.text.isAt(this.view, at)) continue;
      shape.next = next;
      return name;
    }
    if (this.bytes[at] !== QUOTE || names.length >= MANY_AT_ONE_PLACE || this.#names >= MANY)
      return undefined;
    const end = this.quote(at + 1);
    if (end > this.backslash || end === at + 1 || this.bytes[end + 1] !== COLON) return undefined;
    this.#names += 1;
    shape.next = 0;
    return shape.learn(this.bytes.subarray(at, end + 2));
  }

  /** Blanks within what is kept are not written. */
  #keptSpaces(from: number): number {
    if (this.bytes[from] !== SPACE) return from;
    this.#plain = false;
    return this.spaces(from);
  }

  /** Whether a number is whole, and short enough to be written as it stands. */
  #isSure(from: number, end: number): boolean {
    if (end - from > SURE_DIGITS || this.bytes[from] === MINUS) return false;
    for (let at = from; at < end; at += 1) if (((this.bytes[at] ?? 0) - ZERO) >>> 0 > 9) return false;
    return true;
  }
}
