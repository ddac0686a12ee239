/**
 * `vlf-collect files`: reads saved answers, exports and record streams in one pass, and a second time
 * only the files whose instances stand at nodes that came later.
 */
import { DataError } from "@vlf/common/exit";
import { fromRoot } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import type { ByteSource } from "@vlf/common/ndjson";
import type { AnyRecord, Instance } from "@vlf/common/records";
import type { Item } from "./document.ts";
import { Nodes } from "./nodes.ts";
import { MAX_DOCUMENT_BYTES, readInput, type ReadOptions } from "./run-input.ts";
import { factsOf, type Output } from "./run-output.ts";
import { findInputs, type Input } from "./run-paths.ts";
import type { Selection } from "./select.ts";
import { findGaps, type Page } from "./totals.ts";

export interface FilesOptions {
  readonly command: "files";
  readonly paths: readonly string[];
  readonly allowPartial: boolean;
}

export interface FilesSetup {
  readonly stdin: ByteSource;
  readonly log: Log;
  readonly selection: Selection;
  /** For tests; `MAX_DOCUMENT_BYTES` unless told otherwise. */
  readonly maxDocumentBytes?: number;
}

/** A resource that waits for its node, or a node that waits for those above it. */
type Held = Extract<Item, { kind: "resource" }>;

/** A file to be read again, from its first instance that could not be placed. */
interface Aside {
  readonly input: Input;
  readonly from: number;
  /** Instances in it when it was read first. */
  readonly count: number;
}

/**
 * Reads all inputs into the output, which it leaves without its end record.
 * @returns whether the input was complete; never false without `allowPartial`
 */
export async function collectFiles(
  options: FilesOptions,
  setup: FilesSetup,
  output: Output,
): Promise<boolean> {
  const inputs = await findInputs(options.paths, setup.stdin);
  const collector = new Collector(options, setup, output, inputs.length === 1);
  for (const input of inputs) await collector.read(input);
  return collector.finish();
}

class Collector {
  readonly #options: ReadOptions;
  readonly #selection: Selection;
  readonly #output: Output;
  readonly #isOnlyInput: boolean;
  readonly #nodes = new Nodes();
  readonly #pages: Page[] = [];
  readonly #partial: string[] = [];
  readonly #asides: Aside[] = [];
  /** Nodes without a path so far, and instances of inputs that cannot be read twice. */
  #held: Held[] = [];

  constructor(options: FilesOptions, setup: FilesSetup, output: Output, isOnlyInput: boolean) {
    this.#options = {
      allowPartial: options.allowPartial,
      maxDocumentBytes: setup.maxDocumentBytes ?? MAX_DOCUMENT_BYTES,
      warn: (message) => setup.log.warning(message),
    };
    this.#selection = setup.selection;
    this.#output = output;
    this.#isOnlyInput = isOnlyInput;
  }

  /** Reads an input for the first time. */
  async read(input: Input): Promise<void> {
    let count = 0;
    let from: number | undefined;
    let hasNodes = false;
    let hasScopes = false;
    await readInput(input, this.#options, {
      begin: (begin, name) => {
        // With several streams a scope that ends in one may go on in the next.
        hasScopes = this.#isOnlyInput && name === input.name;
        this.#output.facts(factsOf(begin), name);
      },
      other: (record) => {
        if (record.type !== "scope-end") return this.#output.pass(record);
        const hierarchy = fromRoot(String(record["hierarchy"]));
        return hasScopes ? this.#output.pass({ ...record, hierarchy } as AnyRecord) : undefined;
      },
      partial: (problem) => void this.#partial.push(`read ${problem}`),
      page: (page) => {
        if (page.model === "" || this.#selection.keeps(page.model)) this.#pages.push(page);
      },
      item: (item) => {
        if (!this.#selection.keeps(modelOf(item))) return undefined;
        if (this.#isNode(item)) {
          hasNodes = true;
          this.#addNode(item);
          if (item.kind === "resource") return undefined;
        }
        count += 1;
        if (from !== undefined) return undefined;
        const instance = this.#placed(item);
        if (instance !== undefined) return this.#output.instance(instance);
        if (input.isFile) from = count;
        else this.#held.push(item as Held);
        return undefined;
      },
    });
    if (from !== undefined) this.#asides.push({ input, from, count });
    if (hasNodes) await this.#release(false);
  }

  /** Writes what had to wait; true when nothing is missing. */
  async finish(): Promise<boolean> {
    this.#nodes.settle();
    await this.#release(true);
    for (const aside of this.#asides) await this.#readAgain(aside);
    this.#checkTotals();
    for (const message of this.#partial) this.#options.warn(message);
    return this.#partial.length === 0;
  }

  #isNode(item: Item): boolean {
    return modelOf(item) === this.#selection.nodeModel;
  }

  #addNode(item: Item): void {
    if (item.kind === "record") {
      this.#nodes.know(item.record.pkid, fromRoot(item.record.hierarchy));
      return;
    }
    const { resource, where } = item;
    const name = this.#selection.nodeName(resource.data);
    if (name === "")
      throw new DataError(`read ${where()}: "${resource.model}" "${resource.pkid}" has no name`);
    this.#nodes.add({ ...resource, name });
    this.#held.push(item);
  }

  /** The instance with its place, or `undefined` as long as that is not known. */
  #placed(item: Item): Instance | undefined {
    if (item.kind === "record") return item.record;
    const { model, pkid, data, path, nodes } = item.resource;
    const hierarchy = this.#isNode(item) ? this.#nodes.pathOf([pkid]) : (path ?? this.#nodes.pathOf(nodes));
    return hierarchy === undefined ? undefined : { type: "instance", model, pkid, hierarchy, data };
  }

  /** Writes of what is held all that has a place; in the end that must be everything. */
  async #release(isEnd: boolean): Promise<void> {
    const rest: Held[] = [];
    for (const held of this.#held) {
      const instance = this.#placed(held);
      if (instance !== undefined) await this.#output.instance(instance);
      else if (isEnd) throw noPlace(held);
      else rest.push(held);
    }
    this.#held = rest;
  }

  /** Reads a file for its instances that had no place the first time. */
  async #readAgain({ input, from, count }: Aside): Promise<void> {
    let seen = 0;
    const again = { ...this.#options, warn: () => {} };
    await readInput(input, again, {
      begin: () => {},
      other: () => {},
      partial: () => {},
      page: () => {},
      item: (item) => {
        if (!this.#selection.keeps(modelOf(item))) return undefined;
        if (this.#isNode(item) && item.kind === "resource") return undefined;
        seen += 1;
        if (seen < from) return undefined;
        const instance = this.#placed(item);
        if (instance === undefined) throw noPlace(item as Held);
        return this.#output.instance(instance);
      },
    });
    if (seen !== count) throw new DataError(`read ${input.name}: changed while it was read`);
  }

  #checkTotals(): void {
    const gaps = findGaps(this.#pages).map(
      ({ name, model, held, total }) =>
        `read ${name}: only ${held} of ${total} instances${model === "" ? "" : ` of "${model}"`} are in the input`,
    );
    const [first] = gaps;
    if (first === undefined) return;
    if (!this.#options.allowPartial) {
      const more = gaps.length === 1 ? "" : ` (lists with missing pages: ${gaps.length})`;
      throw new DataError(`${first}${more}`, {
        hint: "save the missing pages (skip, limit); --allow-partial goes on without them",
      });
    }
    this.#partial.push(...gaps);
  }
}

function modelOf(item: Item): string {
  return item.kind === "record" ? item.record.model : item.resource.model;
}

function noPlace({ resource, where }: Held): DataError {
  const { model, pkid, nodes } = resource;
  const found = nodes.length === 0 ? "no node is named" : `node "${nodes.join('", "')}" is not in the input`;
  return new DataError(`read ${where()}: "${model}" "${pkid}" has no place in the hierarchy: ${found}`, {
    hint: "wanted a dotted meta.path, or its nodes (data/HierarchyNode) in the input as well",
  });
}
