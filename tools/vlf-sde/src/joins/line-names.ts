/** Names of instances that are left in the bytes of their lines, looked up where they stand. */
import { isAscii } from "node:buffer";
import { joinKey } from "@vlf/common/axl";
import { Line, type LineBlock } from "../lines/line.ts";
import { type TextReader, type TextsReader } from "../readers.ts";
import type { Source } from "../reports/report.ts";

/** What a link of a table has, as numbers: ../../module/names.ts. */
const SAME = 1;
const NTH = 2;

/** Instead of a link: no instance has the name. */
export const NOBODY = 0;

/** UTF-8 takes at most so many bytes for a UTF-16 code unit. */
const MOST_BYTES = 3;

/** A table of names in the memory of the module. The names of all instances stand in lines of one block. */
export class LineNames {
  readonly #sources: readonly Source[];
  readonly #block: LineBlock;
  readonly #table: number;
  readonly #lists: number;

  private constructor(sources: readonly Source[], block: LineBlock) {
    this.#sources = sources;
    this.#block = block;
    this.#table = block.memory.names;
    this.#lists = 2 ** Math.ceil(Math.log2(sources.length + 1));
  }

  /** `undefined` where some line or name is not ASCII, or where there is no room. */
  static of(sources: readonly Source[], namesOf: TextsReader): LineNames | undefined {
    const [first] = sources;
    if (!(first instanceof Line) || !first.block.isAscii) return undefined;
    const { block, layout } = first;
    if (!sources.every((source) => source instanceof Line && source.block === block)) return undefined;
    const names = new LineNames(sources, block);
    const program = namesOf.programFor(layout);
    if (program === undefined || !names.#begin() || !names.#add(program, namesOf)) return undefined;
    block.memory.names = block.memory.exports.namesEnd();
    return names;
  }

  #begin(): boolean {
    const { exports, namesEnd, words } = this.#block.memory;
    const { length } = this.#sources;
    if (exports.beginNames(this.#table, length, this.#lists, namesEnd) === 0) return false;
    for (let nth = 0; nth < length; nth += 1)
      words[(this.#table >> 2) + nth] = 4 * (this.#sources[nth] as Line).at;
    return true;
  }

  #add({ slots, path }: { slots: number; path: number }, namesOf: TextsReader): boolean {
    const { exports } = this.#block.memory;
    let left = exports.addNames(this.#sources.length, slots, path);
    while (left > 0) {
      const source = this.#sources[left - 1] as Source;
      for (const name of namesOf(source)) if (!this.#addText(left - 1, name)) return false;
      left = exports.addNames(left - 1, slots, path);
    }
    return left === 0;
  }

  /** Adds a name that does not stand in the line as it is read. */
  #addText(nth: number, name: string): boolean {
    const key = this.#place(name);
    if (key === undefined) return false;
    const { exports } = this.#block.memory;
    const place = exports.keepName(key.start, key.bytes);
    return place !== 0 && exports.addName(nth, place, place + key.bytes) !== 0;
  }

  /** Puts a name behind all that is in use, for as long as it is looked at; `undefined` where it is not ASCII. */
  #place(name: string): { readonly start: number; readonly bytes: number } | undefined {
    const key = joinKey(name);
    const { memory } = this.#block;
    memory.makeRoom(MOST_BYTES * key.length);
    const bytes = memory.bytes.write(key, memory.end);
    return isAscii(memory.bytes.subarray(memory.end, memory.end + bytes))
      ? { start: memory.end, bytes }
      : undefined;
  }

  /** A link of the first instance that has the name which a reader reads of a source; or `NOBODY`. */
  find(source: Source, nameOf: TextReader): number {
    if (!(source instanceof Line)) return this.findText(nameOf(source));
    const name = nameOf.cell(source);
    return typeof name === "string" ? this.findText(name) : this.#find(name.start, name.end);
  }

  /** The same for a name. */
  findText(name: string): number {
    // All names of the table are ASCII.
    const key = this.#place(name);
    return key === undefined || key.bytes === 0 ? NOBODY : this.#find(key.start, key.start + key.bytes);
  }

  #find(start: number, end: number): number {
    const { exports } = this.#block.memory;
    return exports.findName(this.#table, this.#sources.length, this.#lists, start, end);
  }

  /** The instance of a link. */
  at(link: number): Source {
    return this.#sources[this.#word(link, NTH)] as Source;
  }

  /** The link of the next instance with the same name, in the order of the instances; `NOBODY` behind the last one. */
  next(link: number): number {
    return this.#word(link, SAME);
  }

  /** The instances from a link on. */
  all(first: number): readonly Source[] {
    const sources: Source[] = [];
    for (let link = first; link !== NOBODY; link = this.next(link)) sources.push(this.at(link));
    return sources;
  }

  #word(link: number, nth: number): number {
    return this.#block.memory.words[(link >> 2) + nth] as number;
  }
}
