/**
 * The external number of a directory number, from VOSS's number management (guide, 2.3): blocks of numbers
 * (N-to-N, `relation/HcsDNE164AssociateREL`) and many numbers of one DN (N-to-1,
 * `relation/HcsDNMultiE164AssociateREL`). Matched by the pattern alone, as the inventory has no partitions.
 */
import { selfAndAbove } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable } from "@vlf/common/models";
import type { CellText } from "../placed-text.ts";
import { itemTexts, type TextReader, textReader, textsReader } from "../readers.ts";
import type { Scope } from "../reports/report.ts";
import { bySource } from "./name-index.ts";

export interface Member {
  readonly e164_number: string;
  readonly e164_range: string;
}

export interface External {
  /** `""` when nothing is associated. */
  readonly e164: string;
  /** The numbers of an N-to-1 association; `undefined` for none. */
  readonly members: readonly Member[] | undefined;
}

const NOTHING: External = { e164: "", members: undefined };

interface Many {
  primary: string;
  readonly members: Member[];
}

interface Block {
  readonly first: number;
  readonly e164: E164;
}

/** Blocks of one size, by the part of the number above the size. */
interface BlocksOfSize {
  readonly size: number;
  readonly byPart: Map<number, Block[]>;
}

/** What is associated with numbers that begin alike: see `DialNumber`. */
interface Associations {
  readonly many: Map<number, Many>;
  /** The smallest first. */
  readonly blocks: BlocksOfSize[];
}

/** The largest block that number management has: ranges are 1, 10, 100 or 1000. */
const MAX_RANGE = 1000;

export class ExternalNumbers {
  /** By node, then by what stands before the digits. */
  readonly #nodes = new Map<string, Map<string, Associations>>();
  /** The last path that was asked for, with what is associated at it and above: mostly that of the next one. */
  #path = "";
  #above: readonly ReadonlyMap<string, Associations>[] = [];

  constructor(scope: Scope, table: ModelTable) {
    this.#readMany(scope, table);
    this.#readBlocks(scope, table);
  }

  /** The number of a DN as seen from a node: what is associated there, else at the nearest node above. */
  of(dn: CellText, path: string): External {
    if (dn === "" || this.#nodes.size === 0) return NOTHING;
    if (path !== this.#path) {
      this.#path = path;
      this.#above = [...selfAndAbove(path)].flatMap((node) => this.#nodes.get(node) ?? []);
    }
    if (this.#above.length === 0) return NOTHING;
    const number = dialNumber(dn);
    for (const here of this.#above) {
      const alike = here.get(number.prefix);
      const found = alike && (manyOf(alike, number) ?? blockOf(alike, number));
      if (found !== undefined) return found;
    }
    return NOTHING;
  }

  #at(node: string, { prefix }: DialNumber): Associations {
    const here = entryOf(this.#nodes, node, () => new Map());
    return entryOf(here, prefix, () => ({ many: new Map(), blocks: [] }));
  }

  #readMany(scope: Scope, table: ModelTable): void {
    const { dnOf, primaryOf, items } = manyReaders(table);
    for (const source of scope.instances("e164Multiple").toSorted(bySource)) {
      const dn = dnOf(source);
      if (dn === "") continue;
      const number = dialNumber(dn);
      const { many } = this.#at(source.hierarchy, number);
      const entry = entryOf(many, number.number, () => ({ primary: "", members: [] }));
      if (entry.primary === "") entry.primary = primaryOf(source);
      for (const [e164 = "", range = ""] of items(source)) {
        if (e164 !== "") entry.members.push({ e164_number: e164, e164_range: range || "1" });
      }
    }
  }

  #readBlocks(scope: Scope, table: ModelTable): void {
    const model = modelOf(table, "e164Block");
    const startOf = textReader(fieldOf(model, "start_e164"));
    const dnOf = textReader(fieldOf(model, "start_dn"));
    const rangeOf = textsReader(fieldOf(model, "range"));
    for (const source of scope.instances("e164Block").toSorted(bySource)) {
      const e164 = startOf(source);
      const dn = dnOf(source);
      if (e164 === "" || dn === "") continue;
      const size = sizeOf(rangeOf(source)[0]);
      const first = dialNumber(dn);
      const byPart = partsOf(this.#at(source.hierarchy, first).blocks, size);
      const block = { first: first.number, e164: e164Of(e164) };
      entryOf(byPart, Math.floor(first.number / size), () => []).push(block);
    }
  }
}

interface ManyReaders {
  readonly dnOf: TextReader;
  readonly primaryOf: TextReader;
  readonly items: ReturnType<typeof itemTexts>;
}

const manyByTable = new WeakMap<ModelTable, ManyReaders>();

/** Made once for all scopes: what a reader of items has the module know stays there. */
function manyReaders(table: ModelTable): ManyReaders {
  let readers = manyByTable.get(table);
  if (readers === undefined) {
    const model = modelOf(table, "e164Multiple");
    readers = {
      dnOf: textReader(fieldOf(model, "dn")),
      primaryOf: textReader(fieldOf(model, "primary")),
      items: itemTexts(fieldOf(model, "member_number"), fieldOf(model, "member_range")),
    };
    manyByTable.set(table, readers);
  }
  return readers;
}

/** A range that is missing or makes no sense stands for the one number that is named. */
function sizeOf(text: string | undefined): number {
  const size = Number(text);
  return Number.isInteger(size) && size >= 1 && size <= MAX_RANGE ? size : 1;
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function partsOf(blocks: BlocksOfSize[], size: number): Map<number, Block[]> {
  let found = blocks.find((of) => of.size === size);
  if (found === undefined) {
    blocks.push((found = { size, byPart: new Map() }));
    blocks.sort((a, b) => a.size - b.size);
  }
  return found.byPart;
}

/** The primary number, else the first member. */
function manyOf({ many }: Associations, { number }: DialNumber): External | undefined {
  const found = many.get(number);
  if (found === undefined) return undefined;
  const e164 = found.primary === "" ? (found.members[0]?.e164_number ?? "") : found.primary;
  return { e164, members: found.members.length === 0 ? undefined : found.members };
}

/** The block that holds the number: DN = first DN + k has E.164 = first E.164 + k. The smallest block wins. */
function blockOf({ blocks }: Associations, { number }: DialNumber): External | undefined {
  for (const { size, byPart } of blocks) {
    // A block need not start at a multiple of its size, so it reaches into the part after its own.
    const part = Math.floor(number / size);
    const block = holding(byPart.get(part), number, size) ?? holding(byPart.get(part - 1), number, size);
    if (block !== undefined)
      return { e164: numberPlus(block.e164, number - block.first), members: undefined };
  }
  return undefined;
}

function holding(blocks: readonly Block[] | undefined, number: number, size: number): Block | undefined {
  if (blocks === undefined) return undefined;
  for (const block of blocks) if (number >= block.first && number < block.first + size) return block;
  return undefined;
}

/** A pattern as what stands before its digits, and the digits as a number with a 1 before them, which keeps their length. */
interface DialNumber {
  readonly prefix: string;
  readonly number: number;
}

/** E.164 numbers have 15 digits at most; with the 1 before them that is still exact. */
const MAX_DIGITS = 15;
const ZERO = 48;

function dialNumber(text: CellText): DialNumber {
  const digits = digitsFrom(text);
  let number = 1;
  for (let at = digits; at < text.length; at += 1) number = 10 * number + text.charCodeAt(at) - ZERO;
  return { prefix: digits === 0 ? "" : text.slice(0, digits), number };
}

/** An external number, to be counted on: digits at the end count, and keep their length. */
interface E164 {
  readonly text: string;
  readonly prefix: string;
  readonly digits: number;
  readonly width: number;
}

function e164Of(text: string): E164 {
  const digits = digitsFrom(text);
  return {
    text,
    prefix: text.slice(0, digits),
    digits: Number(text.slice(digits)),
    width: text.length - digits,
  };
}

/** `\+4402079460` plus 7. */
function numberPlus({ text, prefix, digits, width }: E164, plus: number): string {
  return plus === 0 ? text : prefix + String(digits + plus).padStart(width, "0");
}

/** Where the digits at the end of a text begin. */
function digitsFrom(text: CellText): number {
  let at = text.length;
  while (at > 0 && text.length - at < MAX_DIGITS) {
    const digit = text.charCodeAt(at - 1) - ZERO;
    if (digit < 0 || digit > 9) break;
    at--;
  }
  return at;
}
