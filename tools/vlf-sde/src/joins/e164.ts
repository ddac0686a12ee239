/**
 * The external number of a directory number, from VOSS's number management (guide, 2.3): blocks of numbers
 * (N-to-N, `relation/HcsDNE164AssociateREL`) and many numbers of one DN (N-to-1,
 * `relation/HcsDNMultiE164AssociateREL`). Matched by the pattern alone, as the inventory has no partitions.
 */
import { selfAndAbove } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable } from "@vlf/common/models";
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
  readonly first: DialNumber;
  readonly e164: string;
}

/** What is associated at one node. */
interface Associations {
  readonly many: Map<string, Many>;
  /** By what stands before the digits, then by size, then by the part of the number above the size. */
  readonly blocks: Map<string, Map<number, Map<number, Block[]>>>;
}

/** The largest block that number management has: ranges are 1, 10, 100 or 1000. */
const MAX_RANGE = 1000;

export class ExternalNumbers {
  readonly #nodes = new Map<string, Associations>();
  /** The last path that was asked for, with what is associated at it and above: mostly that of the next one. */
  #path = "";
  #above: readonly Associations[] = [];

  constructor(scope: Scope, table: ModelTable) {
    this.#readMany(scope, table);
    this.#readBlocks(scope, table);
  }

  /** The number of a DN as seen from a node: what is associated there, else at the nearest node above. */
  of(dn: string, path: string): External {
    if (dn === "" || this.#nodes.size === 0) return NOTHING;
    if (path !== this.#path) {
      this.#path = path;
      this.#above = [...selfAndAbove(path)].flatMap((node) => this.#nodes.get(node) ?? []);
    }
    if (this.#above.length === 0) return NOTHING;
    const number = dialNumber(dn);
    for (const here of this.#above) {
      const found = manyOf(here, dn) ?? blockOf(here, number);
      if (found !== undefined) return found;
    }
    return NOTHING;
  }

  #at(node: string): Associations {
    let here = this.#nodes.get(node);
    if (here === undefined) this.#nodes.set(node, (here = { many: new Map(), blocks: new Map() }));
    return here;
  }

  #readMany(scope: Scope, table: ModelTable): void {
    const { dnOf, primaryOf, items } = manyReaders(table);
    for (const source of scope.instances("e164Multiple").toSorted(bySource)) {
      const dn = dnOf(source);
      if (dn === "") continue;
      const { many } = this.#at(source.hierarchy);
      let entry = many.get(dn);
      if (entry === undefined) many.set(dn, (entry = { primary: "", members: [] }));
      if (entry.primary === "") entry.primary = primaryOf(source);
      for (const [e164 = "", range = ""] of items(source)) {
        if (e164 !== "") entry.members.push({ e164_number: e164, e164_range: range || "1" });
      }
    }
  }

  #readBlocks(scope: Scope, table: ModelTable): void {
    const model = modelOf(table, "e164Block");
    const e164Of = textReader(fieldOf(model, "start_e164"));
    const dnOf = textReader(fieldOf(model, "start_dn"));
    const rangeOf = textsReader(fieldOf(model, "range"));
    for (const source of scope.instances("e164Block").toSorted(bySource)) {
      const e164 = e164Of(source);
      const dn = dnOf(source);
      if (e164 === "" || dn === "") continue;
      const size = sizeOf(rangeOf(source)[0]);
      const first = dialNumber(dn);
      const bySize = entryOf(this.#at(source.hierarchy).blocks, first.prefix, () => new Map());
      const byPart = entryOf(bySize, size, (): Map<number, Block[]> => new Map());
      entryOf(byPart, Math.floor(first.number / size), (): Block[] => []).push({ first, e164 });
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

/** The primary number, else the first member. */
function manyOf({ many }: Associations, dn: string): External | undefined {
  const found = many.get(dn);
  if (found === undefined) return undefined;
  const e164 = found.primary === "" ? (found.members[0]?.e164_number ?? "") : found.primary;
  return { e164, members: found.members.length === 0 ? undefined : found.members };
}

/** The block that holds the number: DN = first DN + k has E.164 = first E.164 + k. The smallest block wins. */
function blockOf({ blocks }: Associations, { prefix, number }: DialNumber): External | undefined {
  const bySize = blocks.get(prefix);
  if (bySize === undefined) return undefined;
  let best: { size: number; e164: string } | undefined;
  for (const [size, byPart] of bySize) {
    if (best !== undefined && best.size <= size) continue;
    // A block need not start at a multiple of its size, so it reaches into the part after its own.
    const part = Math.floor(number / size);
    const block = holding(byPart.get(part), number, size) ?? holding(byPart.get(part - 1), number, size);
    if (block !== undefined) best = { size, e164: numberPlus(block.e164, number - block.first.number) };
  }
  return best === undefined ? undefined : { e164: best.e164, members: undefined };
}

function holding(blocks: readonly Block[] | undefined, number: number, size: number): Block | undefined {
  return blocks?.find(({ first }) => number >= first.number && number < first.number + size);
}

/** A pattern as what stands before its digits, and the digits as a number with a 1 before them, which keeps their length. */
interface DialNumber {
  readonly prefix: string;
  readonly number: number;
}

/** E.164 numbers have 15 digits at most; with the 1 before them that is still exact. */
const MAX_DIGITS = 15;

function dialNumber(text: string): DialNumber {
  const digits = digitsFrom(text);
  return { prefix: text.slice(0, digits), number: Number(`1${text.slice(digits)}`) };
}

/** `\+4402079460` plus 7: digits at the end count on, and keep their length. */
function numberPlus(text: string, plus: number): string {
  if (plus === 0) return text;
  const digits = digitsFrom(text);
  const width = text.length - digits;
  return text.slice(0, digits) + String(Number(text.slice(digits)) + plus).padStart(width, "0");
}

/** Where the digits at the end of a text begin. */
function digitsFrom(text: string): number {
  let at = text.length;
  while (at > 0 && text.length - at < MAX_DIGITS) {
    const code = text.charCodeAt(at - 1);
    if (code < 48 || code > 57) break;
    at--;
  }
  return at;
}
