/** JSON written as bytes, row after row, into the memory of the module. The texts are those of `JSON.stringify()`. */
import { Buffer } from "node:buffer";
import type { Line } from "./lines/line.ts";
import { type Memory, moduleMemory } from "./module.ts";
import { PlacedText } from "./placed-text.ts";

/** Four bytes are written in one step, also where fewer are needed. */
const STEP = 4;
/** UTF-8 takes at most so many bytes for a UTF-16 code unit, an escape six. */
const MOST_BYTES = 6;
/** Texts up to this are written character by character: calling the engine takes longer. */
const SHORT = 64;

const OPEN_OBJECT = 123;
const QUOTE = 34;

/** Text that is written often: a key with the comma before and the colon behind it, or a value that comes again. */
export class Fixed {
  readonly length: number;
  readonly bytes: Buffer;
  readonly words: Int32Array;

  constructor(text: string) {
    const bytes = Buffer.from(text);
    this.bytes = bytes;
    this.length = bytes.length;
    const padded = Buffer.concat([bytes, Buffer.alloc(-bytes.length & (STEP - 1))]);
    this.words = Int32Array.from({ length: padded.length / STEP }, (_, nth) =>
      padded.readInt32LE(STEP * nth),
    );
  }

  /** A value as JSON. */
  static json(value: unknown): Fixed {
    return new Fixed(JSON.stringify(value));
  }
}

const OPEN = new Fixed("{");
const CLOSE = new Fixed("}");
const OPEN_ARRAY = new Fixed("[");
const CLOSE_ARRAY = new Fixed("]");
const COMMA = new Fixed(",");
const TRUE = new Fixed("true");
const FALSE = new Fixed("false");

/** Keys of objects in rows: nearly always a few dozen. */
const heads = new Map<string, Fixed>();
const MOST_HEADS = 1024;

function headOf(key: string): Fixed {
  let head = heads.get(key);
  if (head === undefined) {
    head = new Fixed(`,${JSON.stringify(key)}:`);
    if (heads.size < MOST_HEADS) heads.set(key, head);
  }
  return head;
}

/** Room for most rows; a value that is longer is written by itself. */
const ROW_BYTES = 4096;

/** How a cell of a row is written. */
export interface CopiedCell {
  readonly head: Fixed;
  /** The slots of which the first one that has a value is copied; of a cell that is written otherwise, `undefined`. */
  readonly slots: readonly number[] | undefined;
  readonly isFlag: boolean;
}

// As ../module/cells.ts has it.
const OTHER = 0;
const TEXT = 1;
const FLAG = 2;

/** Cells as the module reads them. */
export class CellProgram {
  readonly place: number;

  private constructor(place: number) {
    this.place = place;
  }

  /** `undefined` where the module has no room for more. */
  static of(cells: readonly CopiedCell[]): CellProgram | undefined {
    const memory = moduleMemory();
    const places = cells.map(({ head, slots, isFlag }) => {
      const kind = slots === undefined ? OTHER : isFlag ? FLAG : TEXT;
      return memory.program([kind, head.bytes, slots?.length ?? 0, ...(slots ?? [])]);
    });
    const place = places.includes(0) ? 0 : memory.program([cells.length, ...places]);
    if (place === 0) return undefined;
    return new CellProgram(place);
  }
}

/** There is one at a time: all write into the same memory, from where its rows begin. */
export class JsonText {
  readonly memory: Memory = moduleMemory();

  constructor() {
    this.clear();
  }

  /** The place behind what is written. */
  get end(): number {
    return this.memory.end;
  }

  clear(): void {
    this.memory.end = this.memory.rows;
  }

  /** What is written, from a place on. */
  textFrom(start: number): string {
    return this.memory.bytes.toString("utf8", start, this.memory.end);
  }

  /** Text as it is. */
  fixed({ length, words }: Fixed): void {
    this.memory.makeRoom(length);
    const { view, end } = this.memory;
    for (let nth = 0; nth < words.length; nth += 1)
      view.setInt32(end + STEP * nth, words[nth] as number, true);
    this.memory.end = end + length;
  }

  /** The same for text that is long, or written seldom. */
  raw(bytes: Uint8Array): void {
    this.memory.makeRoom(bytes.length);
    this.memory.bytes.set(bytes, this.memory.end);
    this.memory.end += bytes.length;
  }

  /** A member of an object: its key, and a comma where it is not the first. */
  key(key: Fixed): void {
    const { memory } = this;
    if (memory.bytes[memory.end - 1] === OPEN_OBJECT) {
      // The comma is written over the bracket, which is put in its place again.
      memory.end -= 1;
      this.fixed(key);
      memory.bytes[memory.end - key.length] = OPEN_OBJECT;
    } else {
      this.fixed(key);
    }
  }

  /** Writes cells that are copied from a line, from a number on; gives that of the first one which is not. */
  copied(program: CellProgram, from: number, { at, block }: Line): number {
    const { memory } = block;
    const { exports } = memory;
    memory.makeRoom(ROW_BYTES);
    const next = exports.writeCells(program.place, from, 4 * at, memory.end, memory.bytes.length);
    memory.end = exports.cellsEnd();
    return next;
  }

  /** A value; what JSON does not have, `undefined` above all, is left to the caller. */
  json(value: unknown): void {
    if (typeof value === "string") this.#text(value);
    else if (value === true) this.fixed(TRUE);
    else if (value === false) this.fixed(FALSE);
    else if (typeof value === "number" && Number.isSafeInteger(value)) this.#ascii(String(value));
    else if (typeof value !== "object" || value === null) this.#any(JSON.stringify(value));
    else if (value instanceof PlacedText) this.#placed(value);
    else if (value instanceof Fixed) this.raw(value.bytes);
    else if (Array.isArray(value)) this.#items(value);
    else this.#members(value);
  }

  #items(items: readonly unknown[]): void {
    this.fixed(OPEN_ARRAY);
    for (let nth = 0; nth < items.length; nth += 1) {
      if (nth > 0) this.fixed(COMMA);
      this.json(items[nth] ?? null);
    }
    this.fixed(CLOSE_ARRAY);
  }

  #members(object: object): void {
    this.fixed(OPEN);
    for (const key in object) {
      const value = (object as Record<string, unknown>)[key];
      if (value === undefined) continue;
      this.key(headOf(key));
      this.json(value);
    }
    this.fixed(CLOSE);
  }

  #text(text: string): void {
    if (text.length > SHORT) return this.#any(JSON.stringify(text));
    const { memory } = this;
    memory.makeRoom(text.length + 2);
    const { bytes } = memory;
    let to = memory.end;
    bytes[to++] = QUOTE;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      // Quotes, backslashes, control characters and what is not ASCII.
      if (code < 32 || code > 126 || code === QUOTE || code === 92) return this.#any(JSON.stringify(text));
      bytes[to++] = code;
    }
    bytes[to++] = QUOTE;
    memory.end = to;
    return undefined;
  }

  #placed({ start, end }: PlacedText): void {
    const { memory } = this;
    memory.makeRoom(end - start + 2);
    const { bytes, view } = memory;
    const to = memory.end + 1;
    bytes[memory.end] = QUOTE;
    for (let at = start; at < end; at += STEP) view.setInt32(to + at - start, view.getInt32(at, true), true);
    memory.end = to + end - start + 1;
    bytes[memory.end - 1] = QUOTE;
  }

  #ascii(text: string): void {
    const { memory } = this;
    memory.makeRoom(text.length);
    for (let at = 0; at < text.length; at += 1) memory.bytes[memory.end++] = text.charCodeAt(at);
  }

  #any(json: string): void {
    const { memory } = this;
    memory.makeRoom(json.length * MOST_BYTES);
    memory.end += memory.bytes.write(json, memory.end);
  }
}
