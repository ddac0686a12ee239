/** Findings about one customer and model: what is over, orders, and measures that look wrong. */
import { statusOf } from "./amounts.ts";
import { type Book, availableOf, typesOf, usedOf } from "./books.ts";
import { isOwn } from "./customers.ts";
import { isActive } from "./entitlement.ts";
import type { Period } from "./figures.ts";
import { type Findable, nameOf, type Note } from "./finding-note.ts";
import { type Day, dayOf, dayText } from "./growth.ts";
import type { Measures } from "./measures.ts";
import { typeTitle } from "./models.ts";
import { momentOf } from "./positions.ts";
import { subscriptionsOf } from "./subscriptions.ts";

export function ofUse(book: Book, { period }: Findable, note: Note): void {
  const at = momentOf(period);
  const { model } = book;
  const without: string[] = [];
  for (const type of typesOf(book)) {
    const over = -availableOf(book, type);
    const title = typeTitle(model, type);
    const status = statusOf(book, type);
    const beyond = `${usedOf(book, type)} ${title} of ${model.title} used by ${nameOf(book)}, ${over} more than there are`;
    if (status === "over") {
      const allowed = book.allowance.get(type) ?? 0;
      const also = allowed > 0 ? `, and ${over - allowed} more than the allowance of ${allowed}` : "";
      note("license-overage", "error", `${beyond}${also}`);
    } else if (status === "allowance") {
      note(
        "license-allowance",
        "info",
        `${beyond}, within the allowance of ${book.allowance.get(type) ?? 0}`,
      );
    } else if (status === "no-order") {
      const ended = book.orders.filter(
        (order) => order.type === type && order.end !== undefined && order.end <= at,
      );
      const [last] = ended.toSorted((a, b) => (b.end?.getTime() ?? 0) - (a.end?.getTime() ?? 0));
      if (last === undefined) {
        without.push(`${over} ${title}`);
      } else {
        const when = last.end === undefined ? "" : ` ended on ${last.end.toISOString().slice(0, 10)}`;
        note(
          "subscription-expired",
          "error",
          `subscription "${last.subscription}" of ${nameOf(book)}${when}, and ${over} ${title} are used`,
        );
      }
    }
  }
  if (without.length > 0) {
    note(
      "usage-without-order",
      "warning",
      `usage without an order: ${nameOf(book)} uses ${without.join(", ")} of ${model.title}`,
    );
  }
}

export function ofOrders(book: Book, { period, books, settings }: Findable, note: Note): void {
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
    );
  }
}

/** Measures that are old, and jumps that may not be real. */
export function ofSeries(book: Book, { measures, settings, period }: Findable, note: Note): void {
  const { figures, model } = book;
  if (figures === undefined) return;
  const lastDay = figures.days.at(-1) ?? 0;
  const newest = newestDay(measures, period);
  if (newest - lastDay > settings.staleDays) {
    note("usage-stale", "warning", `no usage of ${model.title} of ${nameOf(book)} since ${dayText(lastDay)}`);
  }
  for (const { cluster, day } of figures.stale) {
    note(
      "usage-stale",
      "warning",
      `no usage of ${model.title} of cluster "${cluster}" of ${nameOf(book)} since ${dayText(day)}: it is not counted any more`,
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
    );
  }
}

function newestDay({ days }: Measures, period: Period): Day {
  const [first, last] = [dayOf(period.start), dayOf(momentOf(period))];
  return [...days]
    .filter((day) => day >= first && day <= last)
    .reduce((most, day) => Math.max(most, day), first);
}
