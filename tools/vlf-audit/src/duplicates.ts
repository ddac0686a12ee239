/** The same instance may come twice, as when it moved between pages while they were read: it counts once. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Customer } from "./customer.ts";
import type { FactId, Facts } from "./facts.ts";

/**
 * Leaves each instance of a model in the customer once. Of two that differ the one at the smaller path
 * stays, then the one with the smaller text, so that the order of input does not matter.
 */
export function dropDuplicates(customer: Customer): void {
  const ids = new Set(customer.places.flatMap(({ facts }) => Object.keys(facts) as FactId[]));
  for (const id of ids) {
    const pkids = new Set<string>();
    let count = 0;
    for (const { pkid } of customer.all(id)) {
      pkids.add(pkid);
      count += 1;
    }
    // Counting first keeps the usual case, no duplicates, down to one set of pkids.
    if (pkids.size === count) continue;
    keepFirst(customer, id);
    customer.note("duplicate-instance", "warning", "an instance occurs more than once: counted once", {
      model: id,
      count: count - pkids.size,
    });
  }
}

function keepFirst(customer: Customer, id: FactId): void {
  const seen = new Set<string>();
  for (const { facts } of customer.places) {
    const list: Facts[FactId][] = facts[id] ?? [];
    list.sort((a, b) => byCodeUnit(JSON.stringify(a), JSON.stringify(b)));
    const kept = list.filter(({ pkid }) => {
      const isFirst = !seen.has(pkid);
      seen.add(pkid);
      return isFirst;
    });
    list.splice(0, list.length, ...kept);
  }
}
