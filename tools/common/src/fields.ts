/**
 * Reads chosen fields of instance lines without parsing them: most of a line is never made into values.
 * A line is read only in the form in which our tools write it, and only after every byte of it was seen
 * to be right; any other line is left to `JSON.parse`. So the outcome is that of parsing (docs/adr/0036).
 */
import { Buffer } from "node:buffer";
import { joinKey, namesBelow } from "./axl.ts";
import { type Scanner, startScanner } from "./_scanner.ts";

/** What is wanted of a model's instances. */
export interface WantedFields {
  /** Keys of `data`, of the first level. */
  readonly keys: readonly string[];
  /** Of each key whether its texts are given in the form in which names are compared (`joinKey`); of none, if missing. */
  readonly compared?: readonly boolean[];
  /**
   * Of each key below which path only names are wanted: its value is then an array of them (`namesBelow`), an empty one if the key is
   * missing. Where it is `undefined`, and of all keys if there is none of these, the value comes as it is.
   */
  readonly lists?: readonly (readonly string[] | undefined)[];
  /** Takes an instance; `values` are those of the keys, `undefined` where one is missing, and hold until the next call. */
  take(pkid: string, hierarchy: string, values: readonly unknown[], line: number): void;
}

/** By model: its fields, or that its lines are to be parsed. Instances of other models are checked and dropped. */
export type FieldsByModel = ReadonlyMap<string, WantedFields | "parse">;

// Where things are in the memory of the scanner, and what its numbers mean: ../scanner/memory.ts and line.ts.
const INPUT = 0x10000;
const INPUT_BYTES = 0x40000;
const TAPE = 0x60000 / 4;
const PARSE = 0;
const TAKEN = 1;
const DROPPED = 2;
const MISSING = 0;
const NULL = 1;
const TRUE = 2;
const FALSE = 3;
const KNOWN_NAME = 4;
const NEW_NAME = 5;
const TEXT = 6;
const LIST = 8;
const KEYED_LIST = 9;
const KIND_BITS = 4;
const KIND = 15;
const DONE = 0;
const NEW_MODEL = 2;
const NEW_KEY = 3;
const NOT_WANTED = -1;
const UNREADABLE = -2;

/** Models of which more is wanted are parsed: their lines would not fit the tape. */
const MANY = 512;

/** A collection that stands for its value; at the first level of `data` it is left to the parser. */
const WRAPPER = "_value_1";

interface Model {
  readonly wanted: WantedFields | undefined;
  readonly slots: ReadonlyMap<string, number>;
  readonly values: unknown[];
  /** Of each value whether a text is given as it is compared. */
  readonly compared: readonly boolean[];
  readonly lists: readonly (readonly string[] | undefined)[];
}

/** Scans the lines of a block of bytes, one after the other. */
export class FieldScanner {
  /** The longest block, in bytes. */
  static readonly longest: number = INPUT_BYTES;

  /** The line that was found last: its place in the block, without its line feed. */
  start = 0;
  end = 0;
  /** Whether it was read; otherwise it has to be parsed. */
  isRead = false;

  readonly #wanted: FieldsByModel;
  readonly #scanner: Scanner | undefined;
  readonly #bytes: Buffer;
  readonly #tape: Int32Array;
  /** By number. */
  readonly #models: Model[] = [];
  /** The scanner has room for more models and keys. */
  #learns = true;
  /** Texts that were met lately, by their places: as they came, and as they are compared. */
  readonly #names: string[] = [];
  readonly #joinKeys: string[] = [];
  #isAscii = true;
  #next = 0;
  #tapeEnd = 0;
  /** Where the block goes on behind what is on the tape, and where it ends. */
  #rest = 0;
  #blockEnd = 0;
  #model: Model | undefined;
  #pkidAt = 0;
  #hierarchy = "";

  constructor(wanted: FieldsByModel) {
    this.#wanted = wanted;
    this.#scanner = startScanner();
    const memory = this.#scanner?.memory.buffer ?? new ArrayBuffer(0);
    this.#bytes = Buffer.from(memory);
    this.#tape = new Int32Array(memory);
  }

  /** Goes on with this block of whole lines, which is UTF-8. `false`: it has to be parsed. */
  open(block: Uint8Array, isAscii: boolean): boolean {
    if (this.#scanner === undefined || block.length > INPUT_BYTES) return false;
    // Somebody stopped reading the block before, in which names may have come.
    if (this.#next < this.#tapeEnd || this.#rest < this.#blockEnd) this.#scanner.forget();
    this.#isAscii = isAscii;
    this.#bytes.set(block, INPUT);
    this.#rest = INPUT;
    this.#blockEnd = INPUT + block.length;
    this.#next = 0;
    this.#tapeEnd = 0;
    return true;
  }

  /** Finds the next line; `false` when there is none. */
  next(): boolean {
    while (this.#next === this.#tapeEnd) {
      if (this.#rest === this.#blockEnd) return false;
      this.#scan(this.#scanner as Scanner);
    }
    const tape = this.#tape;
    const at = this.#next;
    const head = tape[at] as number;
    const kind = head & 3;
    this.start = (tape[at + 1] as number) - INPUT;
    this.end = (tape[at + 2] as number) - INPUT;
    this.isRead = kind !== PARSE;
    if (kind === TAKEN) {
      this.#read(this.#models[head >> 2] as Model, at + 3);
    } else {
      this.#model = undefined;
      this.#next = at + 3;
    }
    return true;
  }

  /** Hands over the line that was found last, and was read. */
  take(line: number): void {
    const model = this.#model;
    if (model === undefined) return; // dropped
    const start = this.#tape[this.#pkidAt] as number;
    const end = this.#tape[this.#pkidAt + 1] as number;
    const pkid = this.#isAscii ? latin1(this.#bytes, start, end) : this.#bytes.toString("utf8", start, end);
    model.wanted?.take(pkid, this.#hierarchy, model.values, line);
  }

  #scan(scanner: Scanner): void {
    const why = scanner.scan(this.#rest, this.#blockEnd, this.#learns ? 1 : 0);
    this.#rest = scanner.stoppedAt();
    this.#next = TAPE;
    this.#tapeEnd = scanner.tapeEnd() >> 2;
    if (why === DONE) this.#rest = this.#blockEnd;
    else if (why === NEW_MODEL) this.#learns = this.#learnModel(scanner);
    else if (why === NEW_KEY) this.#learns = this.#learnKey(scanner);
  }

  #learnModel(scanner: Scanner): boolean {
    const name = this.#bytes.toString("utf8", scanner.newTextStart(), scanner.newTextEnd() - 1);
    const wanted = this.#wanted.get(name);
    const fields = typeof wanted === "object" && wanted.keys.length <= MANY ? wanted : undefined;
    const keys = fields?.keys ?? [];
    const kind = wanted === undefined ? DROPPED : fields === undefined ? PARSE : TAKEN;
    this.#models.push({
      wanted: fields,
      slots: new Map(keys.map((key, slot) => [key, slot])),
      values: keys.map(() => undefined),
      compared: keys.map((_, slot) => fields?.compared?.[slot] === true),
      lists: keys.map((_, slot) => fields?.lists?.[slot]),
    });
    return scanner.addModel(kind, keys.length) !== 0;
  }

  #learnKey(scanner: Scanner): boolean {
    const { slots, lists } = this.#models[scanner.newKeyModel()] as Model;
    const key = this.#bytes.toString("utf8", scanner.newTextStart() + 1, scanner.newTextEnd() - 2);
    const slot = key === WRAPPER ? UNREADABLE : (slots.get(key) ?? NOT_WANTED);
    return scanner.addKey(slot, lists[slot] !== undefined) !== 0;
  }

  /** Reads the values of a line that is taken, all of them, so that no name is missed. */
  #read(model: Model, from: number): void {
    const tape = this.#tape;
    this.#model = model;
    this.#pkidAt = from;
    const path = tape[from + 2] as number;
    if (path !== 0) this.#hierarchy = this.#bytes.toString("utf8", path, tape[from + 3]);
    const { values, compared, lists } = model;
    let at = from + 4;
    this.#next = at + 3 * values.length;
    for (let slot = 0; slot < values.length; slot += 1, at += 3) {
      const kind = tape[at] as number;
      const below = lists[slot];
      if (below !== undefined) {
        values[slot] = this.#list(kind, at, below);
        continue;
      }
      const isCompared = compared[slot] === true;
      values[slot] =
        (kind & KIND) === KNOWN_NAME
          ? (isCompared ? this.#joinKeys : this.#names)[kind >> KIND_BITS]
          : this.#value(kind, at, isCompared);
    }
  }

  /** The names below a key; those of a list stand behind the values of the line, one list behind the other. */
  #list(kind: number, at: number, below: readonly string[]): readonly string[] {
    const isKeyed = (kind & KIND) === KEYED_LIST;
    if (!isKeyed && (kind & KIND) !== LIST) return namesBelow(this.#value(kind, at, false), below);
    const key = isKeyed ? this.#item(false) : undefined;
    const texts: string[] = [];
    for (let left = (kind >> KIND_BITS) - (isKeyed ? 1 : 0); left > 0; left -= 1) {
      const name = this.#item(true);
      if (name !== "") texts.push(name);
    }
    // As `leaves()` walks: through the key that is looked for, or through a wrapper.
    return isKeyed && key !== below[0] && key !== WRAPPER ? [] : texts;
  }

  /** The next text behind the values of the line. */
  #item(isCompared: boolean): string {
    const at = this.#next;
    this.#next += 3;
    return this.#value(this.#tape[at] as number, at, isCompared) as string;
  }

  #value(kind: number, at: number, isCompared: boolean): unknown {
    const start = this.#tape[at + 1] as number;
    const end = this.#tape[at + 2] as number;
    switch (kind & KIND) {
      case KNOWN_NAME:
        return (isCompared ? this.#joinKeys : this.#names)[kind >> KIND_BITS];
      case MISSING:
        return undefined;
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case NEW_NAME:
        return this.#newName(kind >> KIND_BITS, latin1(this.#bytes, start, end), isCompared);
      case TEXT:
        return formOf(this.#bytes.toString("utf8", start, end), isCompared);
      default:
        return formOf(JSON.parse(this.#bytes.toString("utf8", start, end)), isCompared);
    }
  }

  #newName(place: number, name: string, isCompared: boolean): string {
    const key = joinKey(name);
    this.#names[place] = name;
    this.#joinKeys[place] = key;
    return isCompared ? key : name;
  }
}

function formOf(value: unknown, isCompared: boolean): unknown {
  return isCompared && typeof value === "string" ? joinKey(value) : value;
}

/** `toString("latin1")` without looking up the encoding each time, which takes as long as making a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}
