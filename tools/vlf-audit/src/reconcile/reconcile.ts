/** Orders against usage: the books of all customers, their positions and findings. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding, Position, Statistic } from "@vlf/common/records";
import { byFinding } from "../output.ts";
import { type Book, lendToCustomers, makeBook, type Order, usedOf } from "./books.ts";
import { Customers, isOwn } from "./customers.ts";
import { type Entitlement, isActive } from "./entitlement.ts";
import { type Figures, figuresOf, type Period } from "./figures.ts";
import type { SourceFigures } from "./finding-note.ts";
import { findingsOf } from "./findings.ts";
import { activeUserMonths, activeUserQuantity, dayOf, startOf } from "./growth.ts";
import { COUNTED, type Measured, type Measures } from "./measures.ts";
import type { LicenseModel } from "./models.ts";
import { momentOf, Positions } from "./positions.ts";
import type { ReconcileSettings } from "./settings.ts";

export interface Reconciled {
  readonly positions: readonly Position[];
  readonly findings: readonly Finding[];
}

/**
 * @param measures of the input and of the history, not yet sorted to customers
 * @throws {DataError} for an order whose customer or partner cannot be told
 */
export function reconcile(
  measures: Measures,
  entitlements: readonly Entitlement[],
  settings: ReconcileSettings,
  { period, statistic }: { readonly period: Period; readonly statistic: Statistic },
): Reconciled {
  const customers = new Customers(settings.customers);
  measures.resolveCounts(customers);
  for (const { partner } of entitlements) if (partner !== "") customers.addPartner(partner);
  const orders = entitlements.map((line): Order => ({
    ...line,
    of: customers.find(line.where, line.customer, line.customerPkid, line.partner),
  }));
  measures.resolveUsage(customers, modelsOf(orders));
  const at = momentOf(period);
  const sources: SourceFigures[] = [];
  const all = allBooks(measures, orders, settings, (measured) => {
    const bySource = figuresBySource(measured, settings, period, statistic);
    sources.push({ measured, bySource });
    return bySource[0]?.figures;
  });
  const books = inScope(all, at).map((facts) => makeBook(facts, at, settings.rounding));
  lendToCustomers(books);
  const positions = new Positions({
    period,
    statistic,
    rounding: settings.rounding,
    renewal: (book, type) => renewalOf(measures, settings, book, type, at),
  }).of(books);
  const findings = findingsOf({
    books,
    positions,
    measures,
    settings,
    period,
    sources,
    ordered: modelsOf(orders),
  });
  return { positions, findings: findings.toSorted(byFinding) };
}

type Facts = Pick<Book, "customer" | "model" | "orders" | "figures">;

/** What each customer has ordered or uses of each model that somebody has ordered. */
function allBooks(
  measures: Measures,
  orders: readonly Order[],
  { models }: ReconcileSettings,
  figures: (measured: Measured) => Figures | undefined,
): Facts[] {
  const facts = new Map<string, { customer: Facts["customer"]; model: LicenseModel; orders: Order[] }>();
  for (const order of orders) {
    const key = JSON.stringify([order.of.key, order.model.id]);
    const known = facts.get(key) ?? { customer: order.of, model: order.model, orders: [] };
    known.orders.push(order);
    facts.set(key, known);
  }
  const ordered = modelsOf(orders);
  for (const [key, { customer, model }] of measures.all) {
    if (ordered.has(model.id) && !facts.has(key)) facts.set(key, { customer, model, orders: [] });
  }
  return [...facts]
    .map(([key, one]) => {
      const measured = measures.all.get(key);
      return { ...one, figures: measured === undefined ? undefined : figures(measured) };
    })
    .toSorted(
      (a, b) =>
        models.indexOf(a.model) - models.indexOf(b.model) || byCodeUnit(a.customer.key, b.customer.key),
    );
}

function modelsOf(orders: readonly Order[]): Set<string> {
  return new Set(orders.map(({ model }) => model.id));
}

/**
 * Models of one family are several views of the same users. Who has ordered by one of them is looked at by
 * that; who has ordered nothing by the first that shows usage, and that the partner holds licenses of if any.
 */
function inScope(all: readonly Facts[], at: Date): Facts[] {
  const byFamily = new Map<string, Facts[]>();
  for (const one of all) {
    const key = JSON.stringify([one.customer.key, one.model.family]);
    byFamily.set(key, [...(byFamily.get(key) ?? []), one]);
  }
  const held = new Set(
    all.filter(({ customer, orders }) => isOwn(customer) && orders.length > 0).map(({ model }) => model),
  );
  const chosen = new Set<Facts>();
  for (const group of byFamily.values()) {
    const active = group.filter(({ orders }) => orders.some((order) => isActive(order, at)));
    const ordered = active.length > 0 ? active : group.filter(({ orders }) => orders.length > 0);
    const used = group.filter((one) =>
      [...(one.figures?.byType.values() ?? [])].some(({ used: n }) => n > 0),
    );
    const [first] = [...used.filter(({ model }) => held.has(model)), ...used];
    for (const one of ordered.length > 0 ? ordered : first === undefined ? [] : [first]) chosen.add(one);
  }
  // Terms of a model that was given up for another are shown, but their users are those of the other now.
  return all.flatMap((one) =>
    chosen.has(one) ? [one] : one.orders.length > 0 ? [{ ...one, figures: undefined }] : [],
  );
}

/** The figures of each source that has some, the one that counts first. */
function figuresBySource(
  { sources, model }: Measured,
  settings: ReconcileSettings,
  period: Period,
  statistic: Statistic,
): { source: string; figures: Figures }[] {
  const rank = (source: string): number => {
    const at = settings.sources.indexOf(source);
    return at < 0 ? settings.sources.length : at;
  };
  return [...sources.keys()]
    .toSorted((a, b) => rank(a) - rank(b) || byCodeUnit(a, b))
    .flatMap((source) => {
      const units = sources.get(source) ?? new Map();
      // A count of the audit is whole: a customer's clusters are never of different days.
      const carry = source === COUNTED ? 0 : settings.staleDays;
      const figures = figuresOf(units, period, statistic, carry, Object.keys(model.types ?? {}));
      return figures === undefined ? [] : [{ source, figures }];
    });
}

/** Quantity of the next year of an active user plan: from the last measure of each of its months 9 to 11. */
function renewalOf(
  measures: Measures,
  settings: ReconcileSettings,
  book: Book,
  type: string,
  at: Date,
): number | undefined {
  if (book.model.growth !== "active-user") return undefined;
  const start = book.orders.find((order) => order.type === type && isActive(order, at))?.start;
  const measured = measures.all.get(JSON.stringify([book.customer.key, book.model.id]));
  if (start === undefined || measured === undefined) return undefined;
  const [first, second, third, end] = activeUserMonths(dayOf(start), dayOf(at));
  const monthly = [
    [first, second],
    [second, third],
    [third, end],
  ].map(([from = 0, to = 0]) => {
    const period = {
      start: startOf(from),
      end: new Date(Math.min(startOf(to).getTime(), at.getTime() + 1)),
      isAsked: true,
    };
    const [best] = figuresBySource(measured, settings, period, "last");
    return best === undefined ? undefined : usedOf({ figures: best.figures }, type);
  });
  const [a, b, c] = monthly;
  return a === undefined || b === undefined || c === undefined ? undefined : activeUserQuantity([a, b, c]);
}

/** The earliest day whose history active user plans need; `undefined` where there are none. */
export function activeUserSince(entitlements: readonly Entitlement[], at: Date): Date | undefined {
  const starts = entitlements
    .filter((line) => line.model.growth === "active-user" && isActive(line, at))
    .flatMap(({ start }) => (start === undefined ? [] : [activeUserMonths(dayOf(start), dayOf(at))[0]]));
  return starts.length === 0 ? undefined : startOf(Math.min(...starts));
}
