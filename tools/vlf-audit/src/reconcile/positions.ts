/** Books as `position` records: subscription, customer, cluster, region and partner, each type and their total. */
import type { Position, PositionStatus } from "@vlf/common/records";
import { amountsOf, statusOf, sumBy, sumsOf } from "./amounts.ts";
import { allowancesOf, type Book, entitledOf, groupsOf, netLoans, usedOf } from "./books.ts";
import { byAge, isActive } from "./entitlement.ts";
import type { Period } from "./figures.ts";
import { dayOf, dayText, nextTrueForward, projectedOn, type Rounding, startOf } from "./growth.ts";
import type { LicenseModel } from "./models.ts";
import { clusterPositions, regionPositions } from "./places.ts";
import {
  daysOf,
  type Fields,
  type Frame,
  placeOf,
  positionOf,
  sameDay,
  shownTypes,
  TOTAL,
  typesOfAll,
} from "./rows.ts";
import { orderFacts, type Share, sharesOf, type Subscription, subscriptionsOf } from "./subscriptions.ts";

export interface PositionOptions extends Frame {
  readonly rounding: Rounding;
  /** Quantity of the next year of active user plans. */
  readonly renewal?: (book: Book, type: string) => number | undefined;
}

/** The moment that orders are compared at: the end of the period, which is not in it. */
export function momentOf({ end }: Pick<Period, "end">): Date {
  return new Date(end.getTime() - 1);
}

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
      positions.push(
        ...this.#ofPartner(group, customers),
        ...regionPositions(group, this.#options),
        ...customers,
      );
      for (const book of group) positions.push(...this.#ofSubscriptions(book));
      for (const book of group) positions.push(...clusterPositions(book, this.#options));
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

  #row(model: LicenseModel, fields: Fields): Position {
    return positionOf(model, fields, this.#options);
  }
}
