/** What was bought: lines of orders, checked one by one and against each other. */
import { timeOf } from "@vlf/common/clock";
import { DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { type LicenseModel, typeId } from "./models.ts";

/** A line of an order as it stands in a file. */
export interface OrderRow {
  readonly file: string;
  /** From 1; `undefined` where the form of the file does not tell. */
  readonly line: number | undefined;
  readonly cells: ReadonlyMap<string, unknown>;
}

export interface Entitlement {
  readonly where: string;
  /** Empty for licenses without one, as perpetual ones may be. */
  readonly subscription: string;
  /** Name, or pkid in `customerPkid`; both empty for what the partner holds for all its customers. */
  readonly customer: string;
  readonly customerPkid: string;
  readonly partner: string;
  readonly model: LicenseModel;
  readonly type: string;
  readonly quantity: number;
  /** `undefined`: from ever, and for ever. */
  readonly start: Date | undefined;
  /** Not in the term any more. */
  readonly end: Date | undefined;
  /** Percent that may be used beyond the quantity. */
  readonly allowance: number;
  readonly provisioning: string;
  readonly services: readonly string[];
}

/** The columns of a line; those with `true` have to be there. */
export const COLUMNS: Readonly<Record<string, boolean>> = {
  subscription: false,
  customer: false,
  customer_pkid: false,
  partner: false,
  model: true,
  type: true,
  quantity: true,
  start: false,
  end: false,
  allowance: false,
  provisioning_status: false,
  services: false,
};

/** @throws {DataError} naming file and line, what was found and what was wanted */
export function readEntitlement(row: OrderRow, models: readonly LicenseModel[]): Entitlement {
  const where = row.line === undefined ? row.file : `${row.file}:${row.line}`;
  const fail = (problem: string, hint?: string): DataError =>
    new DataError(`read ${where}: ${problem}`, hint === undefined ? {} : { hint });
  const text = (name: string): string => {
    const value = row.cells.get(name) ?? "";
    if (typeof value === "string") return value.trim();
    if (value instanceof Date) return value.toISOString();
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    throw fail(`${name} is no text`);
  };
  const wholeNumber = (name: string, max: number): number => {
    const found = text(name);
    const number = /^\d{1,15}$/.test(found) ? Number(found) : Number.NaN;
    if (number <= max) return number;
    const upTo = max < 1e15 - 1 ? ` to ${max}` : "";
    throw fail(`${name} is "${found}", wanted a whole number from 0${upTo}`);
  };
  const time = (name: string): Date | undefined => {
    const found = text(name);
    if (found === "") return undefined;
    const date = timeOf(found);
    if (date !== undefined) return date;
    throw fail(
      `${name} is "${found}", wanted a time with a zone (RFC 3339)`,
      "write it as 2026-11-01T00:00:00Z",
    );
  };

  for (const [name, isNeeded] of Object.entries(COLUMNS)) {
    if (isNeeded && text(name) === "") throw fail(`no ${name}`);
  }
  const model = modelNamed(text("model"), models);
  if (model === undefined) {
    const hint = `known: ${models.map(({ id }) => id).join(", ")}; others go into [reconcile.models]`;
    throw fail(`unknown model "${text("model")}"`, hint);
  }
  const type = typeId(model, text("type"));
  if (type === undefined || type === "total") {
    const hint = model.types === undefined ? undefined : `known: ${Object.keys(model.types).join(", ")}`;
    throw fail(`unknown type "${text("type")}" of ${model.id}`, hint);
  }
  const [start, end] = [time("start"), time("end")];
  if (start !== undefined && end !== undefined && end <= start) {
    throw fail(`the end "${text("end")}" is not after the start "${text("start")}"`);
  }
  return {
    where,
    subscription: text("subscription"),
    customer: text("customer"),
    customerPkid: text("customer_pkid"),
    partner: text("partner"),
    model,
    type,
    quantity: wholeNumber("quantity", 1e15 - 1),
    start,
    end,
    allowance: text("allowance") === "" ? model.allowance : wholeNumber("allowance", 1000),
    provisioning: text("provisioning_status"),
    services: listOf(row.cells.get("services"), fail),
  };
}

/** Several services are separated by semicolons in CSV, and a list in TOML. */
function listOf(value: unknown, fail: (problem: string) => DataError): string[] {
  if (value === undefined) return [];
  const parts: unknown[] =
    typeof value === "string" ? value.split(/[;|]/) : Array.isArray(value) ? value : [7];
  if (!parts.every((part): part is string => typeof part === "string"))
    throw fail("services is no list of texts");
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** A model by its id or title, whatever its case. */
function modelNamed(name: string, models: readonly LicenseModel[]): LicenseModel | undefined {
  const wanted = name.toLowerCase();
  return models.find(({ id, title }) => id.toLowerCase() === wanted || title.toLowerCase() === wanted);
}

/**
 * Checks the lines of all files against each other.
 * @throws {DataError} for a line that is there twice, one subscription of two customers, and a subscription
 *   that has two quantities of one type at the same time
 */
export function checkTogether(lines: readonly Entitlement[]): void {
  const seen = new Map<string, Entitlement>();
  const customers = new Map<string, Entitlement>();
  const terms = new Map<string, Entitlement[]>();
  for (const line of lines) {
    const { where, model, ...facts } = line;
    const twin = seen.get(JSON.stringify([facts, model.id]));
    if (twin !== undefined) {
      throw new DataError(`read ${where}: the same line as ${twin.where}`, {
        hint: "take one of them away: both would count",
      });
    }
    seen.set(JSON.stringify([facts, model.id]), line);
    if (line.subscription === "") continue;
    checkCustomer(line, customers);
    const key = JSON.stringify([line.subscription, model.id, line.type]);
    const others = terms.get(key) ?? [];
    const other = others.find((one) => overlaps(one, line));
    if (other !== undefined) {
      throw new DataError(
        `read ${where}: subscription "${line.subscription}" has "${line.type}" at the same time by ${other.where}`,
        { hint: "end one term where the next begins, or write one line with the sum" },
      );
    }
    terms.set(key, [...others, line]);
  }
}

/** One subscription belongs to exactly one customer (HCS Smart Licensing Operational Guide, Subscription Mapper). */
function checkCustomer(line: Entitlement, known: Map<string, Entitlement>): void {
  const other = known.get(line.subscription);
  known.set(line.subscription, other ?? line);
  if (other === undefined) return;
  if (other.customer === line.customer && other.customerPkid === line.customerPkid) return;
  throw new DataError(
    `read ${line.where}: subscription "${line.subscription}" is of another customer in ${other.where}`,
  );
}

function overlaps(a: Entitlement, b: Entitlement): boolean {
  const from = (one: Entitlement): number => one.start?.getTime() ?? -Infinity;
  const to = (one: Entitlement): number => one.end?.getTime() ?? Infinity;
  return from(a) < to(b) && from(b) < to(a);
}

export function isActive({ start, end }: Pick<Entitlement, "start" | "end">, at: Date): boolean {
  return (start === undefined || start <= at) && (end === undefined || at < end);
}

/** Oldest first: the primary subscription of several is the oldest active one. */
export function byAge(
  a: Pick<Entitlement, "start" | "subscription">,
  b: Pick<Entitlement, "start" | "subscription">,
): number {
  const from = ({ start }: Pick<Entitlement, "start">): number => start?.getTime() ?? Number.MIN_SAFE_INTEGER;
  return from(a) - from(b) || byCodeUnit(a.subscription, b.subscription);
}
