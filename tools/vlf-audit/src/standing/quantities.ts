/** More than the ordered quantity and its allowance needs a change order. */
import { type Criterion, isSame, type Problem } from "./criterion.ts";
import type { Ordered, System, Used } from "./system.ts";

interface Sum {
  readonly application: string;
  readonly unit: string;
  quantity: number;
  allowed: number;
}

export const quantities: Criterion = {
  id: "quantities",
  title: "usage within the order",
  check(system, { settings }) {
    const problems: Problem[] = [];
    const unchecked: string[] = [];
    for (const { application, unit, quantity, allowed } of sumsOf(system, settings.allowance)) {
      const label = `${unit === "" ? "" : `${unit} of `}"${application}"`;
      const used = usedOf(system.usage, application, unit);
      if (typeof used !== "number") {
        unchecked.push(`${used} of ${label}`);
      } else if (used > quantity + allowed) {
        const message = `${used} ${label} are used in "${system.id}", ${quantity} are ordered with an allowance of ${allowed}: place a change order`;
        problems.push({
          code: "change-order-needed",
          severity: "error",
          message,
        });
      } else if (used > quantity) {
        const message = `${used} ${label} are used in "${system.id}", ${quantity} are ordered with an allowance of ${allowed}`;
        problems.push({ code: "within-allowance", severity: "info", message });
      }
    }
    for (const { application, unit } of system.usage) {
      if (orderOf(system.orders, application, unit) !== undefined) continue;
      const message = `${unit === "" ? "" : `${unit} of `}"${application}" is used in "${system.id}", but not ordered`;
      if (problems.some((one) => one.message === message)) continue;
      problems.push({ code: "usage-without-order", severity: "warning", message });
    }
    return { problems, unchecked };
  },
};

/** Fixed quantities by application and unit; pay per use has none. */
function sumsOf({ orders }: System, fallback: number): Sum[] {
  const sums: Sum[] = [];
  for (const { application, unit, quantity, allowance = fallback } of orders) {
    if (quantity === undefined) continue;
    const allowed = Math.floor((quantity * allowance) / 100);
    const known = sums.find((one) => isSame(one.application, application) && isSame(one.unit, unit));
    if (known === undefined) sums.push({ application, unit, quantity, allowed });
    else {
      known.quantity += quantity;
      known.allowed += allowed;
    }
  }
  return sums;
}

function orderOf(orders: readonly Ordered[], application: string, unit: string): Ordered | undefined {
  return orders.find(
    (one) => isSame(one.application, application) && (one.unit === "" || isSame(one.unit, unit)),
  );
}

/** What was used last; several values of that time are one sum. In words why there is none. */
function usedOf(usage: readonly Used[], application: string, unit: string): number | string {
  const all = usage.filter(
    (one) => isSame(one.application, application) && (unit === "" || isSame(one.unit, unit)),
  );
  const [first] = all;
  if (first === undefined) return "no usage";
  if (!all.every((one) => isSame(one.unit, first.unit)))
    return "usage in several units, and no unit in the order,";
  const last = Math.max(...all.map(({ at }) => at.getTime()));
  return all.filter(({ at }) => at.getTime() === last).reduce((sum, { quantity }) => sum + quantity, 0);
}
