/**
 * The share of each subscription in what a customer uses. Several of one kind are one sum; what is over goes to
 * the oldest active one (Cisco's guide for Webex Contact Center; taken for all models, which is ours).
 */
import { formatTime } from "@vlf/common/clock";
import type { Position } from "@vlf/common/records";
import { byAge, isActive } from "./entitlement.ts";
import { type Book, type Order, usedOf } from "./books.ts";
import type { Loan } from "./substitution.ts";

export interface Subscription {
  readonly id: string;
  readonly orders: readonly Order[];
  readonly isActive: boolean;
}

export interface Share {
  readonly entitled: number;
  used: number;
  readonly lent: Loan[];
  readonly borrowed: Loan[];
  readonly fromPartner: Loan[];
  readonly toCustomers: Loan[];
  /** What is over goes here. */
  readonly isPrimary: boolean;
}

/** The subscriptions of a customer, oldest first. */
export function subscriptionsOf({ orders }: Pick<Book, "orders">, at: Date): Subscription[] {
  const groups = new Map<string, Order[]>();
  for (const order of orders)
    groups.set(order.subscription, [...(groups.get(order.subscription) ?? []), order]);
  return [...groups]
    .map(([id, lines]) => ({
      id,
      orders: lines.toSorted(byAge),
      isActive: lines.some((line) => isActive(line, at)),
    }))
    .toSorted((a, b) => byAge(a.orders[0] as Order, b.orders[0] as Order));
}

/** What each active subscription has of a type, by its id; none where no subscription is active. */
export function sharesOf(
  book: Book,
  type: string,
  subscriptions: readonly Subscription[],
  at: Date,
): Map<string, Share> {
  const active = subscriptions.filter((one) => one.isActive);
  const hasType = (one: Subscription): boolean =>
    one.orders.some((order) => order.type === type && isActive(order, at));
  const primary = active.find(hasType) ?? active[0];
  const shares = new Map<string, Share>();
  for (const one of active) {
    if (one !== primary && !hasType(one)) continue;
    const entitled = one.orders
      .filter((order) => order.type === type && isActive(order, at))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const isPrimary = one === primary;
    shares.set(one.id, {
      entitled,
      used: 0,
      lent: [],
      borrowed: [],
      fromPartner: [],
      toCustomers: [],
      isPrimary,
    });
  }
  if (primary === undefined) return shares;
  spread(book, type, shares);
  for (const [list, side] of [
    [book.loans, "lent"],
    [book.toCustomers, "toCustomers"],
  ] as const) {
    for (const loan of list.filter(({ from }) => from === type)) lend(shares, loan, side);
  }
  const first = shares.get(primary.id);
  first?.borrowed.push(...book.loans.filter(({ to }) => to === type));
  first?.fromPartner.push(...book.fromPartner.filter(({ to }) => to === type));
  return shares;
}

/** First what sources say of a subscription by its id, then the rest to the oldest with room, then to the primary. */
function spread(book: Book, type: string, shares: ReadonlyMap<string, Share>): void {
  let rest = usedOf(book, type);
  for (const { subscription, quantity } of book.figures?.byType.get(type)?.parts ?? []) {
    const share = subscription === "" ? undefined : shares.get(subscription);
    if (share === undefined) continue;
    const taken = Math.min(quantity, share.entitled - share.used);
    share.used += taken;
    rest -= taken;
  }
  for (const share of shares.values()) {
    const taken = Math.min(rest, share.entitled - share.used);
    share.used += taken;
    rest -= taken;
  }
  for (const share of shares.values()) if (share.isPrimary) share.used += rest;
}

/** A loan comes from the oldest subscriptions that have room. */
function lend(shares: ReadonlyMap<string, Share>, loan: Loan, side: "lent" | "toCustomers"): void {
  let missing = loan.quantity;
  for (const share of shares.values()) {
    const given = [...share.lent, ...share.toCustomers].reduce((sum, { quantity }) => sum + quantity, 0);
    const quantity = Math.min(missing, share.entitled - share.used - given);
    if (quantity <= 0) continue;
    share[side].push({ ...loan, quantity });
    missing -= quantity;
  }
}

/** Term and facts of a subscription. */
export function orderFacts({ orders, isActive: active }: Subscription): Partial<Position> {
  const starts = orders.map(({ start }) => start);
  const ends = orders.map(({ end }) => end);
  const provisioning = orders.map((order) => order.provisioning).find((text) => text !== "");
  const services = [...new Set(orders.flatMap((order) => order.services))];
  const first = starts.includes(undefined) ? undefined : starts.toSorted(byTime)[0];
  const last = ends.includes(undefined) ? undefined : ends.toSorted(byTime).at(-1);
  return {
    ...(first === undefined ? {} : { start: formatTime(first) }),
    ...(last === undefined ? {} : { end: formatTime(last) }),
    subscription_status: active ? "active" : "inactive",
    ...(provisioning === undefined ? {} : { provisioning_status: provisioning }),
    ...(services.length === 0 ? {} : { services }),
  };
}

function byTime(a: Date | undefined, b: Date | undefined): number {
  return (a?.getTime() ?? 0) - (b?.getTime() ?? 0);
}
