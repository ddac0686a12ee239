/** What lies above the customers: a row for each provider in `voss-5`, in no row of the other schemes. */
import { nodeName } from "@vlf/common/hierarchy";
import { modelOf, type ModelTable } from "@vlf/common/models";
import type { Name } from "@vlf/common/names";
import type { AnyLicenses, LicenseCount, LicenseProfile } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import { type Bucket, Customer, type Noted, type Place } from "./customer.ts";
import { type FactId, looksAt } from "./facts.ts";
import { profileRecords } from "./output.ts";
import type { RowCounter } from "./row-counter.ts";
import { type Entry, nearest, placeOf } from "./tree.ts";

/** The counts of a row and the profiles behind them. */
export interface AuditRow {
  readonly count: LicenseCount<AnyLicenses>;
  readonly profiles: readonly LicenseProfile[];
}

/** Rows for what lies above customers, findings about it, and what is in no row at all. */
export interface AboveCustomers<N extends Name> {
  readonly rows: readonly AuditRow[];
  readonly notes: readonly Noted[];
  readonly outside: readonly Bucket<N>[];
}

/** The instances that wait at these entries. */
export function bucketsOf<N extends Name>(entries: readonly Entry<N>[]): Bucket<N>[] {
  return entries.flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket]));
}

/** In `voss-5`, what lies above the customers of a provider is a row. Findings of all of them are added up. */
export function countAbove<N extends Name>(
  entries: readonly Entry<N>[],
  counter: RowCounter<N>,
  models: ModelTable,
): AboveCustomers<N> {
  const providers = new Map<Entry<N>, { places: Place<N>[]; sites: number }>();
  for (const entry of entries)
    if (entry.node?.type === "provider") providers.set(entry, { places: [], sites: 0 });
  const outside: Entry<N>[] = [];
  for (const entry of entries) {
    if (placeOf(entry).customer !== undefined) continue;
    const provider = nearest(entry, "provider");
    const own = provider === undefined ? undefined : providers.get(provider);
    if (own === undefined) {
      outside.push(entry);
      continue;
    }
    if (entry.node?.type === "site") own.sites += 1;
    if (entry.bucket !== undefined)
      own.places.push({ ...entry.bucket, atSite: false, known: entry.node !== undefined });
  }
  const common = new Customer({ path: "", pkid: "", places: [], sites: 0 });
  const rows: AuditRow[] = [];
  for (const [entry, { places, sites }] of providers) {
    const input = { path: entry.path, pkid: "", providerPkid: entry.node?.pkid ?? "", places, sites };
    // Few instances are there, and they wait until all scopes have ended: any may have come twice.
    const { results, notes } = counter.count(["voss-5"], input, true);
    for (const { code, severity, message, model, count } of [
      ...notes,
      ...results.flatMap((one) => one.notes),
    ]) {
      common.note(code, severity, message, { count, ...(model === undefined ? {} : { model }) });
    }
    for (const { scheme, profiles } of results) {
      const counts = schemeOf(scheme).countsOf(profiles);
      rows.push({
        count: {
          type: "license-count",
          scheme,
          provider: nodeName(entry.path),
          reseller: "",
          customer: "",
          provider_pkid: input.providerPkid,
          customer_pkid: "",
          counts,
          licenses: schemeOf(scheme).licensesOf(counts),
        },
        profiles: profileRecords(scheme, input, profiles),
      });
    }
  }
  const buckets = bucketsOf(outside);
  for (const [id, count] of countedBy("voss-5", buckets)) {
    const message = "instances outside every provider are in no row of scheme voss-5";
    common.note("outside-provider", "warning", message, { model: modelOf(models, id).model, count });
  }
  return { rows, notes: common.notes, outside: buckets };
}

/** D1: what is above every customer is in no row. */
export function outsideNotes(
  scheme: SchemeId,
  buckets: readonly Bucket<Name>[],
  models: ModelTable,
): Noted[] {
  return [...countedBy(scheme, buckets)].map(([id, count]) => ({
    code: "outside-customer",
    severity: "warning",
    message: `instances above every customer are in no row${scheme === "voss-4" ? " (D1)" : ""}`,
    model: modelOf(models, id).model,
    count,
  }));
}

/** How many instances there are of each model that a scheme looks at. */
function countedBy(scheme: SchemeId, buckets: readonly Bucket<Name>[]): Map<FactId, number> {
  const counts = new Map<FactId, number>();
  for (const { facts } of buckets) {
    for (const [id, list] of Object.entries(facts) as [FactId, readonly unknown[]][]) {
      if (looksAt(scheme, id)) counts.set(id, (counts.get(id) ?? 0) + list.length);
    }
  }
  return counts;
}
