/** Where instances stand, by what their `meta` says as bytes: most stand where one before them stood. */
import { isWithin } from "@vlf/common/hierarchy";
import { readResource, type Resource } from "../resource.ts";
import { type Part, partOf } from "./line-buffer.ts";
import type { Place } from "./places.ts";
import type { Walker } from "./walk.ts";
import { Words } from "./words.ts";

/** Where instances of a run stand. */
export interface Placing {
  /** Path of the node that was asked for. */
  readonly top: string;
  /** @throws {ToolError} for an instance without a place */
  pathOf(resource: Resource): string;
  at(path: string): Place;
}

export interface Standing {
  readonly hierarchy: string;
  readonly place: Place;
  /** Whether it is in the branch that was asked for. */
  readonly isInside: boolean;
  /** An instance of one of these pkids may stand elsewhere. */
  readonly nodes: readonly string[];
  /** `","hierarchy":"sys.hcs","data":`: what a line has behind its pkid. */
  readonly text: Part;
}

interface Known extends Standing {
  /** Members as they stood, with their names; `undefined` for one that was not there. */
  readonly path: Words | undefined;
  readonly parent: Words | undefined;
  readonly above: Words | undefined;
}

/** Places that are remembered: one of the same number takes the place of another. */
const MANY = 4096;
/** No instance is called so. */
export const NOBODY = "\u0001";

export class Standings {
  readonly #placing: Placing;
  readonly #known: (Known | undefined)[] = Array.from({ length: MANY });

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
    if (
      known !== undefined &&
      isSame(walker, path, known.path) &&
      isSame(walker, parent, known.parent) &&
      isSame(walker, above, known.above)
    )
      return known;
    const texts = [path, parent, above].map((slot) => textOf(walker, slot));
    const found = this.#find(...(texts as [string, string, string]));
    if (found === undefined) return undefined;
    const standing = {
      ...found,
      path: wordsOf(walker, path),
      parent: wordsOf(walker, parent),
      above: wordsOf(walker, above),
    };
    this.#known[number] = standing;
    return standing;
  }

  #find(path: string, ...others: readonly string[]): Standing | undefined {
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
        nodes: resource.path === undefined ? resource.nodes : [],
        text: partOf(`","hierarchy":${JSON.stringify(hierarchy)},"data":`),
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

function isSame({ view, starts, ends }: Walker, slot: number, words: Words | undefined): boolean {
  const start = starts[slot] as number;
  if (words === undefined || start === 0) return words === undefined && start === 0;
  return words.length === (ends[slot] as number) - start && words.isAt(view, start);
}

function wordsOf({ bytes, starts, ends }: Walker, slot: number): Words | undefined {
  const start = starts[slot] as number;
  return start === 0 ? undefined : new Words(bytes.subarray(start, ends[slot]));
}

function textOf({ bytes, starts, ends }: Walker, slot: number): string {
  const start = starts[slot] as number;
  return start === 0 ? "" : bytes.toString("utf8", start, ends[slot]);
}
