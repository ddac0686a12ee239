/** What is packed: the customers with their profiles and names, and the lists of patches and adaptations. */
import { DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelSpec, type ModelTable, textReader } from "@vlf/common/models";
import type { AnyRecord, Instance, LicenseCount, LicenseProfile } from "@vlf/common/records";
import { COLUMNS, type Counts, countsOf, type Profile, profileProblem, SCHEME } from "@vlf/common/voss4";

/** A customer as the anonymous files know it. */
export interface Customer {
  readonly pkid: string;
  /** In one order, as are their facts, whatever order they came in. */
  readonly profiles: readonly Profile[];
  readonly counts: Counts;
}

/** Names of a customer, for the detailed file alone. */
export interface CustomerNames {
  readonly pkid: string;
  readonly provider: string;
  readonly reseller: string;
  readonly customer: string;
}

/** An entry of the patch or the adaptation file. */
export interface Resource {
  readonly name: string;
  readonly bundle?: string;
  readonly description: string;
  readonly version?: string;
}

export interface Content {
  /** By pkid. */
  readonly customers: readonly Customer[];
  /** By provider, reseller, customer, pkid. */
  readonly names: readonly CustomerNames[];
  readonly patches: readonly Resource[];
  readonly adaptations: readonly Resource[];
}

/** Gathers the records of a stream; `content()` checks that every row agrees with its profiles. */
export class Gatherer {
  readonly #rows = new Map<string, LicenseCount>();
  readonly #profiles = new Map<string, Profile[]>();
  readonly #patch: ModelSpec;
  readonly #adaptation: ModelSpec;
  readonly #patches: Resource[] = [];
  readonly #adaptations: Resource[] = [];

  constructor(table: ModelTable) {
    this.#patch = modelOf(table, "patch");
    this.#adaptation = modelOf(table, "adaptation");
  }

  /** Whether any row came. */
  get hasRows(): boolean {
    return this.#rows.size > 0 || this.#profiles.size > 0;
  }

  /**
   * Takes a record in; gives false for a type that is none of the files' business.
   * @throws {DataError} naming the customer
   */
  take(record: AnyRecord): boolean {
    switch (record.type) {
      case "license-count":
        this.#row(record as unknown as LicenseCount);
        return true;
      case "license-profile":
        this.#profile(record as unknown as LicenseProfile);
        return true;
      case "instance":
        this.#instance(record as unknown as Instance);
        return true;
      default:
        return false;
    }
  }

  /**
   * All of it, sorted.
   * @throws {DataError} naming customer and column where a row and its profiles disagree
   */
  content(): Content {
    for (const pkid of this.#profiles.keys()) {
      if (!this.#rows.has(pkid)) throw problem(pkid, 'has license-profile records, but no "license-count"');
    }
    const rows = [...this.#rows.values()];
    return {
      customers: rows
        .map((row) => makeCustomer(row, this.#profiles.get(row.customer_pkid) ?? []))
        .toSorted((a, b) => byCodeUnit(a.pkid, b.pkid)),
      names: rows
        .map(({ provider, reseller, customer, customer_pkid: pkid }) => ({
          pkid,
          provider,
          reseller,
          customer,
        }))
        .toSorted(byNames),
      patches: this.#patches.toSorted(byName),
      adaptations: this.#adaptations.toSorted(byName),
    };
  }

  #row(row: LicenseCount): void {
    checkScheme(row);
    if (this.#rows.has(row.customer_pkid)) throw problem(row.customer_pkid, "has two license-count records");
    this.#rows.set(row.customer_pkid, row);
  }

  #profile(record: LicenseProfile): void {
    checkScheme(record);
    const wrong = profileProblem(record);
    if (wrong !== undefined) throw problem(record.customer_pkid, wrong);
    const list = this.#profiles.get(record.customer_pkid) ?? [];
    // profileProblem() has looked at names and kinds of the facts
    list.push({ export: record.export, profile: record.profile, count: record.count } as unknown as Profile);
    this.#profiles.set(record.customer_pkid, list);
  }

  #instance({ model, data }: Instance): void {
    if (model === this.#patch.model) this.#patches.push(readResource(this.#patch, data));
    if (model === this.#adaptation.model) this.#adaptations.push(readResource(this.#adaptation, data));
  }
}

/** A customer from its profiles alone: what the license JSON holds. */
export function customerOf(pkid: string, profiles: readonly Profile[]): Customer {
  const own = profiles.filter((profile) => profile.export === "customer");
  if (own.length !== 1 || own[0]?.count !== 1) {
    throw problem(pkid, `has ${own.length} "customer" profiles, wanted one with count 1`);
  }
  const sorted = profiles
    .map(({ export: id, profile, count }) => ({ export: id, profile: sortedKeys(profile), count }) as Profile)
    .map((profile) => ({ profile, text: JSON.stringify(profile) }))
    .toSorted((a, b) => byCodeUnit(a.text, b.text));
  return { pkid, profiles: sorted.map(({ profile }) => profile), counts: countsOf(profiles) };
}

function makeCustomer(row: LicenseCount, profiles: readonly Profile[]): Customer {
  const made = customerOf(row.customer_pkid, profiles);
  for (const { id, kind } of COLUMNS) {
    if (kind !== "pkid" && row.counts[id] !== made.counts[id]) {
      const found = JSON.stringify(row.counts[id]) ?? "no value";
      throw problem(
        made.pkid,
        `column "${id}" has ${found} in the row, but its profiles make ${String(made.counts[id])}`,
      );
    }
  }
  const extra = Object.keys(row.counts).find((id) => !Object.hasOwn(made.counts, id));
  if (extra !== undefined) throw problem(made.pkid, `column "${extra}" is not in scheme "${SCHEME}"`);
  return made;
}

function checkScheme({ scheme, customer_pkid: pkid }: { scheme: string; customer_pkid: string }): void {
  if (scheme !== SCHEME) throw problem(pkid, `scheme is "${scheme}", wanted "${SCHEME}"`);
}

function problem(pkid: string, what: string): DataError {
  return new DataError(`pack customer "${pkid}": ${what}`);
}

function readResource(spec: ModelSpec, data: Instance["data"]): Resource {
  const text = (id: string): string =>
    Object.hasOwn(spec.fields, id) ? textReader(fieldOf(spec, id))(data) : "";
  const bundle = text("bundle");
  const version = text("version");
  return {
    name: text("name"),
    ...(bundle === "" ? {} : { bundle }),
    description: text("description"),
    ...(version === "" ? {} : { version }),
  };
}

function byNames(a: CustomerNames, b: CustomerNames): number {
  return (
    byCodeUnit(a.provider, b.provider) ||
    byCodeUnit(a.reseller, b.reseller) ||
    byCodeUnit(a.customer, b.customer) ||
    byCodeUnit(a.pkid, b.pkid)
  );
}

function byName(a: Resource, b: Resource): number {
  return byCodeUnit(a.name, b.name) || byCodeUnit(JSON.stringify(a), JSON.stringify(b));
}

/** An object with its keys in order, whatever order they came in. */
export function sortedKeys(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => byCodeUnit(a, b)));
}
