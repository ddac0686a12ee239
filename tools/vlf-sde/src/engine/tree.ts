/**
 * The hierarchy while instances arrive in any order: each path has an entry with its node, when that is
 * known, and the instances that wait there. Entries of customers that were exported are forgotten.
 */
import { joinKey } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { byCodeUnit, parentPath } from "@vlf/common/hierarchy";
import type { Tree } from "../reports/report.ts";
import type { Bucket, Extent } from "./waiting.ts";

export interface Node {
  readonly pkid: string;
  /** Compared form of `node_type`: `customer`, `site` ... */
  readonly type: string;
}

export interface Entry {
  readonly path: string;
  readonly parent: Entry | undefined;
  readonly below: Set<Entry>;
  node: Node | undefined;
  /** Instances that wait in memory. */
  bucket: Bucket | undefined;
  /** Where instances wait on disk. */
  extents: Extent[] | undefined;
  /** Path of the scope that has ended: nothing at or below follows. */
  endedBy: string | undefined;
  /** A customer whose rows are made. */
  exported: boolean;
}

export class Nodes implements Tree {
  readonly #entries = new Map<string, Entry>();
  /** The last one that was asked for: instances come node by node mostly. */
  #last: Entry | undefined;
  /** Types of forgotten nodes, where some report looks at all scopes at the end. */
  readonly #types: Map<string, string> | undefined;

  constructor(options: { keepTypes: boolean }) {
    this.#types = options.keepTypes ? new Map() : undefined;
  }

  typeOf(path: string): string | undefined {
    return this.#entries.get(path)?.node?.type ?? this.#types?.get(path);
  }

  /** The entry of a path, made with all above it when it is not there. */
  at(path: string): Entry {
    if (this.#last?.path === path) return this.#last;
    return (this.#last = this.#find(path));
  }

  #find(path: string): Entry {
    const known = this.#entries.get(path);
    if (known !== undefined) return known;
    const above = parentPath(path);
    const parent = above === undefined ? undefined : this.#find(above);
    const entry: Entry = {
      path,
      parent,
      below: new Set(),
      node: undefined,
      bucket: undefined,
      extents: undefined,
      endedBy: undefined,
      exported: false,
    };
    parent?.below.add(entry);
    this.#entries.set(path, entry);
    return entry;
  }

  /** All entries, in no order that matters. */
  all(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** @throws {DataError} when two different nodes have one path */
  place(entry: Entry, pkid: string, nodeType: string): void {
    const type = joinKey(nodeType);
    const { node: known, path } = entry;
    if (known !== undefined && (known.pkid !== pkid || known.type !== type)) {
      throw new DataError(`export: two different data/HierarchyNode instances are at "${path}"`);
    }
    entry.node = { pkid, type };
  }

  /** Types of the nodes that are forgotten, by path. */
  forgottenTypes(): Iterable<readonly [path: string, type: string]> {
    return this.#types ?? [];
  }

  addForgottenTypes(types: Iterable<readonly [path: string, type: string]>): void {
    for (const [path, type] of types) this.#types?.set(path, type);
  }

  /** Takes out what belongs to a customer that was exported; the customer's own path stays, as ended. */
  forget(customer: Entry): void {
    for (const entry of within(customer)) {
      if (entry.node !== undefined) this.#types?.set(entry.path, entry.node.type);
      if (entry !== customer) this.#entries.delete(entry.path);
    }
    customer.below.clear();
    this.#last = undefined;
  }
}

/** The entry and all below it, as they are now. */
export function within(top: Entry): Entry[] {
  const result = [top];
  for (const entry of result) for (const below of entry.below) result.push(below);
  return result;
}

/** The nearest customer at or above an entry. */
export function customerOf(from: Entry): Entry | undefined {
  for (let entry: Entry | undefined = from; entry !== undefined; entry = entry.parent) {
    if (entry.node?.type === "customer") return entry;
  }
  return undefined;
}

/** The scope that holds an entry and has ended. */
export function endedScope(from: Entry): string | undefined {
  for (let entry: Entry | undefined = from; entry !== undefined; entry = entry.parent) {
    if (entry.endedBy !== undefined) return entry.endedBy;
  }
  return undefined;
}

/**
 * Whether all is known that the names of a customer's rows are made of: the nodes from the customer up to
 * its provider.
 */
export function isPlaced(customer: Entry): boolean {
  for (let entry = customer.parent; entry !== undefined; entry = entry.parent) {
    if (entry.node === undefined) return false;
    if (entry.node.type === "provider") return true;
  }
  return true;
}

/** A form of a path by which code units sort segment by segment, so that a subtree is contiguous. */
export function pathKey(path: string): string {
  return path.replaceAll(".", "\u0000");
}

export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return byCodeUnit(pathKey(a.path), pathKey(b.path));
}
