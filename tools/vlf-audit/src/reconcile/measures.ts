/** What was measured: counts of the audit and usage of other systems, by customer, model, source and day. */
import { timeOf } from "@vlf/common/clock";
import type { AnyRecord, ClusterLicenses, Usage } from "@vlf/common/records";
import type { Customer, Customers } from "./customers.ts";
import { type Day, dayOf } from "./growth.ts";
import { type LicenseModel, typeId, type UsageRule } from "./models.ts";

/** Source of the counts of vlf-audit, beside the formats of usage records. */
export const COUNTED = "license-count";

/** What a cluster, or a subscription where the source tells it, uses of each type. */
export interface Part {
  readonly cluster: string;
  readonly region: string;
  readonly subscription: string;
  readonly amounts: Map<string, number>;
}

/** What one taking of a source said of one unit: a customer, or one cluster of it. */
export interface Snapshot {
  readonly at: number;
  readonly parts: Part[];
}

/** Snapshots of a customer by one source: by unit, then by day. The last of a day counts. */
export type Units = Map<string, Map<Day, Snapshot>>;

export interface Measured {
  readonly customer: Customer;
  readonly model: LicenseModel;
  readonly sources: Map<string, Units>;
}

/** The total of a license manager, which holds what customers use: compared, never added. */
export interface PoolTotal {
  readonly pool: string;
  readonly model: LicenseModel;
  readonly type: string;
  readonly at: number;
  readonly used: number;
  readonly entitled: number | undefined;
  readonly source: string;
}

/** What a source says that a customer has bought: compared with the orders. */
export interface Told {
  readonly customer: Customer;
  readonly model: LicenseModel;
  readonly type: string;
  readonly source: string;
  readonly at: number;
  readonly entitled: number;
}

/** Where a cluster belongs, from the settings. */
export interface ClusterFacts {
  readonly customer?: string | undefined;
  readonly region?: string | undefined;
}

interface Raw {
  readonly record: AnyRecord;
  readonly at: number;
  readonly where: string;
}

export class Measures {
  readonly #models: readonly LicenseModel[];
  readonly #rules: readonly UsageRule[];
  readonly #clusters: ReadonlyMap<string, ClusterFacts>;
  #ordered: ReadonlySet<string> = new Set<string>();
  readonly #counts: Raw[] = [];
  readonly #usage: Raw[] = [];
  /** By customer and model. */
  readonly all: Map<string, Measured> = new Map<string, Measured>();
  readonly pools: PoolTotal[] = [];
  readonly told: Told[] = [];
  /** Records of usage that no model takes, by what they say they are. */
  readonly unknown: Map<string, number> = new Map<string, number>();
  readonly days: Set<Day> = new Set<Day>();

  constructor(
    models: readonly LicenseModel[],
    rules: readonly UsageRule[],
    clusters: ReadonlyMap<string, ClusterFacts>,
  ) {
    this.#models = models;
    this.#rules = rules;
    this.#clusters = clusters;
  }

  /** Keeps a `license-count` or `usage` record of a stream that was collected then. */
  add(record: AnyRecord, collectedAt: number, where: string): void {
    if (record.type === "license-count") this.#counts.push({ record, at: collectedAt, where });
    if (record.type === "usage") {
      this.#usage.push({ record, at: timeOf(String(record["at"]))?.getTime() ?? collectedAt, where });
    }
  }

  /** When the first and the last measure were taken. */
  get times(): readonly [first: number, last: number] | undefined {
    const times = [...this.#counts, ...this.#usage].map(({ at }) => at);
    if (times.length === 0) return undefined;
    return [times.reduce((least, at) => Math.min(least, at)), times.reduce((most, at) => Math.max(most, at))];
  }

  /** Sorts the rows of counts to their customers: before all else, since they know the names. */
  resolveCounts(customers: Customers): void {
    for (const { record, at } of this.#counts) this.#takeCount(record, at, customers);
  }

  /**
   * Sorts usage to its customers, when counts and orders have named them; totals of
   * license managers last. Those stand for the use of a model only where nothing else measured it.
   * @param ordered ids of the models that somebody has ordered
   */
  resolveUsage(customers: Customers, ordered: ReadonlySet<string>): void {
    this.#ordered = ordered;
    for (const { record, at, where } of this.#usage) {
      this.#takeUsage(record as unknown as Usage, at, where, customers);
    }
    const measured = new Set([...this.all.values()].map(({ model }) => model));
    for (const { pool, model, type, at, used, source } of this.pools) {
      if (measured.has(model)) continue;
      const customer = customers.ofPool(pool);
      const snapshot = this.#snapshot(customer, model, source, pool, at);
      this.#addTo(partOf(snapshot, "", "", ""), model, type, used, pool);
    }
  }

  #takeCount(record: AnyRecord, at: number, customers: Customers): void {
    const scheme = String(record["scheme"]);
    const row = record as unknown as Parameters<Customers["add"]>[0];
    const customer = customers.add(row);
    const model = this.#models.find(({ id }) => id === scheme);
    if (model === undefined) return this.#note(`license-count ${scheme}`);
    const licenses = record["licenses"] as Readonly<Record<string, number>>;
    const clusters = (record["clusters"] as ClusterLicenses[] | undefined) ?? [
      { cluster: "", region: "", licenses },
    ];
    const snapshot = this.#snapshot(customer, model, COUNTED, "", at);
    for (const { cluster, region, licenses: ofCluster } of clusters) {
      const part = partOf(snapshot, cluster, this.#regionOf(cluster, region), "");
      for (const [name, quantity] of Object.entries(ofCluster))
        this.#addTo(part, model, name, quantity, scheme);
    }
  }

  #takeUsage(usage: Usage, at: number, where: string, customers: Customers): void {
    const { vendor, application, license_type: name, quantity, source, cluster, subscription } = usage;
    const label = `${source} ${vendor} ${application} ${name}`;
    const found = this.#modelOf(vendor, application, name);
    if (found === undefined) return this.#note(label);
    const { model, type } = found;
    if (usage.pool !== undefined) {
      this.pools.push({
        pool: usage.pool,
        model,
        type,
        at,
        used: quantity,
        entitled: usage.entitled,
        source,
      });
      return undefined;
    }
    const facts = this.#clusters.get(cluster);
    const customer = customers.find(
      where,
      usage.customer || (facts?.customer ?? ""),
      usage.customer_pkid,
      "",
    );
    const { entitled } = usage;
    if (entitled !== undefined) this.told.push({ customer, model, type, source, at, entitled });
    const unit = JSON.stringify([application, cluster, subscription]);
    const snapshot = this.#snapshot(customer, model, source, unit, at);
    const part = partOf(snapshot, cluster, this.#regionOf(cluster, usage.region), subscription);
    return this.#addTo(part, model, type, quantity, label);
  }

  /** The first model that fits, and before it the first of those that somebody has ordered. */
  #modelOf(
    vendor: string,
    application: string,
    name: string,
  ): { model: LicenseModel; type: string } | undefined {
    const found = this.#rules.flatMap((rule) => {
      const isAny = rule.application === "*";
      if (rule.vendor !== vendor || !(isAny || rule.application === application)) return [];
      const model = this.#models.find(({ id }) => id === rule.model);
      if (model === undefined) return [];
      // Metrics of several applications may have one name.
      const ofAny = isAny && model.types === undefined && application !== "";
      const type = typeId(model, ofAny ? `${application} ${name}` : name);
      return type === undefined ? [] : [{ model, type }];
    });
    return found.find(({ model }) => this.#ordered.has(model.id)) ?? found[0];
  }

  #addTo(part: Part, model: LicenseModel, name: string, quantity: number, label: string): void {
    const type = typeId(model, name);
    if (type === undefined) return this.#note(`${label} ${name}`);
    part.amounts.set(type, (part.amounts.get(type) ?? 0) + quantity);
    return undefined;
  }

  /** The snapshot that records of this time go into; that of an earlier time of the day gives way to a later one. */
  #snapshot(customer: Customer, model: LicenseModel, source: string, unit: string, at: number): Snapshot {
    const key = JSON.stringify([customer.key, model.id]);
    const measured = this.all.get(key) ?? { customer, model, sources: new Map<string, Units>() };
    this.all.set(key, measured);
    const units: Units = measured.sources.get(source) ?? new Map<string, Map<Day, Snapshot>>();
    measured.sources.set(source, units);
    const days = units.get(unit) ?? new Map<Day, Snapshot>();
    units.set(unit, days);
    const day = dayOf(new Date(at));
    this.days.add(day);
    const known = days.get(day);
    if (known !== undefined && known.at > at) return { at, parts: [] }; // of an earlier time: forgotten
    if (known?.at === at) return known;
    const snapshot = { at, parts: [] };
    days.set(day, snapshot);
    return snapshot;
  }

  #regionOf(cluster: string, region: string): string {
    return this.#clusters.get(cluster)?.region ?? region;
  }

  #note(label: string): void {
    this.unknown.set(label, (this.unknown.get(label) ?? 0) + 1);
  }
}

function partOf({ parts }: Snapshot, cluster: string, region: string, subscription: string): Part {
  const known = parts.find(
    (part) => part.cluster === cluster && part.region === region && part.subscription === subscription,
  );
  if (known !== undefined) return known;
  const part = { cluster, region, subscription, amounts: new Map<string, number>() };
  parts.push(part);
  return part;
}
