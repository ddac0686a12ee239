/** What a person should know of the positions, as findings. */
import type { Finding } from "@vlf/common/records";
import type { Book } from "./books.ts";
import { isActive } from "./entitlement.ts";
import { type Findable, nameOf, type Note } from "./finding-note.ts";
import { ofOrders, ofSeries, ofUse } from "./findings-of-customer.ts";
import { ofPools, ofSources, ofTold } from "./findings-of-sources.ts";
import { dayOf } from "./growth.ts";
import { momentOf } from "./positions.ts";
import { TOTAL } from "./rows.ts";

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
  ofTold(input, noteFor);
  ofAll(input, noteFor(""));
  return findings;
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
    );
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
    note("model-without-order", "info", `usage is there of models that no order names: ${names.join(", ")}`);
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
