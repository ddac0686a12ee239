/** The same instance may come twice, as when it moved between pages while they were read: it counts once. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Name } from "@vlf/common/names";
import type { Place } from "./customer.ts";
import type { FactId, Facts } from "./facts.ts";

/**
 * Leaves each instance of a model at the places of a customer once, and gives how many were too many,
 * by model. Of two that differ the one at the smaller path
 * stays, then the one with the smaller text, so that the order of input does not matter.
 * @param textOf the text of a name or pkid that is a number: all numbers in facts are
 */
export function dropDuplicates<N extends Name>(
  places: readonly Place<N>[],
  textOf: (number: number) => string,
): Map<FactId, number> {
  const dropped = new Map<FactId, number>();
  const ids = new Set(places.flatMap(({ facts }) => Object.keys(facts) as FactId[]));
  for (const id of ids) {
    const pkids = new Set<N>();
    let count = 0;
    for (const { facts } of places) {
      const list = facts[id] ?? [];
      for (const { pkid } of list) pkids.add(pkid);
      count += list.length;
    }
    // Counting first keeps the usual case, no duplicates, down to one set of pkids.
    if (pkids.size === count) continue;
    keepFirst(places, id, textOf);
    dropped.set(id, count - pkids.size);
  }
  return dropped;
}

function keepFirst<N extends Name>(
  places: readonly Place<N>[],
  id: FactId,
  textOf: (number: number) => string,
): void {
  const seen = new Set<N>();
  const text = (fact: object): string =>
    JSON.stringify(fact, (_, value: unknown) => (typeof value === "number" ? textOf(value) : value));
  for (const { facts } of places) {
    const list: Facts<N>[FactId][] = facts[id] ?? [];
    list.sort((a, b) => byCodeUnit(text(a), text(b)));
    const kept = list.filter(({ pkid }) => {
      const isFirst = !seen.has(pkid);
      seen.add(pkid);
      return isFirst;
    });
    list.splice(0, list.length, ...kept);
  }
}
