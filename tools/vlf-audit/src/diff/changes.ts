/** What changed from one month to another: the numbers, the people behind them, and what looks wrong. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding, LicenseChange, SubjectChange } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { JumpLimits } from "./jump.ts";
import type { CustomerMonth, Month, SubjectMonth } from "./month.ts";

/** The columns that changed, by customer pkid and in file order. A customer that is not there has zeros. */
export function changesOf(before: Month, after: Month): LicenseChange[] {
  const changes: LicenseChange[] = [];
  const columns = schemeOf(before.scheme).counted.filter(
    ({ id }) => before.missing?.has(id) !== true && after.missing?.has(id) !== true,
  );
  for (const [, was, is] of pairs(before.customers, after.customers)) {
    for (const { id, title, tier } of columns) {
      const from = Number(was?.counts[id] ?? 0);
      const to = Number(is?.counts[id] ?? 0);
      if (from === to) continue;
      changes.push({
        type: "license-change",
        scheme: before.scheme,
        customer: is?.name || (was?.name ?? ""),
        ...ofRow(is ?? was),
        column: id,
        title,
        tier,
        before: from,
        after: to,
        change: to - from,
      });
    }
  }
  return changes;
}

/** Who entered, left, or is in other columns; nothing where a month has counts alone. */
export function subjectChangesOf(before: Month, after: Month): SubjectChange[] {
  if (before.subjects === undefined || after.subjects === undefined) return [];
  const changes: SubjectChange[] = [];
  for (const [, was, is] of pairs(before.subjects, after.subjects)) {
    if (was?.columns.join() === is?.columns.join()) continue;
    const one = is ?? was;
    if (one === undefined) continue;
    changes.push({
      type: "subject-change",
      scheme: before.scheme,
      ...ofRow(one),
      change: was === undefined ? "entered" : is === undefined ? "left" : "moved",
      rule: one.rule,
      kind: one.kind,
      name: one.name,
      from: [...(was?.columns ?? [])],
      to: [...(is?.columns ?? [])],
      causes: causesOf(was, is),
    });
  }
  return changes;
}

/** The pkids of a row, as records have them. */
function ofRow(
  row: { readonly customerPkid: string; readonly providerPkid?: string | undefined } | undefined,
): { customer_pkid: string; provider_pkid?: string } {
  const { customerPkid = "", providerPkid } = row ?? {};
  return {
    customer_pkid: customerPkid,
    ...(providerPkid === undefined ? {} : { provider_pkid: providerPkid }),
  };
}

/** What differs behind a subject, in words. */
function causesOf(was: SubjectMonth | undefined, is: SubjectMonth | undefined): string[] {
  if (was === undefined || is === undefined) return [...((is ?? was)?.reasons ?? [])];
  const causes: string[] = [];
  for (const source of is.sources) if (!was.sources.includes(source)) causes.push(`has now: ${source}`);
  for (const source of was.sources) if (!is.sources.includes(source)) causes.push(`has no longer: ${source}`);
  if (was.hierarchy !== is.hierarchy) causes.push(`moved from ${was.hierarchy} to ${is.hierarchy}`);
  for (const reason of is.reasons) if (!was.reasons.includes(reason)) causes.push(`now: ${reason}`);
  return causes;
}

/** Customers that came or went, and licenses that changed by more than they do from month to month. */
export function jumpsOf(before: Month, after: Month, limits: JumpLimits): Finding[] {
  const findings: Finding[] = [];
  for (const [, was, is] of pairs(before.customers, after.customers)) {
    const [from, to] = [totalOf(before.scheme, was), totalOf(before.scheme, is)];
    const row = is ?? was;
    const note = (code: string, severity: Finding["severity"], message: string): void => {
      findings.push({
        type: "finding",
        code,
        severity,
        message,
        customer_pkid: row?.customerPkid ?? "",
        ...(row?.providerPkid === undefined ? {} : { model: "data/HierarchyNode", pkid: row.providerPkid }),
        count: Math.abs(to - from),
      });
    };
    if (was === undefined) {
      note("customer-new", "info", `a customer that was not there before, with ${to} licenses`);
    } else if (is === undefined) {
      note("customer-gone", "warning", `a customer is not there any more; it had ${from} licenses`);
    } else if (Math.abs(to - from) >= limits.licenses && Math.abs(to - from) * 100 >= from * limits.percent) {
      note("license-jump", "warning", `licenses went from ${from} to ${to}`);
    }
  }
  return findings;
}

function totalOf(scheme: SchemeId, customer: CustomerMonth | undefined): number {
  if (customer === undefined) return 0;
  return Object.values<number>({ ...schemeOf(scheme).licensesOf(customer.counts) }).reduce(
    (sum, licenses) => sum + licenses,
    0,
  );
}

/** Both sides of each key, sorted by key. */
function pairs<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
): [key: string, was: T | undefined, is: T | undefined][] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort(byCodeUnit);
  return keys.map((key) => [key, before.get(key), after.get(key)]);
}
