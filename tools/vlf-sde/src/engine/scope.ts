/** What reports see of a scope. */
import type { Scope, Source, Tree } from "../reports/report.ts";
import type { Plan, Slot } from "./plan.ts";

/** @param instances gives those of a model; asked once for each that is read */
export function scopeOf(
  plan: Plan,
  tree: Tree,
  path: string,
  instances: (slot: Slot) => readonly Source[],
): Scope {
  const cache = new Map<string, readonly Source[]>();
  return {
    path,
    tree,
    instances(id) {
      const known = cache.get(id);
      if (known !== undefined) return known;
      const slot = plan.slotsById.get(id);
      if (slot === undefined) return [];
      const made = instances(slot);
      cache.set(id, made);
      return made;
    },
  };
}
