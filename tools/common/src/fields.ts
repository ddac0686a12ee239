/**
 * Reads chosen fields of instance lines without parsing them: most of a line is never made into values.
 * A line is read only in the form in which our tools write it, and only after every byte of it was seen
 * to be right; any other line is left to `JSON.parse`. So the outcome is that of parsing (docs/adr/0036).
 */
import { Buffer } from "node:buffer";
import { joinKey, namesBelow } from "./axl.ts";
import type { Name, Names } from "./names.ts";
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
  /** Of each key whether its texts are wanted as numbers of names; of none, if missing. Numbers of JSON come as texts there. */
  readonly named?: readonly boolean[] | undefined;
  /** What the pkids are told apart by, as numbers of names (`Names.pkid()`); they are texts if it is missing. */
  readonly pkids?: number | undefined;
  /**
   * Takes an instance; `values` are those of the keys, `undefined` where one is missing, and hold until the next call.
   * `isNew`: its pkid is a number that was not there before, so that it is the first instance with it.
   */
  take(pkid: Name, hierarchy: string, values: readonly unknown[], line: number, isNew: boolean): void;
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
const NUMBER = 10;
const KIND_BITS = 4;
const KIND = 15;
const NAMED = 0x10000;
const DONE = 0;
const NEW_MODEL = 2;
const NEW_KEY = 3;
const NOT_WANTED = -1;
const UNREADABLE = -2;

const NONE: readonly never[] = [];

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
  /** Of each value whether its texts are given as numbers. */
  readonly named: readonly boolean[];
  /** What numbers of its pkids are told apart by; 0 where they are texts. */
  readonly pkids: number;
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
  readonly #names: Names | undefined;
  /** All of its memory, which is another buffer when it has grown. */
  #bytes: Buffer = Buffer.alloc(0);
  #tape: Int32Array = new Int32Array(0);
  /** By number. */
  readonly #models: Model[] = [];
  /** The scanner has room for more models and keys. */
  #learns = true;
  /** Texts that were met lately, by their places: as they came, and as they are compared. */
  readonly #texts: string[] = [];
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

  /** @param names whose numbers are given where numbers are wanted; without them nobody may want any */
  constructor(wanted: FieldsByModel, names?: Names) {
    this.#wanted = wanted;
    this.#names = names;
    this.#scanner = names === undefined ? startScanner() : names.scanner;
    this.#look();
  }

  /** Goes on with this block of whole lines, which is UTF-8. `false`: it has to be parsed. */
  open(block: Uint8Array, isAscii: boolean): boolean {
    if (this.#scanner === undefined || block.length > INPUT_BYTES) return false;
    // Somebody stopped reading the block before, in which names may have come.
    if (this.#next < this.#tapeEnd || this.#rest < this.#blockEnd) this.#scanner.forget();
    this.#look();
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
    this.#look();
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
    const number = this.#tape[this.#pkidAt] as number;
    if (number >= 0) {
      model.wanted?.take(number >> 1, this.#hierarchy, model.values, line, (number & 1) === 1);
      return;
    }
    const start = this.#tape[this.#pkidAt + 1] as number;
    const end = this.#tape[this.#pkidAt + 2] as number;
    const pkid = this.#isAscii ? latin1(this.#bytes, start, end) : this.#bytes.toString("utf8", start, end);
    if (model.pkids === 0) {
      model.wanted?.take(pkid, this.#hierarchy, model.values, line, false);
    } else {
      const known = (this.#names as Names).pkid(pkid, model.pkids);
      this.#look();
      model.wanted?.take(known.number, this.#hierarchy, model.values, line, known.isNew);
    }
  }

  /** Looks at the memory of the scanner again where it has grown: then what was known of it has no length. */
  #look(): void {
    if (this.#tape.length > 0 || this.#scanner === undefined) return;
    const { buffer } = this.#scanner.memory;
    this.#bytes = Buffer.from(buffer);
    this.#tape = new Int32Array(buffer);
  }

  #scan(scanner: Scanner): void {
    const why = scanner.scan(this.#rest, this.#blockEnd, this.#learns ? 1 : 0);
    this.#look();
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
      named: keys.map((_, slot) => fields?.named?.[slot] === true),
      pkids: fields?.pkids ?? 0,
    });
    return scanner.addModel(kind | ((fields?.pkids ?? 0) << 2), keys.length) !== 0;
  }

  #learnKey(scanner: Scanner): boolean {
    const { slots, lists, named } = this.#models[scanner.newKeyModel()] as Model;
    const key = this.#bytes.toString("utf8", scanner.newTextStart() + 1, scanner.newTextEnd() - 2);
    const slot = key === WRAPPER ? UNREADABLE : (slots.get(key) ?? NOT_WANTED);
    return scanner.addKey(named[slot] === true ? slot | NAMED : slot, lists[slot] !== undefined) !== 0;
  }

  /** Reads the values of a line that is taken, all of them, so that no name is missed. */
  #read(model: Model, from: number): void {
    this.#model = model;
    this.#pkidAt = from;
    const path = this.#tape[from + 3] as number;
    if (path !== 0) this.#hierarchy = this.#bytes.toString("utf8", path, this.#tape[from + 4]);
    const { values, compared, lists, named } = model;
    let at = from + 5;
    this.#next = at + 3 * values.length;
    for (let slot = 0; slot < values.length; slot += 1, at += 3) {
      const kind = this.#tape[at] as number;
      const form = kind & KIND;
      const below = lists[slot];
      if (below !== undefined) values[slot] = this.#list(kind, at, below, named[slot] === true);
      else if (form === NUMBER) values[slot] = kind >> KIND_BITS;
      else if (form === NULL) values[slot] = null;
      else if (form === MISSING) values[slot] = undefined;
      else if (named[slot] === true) values[slot] = this.#named(kind, at);
      else values[slot] = this.#value(kind, at, compared[slot] === true);
    }
  }

  /** The names below a key; those of a list stand behind the values of the line, one list behind the other. */
  #list(kind: number, at: number, below: readonly string[], named: boolean): readonly Name[] {
    if ((kind & KIND) === NUMBER) return kind === NUMBER ? NONE : [kind >> KIND_BITS];
    const isKeyed = (kind & KIND) === KEYED_LIST;
    if (!isKeyed && (kind & KIND) !== LIST) {
      const found = namesBelow(this.#value(kind, at, false), below);
      return named ? found.map((name) => this.#number(name)) : found;
    }
    const key = isKeyed ? this.#item(false) : undefined;
    let names: Name[] | undefined;
    for (let left = (kind >> KIND_BITS) - (isKeyed ? 1 : 0); left > 0; left -= 1) {
      const name = named ? this.#numberItem() : this.#item(true);
      if (name === "" || name === 0) continue;
      // Most lists have one name: no room is made for more.
      if (names === undefined) names = [name];
      else names.push(name);
    }
    // As `leaves()` walks: through the key that is looked for, or through a wrapper.
    return names === undefined || (isKeyed && key !== below[0] && key !== WRAPPER) ? NONE : names;
  }

  /** The next text behind the values of the line. */
  #item(isCompared: boolean): string {
    const at = this.#next;
    this.#next += 3;
    return this.#value(this.#tape[at] as number, at, isCompared) as string;
  }

  #numberItem(): number {
    const at = this.#next;
    this.#next += 3;
    return this.#named(this.#tape[at] as number, at) as number;
  }

  /** A value of which texts are given as numbers. */
  #named(kind: number, at: number): unknown {
    if ((kind & KIND) === NUMBER) return kind >> KIND_BITS;
    const value = this.#value(kind, at, false);
    return isTextual(value) ? this.#number(String(value)) : value;
  }

  #number(name: string): number {
    const number = (this.#names as Names).number(name);
    this.#look();
    return number;
  }

  #value(kind: number, at: number, isCompared: boolean): unknown {
    const start = this.#tape[at + 1] as number;
    const end = this.#tape[at + 2] as number;
    switch (kind & KIND) {
      case KNOWN_NAME:
        return (isCompared ? this.#joinKeys : this.#texts)[kind >> KIND_BITS];
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
    this.#texts[place] = name;
    this.#joinKeys[place] = key;
    return isCompared ? key : name;
  }
}

/** What is a name where names are wanted: texts, and numbers of JSON. */
export function isTextual(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

function formOf(value: unknown, isCompared: boolean): unknown {
  return isCompared && typeof value === "string" ? joinKey(value) : value;
}

/** `toString("latin1")` without looking up the encoding each time, which takes as long as making a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}
