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

/** What stands in the places of a line before those of its values. */
const HASH = 0;
const FORM = 1;
const DATA = 2;
const VALUES = 4;

/** What is odd about a line, as bits: it holds escapes, or keys that nobody reads. */
export const ESCAPES = 1;
export const OTHER_KEYS = 2;

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

  setLine(at: number, hash: number, form: number, start: number, end: number): void {
    const places = this.#places;
    places[at + HASH] = hash;
    places[at + FORM] = form;
    places[at + DATA] = start;
    places[at + DATA + 1] = end;
  }

  setValue(at: number, slot: number, start: number, end: number): void {
    const place = at + VALUES + 2 * slot;
    this.#places[place] = start;
    this.#places[place + 1] = end;
  }

  /** A number that two lines with the same pkid have in common. */
  hash(at: number): number {
    return this.#places[at + HASH] as number;
  }

  /** `ESCAPES` and `OTHER_KEYS`. */
  form(at: number): number {
    return this.#places[at + FORM] as number;
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
    return this.#places[at + VALUES + 2 * slot + 1] as number;
  }
}

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

  /**
   * A text as JSON has it, at `lines.bytes` from here on with its quotes; `NONE` for what has to be parsed. A value
   * that is missing, `null` or blank has none either: ask `isBlank()` first.
   */
  textStart(slot: number): number {
    const { bytes } = this.lines;
    const start = this.lines.start(this.at, slot);
    const end = this.lines.end(this.at, slot);
    // Blanks at the ends are taken off, and what is a blank beyond ASCII is not known here.
    return bytes[start] === QUOTE &&
      (this.lines.form(this.at) & ESCAPES) === 0 &&
      isGraphic(bytes[start + 1] as number) &&
      isGraphic(bytes[end - 2] as number)
      ? start
      : NONE;
  }

  /** Whether there is no value: it is missing, `null` or an empty text. */
  isBlank(slot: number): boolean {
    const start = this.lines.start(this.at, slot);
    if (start === 0) return true;
    const byte = this.lines.bytes[start];
    return byte === QUOTE ? this.lines.end(this.at, slot) - start === 2 : byte === SMALL_N;
  }

  /** The text of a value without the blanks around it, `""` for none; `undefined` where it has to be parsed. */
  text(slot: number): string | undefined {
    if (this.isBlank(slot)) return "";
    const start = this.textStart(slot);
    return start === NONE ? undefined : this.#decode(start + 1, this.lines.end(this.at, slot) - 1);
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
    if (lines.form(this.at) !== lines.form(other.at)) return false;
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
      const start = lines.start(at, slot);
      if (start === 0) continue;
      data[key] = this.isBlank(slot) ? null : JSON.parse(this.#decode(start, lines.end(at, slot)));
    }
    return (lines.form(at) & OTHER_KEYS) === 0 ? data : this.layout.prune(data);
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
