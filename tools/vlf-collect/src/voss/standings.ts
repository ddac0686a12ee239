/** Where instances stand, by what their `meta` says as bytes: most stand where one before them stood. */
import { Buffer } from "node:buffer";
import { isWithin } from "@vlf/common/hierarchy";
import { readResource, type Resource } from "../resource.ts";
import { SPARE_BYTES } from "./json-bytes.ts";
import { type Part, viewOf } from "./line-buffer.ts";
import type { Place } from "./places.ts";
import type { Walker } from "./walk.ts";

/** Where instances of a run stand. */
export interface Placing {
  /** Path of the node that was asked for. */
  readonly top: string;
  /** @throws {ToolError} for an instance without a place */
  pathOf(resource: Resource): string;
  at(path: string): Place;
}

/** What is known of the place of an instance. */
interface Found {
  readonly hierarchy: string;
  readonly place: Place;
  /** Whether it is in the branch that was asked for. */
  readonly isInside: boolean;
  /** An instance of one of these pkids may stand elsewhere. */
  readonly nodes: readonly string[];
}

/** Good until the next one is asked for. */
export interface Standing extends Found {
  /** `","hierarchy":"sys.hcs","data":`: what a line has behind its pkid. */
  readonly text: Part;
}

/** Places that are remembered: one of the same number takes the place of another. */
const MANY = 4096;
/** Bytes for what is remembered of each in one piece of memory, since a piece for each takes several times as much. */
const CELL = 512;
const NONE: readonly string[] = [];
const NOWHERE: Place = { customer: 0, isNode: false, prefix: "" };
/** No instance is called so. */
export const NOBODY = "\u0001";

/** One place that is remembered, and after it another: made once, so that the heap has no garbage of them. */
class Known implements Standing {
  hierarchy = "";
  place: Place = NOWHERE;
  isInside = false;
  nodes: readonly string[] = NONE;
  /** In front of the text stand the members as they were. */
  readonly text: { view: DataView; start: number; length: number };
  /** Lengths of these members, with their names; 0 for one that was not there. */
  path = 0;
  parent = 0;
  above = 0;

  constructor(view: DataView) {
    this.text = { view, start: 0, length: 0 };
  }
}

export class Standings {
  readonly #placing: Placing;
  readonly #known: (Known | undefined)[] = Array.from({ length: MANY });
  readonly #memory: Buffer = Buffer.allocUnsafeSlow(MANY * CELL + SPARE_BYTES);
  readonly #view: DataView = viewOf(this.#memory);

  constructor(placing: Placing) {
    this.#placing = placing;
  }

  /**
   * Where an instance stands, by the slots of `path` in its `meta`, and of `parent` and `hierarchy` in the references.
   * @returns `undefined` where that is not to be told without parsing
   */
  at(walker: Walker, path: number, parent: number, above: number): Standing | undefined {
    const hash = hashOf(walker, above, hashOf(walker, parent, hashOf(walker, path, 0)));
    const number = (hash ^ (hash >>> 15)) & (MANY - 1);
    const known = this.#known[number];
    if (known !== undefined && isSame(walker, path, parent, above, known)) return known;
    const texts = [path, parent, above].map((slot) => textOf(walker, slot));
    const found = this.#find(...(texts as [string, string, string]));
    if (found === undefined) return undefined;
    return this.#remember(found, walker, [path, parent, above], number);
  }

  #remember(found: Found, walker: Walker, slots: [number, number, number], number: number): Known {
    const known = (this.#known[number] ??= new Known(this.#view));
    const { text } = known;
    Object.assign(known, found);
    [known.path, known.parent, known.above] = slots.map((slot) => lengthOf(walker, slot)) as typeof slots;
    const written = `","hierarchy":${JSON.stringify(found.hierarchy)},"data":`;
    text.length = Buffer.byteLength(written);
    const size = known.path + known.parent + known.above + text.length;
    const isSmall = size <= CELL;
    const memory = isSmall ? this.#memory : Buffer.allocUnsafeSlow(size + SPARE_BYTES);
    text.view = isSmall ? this.#view : viewOf(memory);
    let at = isSmall ? number * CELL : 0;
    for (const slot of slots) {
      const start = walker.starts[slot] as number;
      memory.set(walker.bytes.subarray(start, start + lengthOf(walker, slot)), at);
      at += lengthOf(walker, slot);
    }
    memory.write(written, at);
    text.start = at;
    return known;
  }

  #find(path: string, ...others: readonly string[]): Found | undefined {
    const self = `"self":${JSON.stringify(NOBODY)}`;
    const references = `"references":{${[self, ...others].filter((text) => text !== "").join(",")}}`;
    const members = ['"model_type":"-"', references, path].filter((text) => text !== "");
    try {
      const meta = JSON.parse(`{${members.join(",")}}`) as unknown;
      const resource = readResource({ meta, data: {} }, () => "");
      const hierarchy = this.#placing.pathOf(resource);
      return {
        hierarchy,
        place: this.#placing.at(hierarchy),
        isInside: isWithin(hierarchy, this.#placing.top),
        nodes: resource.path === undefined ? resource.nodes : NONE,
      };
    } catch {
      return undefined; // whoever parses it tells what is wrong
    }
  }
}

function hashOf({ view, starts, ends }: Walker, slot: number, seed: number): number {
  let hash = seed;
  const start = starts[slot] as number;
  if (start === 0) return hash;
  const end = ends[slot] as number;
  for (let at = start; at + 4 <= end; at += 4) hash = Math.imul(hash ^ view.getInt32(at, true), 0x9e3779b1);
  return Math.imul(hash ^ view.getInt32(end - 4, true), 0x9e3779b1);
}

function isSame(walker: Walker, path: number, parent: number, above: number, known: Known): boolean {
  if (
    lengthOf(walker, path) !== known.path ||
    lengthOf(walker, parent) !== known.parent ||
    lengthOf(walker, above) !== known.above
  )
    return false;
  const { view, start: end } = known.text;
  const aboveAt = end - known.above;
  const parentAt = aboveAt - known.parent;
  return (
    isEqual(walker, path, view, parentAt - known.path, known.path) &&
    isEqual(walker, parent, view, parentAt, known.parent) &&
    isEqual(walker, above, view, aboveAt, known.above)
  );
}

/** Whether a member is the same as so many bytes: none, or more than a word. */
function isEqual(
  { view, starts }: Walker,
  slot: number,
  other: DataView,
  from: number,
  length: number,
): boolean {
  if (length === 0) return true;
  const start = starts[slot] as number;
  const last = length - 4;
  for (let at = 0; at < last; at += 4)
    if (view.getInt32(start + at, true) !== other.getInt32(from + at, true)) return false;
  return view.getInt32(start + last, true) === other.getInt32(from + last, true);
}

/** Bytes of a member with its name; 0 where it is not there. */
function lengthOf({ starts, ends }: Walker, slot: number): number {
  const start = starts[slot] as number;
  return start === 0 ? 0 : (ends[slot] as number) - start;
}

function textOf({ bytes, starts, ends }: Walker, slot: number): string {
  const start = starts[slot] as number;
  return start === 0 ? "" : bytes.toString("utf8", start, ends[slot]);
}
