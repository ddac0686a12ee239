/** Instances by a name that others refer to them by; case and surrounding blanks do not count. */
import { joinKey } from "@vlf/common/axl";
import { byCodeUnit, isWithin, onOneBranch } from "@vlf/common/hierarchy";
import type { Scope, Source } from "../reports/report.ts";
import type { Places } from "./places.ts";

/**
 * Whether what stands at one node may refer to what stands at another: within one customer, or on one
 * branch. A name that two providers happen to use joins nothing.
 */
export type Related = (a: string, b: string) => boolean;

export function relatedIn(scope: Scope, places: Places): Related {
  if (scope.path !== "") return () => true;
  return (a, b) => {
    if (onOneBranch(a, b)) return true;
    const { customerPath } = places.of(a);
    return customerPath !== "" && customerPath === places.of(b).customerPath;
  };
}

let lastName = "";
let lastKey = "";

/** `joinKey()` of a name that is mostly the one of the call before: a user is looked for in several models. */
function keyOf(name: string): string {
  if (name !== lastName) {
    lastKey = joinKey(name);
    lastName = name;
  }
  return lastKey;
}

export class NameIndex {
  readonly #found = new Map<string, Source | Source[]>();
  readonly #related: Related;
  #lastName: string | undefined;
  #lastPath = "";
  #last: Source | undefined;

  /** @param namesOf gives the names of an instance; blank ones are left out */
  constructor(sources: readonly Source[], related: Related, namesOf: (source: Source) => readonly string[]) {
    this.#related = related;
    for (const source of sources) {
      const names = namesOf(source);
      for (let nth = 0; nth < names.length; nth += 1) this.#add(joinKey(names[nth] as string), source);
    }
  }

  #add(key: string, source: Source): void {
    if (key === "") return;
    const known = this.#found.get(key);
    if (known === undefined) this.#found.set(key, source);
    else if (Array.isArray(known)) known.push(source);
    else this.#found.set(key, [known, source]);
  }

  /** All instances of a name that an instance at `path` may mean, in no order that matters. */
  all(name: string, path: string): readonly Source[] {
    const found = this.#found.get(keyOf(name));
    if (found === undefined) return [];
    if (!Array.isArray(found)) return this.#related(found.hierarchy, path) ? [found] : [];
    return found.filter(({ hierarchy }) => this.#related(hierarchy, path));
  }

  /**
   * The one that an instance at `path` means: the nearest at or above it, else the one whose node shares
   * most of the path. What is left equal is decided by path and pkid, so that order does not matter.
   */
  nearest(name: string, path: string): Source | undefined {
    // Columns of one row ask for one name.
    if (name !== this.#lastName || path !== this.#lastPath) {
      this.#last = this.#nearest(name, path);
      this.#lastName = name;
      this.#lastPath = path;
    }
    return this.#last;
  }

  #nearest(name: string, path: string): Source | undefined {
    const found = this.#found.get(keyOf(name));
    if (found === undefined) return undefined;
    if (!Array.isArray(found)) return this.#related(found.hierarchy, path) ? found : undefined;
    return nearest(
      found.filter(({ hierarchy }) => this.#related(hierarchy, path)),
      path,
    );
  }
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
