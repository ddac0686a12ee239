/** Instances that are left in the bytes of their lines: a value is read where it stands, when it is asked for. */
import type { Data } from "@vlf/common/axl";
import type { Projection } from "@vlf/common/models";
import type { Source } from "../reports/report.ts";

/** What is kept of the lines of a model. */
export interface Layout {
  /** Keys of `data`, of the first level, with their places among the values. */
  readonly slots: ReadonlyMap<string, number>;
  /** Cuts parsed data down to what reports read. */
  readonly trim: Projection;
  /** What `trim` does where there are other keys as well. */
  readonly prune: Projection;
}

/** No value, or none that can be read without parsing. */
export const NONE = -1;

/** Kinds of values. A block is smaller than 2^29 bytes, so that a place and a kind fit one number. */
const KINDS = 4;
const MISSING = 0;
/** `null`, or an empty text. */
const EMPTY = 1;
/** A text that stands in the line as it is written and read. */
const PLAIN = 2;
const PARSED = 3;

/** What stands in the places of a line before those of its values. */
const HASH = 0;
const HAS_OTHERS = 1;
const DATA = 2;
const VALUES = 4;

const QUOTE = 34;
const SMALL_N = 110;

/** Lines of one block of bytes, and where the values stand in it. */
export class Lines {
  bytes: Buffer = Buffer.alloc(0);
  isAscii = true;
  view: DataView = new DataView(new ArrayBuffer(0));
  #places: Int32Array = new Int32Array(1 << 12);
  #used = 0;

  /** Forgets all lines; those that come stand in these bytes. */
  open(bytes: Buffer, isAscii: boolean): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.isAscii = isAscii;
    this.#used = 0;
  }

  /** The length of a text in the bytes. */
  bytesOf(text: string): number {
    return this.isAscii ? text.length : Buffer.byteLength(text);
  }

  /** Makes room for a line of so many values, all of them missing; gives the place of the line. */
  add(values: number): number {
    const at = this.#used;
    this.#used += VALUES + 2 * values;
    if (this.#used > this.#places.length) {
      const more = new Int32Array(2 * this.#used);
      more.set(this.#places);
      this.#places = more;
    }
    for (let place = at + VALUES; place < this.#used; place += 1) this.#places[place] = 0;
    return at;
  }

  setLine(at: number, hash: number, hasOthers: boolean, start: number, end: number): void {
    const places = this.#places;
    places[at + HASH] = hash;
    places[at + HAS_OTHERS] = hasOthers ? 1 : 0;
    places[at + DATA] = start;
    places[at + DATA + 1] = end;
  }

  /**
   * Puts down a value, and what kind it is of, so that it need not be looked at again: no text at all (`null`, or an
   * empty one), a plain one, or one that has to be parsed.
   */
  setValue(at: number, slot: number, start: number, end: number, escapes: boolean): void {
    const place = at + VALUES + 2 * slot;
    const { bytes } = this;
    const first = bytes[start];
    let kind = PARSED;
    if (first === SMALL_N || (first === QUOTE && end - start === 2)) kind = EMPTY;
    // Blanks at the ends are taken off, and what is a blank beyond ASCII is not known here.
    else if (
      first === QUOTE &&
      !escapes &&
      isGraphic(bytes[start + 1] as number) &&
      isGraphic(bytes[end - 2] as number)
    )
      kind = PLAIN;
    this.#places[place] = start;
    this.#places[place + 1] = end * KINDS + kind;
  }

  /** The kind of a value; `MISSING` where there is none. */
  kind(at: number, slot: number): number {
    return (this.#places[at + VALUES + 2 * slot + 1] as number) & (KINDS - 1);
  }

  /** A number that two lines with the same pkid have in common. */
  hash(at: number): number {
    return this.#places[at + HASH] as number;
  }

  /** Whether there are keys that nobody reads. */
  hasOthers(at: number): boolean {
    return this.#places[at + HAS_OTHERS] === 1;
  }

  dataStart(at: number): number {
    return this.#places[at + DATA] as number;
  }

  dataEnd(at: number): number {
    return this.#places[at + DATA + 1] as number;
  }

  /** Where a value begins; 0 where there is none. */
  start(at: number, slot: number): number {
    return this.#places[at + VALUES + 2 * slot] as number;
  }

  /** The place behind a value. */
  end(at: number, slot: number): number {
    return (this.#places[at + VALUES + 2 * slot + 1] as number) >> 2;
  }
}

/** The value that was parsed last, and where it stands. */
let lastBytes: Buffer | undefined;
let lastStart = 0;
let lastValue: unknown;

/** An instance whose line was seen to be right JSON. */
export class Line implements Source {
  readonly pkid: string;
  readonly hierarchy: string;
  readonly layout: Layout;
  readonly lines: Lines;
  readonly at: number;

  constructor(pkid: string, hierarchy: string, layout: Layout, lines: Lines, at: number) {
    this.pkid = pkid;
    this.hierarchy = hierarchy;
    this.layout = layout;
    this.lines = lines;
    this.at = at;
  }

  /** All fields, parsed each time that they are asked for. */
  get data(): Data {
    const { at, lines } = this;
    return this.layout.trim(JSON.parse(this.#decode(lines.dataStart(at), lines.dataEnd(at))) as Data);
  }

  /** As a number that lines with the same pkid have in common. */
  get hash(): number {
    return this.lines.hash(this.at);
  }

  /** Whether there is no value: it is missing, `null` or an empty text. */
  isBlank(slot: number): boolean {
    return this.lines.kind(this.at, slot) <= EMPTY;
  }

  /** Whether a value is a text that may be copied, with its quotes, from where it stands. */
  isPlain(slot: number): boolean {
    return this.lines.kind(this.at, slot) === PLAIN;
  }

  /** The text of a value without the blanks around it, `""` for none; `undefined` where it has to be parsed. */
  text(slot: number): string | undefined {
    const { at, lines } = this;
    const kind = lines.kind(at, slot);
    if (kind === PLAIN) return this.#decode(lines.start(at, slot) + 1, lines.end(at, slot) - 1);
    return kind === PARSED ? undefined : "";
  }

  /** A value that is a boolean or none; `undefined` for all others. */
  flag(slot: number): boolean | undefined {
    if (this.isBlank(slot)) return false;
    const { at, lines } = this;
    const length = lines.end(at, slot) - lines.start(at, slot);
    const first = lines.bytes[lines.start(at, slot)];
    if (first === 116 && length === 4) return true;
    return first === 102 && length === 5 ? false : undefined;
  }

  /** Whether a value is the same, byte for byte, as that of another line of the model in the same bytes. */
  hasValueOf(other: Line, slot: number): boolean {
    const { lines } = this;
    if (lines.hasOthers(this.at) !== lines.hasOthers(other.at)) return false;
    const from = lines.start(this.at, slot);
    const otherFrom = lines.start(other.at, slot);
    const length = lines.end(this.at, slot) - from;
    if (lines.end(other.at, slot) - otherFrom !== length) return false;
    for (let nth = 0; nth < length; nth += 1)
      if (lines.bytes[from + nth] !== lines.bytes[otherFrom + nth]) return false;
    return true;
  }

  /** The values of some keys, parsed, with `null` for an empty text; keys that are missing stay away. */
  pick(keys: readonly string[]): Data {
    const { at, lines } = this;
    const data: Record<string, unknown> = {};
    for (const key of keys) {
      const slot = this.layout.slots.get(key);
      if (slot === undefined) continue;
      const kind = lines.kind(at, slot);
      if (kind === MISSING) continue;
      data[key] = kind === EMPTY ? null : this.#parsed(slot);
    }
    return lines.hasOthers(at) ? this.layout.prune(data) : data;
  }

  /** Many readers ask for parts of one value. */
  #parsed(slot: number): unknown {
    const { at, lines } = this;
    const start = lines.start(at, slot);
    if (lastBytes !== lines.bytes || lastStart !== start) {
      lastValue = JSON.parse(this.#decode(start, lines.end(at, slot)));
      lastBytes = lines.bytes;
      lastStart = start;
    }
    return lastValue;
  }

  #decode(start: number, end: number): string {
    const { bytes } = this.lines;
    return this.lines.isAscii ? latin1(bytes, start, end) : bytes.toString("utf8", start, end);
  }
}

/** ASCII that is neither a blank nor a quote. */
function isGraphic(byte: number): boolean {
  return byte > 32 && byte < 127 && byte !== QUOTE;
}

/** `toString("latin1")` without looking up the encoding each time, which takes as long as making a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}
