/**
 * The audit: instances in, one row per customer out, in any order of input. Instances wait in a bucket
 * per hierarchy node until their customer is complete (its `scope-end`, or the end of input); then the
 * customer is counted and forgotten. Pure: no streams, no clock.
 */
import { joinKey } from "@vlf/common/axl";
import { CISCO_RULES, type CiscoRules } from "@vlf/common/cisco-settings";
import { DataError } from "@vlf/common/exit";
import type { WantedFields } from "@vlf/common/fields";
import { byCodeUnit, nodeName, parentPath } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable, textReader } from "@vlf/common/models";
import type {
  AnyLicenses,
  Finding,
  Instance,
  LicenseCount,
  Licenses5,
  LicenseProfile,
} from "@vlf/common/records";
import { type AnyProfile, type SchemeId, schemeOf } from "@vlf/common/schemes";
import { RULES5, type Rules5 } from "@vlf/common/voss5-services";
import { applyRules } from "./counting.ts";
import { type Bucket, Customer, type CustomerInput, type Noted, type Place, type Proof } from "./customer.ts";
import { dropDuplicates } from "./duplicates.ts";
import { type FactId, type FactReader, factReaders, type Facts, looksAt } from "./facts.ts";
import { byFinding, findingRecords, profileRecords } from "./output.ts";
import { Seen } from "./seen.ts";
import { compared, type VossCount, vossCountReader } from "./voss-counts.ts";
import type { Values } from "./values.ts";
import { type Entry, nearest, type Node, placeOf, selfAndAbove, Tree, within } from "./tree.ts";

/** What the rules of one scheme made of a row. */
export interface SchemeResult {
  readonly scheme: SchemeId;
  readonly profiles: readonly AnyProfile[];
  readonly notes: readonly Noted[];
}

/** A counted customer; provider and reseller are looked up when all nodes are known. */
interface Counted {
  readonly path: string;
  readonly pkid: string;
  readonly above: Entry | undefined;
  readonly results: readonly SchemeResult[];
  /** Findings that are of no scheme. */
  readonly notes: readonly Noted[];
}

export interface AuditOptions {
  readonly models: ModelTable;
  /** Standalone phones that need no license, by customer pkid (guide 1.7.3). */
  readonly standaloneAllocation: (customerPkid: string) => number;
  /** The schemes to count by, `voss-4` alone where none are given. */
  readonly schemes?: readonly SchemeId[] | undefined;
  /** Services and the like of scheme `voss-5`. */
  readonly rules5?: Rules5 | undefined;
  /** Settings of the schemes of Cisco. */
  readonly cisco?: CiscoRules | undefined;
  /** Told of each customer as it is counted, and of what lies outside all of them: why all of it counts or not. */
  readonly explain?: ((explained: Explained) => void) | undefined;
  /** Told of the same rows, and can have them counted with other instances. */
  readonly whatIf?: ((row: CountedRow) => void) | undefined;
}

/** The instances of a customer with what the rules made of them; or those outside every customer. */
export interface Explained {
  readonly scheme: SchemeId;
  /** Of `voss-5` also what lies above the customers of a provider; `undefined` for what is in no row. */
  readonly customer: Customer | undefined;
  readonly places: readonly Bucket[];
  readonly proofs: readonly Proof[];
  readonly profiles: readonly AnyProfile[];
}

/** A row that was counted, or what is in none. */
export interface CountedRow extends Omit<Explained, "proofs"> {
  /** Counts the row with other instances in it; of what is in no row there is nothing to count. */
  readonly again: ((places: readonly Place[]) => Customer) | undefined;
}

export interface AuditResult {
  /** Per scheme and row its counts and the profiles behind them, by scheme, customer pkid and provider pkid. */
  readonly customers: readonly {
    readonly count: LicenseCount<AnyLicenses>;
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
  readonly results: readonly SchemeResult[];
  readonly notes: readonly Noted[];
  readonly vossCounts: readonly VossCount[];
  readonly instances: number;
  readonly nodes: number;
}

export class Audit {
  readonly #options: AuditOptions;
  readonly #schemes: readonly SchemeId[];
  /** Of the system's own counts; read where `voss-5` is counted. */
  readonly #vossCount: ReturnType<typeof vossCountReader>;
  readonly #vossCounts: VossCount[] = [];
  readonly #readers: ReadonlyMap<string, FactReader>;
  readonly #nodeModel: string;
  readonly #nodeType: (data: Instance["data"]) => string;
  readonly #tree = new Tree();
  /** Tells where pkids need to be compared. */
  readonly #seen = new Seen();
  readonly #counted: Counted[] = [];
  readonly #notes: Noted[] = [];
  #instances = 0;
  #nodes = 0;

  /** `readers` are those of `options.models`, where they were made before. */
  constructor(
    options: AuditOptions,
    readers: ReadonlyMap<string, FactReader> = factReaders(options.models, options.schemes),
  ) {
    this.#options = options;
    this.#schemes = options.schemes ?? ["voss-4"];
    this.#vossCount = vossCountReader(options.models);
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
  add(instance: Instance, source: string, line: number): void {
    const { model, pkid, hierarchy, data } = instance;
    const reader = this.#readers.get(model);
    if (reader === undefined) {
      if (model === this.#vossCount.model && this.#schemes.includes("voss-5"))
        this.#vossCounts.push(this.#vossCount.read(instance));
      if (model !== this.#nodeModel) return;
      this.#nodes += 1;
      this.#addNode(this.#openEntry(hierarchy, source, line), { pkid, type: joinKey(this.#nodeType(data)) });
      return;
    }
    this.addFacts(reader, pkid, hierarchy, reader.valuesOf(data), source, line);
  }

  /** The fields by which instances are added without parsing them whole, as `add()` does, by model. */
  fields(source: string): Map<string, WantedFields | "parse"> {
    const fields = new Map<string, WantedFields | "parse">();
    for (const model of this.parsedModels) fields.set(model, "parse");
    for (const reader of this.#readers.values()) {
      const take: WantedFields["take"] = (pkid, hierarchy, values, line) =>
        this.addFacts(reader, pkid, hierarchy, values, source, line);
      fields.set(reader.model, { keys: reader.keys, take });
    }
    return fields;
  }

  /** Models of which more than some fields is read. */
  get parsedModels(): readonly string[] {
    return [this.#nodeModel, this.#vossCount.model];
  }

  /** Takes an instance of a counted model, of which these are the values of the reader's keys. */
  addFacts(
    reader: FactReader,
    pkid: string,
    hierarchy: string,
    values: Values,
    source: string,
    line: number,
  ): void {
    this.#instances += 1;
    const entry = this.#tree.at(hierarchy);
    const { epoch } = this.#seen;
    const bucket =
      entry.bucket ??
      (this.#openEntry(hierarchy, source, line).bucket = { path: hierarchy, epoch, facts: {} });
    this.#seen.add(pkid, reader.number);
    const list = (bucket.facts[reader.id] ??= []) as Facts[FactId][];
    list.push(reader.read(pkid, values));
  }

  /** Nothing at or below this node follows: the customers in it are counted and forgotten. */
  endScope(scope: string): void {
    const top = this.#tree.at(scope);
    this.#countAll(within(top));
    this.#tree.endScope(top);
    this.#seen.forget();
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
    if (ofCustomers[0] !== undefined) this.#noteOutside(ofCustomers[0], entries);
    for (const scheme of ofCustomers) this.#explainOutside(scheme, entries);
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
    const rows = customers.flatMap((counted) =>
      counted.results.map(({ scheme, profiles }) => ({
        count: this.#row(scheme, counted, profiles),
        profiles: profileRecords(scheme, counted, profiles),
      })),
    );
    const above = this.#schemes.includes("voss-5") ? this.#countAbove(entries) : [];
    const result = [...rows, ...above].sort(
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
    const pkid = entry.node?.pkid ?? "";
    const { results, notes } = this.#apply(this.#schemes, { path: entry.path, pkid, places, sites });
    this.#counted.push({ path: entry.path, pkid, above: entry.parent, results, notes });
    entry.ended = true;
  }

  /** Has the rules of the schemes look at a row, and gives what they leave. */
  #apply(
    schemes: readonly SchemeId[],
    input: CustomerInput,
  ): { results: SchemeResult[]; notes: readonly Noted[] } {
    // By path, so that rules meet the instances in the same order whatever the order of input.
    const places = input.places.toSorted((a, b) => byCodeUnit(a.path, b.path));
    const whole = new Customer({ ...input, places });
    const mayRepeat = this.#seen.mayRepeat || places.some(({ epoch }) => epoch !== this.#seen.epoch);
    this.#noteQuality(whole, mayRepeat ? dropDuplicates(places) : new Map());
    const { explain, whatIf, rules5 = RULES5, cisco = CISCO_RULES } = this.#options;
    const results = schemes.map((scheme): SchemeResult => {
      const proofs: Proof[] = [];
      const prove = explain === undefined ? undefined : (proof: Proof): void => void proofs.push(proof);
      const customer = new Customer({ ...input, places }, prove);
      applyRules(scheme, customer, rules5, cisco);
      const { profiles, notes } = customer;
      explain?.({ scheme, customer, places, proofs, profiles });
      const again = (others: readonly Place[]): Customer => {
        const row = new Customer({ ...input, places: others });
        applyRules(scheme, row, rules5, cisco);
        return row;
      };
      whatIf?.({ scheme, customer, places, profiles, again });
      return { scheme, profiles, notes };
    });
    return { results, notes: whole.notes };
  }

  /** Findings about the input, whatever the scheme. */
  #noteQuality(customer: Customer, dropped: ReadonlyMap<FactId, number>): void {
    for (const [id, count] of dropped) {
      const { model } = modelOf(this.#options.models, id);
      customer.note("duplicate-instance", "warning", "an instance occurs more than once: counted once", {
        model,
        count,
      });
    }
    for (const { known, facts } of customer.places) {
      if (known) continue;
      const count = Object.values(facts).reduce((sum, list) => sum + list.length, 0);
      customer.note(
        "unknown-node",
        "error",
        "instances are at a node that the input does not hold: it counts as no site",
        { count },
      );
    }
  }

  /** In `voss-5`, what lies above the customers of a provider is a row. Findings of all of them are added up. */
  #countAbove(entries: readonly Entry[]): AuditResult["customers"][number][] {
    const providers = new Map<Entry, { places: Place[]; sites: number }>();
    for (const entry of entries)
      if (entry.node?.type === "provider") providers.set(entry, { places: [], sites: 0 });
    const outside: Entry[] = [];
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
    const again = (noted: Noted): void => {
      const { code, severity, message, model, count } = noted;
      common.note(code, severity, message, { count, ...(model === undefined ? {} : { model }) });
    };
    const rows: AuditResult["customers"][number][] = [];
    for (const [entry, { places, sites }] of providers) {
      const providerPkid = entry.node?.pkid ?? "";
      const input = { path: entry.path, pkid: "", providerPkid, places, sites };
      const { results, notes } = this.#apply(["voss-5"], input);
      for (const noted of [...notes, ...results.flatMap((one) => one.notes)]) again(noted);
      for (const { scheme, profiles } of results) {
        const counts = schemeOf(scheme).countsOf(profiles);
        rows.push({
          count: {
            type: "license-count",
            scheme,
            provider: nodeName(entry.path),
            reseller: "",
            customer: "",
            provider_pkid: providerPkid,
            customer_pkid: "",
            counts,
            licenses: schemeOf(scheme).licensesOf(counts),
          },
          profiles: profileRecords(scheme, input, profiles),
        });
      }
    }
    for (const { bucket } of outside) {
      for (const [id, list] of Object.entries(bucket?.facts ?? {})) {
        if (!looksAt("voss-5", id as FactId)) continue;
        const { model } = modelOf(this.#options.models, id);
        common.note(
          "outside-provider",
          "warning",
          "instances outside every provider are in no row of scheme voss-5",
          {
            model,
            count: list.length,
          },
        );
      }
    }
    this.#notes.push(...common.notes);
    this.#explainOutside("voss-5", outside);
    return rows;
  }

  #explainOutside(scheme: SchemeId, entries: readonly Entry[]): void {
    const places = entries.flatMap(({ bucket }) => (bucket === undefined ? [] : [bucket]));
    places.sort((a, b) => byCodeUnit(a.path, b.path));
    const none = { scheme, customer: undefined, places, profiles: [] };
    this.#options.explain?.({ ...none, proofs: [] });
    this.#options.whatIf?.({ ...none, again: undefined });
  }

  /** D1: what is above every customer is in no row. */
  #noteOutside(scheme: SchemeId, entries: readonly Entry[]): void {
    const counts = new Map<FactId, number>();
    for (const { bucket } of entries) {
      for (const [id, list] of Object.entries(bucket?.facts ?? {})) {
        if (looksAt(scheme, id as FactId))
          counts.set(id as FactId, (counts.get(id as FactId) ?? 0) + list.length);
      }
    }
    for (const [id, count] of counts) {
      this.#notes.push({
        code: "outside-customer",
        severity: "warning",
        message: `instances above every customer are in no row${scheme === "voss-4" ? " (D1)" : ""}`,
        model: modelOf(this.#options.models, id).model,
        count,
      });
    }
  }

  #row(
    scheme: SchemeId,
    { path, pkid, above }: Counted,
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
