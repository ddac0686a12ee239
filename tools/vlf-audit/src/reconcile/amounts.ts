/** Sums and states of positions. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Position, PositionStatus } from "@vlf/common/records";
import { availableOf, type Book, netLoans } from "./books.ts";
import type { Loan } from "./substitution.ts";

type Counts = Readonly<Record<string, number>>;

interface Amounts {
  readonly entitled: number;
  readonly used: number;
  readonly borrowed: Counts;
  readonly lent: Counts;
  readonly allowance?: number;
}

export function amountsOf({
  entitled,
  used,
  borrowed,
  lent,
  allowance,
}: Amounts): Omit<Partial<Position>, "used"> & Pick<Position, "used"> {
  const net = total(borrowed) - total(lent);
  const available = entitled - used + net;
  const overage = Math.max(0, -available);
  return {
    entitled,
    used,
    available,
    overage,
    ...utilizationOf(used, entitled + net),
    available_before: entitled - used,
    overage_before: Math.max(0, used - entitled),
    borrowed: { ...borrowed },
    lent: { ...lent },
    ...(allowance === undefined ? {} : { allowance, overconsumed: Math.max(0, overage - allowance) }),
  };
}

/** Rounded up, so that 100 is never shown of what is over. */
function utilizationOf(used: number, there: number): { utilization?: number } {
  return there > 0 ? { utilization: Math.ceil((100 * used) / there) } : {};
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, number) => sum + number, 0);
}

/** The loans of a type, by the other side. */
export function sumBy(
  loans: readonly Loan[],
  type: string,
  side: "from" | "to",
  suffix = "",
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const loan of loans) {
    if (loan[side] !== type) continue;
    const other = `${side === "to" ? loan.from : loan.to}${suffix}`;
    sums[other] = (sums[other] ?? 0) + loan.quantity;
  }
  return Object.fromEntries(Object.entries(sums).toSorted(([a], [b]) => byCodeUnit(a, b)));
}

/** Sums over rows. What one is over is not made good by what another has left: overage is summed as well. */
export function sumsOf(
  rows: readonly Position[],
): Omit<Partial<Position>, "used" | "status"> & Pick<Position, "used" | "status"> {
  const sum = (
    key: "entitled" | "used" | "available" | "overage" | "available_before" | "overage_before",
  ): number => rows.reduce((all, row) => all + (row[key] ?? 0), 0);
  const allowance = rows.some((row) => row.allowance !== undefined)
    ? {
        allowance: rows.reduce((all, row) => all + (row.allowance ?? 0), 0),
        overconsumed: rows.reduce((all, row) => all + (row.overconsumed ?? 0), 0),
      }
    : {};
  const there = sum("available") + sum("used");
  return {
    entitled: sum("entitled"),
    used: sum("used"),
    available: sum("available"),
    overage: sum("overage"),
    ...utilizationOf(sum("used"), there),
    available_before: sum("available_before"),
    overage_before: sum("overage_before"),
    ...allowance,
    status: worstOf(rows.map(({ status }) => status)),
  };
}

const GRAVEST: readonly PositionStatus[] = ["over", "no-order", "allowance", "ok", "no-usage", "inactive"];

function worstOf(statuses: readonly PositionStatus[]): PositionStatus {
  return GRAVEST.find((status) => statuses.includes(status)) ?? "ok";
}

export function statusOf(book: Book, type: string): PositionStatus {
  // Licenses that a partner holds are used by its customers.
  if (book.figures === undefined && book.toCustomers.length === 0) return "no-usage";
  const over = -availableOf(book, type);
  if (over <= 0) return "ok";
  if ((book.entitled.get(type) ?? 0) === 0 && netLoans(book, type) === 0) return "no-order";
  return over <= (book.allowance.get(type) ?? 0) ? "allowance" : "over";
}
