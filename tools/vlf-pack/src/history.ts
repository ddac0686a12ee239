/**
 * The months before this one, from the license files that the folder keeps: which audits count, which months
 * are missing, and what each customer had. A month that was run again counts once, by its latest audit.
 */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { LicenseRow, LicenseTable } from "@vlf/common/license-table";
import type { Finding } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { NameParts } from "./facts.ts";
import { tiersOf } from "./report/tiers.ts";

/** As long as files are kept (guide 1.6.1): this month and the 23 before it. */
const MONTHS = 24;

/** Days whose audits are shown one by one. */
const DAYS = 31;

const DAY_MS = 86_400_000;

/** A file of the folder with its name taken apart. */
export interface KeptFile {
  readonly name: string;
  readonly parts: NameParts;
}

/** The files of one audit; each holds all numbers of it. */
export interface KeptAudit {
  readonly date: Date;
  readonly stamp: string;
  readonly isLegacy: boolean;
  /** In the order in which they are tried. */
  readonly files: readonly KeptFile[];
}

/** What an audit had, row by row. */
export interface PastAudit {
  /** `2026-10` */
  readonly month: string;
  readonly date: Date;
  readonly scheme: SchemeId;
  /** Name and SHA-256 of the file it was read from. */
  readonly file: string;
  readonly sha256: string;
  /** By tier in the order of the scheme. */
  readonly licenses: ReadonlyMap<string, readonly number[]>;
  /** Of all rows, by column id. */
  readonly columns: ReadonlyMap<string, number>;
  /** Only of the latest audit before this month: its rows. */
  readonly rows?: ReadonlyMap<string, LicenseRow>;
  readonly missing?: ReadonlySet<string>;
}

/** The month of an audit: that of its date in UTC. */
export function monthOf(date: Date): string {
  return date.toISOString().slice(0, 7);
}

/** The month so many months later. */
function monthAfter(month: string, number: number): string {
  const [year = 0, one = 1] = month.split("-").map(Number);
  return monthOf(new Date(Date.UTC(year, one - 1 + number, 1)));
}

/** All months from the first to the last. */
export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = first; month <= last; month = monthAfter(month, 1)) months.push(month);
  return months;
}

/** Formats in the order in which they are tried: the archive proves its members, the others are its parts. */
const ORDER = ["anonymous-zip", "anonymous-csv", "detailed-csv"];

/**
 * The audits that a report of `date` looks at, oldest first: of each month before it the latest, and of the days
 * before it the latest of each day. Those of another platform, and those that are younger, are none of its business.
 */
export function auditsFor(
  files: readonly KeptFile[],
  start: string,
  date: Date,
): { monthly: KeptAudit[]; daily: KeptAudit[] } {
  const month = monthOf(date);
  const oldest = monthAfter(month, 1 - MONTHS);
  const own = files.filter(
    ({ parts }) =>
      parts.start === start &&
      !parts.isSidecar &&
      ORDER.includes(parts.format) &&
      parts.date.getTime() < date.getTime() - (date.getTime() % 60_000) &&
      monthOf(parts.date) >= oldest,
  );
  const audits = new Map<string, KeptAudit & { files: KeptFile[] }>();
  for (const file of own) {
    const { stamp, date: at, isLegacy } = file.parts;
    const key = `${stamp} ${isLegacy}`;
    const audit = audits.get(key) ?? { date: at, stamp, isLegacy, files: [] };
    audit.files.push(file);
    audits.set(key, audit);
  }
  for (const { files: of } of audits.values())
    of.sort((a, b) => ORDER.indexOf(a.parts.format) - ORDER.indexOf(b.parts.format));
  const all = [...audits.values()].sort((a, b) => byCodeUnit(a.stamp, b.stamp));
  return {
    monthly: latestOf(
      all.filter((audit) => monthOf(audit.date) < month),
      (audit) => monthOf(audit.date),
    ),
    daily: latestOf(
      all.filter(
        (audit) => date.getTime() - audit.date.getTime() < DAYS * DAY_MS && dayOf(audit.date) < dayOf(date),
      ),
      (audit) => dayOf(audit.date),
    ),
  };
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The last of each key; audits of 4.x beside those of 5.x are kept apart by their names. */
function latestOf(audits: readonly KeptAudit[], keyOf: (audit: KeptAudit) => string): KeptAudit[] {
  const latest = new Map<string, KeptAudit>();
  for (const audit of audits) latest.set(`${keyOf(audit)} ${audit.isLegacy}`, audit);
  return [...latest.values()];
}

/** What a table says of its month. */
export function pastAudit(
  date: Date,
  file: { readonly name: string; readonly sha256: string },
  table: LicenseTable,
  allocation: (pkid: string) => number,
): PastAudit {
  const scheme = schemeOf(table.scheme);
  const tiers = tiersOf(table.scheme);
  const licenses = new Map<string, readonly number[]>();
  const columns = new Map<string, number>();
  for (const [key, row] of table.rows) {
    const of: Readonly<Record<string, number>> = {
      ...scheme.licensesOf(row.counts, allocation(row.customerPkid)),
    };
    licenses.set(
      key,
      tiers.map(({ id }) => of[id] ?? 0),
    );
    for (const [id, value] of Object.entries(row.counts))
      columns.set(id, (columns.get(id) ?? 0) + Number(value));
  }
  return {
    month: monthOf(date),
    date,
    scheme: table.scheme,
    file: file.name,
    sha256: file.sha256,
    licenses,
    columns,
    rows: table.rows,
    missing: table.missing,
  };
}

/** What keeps the licenses of a table from being known: columns with a tier that the file does not have. */
export function lackOf(table: LicenseTable): string | undefined {
  return schemeOf(table.scheme).columns.find(({ id, tier }) => tier !== "none" && table.missing.has(id))
    ?.title;
}

/** A finding for each month from the first that is kept to this one of which there is no audit. */
export function gapFindings(known: readonly string[], month: string): Finding[] {
  const [first] = known.toSorted(byCodeUnit);
  if (first === undefined) return [];
  return monthsBetween(first, month)
    .filter((one) => one !== month && !known.includes(one))
    .map((one) => ({
      type: "finding",
      code: "history-missing-month",
      severity: "warning",
      message: `no audit of ${one} is kept: trends have a gap there`,
      customer_pkid: "",
    }));
}
