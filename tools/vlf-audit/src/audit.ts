/**
 * The audit: instances in, one row per customer out, in any order of input. Instances wait in a bucket
 * per hierarchy node until their customer is complete (its `scope-end`, or the end of input); then the
 * customer is counted and forgotten. Pure: no streams, no clock.
 */
import { joinKey } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import type { WantedFields } from "@vlf/common/fields";
import { byCodeUnit, nodeName, parentPath } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, textReader } from "@vlf/common/models";
import type { Name } from "@vlf/common/names";
import type { AnyLicenses, Finding, Instance, LicenseCount, Licenses5 } from "@vlf/common/records";
import { type AnyProfile, type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { Bucket, Noted, Place } from "./customer.ts";
import type { FactId, FactReader, Facts } from "./facts.ts";
import { asTexts, type Naming } from "./naming.ts";
import { byFinding, findingRecords, profileRecords } from "./output.ts";
import { type AuditRow, bucketsOf, countAbove, outsideNotes } from "./outside.ts";
import { type AuditOptions, type CountedInput, RowCounter } from "./row-counter.ts";
import { Seen } from "./seen.ts";
import { compared, type VossCount, vossCountReader } from "./voss-counts.ts";
import type { Values } from "./values.ts";
import { type Entry, nearest, type Node, placeOf, selfAndAbove, Tree, within } from "./tree.ts";

export type { AuditOptions, CountedRow, Explained } from "./row-counter.ts";

/** A counted customer; provider and reseller are looked up when all nodes are known. */
interface Counted<N extends Name> extends CountedInput {
  readonly path: string;
  readonly pkid: string;
  readonly above: Entry<N> | undefined;
}

export interface AuditResult {
  /** Per scheme and row, by scheme, customer pkid and provider pkid. */
  readonly customers: readonly AuditRow[];
  readonly findings: readonly Finding[];
}

/** A hierarchy node and where it is. */
export interface NodeAt extends Node {
  readonly path: string;
}

/** A customer that was counted apart from the rest, with what the rest has to know of its scope. */
export interface CountedScope extends CountedInput {
  readonly node: Node;
  readonly vossCounts: readonly VossCount[];
  readonly instances: number;
  readonly nodes: number;
}

export class Audit<N extends Name = string> {
  readonly #options: AuditOptions;
  readonly #schemes: readonly SchemeId[];
  readonly #counter: RowCounter<N>;
  readonly #naming: Naming<N>;
  /** Of the system's own counts; read where `voss-5` is counted. */
  readonly #vossCount: ReturnType<typeof vossCountReader>;
  readonly #vossCounts: VossCount[] = [];
  readonly #nodeModel: string;
  readonly #nodeType: (data: Instance["data"]) => string;
  readonly #tree = new Tree<N>();
  /** Buckets of which the names are still needed. */
  readonly #waiting = new Set<Bucket<N>>();
  /** Tells where pkids need to be compared. */
  readonly #seen = new Seen();
  /** Where the last instance was put: nearly always that of the next one. */
  #last: Bucket<N> | undefined;
  /** Its lists, by the number of their reader. */
  #lists: Facts<N>[FactId][][] = [];
  readonly #counted: Counted<N>[] = [];
  readonly #notes: Noted[] = [];
  #instances = 0;
  #nodes = 0;

  /** `naming` is of `options.models` and the schemes. */
  constructor(
    options: AuditOptions,
    naming: Naming<N> = asTexts(options.models, options.schemes) as Naming<never>,
  ) {
    this.#options = options;
    this.#counter = new RowCounter(options, naming);
    this.#naming = naming;
    this.#schemes = options.schemes ?? ["voss-4"];
    this.#vossCount = vossCountReader(options.models);
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
  add(instance: Instance, source: string, line: number): void {
    const { model, pkid, hierarchy, data } = instance;
    const reader = this.#naming.readers.get(model);
    if (reader === undefined) {
      if (model === this.#vossCount.model && this.#schemes.includes("voss-5"))
        this.#vossCounts.push(this.#vossCount.read(instance));
      if (model !== this.#nodeModel) return;
      this.#nodes += 1;
      this.#addNode(this.#openEntry(hierarchy, source, line), { pkid, type: joinKey(this.#nodeType(data)) });
      return;
    }
    const known = this.#naming.names?.pkid(pkid, pkidsOf(reader));
    const values = reader.valuesOf(data);
    this.addFacts(
      reader,
      (known?.number ?? pkid) as N,
      hierarchy,
      values,
      source,
      line,
      known?.isNew === true,
    );
  }

  /** The fields by which instances are added without parsing them whole, as `add()` does, by model. */
  fields(source: string): Map<string, WantedFields | "parse"> {
    const fields = new Map<string, WantedFields | "parse">();
    for (const model of this.parsedModels) fields.set(model, "parse");
    for (const reader of this.#naming.readers.values()) {
      const take: WantedFields["take"] = (pkid, hierarchy, values, line, isNew) =>
        this.addFacts(reader, pkid as N, hierarchy, values, source, line, isNew);
      fields.set(reader.model, wantedFields(reader, this.#naming, take));
    }
    return fields;
  }

  /** Models of which more than some fields is read. */
  get parsedModels(): readonly string[] {
    return [this.#nodeModel, this.#vossCount.model];
  }

  /** Takes an instance of a counted model, of which these are the values of the reader's keys; `isNew` as in `WantedFields`. */
  addFacts(
    reader: FactReader<FactId, N>,
    pkid: N,
    hierarchy: string,
    values: Values,
    source: string,
    line: number,
    isNew: boolean,
  ): void {
    this.#instances += 1;
    if (this.#last?.path !== hierarchy) this.#last = this.#bucketAt(hierarchy, source, line);
    if (typeof pkid === "string") this.#seen.add(pkid, reader.number);
    else if (!isNew) this.#seen.mayRepeat = true;
    const list = (this.#lists[reader.number] ??= (this.#last.facts[reader.id] ??= []) as Facts<N>[FactId][]);
    list.push(reader.read(pkid, values));
  }

  #bucketAt(path: string, source: string, line: number): Bucket<N> {
    this.#leave();
    const entry = this.#tree.at(path);
    if (entry.bucket === undefined) {
      this.#openEntry(path, source, line);
      entry.bucket = { path, epoch: this.#seen.epoch, facts: {}, lastName: 0 };
      this.#waiting.add(entry.bucket);
    }
    this.#lists = [];
    return entry.bucket;
  }

  /** What comes next may be put elsewhere. */
  #leave(): void {
    if (this.#last !== undefined) this.#last.lastName = this.#naming.names?.last ?? 0;
    this.#last = undefined;
    this.#lists = [];
  }

  /** Nothing at or below this node follows: the customers in it are counted and forgotten. */
  endScope(scope: string): void {
    const top = this.#tree.at(scope);
    this.#leave();
    this.#countAll(within(top));
    this.#tree.endScope(top);
    this.#seen.forget();
    const { names } = this.#naming;
    if (names === undefined) return;
    // Of what waits the names stay.
    let last = 0;
    for (const { lastName = 0 } of this.#waiting) last = Math.max(last, lastName);
    names.keep(last);
  }

  /**
   * The nodes known at and below a path, where the scope may be counted apart: nothing there waits to be
   * counted, and no scope in it or that holds it has ended. `undefined` where it may not.
   */
  nodesOf(scope: string): NodeAt[] | undefined {
    for (let path: string | undefined = scope; path !== undefined; path = parentPath(path)) {
      if (this.#tree.find(path)?.ended === true) return undefined;
    }
    const nodes: NodeAt[] = [];
    const top = this.#tree.find(scope);
    for (const { path, node, bucket, ended } of top === undefined ? [] : within(top)) {
      if (bucket !== undefined || ended) return undefined;
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
    const { results, notes } = counted;
    const vossCounts = this.#vossCounts;
    return { node, results, notes, vossCounts, instances: this.#instances, nodes: this.#nodes };
  }

  /** Takes over a customer that was counted apart, as if all of its scope had come here, and its end. */
  adopt(scope: string, { node, results, notes, vossCounts, instances, nodes }: CountedScope): void {
    const entry = this.#tree.at(scope);
    entry.node = node;
    entry.ended = true;
    this.#leave();
    this.#instances += instances;
    this.#nodes += nodes;
    this.#vossCounts.push(...vossCounts);
    this.#counted.push({ path: scope, pkid: node.pkid, above: entry.parent, results, notes });
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
    // What is above every customer is in no row of these schemes; it is told once.
    const ofCustomers = this.#schemes.filter((scheme) => scheme !== "voss-5");
    const { models } = this.#options;
    const waiting = bucketsOf(entries);
    if (ofCustomers[0] !== undefined) this.#notes.push(...outsideNotes(ofCustomers[0], waiting, models));
    for (const scheme of ofCustomers) this.#counter.explainOutside(scheme, waiting);
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
    const rows: AuditRow[] = customers.flatMap((counted) =>
      counted.results.map(({ scheme, profiles }) => ({
        count: this.#row(scheme, counted, profiles),
        profiles: profileRecords(scheme, counted, profiles),
      })),
    );
    if (this.#schemes.includes("voss-5")) {
      const above = countAbove(entries, this.#counter, models);
      rows.push(...above.rows);
      this.#notes.push(...above.notes);
      this.#counter.explainOutside("voss-5", above.outside);
    }
    const result = rows.sort(
      ({ count: a }, { count: b }) =>
        byCodeUnit(a.scheme, b.scheme) ||
        byCodeUnit(a.customer_pkid, b.customer_pkid) ||
        byCodeUnit(a.provider_pkid, b.provider_pkid),
    );
    const findings = findingRecords(
      this.#notes,
      customers.map(({ pkid, notes, results }) => ({
        pkid,
        notes: [...notes, ...results.flatMap((one) => one.notes)],
      })),
    );
    const ours = result.filter(({ count }) => count.scheme === "voss-5").map(({ count }) => count);
    findings.push(...compared(this.#vossCount.model, this.#vossCounts, ours as LicenseCount<Licenses5>[]));
    return { customers: result, findings: findings.sort(byFinding) };
  }

  /** The entry of a path, if no scope that holds it has ended. */
  #openEntry(path: string, source: string, line: number): Entry<N> {
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

  #addNode(entry: Entry<N>, node: Node): void {
    const { node: known, path } = entry;
    if (known !== undefined && (known.pkid !== node.pkid || known.type !== node.type)) {
      throw new DataError(`audit: two different ${this.#nodeModel} instances are at "${path}"`);
    }
    entry.node = node;
  }

  /** Counts the customers among the entries, each with the instances and sites that are its own. */
  #countAll(entries: readonly Entry<N>[]): void {
    const customers = new Map<Entry<N>, { places: Place<N>[]; sites: number }>();
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
      this.#waiting.delete(entry.bucket);
      entry.bucket = undefined;
    }
    for (const [entry, { places, sites }] of customers) this.#count(entry, places, sites);
  }

  #count(entry: Entry<N>, places: readonly Place<N>[], sites: number): void {
    const pkid = entry.node?.pkid ?? "";
    const mayRepeat = this.#seen.mayRepeat || places.some(({ epoch }) => epoch !== this.#seen.epoch);
    const input = { path: entry.path, pkid, places, sites };
    const { results, notes } = this.#counter.count(this.#schemes, input, mayRepeat);
    this.#counted.push({ path: entry.path, pkid, above: entry.parent, results, notes });
    entry.ended = true;
  }

  #row(
    scheme: SchemeId,
    { path, pkid, above }: Counted<N>,
    profiles: readonly AnyProfile[],
  ): LicenseCount<AnyLicenses> {
    const rules = schemeOf(scheme);
    const counts = rules.countsOf(profiles);
    const clusters = rules.clustersOf?.(profiles);
    const provider = nearest(above, "provider");
    return {
      type: "license-count",
      scheme,
      provider: nodeName(provider?.path ?? ""),
      reseller: nodeName(nearest(above, "reseller")?.path ?? ""),
      customer: nodeName(path),
      provider_pkid: provider?.node?.pkid ?? "",
      customer_pkid: pkid,
      counts,
      licenses: rules.licensesOf(counts, this.#options.standaloneAllocation(pkid)),
      ...(clusters === undefined ? {} : { clusters }),
    };
  }
}

/** What pkids of a model are told apart by as numbers. */
function pkidsOf<N extends Name>({ number }: FactReader<FactId, N>): number {
  return number + 1;
}

/** The fields that a reader reads, for whoever takes them. */
export function wantedFields<N extends Name>(
  reader: FactReader<FactId, N>,
  { names }: Naming<N>,
  take: WantedFields["take"],
): WantedFields {
  const { keys, compared, lists, named } = reader;
  return { keys, compared, lists, named, pkids: names === undefined ? undefined : pkidsOf(reader), take };
}
