/** Gathering by name. */
import type { Name } from "@vlf/common/names";
import { isBlank, type NameMap, type NameTables } from "./names.ts";

/** Items by a name of theirs, in their order; those without it are left out. */
export function grouped<T, N extends Name>(items: Iterable<T>, nameOf: (item: T) => N): Map<N, T[]> {
  const result = new Map<N, T[]>();
  group(items, nameOf, result);
  return result;
}

/** The same in a table of a customer. */
export function groupedIn<T, N extends Name>(
  tables: NameTables<N>,
  items: Iterable<T>,
  nameOf: (item: T) => N,
): NameMap<N, T[]> {
  const result = tables.map<T[]>();
  group(items, nameOf, result);
  return result;
}

function group<T, N extends Name>(items: Iterable<T>, nameOf: (item: T) => N, into: NameMap<N, T[]>): void {
  for (const item of items) {
    const name = nameOf(item);
    if (isBlank(name)) continue;
    const same = into.get(name);
    if (same === undefined) into.set(name, [item]);
    else same.push(item);
  }
}

/** Makes something when it is first asked for. */
export function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Makes one object for equal facts, where they are many and their combinations few: a number says which. */
export function combinations<F extends object>(): (key: number, facts: () => F) => F {
  const known: F[] = [];
  return (key, facts) => (known[key] ??= facts());
}
