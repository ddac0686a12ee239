/**
 * The hierarchy while instances arrive in any order: each path has an entry with its node, when that
 * is known, and the instances that wait there. Entries of ended scopes are forgotten.
 */
import { parentPath } from "@vlf/common/hierarchy";
import type { Name } from "@vlf/common/names";
import type { Bucket } from "./customer.ts";

export interface Node {
  readonly pkid: string;
  /** Compared form of `node_type`: `customer`, `site` ... */
  readonly type: string;
}

export interface Entry<N extends Name = string> {
  readonly path: string;
  readonly parent: Entry<N> | undefined;
  readonly below: Set<Entry<N>>;
  node: Node | undefined;
  bucket: Bucket<N> | undefined;
  /** Nothing at or below follows: its scope has ended, or it is a customer that was counted. */
  ended: boolean;
}

export class Tree<N extends Name = string> {
  readonly #entries = new Map<string, Entry<N>>();

  /** The entry of a path, made with all above it when it is not there. */
  at(path: string): Entry<N> {
    const known = this.#entries.get(path);
    if (known !== undefined) return known;
    const above = parentPath(path);
    const parent = above === undefined ? undefined : this.at(above);
    const entry: Entry<N> = {
      path,
      parent,
      below: new Set(),
      node: undefined,
      bucket: undefined,
      ended: false,
    };
    parent?.below.add(entry);
    this.#entries.set(path, entry);
    return entry;
  }

  /** The entry of a path, where there is one. */
  find(path: string): Entry<N> | undefined {
    return this.#entries.get(path);
  }

  /** All entries, in no order that matters. */
  all(): Iterable<Entry<N>> {
    return this.#entries.values();
  }

  /**
   * Ends a scope: what belongs to customers in it is taken out. What waits for a customer above stays,
   * and so do providers and resellers, whose names the rows show.
   */
  endScope(top: Entry<N>): void {
    for (const entry of within(top)) {
      const { customer } = placeOf(entry);
      if (entry === top || customer === undefined || !customer.ended) continue;
      this.#entries.delete(entry.path);
      entry.parent?.below.delete(entry);
    }
    top.ended = true;
  }
}

/** The entry and all below it, as they are now. */
export function within<N extends Name>(top: Entry<N>): Entry<N>[] {
  const result = [top];
  for (const entry of result) for (const below of entry.below) result.push(below);
  return result;
}

/** The entry and all above it, nearest first. */
export function* selfAndAbove<N extends Name>(from: Entry<N> | undefined): Generator<Entry<N>> {
  for (let entry = from; entry !== undefined; entry = entry.parent) yield entry;
}

/** The nearest entry of a node type at or above, or `undefined`. */
export function nearest<N extends Name>(from: Entry<N> | undefined, type: string): Entry<N> | undefined {
  for (const entry of selfAndAbove(from)) if (entry.node?.type === type) return entry;
  return undefined;
}

/** The nearest customer at or above an entry, and whether the entry is at site level below it. */
export function placeOf<N extends Name>(from: Entry<N>): { customer: Entry<N> | undefined; atSite: boolean } {
  let atSite = false;
  for (const entry of selfAndAbove(from)) {
    if (entry.node?.type === "customer") return { customer: entry, atSite };
    if (entry.node?.type === "site") atSite = true;
  }
  return { customer: undefined, atSite };
}
