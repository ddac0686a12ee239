/** Books as `position` records: subscription, customer, cluster, region and partner, each type and their total. */
import { formatTime } from "@vlf/common/clock";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Position, PositionLevel, PositionStatus, Statistic } from "@vlf/common/records";
import { allowancesOf, availableOf, type Book, entitledOf, netLoans, typesOf, usedOf } from "./books.ts";
import { isOwn, partnerKey } from "./customers.ts";
import { byAge, isActive } from "./entitlement.ts";
import type { FigurePart, Period } from "./figures.ts";
import { type Day, dayOf, dayText, nextTrueForward, projectedOn, type Rounding, startOf } from "./growth.ts";
import { type LicenseModel, typeTitle } from "./models.ts";
import { type Share, sharesOf, type Subscription, subscriptionsOf } from "./subscriptions.ts";
import type { Loan } from "./substitution.ts";

export const TOTAL = "total";

export interface PositionOptions {
  readonly period: Period;
  readonly statistic: Statistic;
  readonly rounding: Rounding;
  /** Quantity of the next year of active user plans. */
  readonly renewal?: (book: Book, type: string) => number | undefined;
}

/** The moment that orders are compared at: the end of the period, which is not in it. */
export function momentOf({ end }: Pick<Period, "end">): Date {
  return new Date(end.getTime() - 1);
}

type Fields = Omit<Position, "type" | "statistic" | "period_start" | "period_end" | "title">;

export class Positions {
  readonly #options: PositionOptions;
  readonly #at: Date;

  constructor(options: PositionOptions) {
    this.#options = options;
    this.#at = momentOf(options.period);
  }

  /** The records of all books, by model, level and name. */
  of(books: readonly Book[]): Position[] {
    const positions: Position[] = [];
    for (const group of groupsOf(books)) {
      const customers = group.flatMap((book) => this.#ofCustomer(book));
      positions.push(...this.#ofPartner(group, customers), ...this.#ofRegions(group), ...customers);
      for (const book of group) positions.push(...this.#ofSubscriptions(book));
      for (const book of group) positions.push(...this.#ofClusters(book));
    }
    return positions;
  }

  #ofCustomer(book: Book): Position[] {
    const { model } = book;
    const rows = shownTypes(book).map((type) => {
      const parts = {
        entitled: book.entitled.get(type) ?? 0,
        used: usedOf(book, type),
        borrowed: { ...sumBy(book.loans, type, "to"), ...sumBy(book.fromPartner, type, "to", "@partner") },
        lent: { ...sumBy(book.loans, type, "from"), ...sumBy(book.toCustomers, type, "from", "@customers") },
        allowance: book.allowance.get(type) ?? 0,
      };
      const figure = book.figures?.byType.get(type);
      return this.#row(model, {
        ...placeOf("customer", book),
        license_type: type,
        ...amountsOf(parts),
        status: statusOf(book, type),
        ...(figure?.day === undefined ? {} : { used_on: dayText(figure.day) }),
        days: book.figures?.days.length ?? 0,
        ...this.#growthOf(book, type),
      });
    });
    return [...rows, ...this.#totalOf(model, rows)];
  }

  #growthOf(book: Book, type: string): Partial<Position> {
    const { model, figures, orders } = book;
    const renewal = this.#options.renewal?.(book, type);
    if (renewal !== undefined) return { renewal };
    if (model.growth !== "true-forward") return {};
    const active = orders.filter((order) => order.type === type && isActive(order, this.#at));
    const start = active.toSorted(byAge)[0]?.start;
    if (start === undefined) return {};
    const today = dayOf(this.#at);
    const { measuredOn, dueOn } = nextTrueForward(dayOf(start), today);
    const days = { measured_on: dayText(measuredOn), due_on: dayText(dueOn) };
    const projected = projectedOn(figures?.byType.get(type)?.points ?? [], measuredOn);
    if (projected === undefined) return days;
    // What will be there then: terms that end before that day are not.
    const then = startOf(measuredOn);
    const entitled = entitledOf(orders, then).get(type) ?? 0;
    const allowance = allowancesOf(orders, then, this.#options.rounding).get(type) ?? 0;
    const over = Math.max(0, projected - entitled - allowance - netLoans(book, type));
    return { ...days, projected, projected_overconsumed: over };
  }

  #ofSubscriptions(book: Book): Position[] {
    const subscriptions = subscriptionsOf(book, this.#at);
    const byType = new Map(
      shownTypes(book).map((type) => [type, sharesOf(book, type, subscriptions, this.#at)] as const),
    );
    return subscriptions.flatMap((subscription) => {
      const rows: Position[] = [];
      for (const [type, shares] of byType) {
        const share = shares.get(subscription.id);
        const isOrdered = subscription.orders.some((order) => order.type === type);
        const isUsed = share !== undefined && share.used > 0;
        if (isOrdered || isUsed) rows.push(this.#ofShare(book, type, subscription, share));
      }
      const total = this.#totalOf(book.model, rows);
      return [...rows, ...total].map((row) => this.#row(book.model, { ...row, ...orderFacts(subscription) }));
    });
  }

  #ofShare(book: Book, type: string, subscription: Subscription, share: Share | undefined): Position {
    const { borrowed = [], fromPartner = [], lent = [], toCustomers = [] } = share ?? {};
    const amounts = amountsOf({
      entitled: share?.entitled ?? 0,
      used: share?.used ?? 0,
      borrowed: { ...sumBy(borrowed, type, "to"), ...sumBy(fromPartner, type, "to", "@partner") },
      lent: { ...sumBy(lent, type, "from"), ...sumBy(toCustomers, type, "from", "@customers") },
    });
    const whole = statusOf(book, type);
    const isShort = (amounts.overage ?? 0) > 0;
    const status: PositionStatus =
      share === undefined ? "inactive" : isShort || whole === "no-usage" ? whole : "ok";
    const figure = book.figures?.byType.get(type);
    return this.#row(book.model, {
      ...placeOf("subscription", book),
      subscription: subscription.id,
      license_type: type,
      ...amounts,
      status,
      ...(figure?.day === undefined || share === undefined ? {} : { used_on: dayText(figure.day) }),
      days: book.figures?.days.length ?? 0,
    });
  }

  #ofClusters(book: Book): Position[] {
    const names = placesOf(book, ({ cluster, region }) => JSON.stringify([region, cluster]));
    if (![...names.values()].flat().some(({ cluster }) => cluster !== "")) return [];
    return [...names]
      .toSorted(([a], [b]) => byCodeUnit(a, b))
      .flatMap(([, parts]) => {
        const { cluster = "", region = "" } = parts[0] ?? {};
        return shownTypes(book).map((type) => {
          const figure = book.figures?.byType.get(type);
          return this.#row(book.model, {
            ...placeOf("cluster", book),
            cluster,
            region,
            license_type: type,
            used: sumOf(parts.filter((part) => part.type === type)),
            status: "usage",
            ...(figure?.day === undefined ? {} : { used_on: dayText(figure.day) }),
            days: book.figures?.days.length ?? 0,
          });
        });
      });
  }

  #ofRegions(books: readonly Book[]): Position[] {
    const [first] = books;
    if (first === undefined) return [];
    const all = books.flatMap((book) => [...placesOf(book, ({ region }) => region)]);
    const regions = [...new Set(all.map(([region]) => region))].toSorted(byCodeUnit);
    if (regions.every((region) => region === "")) return [];
    return regions.flatMap((region) => {
      const parts = all.filter(([name]) => name === region).flatMap(([, some]) => some);
      return typesOfAll(books).map((type) =>
        this.#row(first.model, {
          ...placeOf("region", first),
          region,
          license_type: type,
          used: sumOf(parts.filter((part) => part.type === type)),
          status: "usage",
          ...sameDay(books.map((book) => book.figures?.byType.get(type)?.day)),
          days: daysOf(books),
        }),
      );
    });
  }

  #ofPartner(books: readonly Book[], customers: readonly Position[]): Position[] {
    const [first] = books;
    if (first === undefined) return [];
    const rows = typesOfAll(books).map((type) => {
      const ofType = customers.filter((row) => row.license_type === type);
      return this.#row(first.model, {
        ...placeOf("partner", first),
        license_type: type,
        ...sumsOf(ofType),
        ...sameDay(books.map((book) => book.figures?.byType.get(type)?.day)),
        days: daysOf(books),
      });
    });
    return [...rows, ...this.#totalOf(first.model, rows)];
  }

  /** The sum of the types of one row of the level. Types of an open model are of many kinds: they have no sum. */
  #totalOf(model: LicenseModel, rows: readonly Position[]): Position[] {
    const [first] = rows;
    if (first === undefined || model.types === undefined) return [];
    const { level, partner, partner_pkid, customer, customer_pkid, subscription, days } = first;
    return [
      this.#row(model, {
        level,
        model: model.id,
        license_type: TOTAL,
        partner,
        partner_pkid,
        customer,
        customer_pkid,
        subscription,
        cluster: "",
        region: "",
        ...sumsOf(rows),
        ...sameDay(rows.map((row) => row.used_on)),
        days,
      }),
    ];
  }

  /** A record with its keys in the order of the contract. */
  #row(model: LicenseModel, fields: Fields): Position {
    const { period, statistic } = this.#options;
    const all: Position = {
      ...fields,
      type: "position",
      title: fields.license_type === TOTAL ? "Total" : typeTitle(model, fields.license_type),
      statistic,
      period_start: formatTime(period.start),
      period_end: formatTime(period.end),
    };
    const ordered = KEYS.filter((key) => all[key] !== undefined).map((key) => [key, all[key]]);
    return Object.fromEntries(ordered) as Position;
  }
}

/** The fields of the record in the order of docs/records.md. */
const KEYS: readonly (keyof Position)[] = [
  ...(["type", "level", "model", "license_type", "title", "partner", "partner_pkid", "customer"] as const),
  ...(["customer_pkid", "subscription", "cluster", "region", "entitled", "used", "available"] as const),
  ...(["overage", "utilization", "status", "statistic", "used_on", "period_start", "period_end"] as const),
  ...(["days", "available_before", "overage_before", "borrowed", "lent", "allowance"] as const),
  ...(["overconsumed", "measured_on", "due_on", "projected", "projected_overconsumed"] as const),
  ...(["renewal", "start", "end", "subscription_status", "provisioning_status", "services"] as const),
];

/** Books of one partner and model, in the order of the models, partners and customers; the partner's own last. */
function groupsOf(books: readonly Book[]): Book[][] {
  const groups = new Map<string, Book[]>();
  for (const book of books) {
    const key = JSON.stringify([book.model.id, partnerKey(book.customer.partner)]);
    groups.set(key, [...(groups.get(key) ?? []), book]);
  }
  const order = [...new Set(books.map(({ model }) => model.id))];
  return [...groups.values()]
    .map((group) =>
      group.toSorted(
        (a, b) =>
          Number(isOwn(a.customer)) - Number(isOwn(b.customer)) ||
          byCodeUnit(a.customer.name, b.customer.name) ||
          byCodeUnit(a.customer.key, b.customer.key),
      ),
    )
    .toSorted(([a], [b]) => {
      if (a === undefined || b === undefined) return 0;
      const [one, other] = [a.customer.partner, b.customer.partner];
      return (
        order.indexOf(a.model.id) - order.indexOf(b.model.id) ||
        byCodeUnit(one.name, other.name) ||
        byCodeUnit(one.pkid, other.pkid)
      );
    });
}

function placeOf(
  level: PositionLevel,
  { customer, model }: Book,
): Pick<
  Fields,
  | "level"
  | "model"
  | "partner"
  | "partner_pkid"
  | "customer"
  | "customer_pkid"
  | "subscription"
  | "cluster"
  | "region"
> {
  const isAbove = level === "partner" || level === "region";
  return {
    level,
    model: model.id,
    partner: customer.partner.name,
    partner_pkid: customer.partner.pkid,
    customer: isAbove ? "" : customer.name,
    customer_pkid: isAbove ? "" : customer.pkid,
    subscription: "",
    cluster: "",
    region: "",
  };
}

type Counts = Readonly<Record<string, number>>;

interface Amounts {
  readonly entitled: number;
  readonly used: number;
  readonly borrowed: Counts;
  readonly lent: Counts;
  readonly allowance?: number;
}

function amountsOf({
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
function sumBy(
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
function sumsOf(
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
  if (book.figures === undefined) return "no-usage";
  const over = -availableOf(book, type);
  if (over <= 0) return "ok";
  if ((book.entitled.get(type) ?? 0) === 0 && netLoans(book, type) === 0) return "no-order";
  return over <= (book.allowance.get(type) ?? 0) ? "allowance" : "over";
}

/** Types with a row: all of the model, but of optional ones only those that are ordered or used. */
function shownTypes(book: Book): string[] {
  return typesOf(book).filter(
    (type) =>
      !(book.model.optional ?? []).includes(type) ||
      book.orders.some((order) => order.type === type) ||
      usedOf(book, type) > 0,
  );
}

function typesOfAll(books: readonly Book[]): string[] {
  const shown = new Set(books.flatMap(shownTypes));
  const [first] = books;
  const order = first === undefined || first.model.types === undefined ? [] : Object.keys(first.model.types);
  return [...shown].toSorted((a, b) => order.indexOf(a) - order.indexOf(b) || byCodeUnit(a, b));
}

interface TypedPart extends FigurePart {
  readonly type: string;
}

function placesOf(book: Book, keyOf: (part: FigurePart) => string): Map<string, TypedPart[]> {
  const places = new Map<string, TypedPart[]>();
  for (const [type, { parts }] of book.figures?.byType ?? []) {
    for (const part of parts) {
      const key = keyOf(part);
      places.set(key, [...(places.get(key) ?? []), { ...part, type }]);
    }
  }
  return places;
}

function sumOf(parts: readonly { readonly quantity: number }[]): number {
  return parts.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The day of a sum: only when all of it is of one day. */
function sameDay(days: readonly (Day | string | undefined)[]): { used_on?: string } {
  const all = days.filter((day) => day !== undefined);
  const [first] = all;
  if (first === undefined || all.some((day) => day !== first)) return {};
  return { used_on: typeof first === "string" ? first : dayText(first) };
}

function daysOf(books: readonly Book[]): number {
  return new Set(books.flatMap((book) => book.figures?.days ?? [])).size;
}

function orderFacts({ orders, isActive: active }: Subscription): Partial<Position> {
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
