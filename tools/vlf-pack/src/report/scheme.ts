/** One scheme of a report: its rows, sums, trend and changes. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { SCHEMES, type SchemeColumn, schemeOf } from "@vlf/common/schemes";
import { monthsBetween, type PastAudit } from "../history.ts";
import type { AnyCount, ReportGatherer } from "./gather.ts";
import type { ChangeLine, ColumnLine, EvidenceLine, MonthPoint, ReportRow, SchemeReport } from "./model.ts";
import { schemeTitle, type Tier, tiersOf } from "./tiers.ts";

export interface SchemeInput {
  readonly id: string;
  readonly date: Date;
  readonly month: string;
  readonly isAnonymous: boolean;
  readonly counts: ReadonlyMap<string, AnyCount>;
  /** Of this scheme, oldest first. */
  readonly monthly: readonly PastAudit[];
  readonly daily: readonly PastAudit[];
  readonly evidence: ReportGatherer["evidence"];
}

export function schemeReport(input: SchemeInput): SchemeReport {
  const { id, date, month, counts, monthly, daily, isAnonymous } = input;
  const tiers = tiersOf(
    id,
    [...counts.values()].flatMap(({ licenses }) => Object.keys(licenses)),
  );
  const columns = columnsOf(id, counts);
  const past = new Map(monthly.map((audit) => [audit.month, audit]));
  const span = monthsBetween(monthly[0]?.month ?? month, month);
  const last = monthly.at(-1);
  const label = labels(input, last);
  const rows = [...counts]
    .map(([key, row]): ReportRow => {
      const licenses = licensesIn(row.licenses, tiers);
      const was = last?.licenses.get(key);
      const total = sum(licenses);
      return {
        key,
        label: label(key),
        provider: row.provider,
        reseller: isAnonymous ? "" : row.reseller,
        pkid: row.customer_pkid,
        counts: row.counts,
        licenses,
        total,
        before: was === undefined ? undefined : sum(was),
        trend: span.map((one) => (one === month ? total : totalOf(past.get(one)?.licenses.get(key)))),
      };
    })
    .toSorted((a, b) => byCodeUnit(a.label, b.label) || byCodeUnit(a.key, b.key));
  const totals = sums(
    rows.map((row) => row.licenses),
    tiers.length,
  );
  const before = last === undefined ? undefined : sums([...last.licenses.values()], tiers.length);
  const here = rows.map((row) => ({ date, label: row.label, pkid: row.pkid, licenses: row.licenses }));
  return {
    id,
    title: schemeTitle(id),
    tiers,
    rows,
    totals,
    total: sum(totals),
    before:
      before === undefined || last === undefined
        ? undefined
        : { month: last.month, licenses: before, total: sum(before) },
    months: span.map((one): MonthPoint => {
      if (one === month) return { month: one, licenses: totals, customers: rows.length };
      const audit = past.get(one);
      if (audit === undefined) return { month: one, licenses: undefined, customers: 0 };
      return {
        month: one,
        licenses: sums([...audit.licenses.values()], tiers.length),
        customers: audit.licenses.size,
        file: { name: audit.file, sha256: audit.sha256, date: audit.date },
      };
    }),
    columns: columns.map(({ id: column, title, tier }): ColumnLine => {
      const known = last !== undefined && last.missing?.has(column) !== true;
      const now = sum([...counts.values()].map((row) => Number(row.counts[column] ?? 0)));
      return { id: column, title, tier, now, before: known ? (last.columns.get(column) ?? 0) : undefined };
    }),
    gone: [...(last?.licenses ?? [])]
      .filter(([key]) => !counts.has(key))
      .map(([key, licenses]) => ({ label: label(key), total: sum(licenses) }))
      .toSorted((a, b) => byCodeUnit(a.label, b.label)),
    changes: last === undefined ? [] : changesOf(input, last, columns, label),
    daily: [
      ...daily.flatMap((audit) =>
        [...audit.licenses]
          .map(([key, licenses]) => ({ date: audit.date, label: label(key), pkid: key.trim(), licenses }))
          .toSorted((a, b) => byCodeUnit(a.label, b.label) || byCodeUnit(a.pkid, b.pkid)),
      ),
      ...here,
    ],
    clusters: rows.flatMap((row) =>
      (counts.get(row.key)?.clusters ?? []).map(({ region, cluster, licenses }) => ({
        label: row.label,
        pkid: row.pkid,
        region: isAnonymous ? "" : region,
        cluster: isAnonymous ? "" : cluster,
        licenses: licensesIn(licenses, tiers),
      })),
    ),
    evidence: isAnonymous ? [] : evidenceOf(input, label),
    notCounted: isAnonymous ? 0 : input.evidence.notCounted(id),
  };
}

/** What rows are called: by name, else by pkid; customers that are gone by the name they had. */
function labels({ counts, isAnonymous }: SchemeInput, last: PastAudit | undefined): (key: string) => string {
  return (key) => {
    const row = counts.get(key);
    const pkid = key.trim();
    if (isAnonymous) return key.startsWith(" ") ? `above customers, ${pkid}` : pkid;
    if (key.startsWith(" ")) return `${row?.provider || pkid}, above customers`;
    return row?.customer || last?.rows?.get(key)?.name || pkid;
  };
}

/** The columns of the license files that hold a value; of a scheme that is not known those of its rows. */
function columnsOf(
  id: string,
  counts: ReadonlyMap<string, AnyCount>,
): readonly Pick<SchemeColumn, "id" | "title" | "tier" | "kind">[] {
  const known = SCHEMES.find((scheme) => scheme === id);
  if (known !== undefined) return schemeOf(known).counted;
  const ids = new Set([...counts.values()].flatMap((row) => Object.keys(row.counts)));
  return [...ids].map((column) => ({ id: column, title: column, tier: "none", kind: "count" }));
}

function changesOf(
  { counts }: SchemeInput,
  last: PastAudit,
  columns: readonly Pick<SchemeColumn, "id" | "title" | "tier">[],
  label: (key: string) => string,
): ChangeLine[] {
  const there = columns.filter(({ id }) => last.missing?.has(id) !== true);
  const keys = [...new Set([...counts.keys(), ...(last.rows?.keys() ?? [])])].toSorted(byCodeUnit);
  const changes = keys.flatMap((key) =>
    there.flatMap(({ id, title, tier }): ChangeLine[] => {
      const before = Number(last.rows?.get(key)?.counts[id] ?? 0);
      const after = Number(counts.get(key)?.counts[id] ?? 0);
      return before === after ? [] : [{ label: label(key), pkid: key.trim(), title, tier, before, after }];
    }),
  );
  const size = ({ before, after }: ChangeLine): number => Math.abs(after - before);
  return changes.toSorted((a, b) => size(b) - size(a)); // stable: else by pkid and column
}

function evidenceOf({ id, counts, evidence }: SchemeInput, label: (key: string) => string): EvidenceLine[] {
  return evidence.of(id).map(({ key, column, title, rows, number, licenses, names }) => ({
    label: label(key),
    title,
    count: Number(counts.get(key)?.counts[column] ?? 0),
    rows,
    number,
    licenses,
    names,
  }));
}

function licensesIn(licenses: object, tiers: readonly Tier[]): number[] {
  const by = licenses as Readonly<Record<string, number | undefined>>;
  return tiers.map(({ id }) => by[id] ?? 0);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function totalOf(licenses: readonly number[] | undefined): number | undefined {
  return licenses === undefined ? undefined : sum(licenses);
}

function sums(lists: readonly (readonly number[])[], length: number): number[] {
  const totals = Array.from({ length }, () => 0);
  for (const list of lists)
    for (const [at, number] of list.entries()) totals[at] = (totals[at] ?? 0) + number;
  return totals;
}
