/** Instances that are left in the bytes of their lines: a value is read where it stands, when it is asked for. */
import type { Data } from "@vlf/common/axl";
import type { Projection } from "@vlf/common/models";
import type { Memory } from "../module.ts";
import { type CellText, PlacedText } from "../placed-text.ts";
import type { Source } from "../reports/report.ts";

/** What is kept of the lines of a model. */
export interface Layout {
  /** Keys of `data`, of the first level, with their places among the values. */
  readonly slots: ReadonlyMap<string, number>;
  /** Cuts parsed data down to what reports read. */
  readonly trim: Projection;
  /** What `trim` does where there are other keys as well. */
  readonly prune: Projection;
  /** Values that come again: two for each slot, the second one for lines with other keys as well. */
  readonly values: ParsedValues[];
}

/** Lines of one scope, in the memory of the module until those of the next one come. */
export interface LineBlock {
  readonly memory: Memory;
  readonly isAscii: boolean;
}

/** No value, or none that can be read without parsing. */
export const NONE = -1;

/** Kinds of values, as ../../module/lines.ts puts them down: the lowest bits of a number, above which is the end of the value. */
const KINDS = 3;
const KIND_BITS = 2;
const MISSING = 0;
/** `null`, or an empty text. */
const EMPTY = 1;
/** A text that stands in the line as it is written and read. */
const PLAIN = 2;
const PARSED = 3;

/** What stands in an entry before its values, of which each has two numbers. */
const HASH = 3;
const HAS_OTHERS = 4;
const PKID = 5;
const DATA = 9;
const VALUES = 11;

/** The value that was parsed last, and where it stands. */
let lastBlock: LineBlock | undefined;
let lastStart = 0;
let lastValue: unknown;

/** Texts that are kept of one key. */
const MOST_VALUES = 256;

/** Values that come again, as licenses of users do: the same text is the same value, which nobody changes. */
export class ParsedValues {
  readonly #make: (text: string) => unknown;
  readonly #values = new Map<string, unknown>();
  #misses = 0;
  #hits = 0;

  constructor(make: (text: string) => unknown) {
    this.#make = make;
  }

  parse(text: string): unknown {
    // Where hardly any comes again, looking takes longer than it saves.
    if (this.#misses > MOST_VALUES + this.#hits) return this.#make(text);
    let value = this.#values.get(text);
    if (value === undefined) {
      value = this.#make(text);
      if (this.#values.size === MOST_VALUES) this.#values.clear();
      this.#values.set(text, value);
      this.#misses += 1;
    } else {
      this.#hits += 1;
    }
    return value;
  }
}

/** An instance whose line was seen to be right JSON. */
export class Line implements Source {
  readonly hierarchy: string;
  readonly layout: Layout;
  readonly block: LineBlock;
  /** Its entry, as an index of the words of the memory. */
  readonly at: number;

  constructor(hierarchy: string, layout: Layout, block: LineBlock, at: number) {
    this.hierarchy = hierarchy;
    this.layout = layout;
    this.block = block;
    this.at = at;
  }

  get pkid(): string {
    return this.#decode(this.#word(PKID), this.#word(PKID + 1));
  }

  /** All fields, parsed each time that they are asked for. */
  get data(): Data {
    return this.layout.trim(JSON.parse(this.#decode(this.#word(DATA), this.#word(DATA + 1))) as Data);
  }

  /** As a number that lines with the same pkid have in common. */
  get hash(): number {
    return this.#word(HASH);
  }

  /** Whether there is no value: it is missing, `null` or an empty text. */
  isBlank(slot: number): boolean {
    return (this.#word(VALUES + 2 * slot + 1) & KINDS) <= EMPTY;
  }

  /** The text of a value without the blanks around it, `""` for none; `undefined` where it has to be parsed. */
  text(slot: number): string | undefined {
    const kind = this.#word(VALUES + 2 * slot + 1) & KINDS;
    if (kind === PLAIN) return this.#decode(this.start(slot) + 1, this.end(slot) - 1);
    return kind === PARSED ? undefined : "";
  }

  /** The text of a value that stands in the line as it is read; `undefined` for others. */
  placed(slot: number): PlacedText | undefined {
    if ((this.#word(VALUES + 2 * slot + 1) & KINDS) !== PLAIN) return undefined;
    return new PlacedText(this.start(slot) + 1, this.end(slot) - 1);
  }

  /** A value that is a boolean or none; `undefined` for all others. */
  flag(slot: number): boolean | undefined {
    if (this.isBlank(slot)) return false;
    const start = this.start(slot);
    const length = this.end(slot) - start;
    const first = this.block.memory.bytes[start];
    if (first === 116 && length === 4) return true;
    return first === 102 && length === 5 ? false : undefined;
  }

  /** Whether a value is the same, byte for byte, as that of another line of the model in the same block. */
  hasValueOf(other: Line, slot: number): boolean {
    if (this.#word(HAS_OTHERS) !== other.#word(HAS_OTHERS)) return false;
    const { bytes } = this.block.memory;
    const from = this.start(slot);
    const otherFrom = other.start(slot);
    const length = this.end(slot) - from;
    if (other.end(slot) - otherFrom !== length) return false;
    for (let nth = 0; nth < length; nth += 1) if (bytes[from + nth] !== bytes[otherFrom + nth]) return false;
    return true;
  }

  /**
   * All texts of a value that has to be parsed, by a path below it that `moduleMemory().program()` gave; `undefined` where
   * they cannot be read without parsing.
   */
  textsBelow(slot: number, path: number): string[] | undefined {
    const { exports } = this.block.memory;
    const count = exports.findTexts(this.start(slot), path);
    if (count < 0) return undefined;
    const texts: string[] = [];
    for (let nth = 0; nth < count; nth += 1) texts.push(this.#decode(this.#found(nth), this.#foundEnd(nth)));
    return texts;
  }

  /** The same for the first texts of some fields of each item, `""` for one that is missing. */
  itemsBelow(slot: number, program: number, fields: number): CellText[][] | undefined {
    const { exports } = this.block.memory;
    const count = exports.findItems(this.start(slot), program);
    if (count < 0) return undefined;
    const items: CellText[][] = [];
    for (let nth = 0; nth < count; nth += fields) {
      const texts: CellText[] = [];
      for (let field = nth; field < nth + fields; field += 1) {
        const start = this.#found(field);
        texts.push(start === 0 ? "" : new PlacedText(start, this.#foundEnd(field)));
      }
      items.push(texts);
    }
    return items;
  }

  /** Where a text that was found begins; 0 for one that is missing. */
  #found(nth: number): number {
    const { exports, words } = this.block.memory;
    return words[(exports.foundTexts() >> 2) + 2 * nth] as number;
  }

  #foundEnd(nth: number): number {
    const { exports, words } = this.block.memory;
    return words[(exports.foundTexts() >> 2) + 2 * nth + 1] as number;
  }

  /** Whether a value is there that has to be parsed. */
  isParsed(slot: number): boolean {
    return (this.#word(VALUES + 2 * slot + 1) & KINDS) === PARSED;
  }

  /** The values of some keys, parsed, with `null` for an empty text; keys that are missing stay away. */
  pick(keys: readonly string[]): Data {
    const data: Record<string, unknown> = {};
    for (const key of keys) {
      const slot = this.layout.slots.get(key);
      if (slot === undefined) continue;
      const kind = this.#word(VALUES + 2 * slot + 1) & KINDS;
      if (kind === MISSING) continue;
      data[key] = kind === EMPTY ? null : this.#parsed(slot, key);
    }
    return data;
  }

  /** Many readers ask for parts of one value. */
  #parsed(slot: number, key: string): unknown {
    const start = this.start(slot);
    if (lastBlock !== this.block || lastStart !== start) {
      lastValue = this.#valuesOf(slot, key).parse(this.#decode(start, this.end(slot)));
      lastBlock = this.block;
      lastStart = start;
    }
    return lastValue;
  }

  /** A line that has other keys is one of a stream that was not cut down: its values are. */
  #valuesOf(slot: number, key: string): ParsedValues {
    const { prune, values } = this.layout;
    return this.#word(HAS_OTHERS) === 0
      ? (values[2 * slot] ??= new ParsedValues(JSON.parse))
      : (values[2 * slot + 1] ??= new ParsedValues((text) => prune({ [key]: JSON.parse(text) })[key]));
  }

  /** The value of a key, if it has to be parsed. */
  value(key: string): unknown {
    const slot = this.layout.slots.get(key);
    return slot !== undefined && this.isParsed(slot) ? this.#parsed(slot, key) : undefined;
  }

  /** Where a value begins; 0 where there is none. */
  start(slot: number): number {
    return this.#word(VALUES + 2 * slot);
  }

  /** The place behind a value. */
  end(slot: number): number {
    return this.#word(VALUES + 2 * slot + 1) >>> KIND_BITS;
  }

  #word(nth: number): number {
    return this.block.memory.words[this.at + nth] as number;
  }

  #decode(start: number, end: number): string {
    const { bytes } = this.block.memory;
    return this.block.isAscii ? latin1(bytes, start, end) : bytes.toString("utf8", start, end);
  }
}

/** `toString("latin1")` without looking up the encoding each time, which takes as long as making a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}
