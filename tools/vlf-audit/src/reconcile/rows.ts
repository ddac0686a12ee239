/** The frame of a position record: its keys, names and days. */
import { formatTime } from "@vlf/common/clock";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Position, PositionLevel, Statistic } from "@vlf/common/records";
import { type Book, typesOf, usedOf } from "./books.ts";
import type { Period } from "./figures.ts";
import { type Day, dayText } from "./growth.ts";
import { type LicenseModel, typeTitle } from "./models.ts";

export const TOTAL = "total";

export type Fields = Omit<Position, "type" | "statistic" | "period_start" | "period_end" | "title">;

export interface Frame {
  readonly period: Period;
  readonly statistic: Statistic;
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

/** A record with its keys in the order of the contract. */
export function positionOf(model: LicenseModel, fields: Fields, { period, statistic }: Frame): Position {
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

export function placeOf(
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

/** The day of a sum: only when all of it is of one day. */
export function sameDay(days: readonly (Day | string | undefined)[]): { used_on?: string } {
  const all = days.filter((day) => day !== undefined);
  const [first] = all;
  if (first === undefined || all.some((day) => day !== first)) return {};
  return { used_on: typeof first === "string" ? first : dayText(first) };
}

export function daysOf(books: readonly Book[]): number {
  return new Set(books.flatMap((book) => book.figures?.days ?? [])).size;
}

/** Types with a row: all of the model, but of optional ones only those that are ordered or used. */
export function shownTypes(book: Book): string[] {
  return typesOf(book).filter(
    (type) =>
      !(book.model.optional ?? []).includes(type) ||
      book.orders.some((order) => order.type === type) ||
      usedOf(book, type) > 0,
  );
}

export function typesOfAll(books: readonly Book[]): string[] {
  const shown = new Set(books.flatMap(shownTypes));
  const [first] = books;
  const order = first === undefined || first.model.types === undefined ? [] : Object.keys(first.model.types);
  return [...shown].toSorted((a, b) => order.indexOf(a) - order.indexOf(b) || byCodeUnit(a, b));
}
