/**
 * The export: instances in, the rows of all asked reports out, in any order of input. Instances wait per
 * node until their customer is complete (its `scope-end`, or the end of input); then its rows are made and
 * put aside, and the customer is forgotten. Reads and writes nothing but the stores it is given.
 */
import { DataError } from "@vlf/common/exit";
import { fieldOf, modelOf, textReader } from "@vlf/common/models";
import type { Finding, Instance } from "@vlf/common/records";
import { Joins } from "../joins/index.ts";
import type { Report, ReportOptions, Scope, Source } from "../reports/report.ts";
import { Blocks } from "./blocks.ts";
import { findingRecords, type Note } from "./findings.ts";
import { type Slot, slotsOf } from "./models.ts";
import type { OpenStore } from "./store.ts";
import { byPath, customerOf, endedScope, type Entry, isPlaced, Nodes, within } from "./tree.ts";
import { Waiting, withoutDuplicates } from "./waiting.ts";

export interface ExportOptions {
  /** Those that were asked for. */
  readonly reports: readonly Report[];
  readonly row: ReportOptions;
  /** Bytes of lines that may wait in memory; what is more waits in a store. */
  readonly bufferBytes: number;
  /** Whether rows are wanted as files, or as texts. */
  readonly form: "file" | "text";
  readonly openStore: OpenStore;
}

export class Export {
  readonly #options: ExportOptions;
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #slotsById: ReadonlyMap<string, Slot>;
  readonly #nodeModel: string;
  readonly #nodeType: (data: Instance["data"]) => string;
  readonly #nodes: Nodes;
  readonly #waiting: Waiting;
  readonly #blocks = new Map<Report, Blocks>();
  readonly #notes: Note[] = [];
  #instances = 0;
  #nodeCount = 0;
  #customers = 0;

  constructor(options: ExportOptions) {
    const { reports, row, bufferBytes, form, openStore } = options;
    this.#options = options;
    this.#slots = slotsOf(reports, row.table);
    this.#slotsById = new Map([...this.#slots.values()].map((slot) => [slot.id, slot]));
    const node = modelOf(row.table, "node");
    this.#nodeModel = node.model;
    this.#nodeType = textReader(fieldOf(node, "node_type"));
    this.#nodes = new Nodes({ keepTypes: reports.some(({ whole }) => whole === true) });
    this.#waiting = new Waiting(bufferBytes, () => openStore("waiting"));
    for (const report of reports) {
      this.#blocks.set(report, new Blocks(openStore(report.type), { compress: form === "file" }));
    }
  }

  /** Customers exported so far, for progress. */
  get customers(): number {
    return this.#customers;
  }

  /**
   * Takes one instance. `bytes` is the length of its line; `source` and `line` are for errors.
   * @throws {DataError} when it lies in a scope that has ended, or two nodes have one path
   */
  add({ model, pkid, hierarchy, data }: Instance, bytes: number, source: string, line: number): void {
    const slot = this.#slots.get(model);
    const isNode = model === this.#nodeModel;
    if (slot === undefined && !isNode) return;
    const entry = this.#nodes.at(hierarchy);
    if (entry.bucket === undefined || entry.endedBy !== undefined) checkOpen(entry, source, line);
    if (isNode) {
      this.#nodeCount += 1;
      this.#nodes.place(entry, pkid, this.#nodeType(data));
    } else {
      this.#instances += 1;
    }
    if (slot === undefined) return;
    const kept: Source = { pkid, hierarchy: entry.path, data: slot.trim(data) };
    slot.whole?.push(kept);
    if (slot.scoped) this.#waiting.add(entry, slot.index, kept, bytes);
  }

  /**
   * Nothing at or below this node follows: the rows of the customers in it are made, and they are forgotten.
   * A customer above which nodes are missing waits for the end, since its rows name its provider.
   */
  endScope(scope: string): void {
    const top = this.#nodes.at(scope);
    const entries = within(top);
    for (const entry of entries) entry.endedBy ??= scope;
    // From below, for a customer below another one.
    for (const entry of entries.toReversed()) {
      if (isOpenCustomer(entry) && isPlaced(entry) && within(entry).filter(isOpenCustomer).length === 1) {
        this.#export(entry);
      }
    }
  }

  /**
   * Makes the rows of what is left. Then `blocks()` has them all.
   * @returns what a user should know of the input
   * @throws {DataError} when there were instances but no hierarchy to place them in
   */
  finish(): Finding[] {
    if (this.#instances > 0 && this.#nodeCount === 0) {
      throw new DataError(
        `export: ${this.#instances} instances but no ${this.#nodeModel}: no customer can be told`,
        { hint: `collect ${this.#nodeModel} as well` },
      );
    }
    const open = [...this.#nodes.all()].filter(isOpenCustomer);
    // Backwards: a customer below another one comes before it.
    for (const customer of open.toSorted((a, b) => byPath(b, a))) this.#export(customer);
    this.#exportRest();
    return findingRecords(this.#notes);
  }

  /** What was made of a report. */
  blocks(report: Report): Blocks {
    const blocks = this.#blocks.get(report);
    if (blocks === undefined) throw new Error(`report "${report.type}" was not asked for`);
    return blocks;
  }

  #export(customer: Entry): void {
    const entries = within(customer);
    const own = entries.filter((entry) => customerOf(entry) === customer);
    this.#makeRows(own, {
      path: customer.path,
      pkid: customer.node?.pkid ?? "",
      split: own.length < entries.length,
    });
    customer.exported = true;
    this.#nodes.forget(customer);
    this.#customers += 1;
  }

  /** What lies above customers, and the reports that look at everything. */
  #exportRest(): void {
    const rest = [...this.#nodes.all()].filter((entry) => customerOf(entry) === undefined);
    this.#makeRows(rest, { path: "", pkid: "", split: true });
    const whole = this.#options.reports.filter((report) => report.whole === true);
    if (whole.length === 0) return;
    const scope = this.#scope("", (slot) => withoutDuplicates(slot.whole ?? []));
    const joins = new Joins(scope, this.#options.row);
    for (const report of whole) this.blocks(report).add(report.rows(scope, joins, this.#options.row), false);
  }

  #makeRows(entries: readonly Entry[], of: { path: string; pkid: string; split: boolean }): void {
    const unknown = entries.filter(({ node }) => node === undefined).map(({ path }) => path);
    const lists = this.#waiting.take(entries);
    this.#noteUnknown(unknown, lists, of.pkid);
    const scope = this.#scope(of.path, ({ index, model }) => {
      const all = lists[index] ?? [];
      const once = withoutDuplicates(all);
      if (once.length < all.length) {
        this.#notes.push({
          code: "duplicate-instance",
          severity: "warning",
          message: "an instance occurs more than once: exported once",
          customerPkid: of.pkid,
          model,
          count: all.length - once.length,
        });
      }
      return once;
    });
    const joins = new Joins(scope, this.#options.row);
    for (const report of this.#options.reports) {
      if (report.whole === true) continue;
      this.blocks(report).add(report.rows(scope, joins, this.#options.row), of.split);
    }
  }

  #noteUnknown(
    paths: readonly string[],
    lists: readonly (readonly Source[] | undefined)[],
    customerPkid: string,
  ): void {
    if (paths.length === 0) return;
    const unknown = new Set(paths);
    let count = 0;
    for (const list of lists) {
      for (const { hierarchy } of list ?? []) if (unknown.has(hierarchy)) count += 1;
    }
    if (count === 0) return;
    this.#notes.push({
      code: "unknown-node",
      severity: "error",
      message:
        "instances are at a node that the input does not hold: names are taken from its place in the path",
      customerPkid,
      count,
    });
  }

  #scope(path: string, instances: (slot: Slot) => readonly Source[]): Scope {
    const cache = new Map<string, readonly Source[]>();
    return {
      path,
      tree: this.#nodes,
      instances: (id) => {
        const known = cache.get(id);
        if (known !== undefined) return known;
        const slot = this.#slotsById.get(id);
        if (slot === undefined) return [];
        const made = instances(slot);
        cache.set(id, made);
        return made;
      },
    };
  }
}

function isOpenCustomer({ node, exported }: Entry): boolean {
  return node?.type === "customer" && !exported;
}

/** @throws {DataError} when the scope of an entry has ended */
function checkOpen(entry: Entry, source: string, line: number): void {
  const scope = endedScope(entry);
  if (scope === undefined) return;
  throw new DataError(
    `read ${source}:${line}: an instance at "${entry.path}", but the scope of "${scope}" has ended`,
  );
}
