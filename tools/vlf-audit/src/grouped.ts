/** Gathering by name. */

/** Items by a text of theirs, in their order; those without it are left out. */
export function grouped<T>(items: Iterable<T>, nameOf: (item: T) => string): Map<string, T[]> {
  const result = new Map<string, T[]>();
  for (const item of items) {
    const name = nameOf(item);
    if (name === "") continue;
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
