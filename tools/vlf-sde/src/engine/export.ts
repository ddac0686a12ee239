/**
 * The export: instances in, the rows of all asked reports out, in any order of input. Instances wait per
 * node until their customer is complete (its `scope-end`, or the end of input); then its rows are made and
 * put aside, and the customer is forgotten. Reads and writes nothing but the stores it is given.
 */
import { DataError } from "@vlf/common/exit";
import type { Finding, Instance } from "@vlf/common/records";
import { Joins } from "../joins/index.ts";
import type { Line } from "../lines/line.ts";
import type { Report, Scope, Source } from "../reports/report.ts";
import { type Block, makeBlocks } from "./blocks.ts";
import { duplicates, findingRecords, type Note, unknownNodes } from "./findings.ts";
import type { Plan, Slot } from "./plan.ts";
import { scopeOf } from "./scope.ts";
import type { ByteStore } from "./store.ts";
import { byPath, customerOf, endedScope, type Entry, isPlaced, type Node, Nodes, within } from "./tree.ts";
import { Waiting, withoutDuplicates } from "./waiting.ts";
import { WrittenRows } from "./written-rows.ts";

/** Where rows go. */
export interface Output {
  put(report: Report, block: Block): void;
  /** Counts rows of blocks that were put. */
  count(report: Report, rows: number): void;
}

export interface ExportOptions {
  readonly plan: Plan;
  /** Bytes of lines that may wait in memory; what is more waits in a store. */
  readonly bufferBytes: number;
  readonly openStore: () => ByteStore;
  readonly output: Output;
}

/** A customer that was exported apart from the rest, with what the rest has to know of it; its rows aside. */
export interface SoleCustomer {
  readonly node: Node;
  readonly instances: number;
  readonly nodes: number;
  /** Types of its nodes by path, where some report looks at all of them. */
  readonly types: readonly (readonly [path: string, type: string])[];
  /** Instances for reports that look at those of all scopes, by the number of the model. */
  readonly whole: readonly (readonly Source[])[];
  readonly notes: readonly Note[];
}

export class Export {
  readonly #plan: Plan;
  readonly #output: Output;
  readonly #nodes: Nodes;
  readonly #waiting: Waiting;
  /** By the number of the model. */
  readonly #whole: Source[][];
  readonly #notes: Note[] = [];
  #instances = 0;
  #nodeCount = 0;
  #customers = 0;

  constructor({ plan, bufferBytes, openStore, output }: ExportOptions) {
    this.#plan = plan;
    this.#output = output;
    this.#nodes = new Nodes({ keepTypes: plan.looksAtWhole });
    this.#waiting = new Waiting(bufferBytes, openStore);
    this.#whole = Array.from({ length: plan.slots.size }, () => []);
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
    const slot = this.#plan.slots.get(model);
    const isNode = model === this.#plan.nodeModel;
    if (slot === undefined && !isNode) return;
    const entry = this.#nodes.at(hierarchy);
    if (entry.bucket === undefined || entry.endedBy !== undefined) checkOpen(entry, source, line);
    if (isNode) {
      this.#nodeCount += 1;
      this.#nodes.place(entry, pkid, this.#plan.nodeType(data));
    } else {
      this.#instances += 1;
    }
    if (slot === undefined) return;
    const kept: Source = { pkid, hierarchy: entry.path, data: slot.trim(data) };
    if (slot.whole) this.#whole[slot.index]?.push(kept);
    if (slot.scoped) this.#waiting.add(entry, slot.index, kept, bytes);
  }

  /**
   * Takes one instance of a scope that is exported apart, of no node and of no model that is looked at as a whole.
   * @throws {DataError} when it lies in a scope that has ended
   */
  addLine({ index }: Slot, line: Line, bytes: number): void {
    const entry = this.#nodes.at(line.hierarchy);
    if (entry.bucket === undefined || entry.endedBy !== undefined) checkOpen(entry, "", 0);
    this.#instances += 1;
    this.#waiting.add(entry, index, line, bytes);
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
   * Makes the rows of what is left.
   * @returns what a user should know of the input
   * @throws {DataError} when there were instances but no hierarchy to place them in
   */
  finish(): Finding[] {
    if (this.#instances > 0 && this.#nodeCount === 0) {
      throw new DataError(
        `export: ${this.#instances} instances but no ${this.#plan.nodeModel}: no customer can be told`,
        { hint: `collect ${this.#plan.nodeModel} as well` },
      );
    }
    const open = [...this.#nodes.all()].filter(isOpenCustomer);
    // Backwards: a customer below another one comes before it.
    for (const customer of open.toSorted((a, b) => byPath(b, a))) this.#export(customer);
    this.#exportRest();
    return findingRecords(this.#notes);
  }

  /**
   * What has to be known of a scope to export it apart: the nodes in it and those up to its provider, as a
   * text. `undefined` where it cannot be: something of it waits here, or it has ended, or its names are open.
   */
  known(scope: string): string | undefined {
    const top = this.#nodes.at(scope);
    if (endedScope(top) !== undefined || !isPlaced(top)) return undefined;
    const known: KnownNode[] = [];
    for (let above = top.parent; above !== undefined; above = above.parent) {
      if (above.node !== undefined) known.push([above.path, above.node.pkid, above.node.type]);
    }
    for (const { path, node, bucket, extents, endedBy } of within(top)) {
      if (bucket !== undefined || extents !== undefined || endedBy !== undefined) return undefined;
      if (node !== undefined) known.push([path, node.pkid, node.type]);
    }
    return JSON.stringify(known);
  }

  /** Takes over what `known()` of another export says. */
  learn(known: string): void {
    for (const [path, pkid, type] of JSON.parse(known) as KnownNode[]) {
      this.#nodes.place(this.#nodes.at(path), pkid, type);
    }
  }

  /** What came of a scope that was all that came here, where it is one customer; `undefined` otherwise. */
  soleCustomer(scope: string): SoleCustomer | undefined {
    const { exported, node } = this.#nodes.at(scope);
    if (this.#customers !== 1 || !exported || node === undefined) return undefined;
    return {
      node,
      instances: this.#instances,
      nodes: this.#nodeCount,
      types: [...this.#nodes.forgottenTypes()],
      whole: this.#whole,
      notes: this.#notes,
    };
  }

  /** Takes over a customer that was exported apart, its rows aside, as if all of its scope had come here, and its end. */
  adopt(scope: string, customer: SoleCustomer): void {
    const entry = this.#nodes.at(scope);
    entry.node = customer.node;
    entry.endedBy = scope;
    entry.exported = true;
    this.#nodes.forget(entry);
    this.#nodes.addForgottenTypes(customer.types);
    for (const [index, sources] of customer.whole.entries()) {
      for (const source of sources) this.#whole[index]?.push(source);
    }
    this.#notes.push(...customer.notes);
    this.#instances += customer.instances;
    this.#nodeCount += customer.nodes;
    this.#customers += 1;
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
    if (!this.#plan.looksAtWhole) return;
    const scope = scopeOf(this.#plan, this.#nodes, "", ({ index }) =>
      withoutDuplicates(this.#whole[index] ?? []),
    );
    this.#makeBlocks(scope, { whole: true, split: false });
  }

  #makeRows(entries: readonly Entry[], of: { path: string; pkid: string; split: boolean }): void {
    const unknown = new Set(entries.filter(({ node }) => node === undefined).map(({ path }) => path));
    const lists = this.#waiting.take(entries);
    this.#notes.push(...unknownNodes(unknown, lists, of.pkid));
    const scope = scopeOf(this.#plan, this.#nodes, of.path, ({ index, model }) => {
      const all = lists[index] ?? [];
      const once = withoutDuplicates(all);
      this.#notes.push(...duplicates(all.length - once.length, model, of.pkid));
      return once;
    });
    this.#makeBlocks(scope, { whole: false, split: of.split });
  }

  #makeBlocks(scope: Scope, { whole, split }: { whole: boolean; split: boolean }): void {
    const { compress, reports, row } = this.#plan;
    const joins = new Joins(scope, row);
    for (const report of reports) {
      if ((report.whole === true) !== whole) continue;
      const rows = new WrittenRows();
      report.write(scope, joins, row, rows);
      makeBlocks(rows, { split, compress }, (block) => this.#output.put(report, block));
      this.#output.count(report, rows.count);
    }
  }
}

type KnownNode = readonly [path: string, pkid: string, type: string];

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
