/**
 * The audit: instances in, one row per customer out, in any order of input. Instances wait in a bucket
 * per hierarchy node until their customer is complete (its `scope-end`, or the end of input); then the
 * customer is counted and forgotten. Pure: no streams, no clock.
 */
import { joinKey } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { byCodeUnit, nodeName, parentPath } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable, textReader } from "@vlf/common/models";
import type { Finding, Instance, LicenseCount, LicenseProfile } from "@vlf/common/records";
import { countsOf, licensesOf, type Profile, SCHEME } from "@vlf/common/voss4";
import { type Bucket, Customer, type Noted, type Place, type Proof } from "./customer.ts";
import { dropDuplicates } from "./duplicates.ts";
import { type FactId, type FactReader, factReaders, type Facts } from "./facts.ts";
import { findingRecords, profileRecords } from "./output.ts";
import { RULES } from "./rules/index.ts";
import { samePerson } from "./same-person.ts";
import { subscribersOf } from "./subscribers.ts";
import { usersOf } from "./users.ts";
import { type Entry, nearest, type Node, placeOf, selfAndAbove, Tree, within } from "./tree.ts";

/** A counted customer; provider and reseller are looked up when all nodes are known. */
export interface Counted {
  readonly path: string;
  readonly pkid: string;
  readonly above: Entry | undefined;
  readonly profiles: readonly Profile[];
  readonly notes: readonly Noted[];
}

export interface AuditOptions {
  readonly models: ModelTable;
  /** Standalone phones that need no license, by customer pkid (guide 1.7.3). */
  readonly standaloneAllocation: (customerPkid: string) => number;
  /** Told of each customer as it is counted, and of what lies outside all of them: why all of it counts or not. */
  readonly explain?: ((explained: Explained) => void) | undefined;
}

/** The instances of a customer with what the rules made of them; or those outside every customer. */
export interface Explained {
  /** `undefined` for what is outside. */
  readonly customer: Customer | undefined;
  readonly places: readonly Bucket[];
  readonly proofs: readonly Proof[];
  readonly profiles: readonly Profile[];
}

export interface AuditResult {
  /** Per customer its row and the profiles behind it, by customer pkid. */
  readonly customers: readonly {
    readonly count: LicenseCount;
    readonly profiles: readonly LicenseProfile[];
  }[];
  readonly findings: readonly Finding[];
}

/** A hierarchy node and where it is. */
export interface NodeAt extends Node {
  readonly path: string;
}

/** A customer that was counted apart from the rest, with what the rest has to know of its scope. */
export interface CountedScope {
  readonly node: Node;
  readonly profiles: readonly Profile[];
  readonly notes: readonly Noted[];
  readonly instances: number;
  readonly nodes: number;
}

export class Audit {
  readonly #options: AuditOptions;
  readonly #readers: ReadonlyMap<string, FactReader>;
  readonly #nodeModel: string;
  readonly #nodeType: (data: Instance["data"]) => string;
  readonly #tree = new Tree();
  readonly #counted: Counted[] = [];
  readonly #notes: Noted[] = [];
  #instances = 0;
  #nodes = 0;

  /** `readers` are those of `options.models`, where they were made before. */
  constructor(options: AuditOptions, readers: ReadonlyMap<string, FactReader> = factReaders(options.models)) {
    this.#options = options;
    this.#readers = readers;
    const node = modelOf(options.models, "node");
    this.#nodeModel = node.model;
    this.#nodeType = textReader(fieldOf(node, "node_type"));
  }

  /** Customers counted so far, for progress. */
  get customers(): number {
    return this.#counted.length;
  }

  /**
   * Takes one instance. `source` and `line` are for errors.
   * @throws {DataError} when it lies in a scope that has ended, or two nodes have one path
   */
  add({ model, pkid, hierarchy, data }: Instance, source: string, line: number): void {
    const reader = this.#readers.get(model);
    if (reader === undefined) {
      if (model !== this.#nodeModel) return;
      this.#nodes += 1;
      this.#addNode(this.#openEntry(hierarchy, source, line), { pkid, type: joinKey(this.#nodeType(data)) });
      return;
    }
    this.#instances += 1;
    const entry = this.#tree.at(hierarchy);
    const bucket =
      entry.bucket ?? (this.#openEntry(hierarchy, source, line).bucket = { path: hierarchy, facts: {} });
    const list = (bucket.facts[reader.id] ??= []) as Facts[FactId][];
    list.push(reader.read(pkid, data));
  }

  /** Nothing at or below this node follows: the customers in it are counted and forgotten. */
  endScope(scope: string): void {
    const top = this.#tree.at(scope);
    this.#countAll(within(top));
    this.#tree.endScope(top);
  }

  /**
   * The nodes known at and below a path, where the scope may be counted apart: nothing there waits to be
   * counted, and no scope that holds it has ended. `undefined` where it may not.
   */
  nodesOf(scope: string): NodeAt[] | undefined {
    for (let path: string | undefined = scope; path !== undefined; path = parentPath(path)) {
      if (this.#tree.find(path)?.ended === true) return undefined;
    }
    const nodes: NodeAt[] = [];
    const top = this.#tree.find(scope);
    for (const { path, node, bucket } of top === undefined ? [] : within(top)) {
      if (bucket !== undefined) return undefined;
      if (node !== undefined) nodes.push({ path, ...node });
    }
    return nodes;
  }

  /** Takes a node that is known from elsewhere. */
  knowNode({ path, pkid, type }: NodeAt): void {
    this.#addNode(this.#tree.at(path), { pkid, type });
  }

  /** The result of a scope that was all that came, where it is one customer; `undefined` otherwise. */
  soleCustomer(scope: string): CountedScope | undefined {
    const [counted, ...others] = this.#counted;
    const { node } = this.#tree.at(scope);
    if (counted === undefined || others.length > 0 || counted.path !== scope || node === undefined)
      return undefined;
    const { profiles, notes } = counted;
    return { node, profiles, notes, instances: this.#instances, nodes: this.#nodes };
  }

  /** Takes over a customer that was counted apart, as if all of its scope had come here, and its end. */
  adopt(scope: string, { node, profiles, notes, instances, nodes }: CountedScope): void {
    const entry = this.#tree.at(scope);
    entry.node = node;
    entry.ended = true;
    this.#instances += instances;
    this.#nodes += nodes;
    this.#counted.push({ path: scope, pkid: node.pkid, above: entry.parent, profiles, notes });
    this.#tree.endScope(entry);
  }

  /**
   * Counts what is left and gives the whole, sorted so that the order of input does not show.
   * @throws {DataError} when there were instances but no hierarchy to place them in
   */
  finish(): AuditResult {
    if (this.#instances > 0 && this.#nodes === 0) {
      throw new DataError(
        `audit: ${this.#instances} instances but no ${this.#nodeModel}: no customer can be told`,
        {
          hint: `collect ${this.#nodeModel} as well`,
        },
      );
    }
    const entries = [...this.#tree.all()];
    this.#countAll(entries);
    this.#noteOutside(entries);
    const outside = entries.flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket]));
    outside.sort((a, b) => byCodeUnit(a.path, b.path));
    this.#options.explain?.({ customer: undefined, places: outside, proofs: [], profiles: [] });
    const customers = this.#counted.toSorted((a, b) => byCodeUnit(a.pkid, b.pkid));
    const twice = customers.find(({ pkid }, index) => pkid === customers[index - 1]?.pkid);
    if (twice !== undefined) throw new DataError(`audit: two customers have the pkid "${twice.pkid}"`);
    if (customers.length === 0) {
      this.#notes.push({
        code: "no-customer",
        severity: "warning",
        message: "the input holds no customer",
        count: 1,
      });
    }
    return {
      customers: customers.map((counted) => ({
        count: this.#row(counted),
        profiles: profileRecords(counted),
      })),
      findings: findingRecords(this.#notes, customers),
    };
  }

  /** The entry of a path, if no scope that holds it has ended. */
  #openEntry(path: string, source: string, line: number): Entry {
    const entry = this.#tree.at(path);
    for (const above of selfAndAbove(entry)) {
      if (above.ended) {
        throw new DataError(
          `read ${source}:${line}: an instance at "${path}", but the scope of "${above.path}" has ended`,
        );
      }
    }
    return entry;
  }

  #addNode(entry: Entry, node: Node): void {
    const { node: known, path } = entry;
    if (known !== undefined && (known.pkid !== node.pkid || known.type !== node.type)) {
      throw new DataError(`audit: two different ${this.#nodeModel} instances are at "${path}"`);
    }
    entry.node = node;
  }

  /** Counts the customers among the entries, each with the instances and sites that are its own. */
  #countAll(entries: readonly Entry[]): void {
    const customers = new Map<Entry, { places: Place[]; sites: number }>();
    for (const entry of entries) {
      if (entry.node?.type === "customer" && !entry.ended) customers.set(entry, { places: [], sites: 0 });
    }
    for (const entry of entries) {
      const { customer, atSite } = placeOf(entry);
      const own = customer === undefined ? undefined : customers.get(customer);
      if (own === undefined) continue;
      if (entry.node?.type === "site") own.sites += 1;
      if (entry.bucket === undefined) continue;
      own.places.push({ ...entry.bucket, atSite, known: entry.node !== undefined });
      entry.bucket = undefined;
    }
    for (const [entry, { places, sites }] of customers) this.#count(entry, places, sites);
  }

  #count(entry: Entry, places: readonly Place[], sites: number): void {
    // By path, so that rules meet the instances in the same order whatever the order of input.
    const sorted = places.toSorted((a, b) => byCodeUnit(a.path, b.path));
    const pkid = entry.node?.pkid ?? "";
    const dropped = dropDuplicates(sorted);
    const proofs: Proof[] = [];
    const { explain } = this.#options;
    const prove = explain === undefined ? undefined : (proof: Proof): void => void proofs.push(proof);
    const customer = new Customer({ path: entry.path, pkid, places: sorted, sites }, prove);
    for (const [id, count] of dropped) {
      const { model } = modelOf(this.#options.models, id);
      customer.note("duplicate-instance", "warning", "an instance occurs more than once: counted once", {
        model,
        count,
      });
    }
    for (const { known, facts } of sorted) {
      if (known) continue;
      const count = Object.values(facts).reduce((sum, list) => sum + list.length, 0);
      customer.note(
        "unknown-node",
        "error",
        "instances are at a node that the input does not hold: it counts as no site",
        { count },
      );
    }
    const shared = {
      subscribers: subscribersOf(customer),
      users: usersOf(customer),
      same: samePerson(customer),
    };
    for (const rule of RULES) rule.apply(customer, shared);
    const { profiles, notes } = customer;
    explain?.({ customer, places: sorted, proofs, profiles });
    this.#counted.push({ path: entry.path, pkid, above: entry.parent, profiles, notes });
    entry.ended = true;
  }

  /** D1: what is above every customer is in no row. */
  #noteOutside(entries: readonly Entry[]): void {
    const counts = new Map<FactId, number>();
    for (const { bucket } of entries) {
      for (const [id, list] of Object.entries(bucket?.facts ?? {})) {
        counts.set(id as FactId, (counts.get(id as FactId) ?? 0) + list.length);
      }
    }
    for (const [id, count] of counts) {
      this.#notes.push({
        code: "outside-customer",
        severity: "warning",
        message: "instances above every customer are in no row (D1)",
        model: modelOf(this.#options.models, id).model,
        count,
      });
    }
  }

  #row({ path, pkid, above, profiles }: Counted): LicenseCount {
    const counts = countsOf(profiles);
    const provider = nearest(above, "provider");
    return {
      type: "license-count",
      scheme: SCHEME,
      provider: nodeName(provider?.path ?? ""),
      reseller: nodeName(nearest(above, "reseller")?.path ?? ""),
      customer: nodeName(path),
      provider_pkid: provider?.node?.pkid ?? "",
      customer_pkid: pkid,
      counts,
      licenses: licensesOf(counts, this.#options.standaloneAllocation(pkid)),
    };
  }
}
