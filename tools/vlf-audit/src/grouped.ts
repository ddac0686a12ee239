/** Gathering by name. */
import type { Name } from "@vlf/common/names";
import { isBlank } from "./names.ts";

/** Items by a text of theirs, in their order; those without it are left out. */
export function grouped<T, N extends Name>(items: Iterable<T>, nameOf: (item: T) => N): Map<N, T[]> {
  const result = new Map<N, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    if (isBlank(name)) continue;
    const same = result.get(name);
    if (same === undefined) result.set(name, [item]);
    else same.push(item);
  }
  return result;
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
