/** What a person should know of the positions, as findings. */
import type { Finding, Position, Severity } from "@vlf/common/records";
import { type Book, availableOf, typesOf, usedOf } from "./books.ts";
import { isOwn } from "./customers.ts";
import { isActive } from "./entitlement.ts";
import type { Figures, Period } from "./figures.ts";
import { type Day, dayOf, dayText } from "./growth.ts";
import type { Measured, Measures } from "./measures.ts";
import { type LicenseModel, typeTitle } from "./models.ts";
import { momentOf, statusOf, TOTAL } from "./positions.ts";
import type { ReconcileSettings } from "./settings.ts";
import { subscriptionsOf } from "./subscriptions.ts";

/** What each source says of a customer and model, the one that counts first. */
export interface SourceFigures {
  readonly measured: Measured;
  readonly bySource: readonly { readonly source: string; readonly figures: Figures }[];
}

export interface Findable {
  readonly books: readonly Book[];
  readonly positions: readonly Position[];
  readonly measures: Measures;
  readonly settings: ReconcileSettings;
  readonly period: Period;
  readonly sources: readonly SourceFigures[];
  /** Ids of models that somebody has ordered. */
  readonly ordered: ReadonlySet<string>;
}

type Note = (code: string, severity: Severity, message: string, count?: number) => void;

export function findingsOf(input: Findable): Finding[] {
  const findings: Finding[] = [];
  const noteFor =
    (customerPkid: string): Note =>
    (code, severity, message, count) => {
      findings.push({
        type: "finding",
        code,
        severity,
        message,
        customer_pkid: customerPkid,
        ...(count === undefined ? {} : { count }),
      });
    };
  for (const book of input.books) {
    const note = noteFor(book.customer.pkid);
    ofUse(book, input, note);
    ofOrders(book, input, note);
    ofSeries(book, input, note);
  }
  ofFamilies(input, noteFor);
  ofProjections(input, noteFor);
  ofSources(input, noteFor);
  ofAll(input, noteFor(""));
  return findings;
}

/** `"Innovia"`, or whose licenses or usage name no customer. */
function nameOf({ customer }: Pick<Book, "customer">): string {
  if (!isOwn(customer)) return `"${customer.name || customer.pkid}"`;
  return customer.partner.name === "" ? "no customer" : `no customer of "${customer.partner.name}"`;
}

function ofUse(book: Book, { period }: Findable, note: Note): void {
  const at = momentOf(period);
  const { model } = book;
  const without: string[] = [];
  let number = 0;
  for (const type of typesOf(book)) {
    const over = -availableOf(book, type);
    const title = typeTitle(model, type);
    const status = statusOf(book, type);
    const beyond = `${usedOf(book, type)} ${title} of ${model.title} used by ${nameOf(book)}, ${over} more than there are`;
    if (status === "over") {
      const allowed = book.allowance.get(type) ?? 0;
      const also = allowed > 0 ? `, and ${over - allowed} more than the allowance of ${allowed}` : "";
      note("license-overage", "error", `${beyond}${also}`, over - allowed);
    } else if (status === "allowance") {
      note(
        "license-allowance",
        "info",
        `${beyond}, within the allowance of ${book.allowance.get(type) ?? 0}`,
        over,
      );
    } else if (status === "no-order") {
      const ended = book.orders.filter(
        (order) => order.type === type && order.end !== undefined && order.end <= at,
      );
      const [last] = ended.toSorted((a, b) => (b.end?.getTime() ?? 0) - (a.end?.getTime() ?? 0));
      if (last === undefined) {
        without.push(`${over} ${title}`);
        number += over;
      } else {
        const when = last.end === undefined ? "" : ` ended on ${last.end.toISOString().slice(0, 10)}`;
        note(
          "subscription-expired",
          "error",
          `subscription "${last.subscription}" of ${nameOf(book)}${when}, and ${over} ${title} are used`,
          over,
        );
      }
    }
  }
  if (without.length > 0) {
    note(
      "usage-without-order",
      "warning",
      `usage without an order: ${nameOf(book)} uses ${without.join(", ")} of ${model.title}`,
      number,
    );
  }
}

function ofOrders(book: Book, { period, books, settings }: Findable, note: Note): void {
  const at = momentOf(period);
  const { model, orders, figures } = book;
  const types = [...book.entitled].filter(([, quantity]) => quantity > 0).map(([type]) => type);
  // What a partner holds is used by its customers.
  const used = isOwn(book.customer) ? books.filter((one) => one.model === model) : [book];
  if (types.length > 0 && used.every((one) => one.figures === undefined)) {
    note(
      "order-without-usage",
      "warning",
      `order without usage: nothing of ${model.title} was measured of ${nameOf(book)}`,
    );
  } else if (figures !== undefined || isOwn(book.customer)) {
    const unused = types.filter((type) => used.every((one) => usedOf(one, type) === 0));
    if (unused.length > 0) {
      const titles = unused.map((type) => typeTitle(model, type)).join(", ");
      note(
        "order-unused",
        "info",
        `order without usage: ${nameOf(book)} uses no ${titles} of ${model.title}`,
        unused.length,
      );
    }
  }
  for (const { id, orders: lines, isActive: active } of subscriptionsOf(book, at)) {
    const ends = lines.filter((line) => isActive(line, at)).map(({ end }) => end);
    if (!active || ends.includes(undefined)) continue;
    const end = Math.max(...ends.map((one) => one?.getTime() ?? 0));
    const days = dayOf(new Date(end)) - dayOf(at);
    if (days > settings.expiryDays) continue;
    note(
      "subscription-expiring",
      "warning",
      `subscription "${id}" of ${nameOf(book)} ends on ${new Date(end).toISOString().slice(0, 10)}, in ${days} days`,
    );
  }
  const { minimum } = model;
  const bought = minimum === undefined ? 0 : (book.entitled.get(minimum.type) ?? 0);
  if (minimum !== undefined && orders.some((order) => isActive(order, at)) && bought < minimum.quantity) {
    note(
      "below-minimum",
      "warning",
      `${bought} ${typeTitle(model, minimum.type)} of ${model.title} ordered by ${nameOf(book)}, the plan begins at ${minimum.quantity}`,
      minimum.quantity - bought,
    );
  }
}

/** Measures that are old, and jumps that may not be real. */
function ofSeries(book: Book, { measures, settings, period }: Findable, note: Note): void {
  const { figures, model } = book;
  if (figures === undefined) return;
  const lastDay = figures.days.at(-1) ?? 0;
  const newest = newestDay(measures, period);
  if (newest - lastDay > settings.staleDays) {
    note(
      "usage-stale",
      "warning",
      `no usage of ${model.title} of ${nameOf(book)} since ${dayText(lastDay)}`,
      newest - lastDay,
    );
  }
  for (const { cluster, day } of figures.stale) {
    note(
      "usage-stale",
      "warning",
      `no usage of ${model.title} of cluster "${cluster}" of ${nameOf(book)} since ${dayText(day)}: it is not counted any more`,
      lastDay - day,
    );
  }
  for (const [type, { points }] of figures.byType) {
    const jump = points.findIndex((point, at) => {
      const before = points[at - 1]?.value ?? 0;
      const change = Math.abs(point.value - before);
      return before > 0 && change >= settings.jumpLicenses && change * 100 >= before * settings.jumpPercent;
    });
    const [from, to] = [points[jump - 1], points[jump]];
    if (from === undefined || to === undefined) continue;
    note(
      "usage-jump",
      "warning",
      `${typeTitle(model, type)} of ${nameOf(book)} went from ${from.value} on ${dayText(from.day)} to ${to.value} on ${dayText(to.day)}`,
      Math.abs(to.value - from.value),
    );
  }
}

function newestDay({ days }: Measures, { start, end }: Period): Day {
  const [first, last] = [dayOf(start), dayOf(end)];
  return [...days]
    .filter((day) => day >= first && day <= last)
    .reduce((most, day) => Math.max(most, day), first);
}

/** Several models of one family at one customer: each counts all users. */
function ofFamilies({ books, period }: Findable, noteFor: (pkid: string) => Note): void {
  const at = momentOf(period);
  const groups = new Map<string, Book[]>();
  for (const book of books) {
    if (!book.orders.some((order) => isActive(order, at))) continue;
    const key = JSON.stringify([book.customer.key, book.model.family]);
    groups.set(key, [...(groups.get(key) ?? []), book]);
  }
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined || group.length < 2) continue;
    const titles = group.map(({ model }) => model.title).join(" and ");
    noteFor(first.customer.pkid)(
      "two-models",
      "warning",
      `${nameOf(first)} has ordered ${titles}: each is held against all users, since nothing tells which are of which`,
      group.length,
    );
  }
}

function ofProjections({ positions }: Findable, noteFor: (pkid: string) => Note): void {
  for (const row of positions) {
    const {
      level,
      license_type: type,
      projected,
      projected_overconsumed: over = 0,
      measured_on: day,
      due_on: due,
    } = row;
    if (level !== "customer" || type === TOTAL || over === 0) continue;
    noteFor(row.customer_pkid)(
      "true-forward",
      "warning",
      `by the trend "${row.customer}" uses ${projected} ${row.title} on ${day}, ${over} more than may be by then: a true forward is due on ${due}`,
      over,
    );
  }
}

function ofSources({ sources, ordered }: Findable, noteFor: (pkid: string) => Note): void {
  for (const { measured, bySource } of sources) {
    const [first, ...others] = bySource;
    if (first === undefined || !ordered.has(measured.model.id)) continue;
    for (const other of others) {
      const types = [...new Set([...first.figures.byType.keys(), ...other.figures.byType.keys()])];
      const differ = types
        .map((type) => ({ type, a: usedOf(first, type), b: usedOf(other, type) }))
        .filter(({ a, b }) => a !== b)
        .map(({ type, a, b }) => `${typeTitle(measured.model, type)} ${a} and ${b}`);
      if (differ.length === 0) continue;
      noteFor(measured.customer.pkid)(
        "sources-differ",
        "warning",
        `${first.source}, which counts, and ${other.source} differ for ${nameOf(measured)}: ${differ.join(", ")}`,
        differ.length,
      );
    }
  }
}

function ofAll({ books, measures, period, positions, ordered }: Findable, note: Note): void {
  for (const [label, count] of measures.unknown) {
    if (label.startsWith("license-count ")) continue; // a scheme that has no orders
    note("usage-not-mapped", "warning", `usage that is of no model is not counted: ${label}`, count);
  }
  const models = new Set(
    [...measures.all.values()].map(({ model }) => model).filter(({ id }) => !ordered.has(id)),
  );
  if (models.size > 0) {
    const names = [...models].map(({ id }) => id).toSorted();
    note(
      "model-without-order",
      "info",
      `usage is there of models that no order names: ${names.join(", ")}`,
      names.length,
    );
  }
  const headcount = books.find(
    ({ model, orders }) =>
      model.growth === "true-forward" && model.minimum !== undefined && orders.length > 0,
  );
  if (headcount !== undefined) {
    note(
      "headcount-from-devices",
      "info",
      `${headcount.model.title}: knowledge workers are the headcount of the contract, and what is used is what devices and users of the system show of it`,
    );
  }
  if (period.isAsked) {
    const [first, end] = [dayOf(period.start), dayOf(momentOf(period)) + 1];
    const there = [...measures.days].filter((day) => day >= first && day < end).length;
    if (there < end - first)
      note(
        "history-gap",
        "info",
        `${there} of the ${end - first} days of the period have a measure`,
        end - first - there,
      );
  }
  ofPools(measures, positions, ordered, note);
}

/** Totals of license managers against the sums of the partner. */
function ofPools(
  measures: Measures,
  positions: readonly Position[],
  ordered: ReadonlySet<string>,
  note: Note,
): void {
  const latest = new Map<string, Measures["pools"][number]>();
  for (const total of measures.pools) {
    const key = JSON.stringify([total.pool, total.model.id, total.type]);
    if ((latest.get(key)?.at ?? 0) <= total.at) latest.set(key, total);
  }
  const sums = new Map<
    string,
    { model: LicenseModel; type: string; used: number; entitled: number | undefined }
  >();
  for (const { model, type, used, entitled } of latest.values()) {
    const key = JSON.stringify([model.id, type]);
    const known = sums.get(key);
    const both = entitled === undefined ? known?.entitled : entitled + (known?.entitled ?? 0);
    sums.set(key, { model, type, used: used + (known?.used ?? 0), entitled: both });
  }
  for (const { model, type, used, entitled } of sums.values()) {
    if (!ordered.has(model.id)) continue;
    const rows = positions.filter(
      (row) => row.level === "partner" && row.model === model.id && row.license_type === type,
    );
    const sum = (key: "used" | "entitled"): number => rows.reduce((all, row) => all + (row[key] ?? 0), 0);
    const title = `${typeTitle(model, type)} of ${model.title}`;
    if (entitled !== undefined && entitled !== sum("entitled")) {
      note(
        "pool-differs",
        "warning",
        `license managers say that ${entitled} ${title} are bought, orders say ${sum("entitled")}`,
        Math.abs(entitled - sum("entitled")),
      );
    }
    if (used !== sum("used")) {
      note(
        "pool-differs",
        "info",
        `license managers say that ${used} ${title} are used, the sum of the customers is ${sum("used")}`,
        Math.abs(used - sum("used")),
      );
    }
  }
}
