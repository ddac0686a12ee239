/** Per customer and model what was bought and what is used, and who lends to whom. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { type Customer, isOwn, partnerKey } from "./customers.ts";
import { type Entitlement, isActive } from "./entitlement.ts";
import type { Figures } from "./figures.ts";
import { allowanceOf, type Rounding } from "./growth.ts";
import type { LicenseModel } from "./models.ts";
import { draw, type Loan, loansOf } from "./substitution.ts";

/** A line of an order, with its customer found. */
export interface Order extends Entitlement {
  readonly of: Customer;
}

export interface Book {
  readonly customer: Customer;
  readonly model: LicenseModel;
  /** All lines, those outside their term as well. */
  readonly orders: readonly Order[];
  /** `undefined`: nothing was measured in the period. */
  readonly figures: Figures | undefined;
  /** By type, at the end of the period. */
  readonly entitled: ReadonlyMap<string, number>;
  readonly allowance: ReadonlyMap<string, number>;
  /** Among the licenses of this customer. */
  readonly loans: readonly Loan[];
  /** From those that the partner holds; in the partner's own book what it gives to all customers. */
  fromPartner: readonly Loan[];
  toCustomers: readonly Loan[];
}

/** The lines of a customer that are in their term at a time, summed by type. */
export function entitledOf(orders: readonly Order[], at: Date): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { type, quantity } of orders.filter((order) => isActive(order, at))) {
    sums.set(type, (sums.get(type) ?? 0) + quantity);
  }
  return sums;
}

/** What may be used beyond that: rounded once for all lines of one percentage, not line by line. */
export function allowancesOf(orders: readonly Order[], at: Date, rounding: Rounding): Map<string, number> {
  const byPercent = new Map<string, { type: string; percent: number; quantity: number }>();
  for (const { type, quantity, allowance: percent } of orders.filter((order) => isActive(order, at))) {
    const key = JSON.stringify([type, percent]);
    const known = byPercent.get(key);
    byPercent.set(key, { type, percent, quantity: quantity + (known?.quantity ?? 0) });
  }
  const sums = new Map<string, number>();
  for (const { type, percent, quantity } of byPercent.values()) {
    sums.set(type, (sums.get(type) ?? 0) + allowanceOf(quantity, percent, rounding));
  }
  return sums;
}

export function usedOf({ figures }: Pick<Book, "figures">, type: string): number {
  return figures?.byType.get(type)?.used ?? 0;
}

export function makeBook(
  facts: Pick<Book, "customer" | "model" | "orders" | "figures">,
  at: Date,
  rounding: Rounding,
): Book {
  const entitled = entitledOf(facts.orders, at);
  const used = new Map([...(facts.figures?.byType ?? [])].map(([type, figure]) => [type, figure.used]));
  const loans = loansOf(facts.model.substitution, Object.fromEntries(entitled), Object.fromEntries(used));
  const allowance = allowancesOf(facts.orders, at, rounding);
  return { ...facts, entitled, allowance, loans, fromPartner: [], toCustomers: [] };
}

/** What came to a type by loans, less what it gave. */
export function netLoans({ loans, fromPartner, toCustomers }: Book, type: string): number {
  const sum = (list: readonly Loan[], side: "from" | "to"): number =>
    list.reduce((total, loan) => total + (loan[side] === type ? loan.quantity : 0), 0);
  return sum(loans, "to") + sum(fromPartner, "to") - sum(loans, "from") - sum(toCustomers, "from");
}

/** Negative when over. */
export function availableOf(book: Book, type: string): number {
  return (book.entitled.get(type) ?? 0) - usedOf(book, type) + netLoans(book, type);
}

/** All types of a book, in the order of the model; those of an open model by name. */
export function typesOf({ model, orders, figures }: Pick<Book, "model" | "orders" | "figures">): string[] {
  if (model.types !== undefined) return Object.keys(model.types);
  return [...new Set([...orders.map(({ type }) => type), ...(figures?.byType.keys() ?? [])])].toSorted(
    byCodeUnit,
  );
}

/**
 * What a partner holds for all its customers covers what their own does not: the highest types first, then
 * customers by name. Where it is not enough for all, who comes last is short; the sum is the same in any order.
 */
export function lendToCustomers(books: readonly Book[]): void {
  const pools = new Map<string, Book>();
  for (const book of books) if (isOwn(book.customer)) pools.set(poolKey(book), book);
  for (const [key, pool] of pools) {
    const left = new Map(typesOf(pool).map((type) => [type, Math.max(0, availableOf(pool, type))]));
    const customers = books
      .filter((book) => !isOwn(book.customer) && poolKey(book) === key)
      .toSorted(
        (a, b) => byCodeUnit(a.customer.name, b.customer.name) || byCodeUnit(a.customer.key, b.customer.key),
      );
    const chain = pool.model.substitution.flat();
    const types = [...new Set(customers.flatMap((book) => typesOf(book)))].toSorted(
      (a, b) => chain.indexOf(b) - chain.indexOf(a) || byCodeUnit(a, b),
    );
    const given: Loan[] = [];
    for (const type of types) {
      for (const book of customers) {
        const missing = Math.max(0, -availableOf(book, type));
        const loans = draw(pool.model.substitution, left, type, missing);
        given.push(...loans);
        book.fromPartner = [...book.fromPartner, ...loans];
      }
    }
    pool.toCustomers = given;
  }
}

function poolKey({ customer, model }: Book): string {
  return JSON.stringify([partnerKey(customer.partner), model.id]);
}

/** Books of one partner and model, in the order of the models, partners and customers; the partner's own last. */
export function groupsOf(books: readonly Book[]): Book[][] {
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
