/** Makes `usage` records, and reads numbers and times as the formats have them. */
import { formatTime, timeOf } from "@vlf/common/clock";
import { DataError } from "@vlf/common/exit";
import type { Usage } from "@vlf/common/records";
import type { UsageContext } from "./_format.ts";
import { licenseType } from "./license-types.ts";

/** What a line says; what it does not say is what the command line says. */
export type UsageFields = Pick<Usage, "vendor" | "application" | "license_name" | "quantity" | "source"> &
  Partial<Omit<Usage, "type">>;

/** A record with its fields in the order of the contract. */
export function usageRecord(fields: UsageFields, { told, at, settings }: UsageContext): Usage {
  const { vendor, application, license_name: name, quantity, source } = fields;
  const optional = ["pool", "entitled", "status", "by_users", "by_devices"] as const;
  return {
    type: "usage",
    vendor,
    application,
    customer: fields.customer ?? told.customer,
    customer_pkid: fields.customer_pkid ?? told.customerPkid,
    cluster: fields.cluster ?? told.cluster,
    region: fields.region ?? told.region,
    subscription: fields.subscription ?? told.subscription,
    license_type: fields.license_type ?? licenseType(application, name, settings.types),
    license_name: name,
    quantity,
    unit: fields.unit ?? "license",
    at: fields.at ?? at,
    source,
    ...Object.fromEntries(optional.flatMap((key) => (fields[key] === undefined ? [] : [[key, fields[key]]]))),
  };
}

/** A whole number from 0 in digits. @throws {DataError} for anything else */
export function countAt(where: string, what: string, text: string): number {
  const trimmed = text.trim();
  const number = Number(trimmed);
  if (/^\d+$/.test(trimmed) && Number.isSafeInteger(number)) return number;
  throw new DataError(
    `read ${where}: ${what} is ${JSON.stringify(text.slice(0, 80))}, wanted a whole number from 0`,
  );
}

/** A time with a zone, or a day, which is its beginning in UTC. @throws {DataError} for anything else */
export function timeAt(where: string, what: string, text: string): string {
  const trimmed = text.trim();
  const date = timeOf(/^\d{4}-\d{2}-\d{2}$/.test(trimmed) ? `${trimmed}T00:00:00Z` : trimmed);
  if (date !== undefined) return formatTime(date);
  throw new DataError(
    `read ${where}: ${what} is ${JSON.stringify(text.slice(0, 80))}, wanted a day, or a time with a zone`,
    { hint: "write it as 2026-11-01 or 2026-11-01T03:00:00Z" },
  );
}

/** The same thing twice would count twice. */
export class Once {
  readonly #lines = new Map<string, number>();

  /** @throws {DataError} when a line says of the same thing what another said before */
  add(file: string, line: number, ...key: readonly string[]): void {
    const id = JSON.stringify(key);
    const known = this.#lines.get(id);
    if (known !== undefined) {
      const what = key.filter((part) => part !== "").join(", ");
      throw new DataError(`read ${file}:${line}: ${JSON.stringify(what)} is in line ${known} as well`, {
        hint: "leave one of them out: both together would count twice",
      });
    }
    this.#lines.set(id, line);
  }
}
