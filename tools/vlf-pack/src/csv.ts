/** The two CSV files (guide 1.7.1, 1.7.2): metadata lines, titles, one row per customer. */
import { COLUMNS, type Counts } from "@vlf/common/voss4";
import { stringify } from "csv-stringify/sync";
import type { Customer, CustomerNames } from "./content.ts";
import { type Facts, headerLines } from "./facts.ts";

const NAME_TITLES = ["Provider", "Reseller", "Customer"] as const;

/** The customers without names, in the order given. */
export function anonymousCsv(facts: Facts, customers: readonly Customer[]): string {
  return file(facts, [
    COLUMNS.map((column) => column.title),
    ...customers.map(({ pkid, counts }) => cells(pkid, counts)),
  ]);
}

/**
 * The customers with their names, in the order of `names`; each must be among `customers`.
 * @throws {Error} for names without a customer: a mistake in our own code
 */
export function detailedCsv(
  facts: Facts,
  customers: readonly Customer[],
  names: readonly CustomerNames[],
): string {
  const byPkid = new Map(customers.map((customer) => [customer.pkid, customer]));
  const rows = names.map(({ pkid, provider, reseller, customer }) => {
    const found = byPkid.get(pkid);
    if (found === undefined) throw new Error(`no counts of customer "${pkid}"`);
    return [provider, reseller, customer, ...cells(pkid, found.counts)];
  });
  return file(facts, [[...NAME_TITLES, ...COLUMNS.map((column) => column.title)], ...rows]);
}

/** The cells of columns 1 to 36, all as text: left to itself csv-stringify writes `true` as `1`, `false` as nothing. */
function cells(pkid: string, counts: Counts): string[] {
  return COLUMNS.map(({ id, kind }) => {
    if (kind === "pkid") return pkid;
    const value = counts[id] ?? 0;
    return kind === "flag" ? (value === true ? "Y" : "N") : String(value);
  });
}

function file(facts: Facts, rows: readonly (readonly string[])[]): string {
  return `${headerLines(facts).join("\n")}\n${tableText(rows)}`;
}

/** Rows as the license files have them. */
export function tableText(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    {
      record_delimiter: "\n",
      // A name with "#" first would look like a metadata line; other line breaks like more rows.
      quoted_match: /^#|[\p{Cc}\p{Zl}\p{Zp}]/u,
    },
  );
}
