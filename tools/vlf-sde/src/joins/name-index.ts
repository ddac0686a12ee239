/** Instances by a name that others refer to them by; case and surrounding blanks do not count. */
import { joinKey } from "@vlf/common/axl";
import { byCodeUnit, isWithin, onOneBranch } from "@vlf/common/hierarchy";
import type { TextReader, TextsReader } from "../readers.ts";
import type { Scope, Source } from "../reports/report.ts";
import { LineNames, NOBODY } from "./line-names.ts";
import type { Places } from "./places.ts";

/**
 * Whether what stands at one node may refer to what stands at another: within one customer, or on one
 * branch. A name that two providers happen to use joins nothing.
 */
export type Related = (a: string, b: string) => boolean;

/** Of the scope of a customer `undefined`: all in it belong together. */
export function relatedIn(scope: Scope, places: Places): Related | undefined {
  if (scope.path !== "") return undefined;
  return (a, b) => {
    if (onOneBranch(a, b)) return true;
    const { customerPath } = places.of(a);
    return customerPath !== "" && customerPath === places.of(b).customerPath;
  };
}

export class NameIndex {
  readonly #sources: readonly Source[];
  readonly #namesOf: TextsReader;
  readonly #related: Related | undefined;
  /** Where all names stand in lines, and all instances belong together. */
  readonly #inLines: LineNames | undefined;
  /** By name; made when it is first asked. */
  #byKey: Map<string, Source[]> | undefined;
  #lastSource: Source | undefined;
  #lastReader: TextReader | undefined;
  #lastPath = "";
  #last: Source | undefined;

  /**
   * @param related `undefined` where all belong together
   * @param namesOf gives the names of an instance; blank ones are left out
   */
  constructor(sources: readonly Source[], related: Related | undefined, namesOf: TextsReader) {
    this.#sources = sources;
    this.#related = related;
    this.#namesOf = namesOf;
    this.#inLines = related === undefined ? LineNames.of(sources, namesOf) : undefined;
  }

  /** All instances that a name in an instance may mean, in no order that matters. */
  allOf(source: Source, nameOf: TextReader): readonly Source[] {
    const names = this.#inLines;
    return names === undefined
      ? this.all(nameOf(source), source.hierarchy)
      : names.all(names.find(source, nameOf));
  }

  /** All instances of a name that an instance at `path` may mean, in no order that matters. */
  all(name: string, path: string): readonly Source[] {
    const names = this.#inLines;
    if (names !== undefined) return names.all(names.findText(name));
    this.#byKey ??= byKey(this.#sources, this.#namesOf);
    const found = this.#byKey.get(joinKey(name)) ?? NO_SOURCES;
    const related = this.#related;
    return related === undefined ? found : found.filter(({ hierarchy }) => related(hierarchy, path));
  }

  /**
   * The one that a name in an instance means, as seen from a path: the nearest at or above it, else the one whose node
   * shares most of the path. What is left equal is decided by path and pkid, so that order does not matter.
   */
  nearestOf(source: Source, nameOf: TextReader, path: string = source.hierarchy): Source | undefined {
    // Columns of one row ask for one name.
    if (source !== this.#lastSource || nameOf !== this.#lastReader || path !== this.#lastPath) {
      this.#last = this.#nearestOf(source, nameOf, path);
      this.#lastSource = source;
      this.#lastReader = nameOf;
      this.#lastPath = path;
    }
    return this.#last;
  }

  #nearestOf(source: Source, nameOf: TextReader, path: string): Source | undefined {
    const names = this.#inLines;
    if (names === undefined) return this.nearest(nameOf(source), path);
    const link = names.find(source, nameOf);
    if (link === NOBODY) return undefined;
    return names.next(link) === NOBODY ? names.at(link) : nearest(names.all(link), path);
  }

  /** The same for a name as seen from a path. */
  nearest(name: string, path: string): Source | undefined {
    return nearest(this.all(name, path), path);
  }
}

const NO_SOURCES: readonly Source[] = [];

function byKey(sources: readonly Source[], namesOf: TextsReader): Map<string, Source[]> {
  const found = new Map<string, Source[]>();
  for (const source of sources) {
    for (const name of namesOf(source)) {
      const key = joinKey(name);
      if (key === "") continue;
      const known = found.get(key);
      if (known === undefined) found.set(key, [source]);
      else known.push(source);
    }
  }
  return found;
}

function nearest(found: readonly Source[], path: string): Source | undefined {
  let best: Source | undefined;
  let bestRank = -1;
  for (const source of found) {
    const rank = closeness(source.hierarchy, path);
    if (best === undefined || rank > bestRank || (rank === bestRank && bySource(source, best) < 0)) {
      best = source;
      bestRank = rank;
    }
  }
  return best;
}

/** Higher is nearer: any node at or above the path before all others. */
function closeness(node: string, path: string): number {
  if (isWithin(path, node)) return 1_000_000 + node.length;
  const whole = `${path}.`;
  let shared = 0;
  for (let at = 0; at < node.length && node[at] === whole[at]; at++) if (node[at] === ".") shared = at;
  return shared;
}

/** Order of instances that are otherwise equal. */
export function bySource(a: Source, b: Source): number {
  return byCodeUnit(a.hierarchy, b.hierarchy) || byCodeUnit(a.pkid, b.pkid);
}
