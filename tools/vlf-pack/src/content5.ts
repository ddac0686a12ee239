/** What is packed of scheme `voss-5`: rows with their profiles, and the names of the detailed file. */
import { DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { AnyRecord, LicenseCount, Licenses5, LicenseProfile } from "@vlf/common/records";
import { countsOf5, EXPORTS5, type Profile5, profileProblem5, SCHEME5 } from "@vlf/common/voss5";
import { sortedKeys } from "./content.ts";

/** A row as the anonymous files know it: of a customer, or of what lies above those of a provider. */
export interface Row5 {
  readonly providerPkid: string;
  /** Empty above customers. */
  readonly customerPkid: string;
  /** In one order. */
  readonly profiles: readonly Profile5[];
  readonly counts: Readonly<Record<string, number>>;
}

/** A row with its names, for the detailed file alone. */
export interface NamedRow5 {
  readonly provider: string;
  readonly reseller: string;
  readonly customer: string;
  readonly row: Row5;
}

export interface Content5 {
  /** By customer pkid, then provider pkid. */
  readonly rows: readonly Row5[];
  /** By provider, reseller, customer, pkids. */
  readonly named: readonly NamedRow5[];
}

type Count5 = LicenseCount<Licenses5>;

/** Gathers the rows and profiles of the scheme; `content()` checks that they agree. */
export class Gatherer5 {
  readonly #counts = new Map<string, Count5>();
  readonly #profiles = new Map<string, Profile5[]>();

  get hasRows(): boolean {
    return this.#counts.size > 0 || this.#profiles.size > 0;
  }

  /** Takes a record of the scheme in; gives false for any other. @throws {DataError} naming the row */
  take(record: AnyRecord): boolean {
    if (record["scheme"] !== SCHEME5) return false;
    if (record.type === "license-count") {
      const count = record as unknown as Count5;
      const key = keyOf(count.customer_pkid, count.provider_pkid);
      if (this.#counts.has(key)) throw problem(key, "has two license-count records");
      this.#counts.set(key, count);
      return true;
    }
    if (record.type !== "license-profile") return false;
    const one = record as unknown as LicenseProfile;
    const key = keyOf(one.customer_pkid, one.provider_pkid);
    const wrong = profileProblem5(one);
    if (wrong !== undefined) throw problem(key, wrong);
    const list = this.#profiles.get(key) ?? [];
    list.push({ export: one.export, profile: one.profile, count: one.count } as unknown as Profile5);
    this.#profiles.set(key, list);
    return true;
  }

  /** All of it, sorted. @throws {DataError} naming row and column where a row and its profiles disagree */
  content(): Content5 {
    for (const key of this.#profiles.keys()) {
      if (!this.#counts.has(key)) throw problem(key, 'has license-profile records, but no "license-count"');
    }
    const named = [...this.#counts].map(([key, count]): NamedRow5 => {
      const { provider, reseller, customer } = count;
      const row = rowOf(count.provider_pkid, count.customer_pkid, this.#profiles.get(key) ?? []);
      checkCounts(key, count, row);
      return { provider, reseller, customer, row };
    });
    return { rows: named.map(({ row }) => row).sort(byPkids), named: named.toSorted(byNames) };
  }
}

/** A row from its profiles alone. @throws {DataError} when it has not one of its own */
export function rowOf(providerPkid: string, customerPkid: string, profiles: readonly Profile5[]): Row5 {
  const own = profiles.filter((profile) => profile.export === "hierarchy-row");
  if (own.length !== 1 || own[0]?.count !== 1) {
    const key = keyOf(customerPkid, providerPkid);
    throw problem(key, `has ${own.length} "hierarchy-row" profiles, wanted one with count 1`);
  }
  const exports = Object.keys(EXPORTS5);
  const sorted = profiles
    .map((profile) => ({ profile, text: JSON.stringify(sortedKeys(profile.profile)) }))
    .sort(
      (a, b) =>
        exports.indexOf(a.profile.export) - exports.indexOf(b.profile.export) || byCodeUnit(a.text, b.text),
    )
    .map(({ profile }) => profile);
  return { providerPkid, customerPkid, profiles: sorted, counts: countsOf5(profiles) };
}

function checkCounts(key: string, { counts }: Count5, row: Row5): void {
  for (const id of new Set([...Object.keys(row.counts), ...Object.keys(counts)])) {
    if (counts[id] === row.counts[id]) continue;
    const made = row.counts[id] === undefined ? "no such column" : String(row.counts[id]);
    throw problem(
      key,
      `column "${id}" has ${JSON.stringify(counts[id]) ?? "no value"} in the row, but its profiles make ${made}`,
    );
  }
}

function keyOf(customerPkid: string, providerPkid = ""): string {
  return customerPkid === ""
    ? `above the customers of provider "${providerPkid}"`
    : `customer "${customerPkid}"`;
}

function problem(key: string, what: string): DataError {
  return new DataError(`pack ${key}: ${what}`);
}

export function byPkids(a: Row5, b: Row5): number {
  return byCodeUnit(a.customerPkid, b.customerPkid) || byCodeUnit(a.providerPkid, b.providerPkid);
}

/** The order of the detailed file. */
export function byNames(a: NamedRow5, b: NamedRow5): number {
  return (
    byCodeUnit(a.provider, b.provider) ||
    byCodeUnit(a.reseller, b.reseller) ||
    byCodeUnit(a.customer, b.customer) ||
    byPkids(a.row, b.row)
  );
}
