/**
 * A whole VOSS system as answers of its REST API: every instance serialized once, in blocks of one
 * model and one customer, so that a page is a slice of a block and a million subscribers take no more
 * than their bytes.
 */
import { fromRoot, isWithin, parentPath } from "@vlf/common/hierarchy";
import type { Instance, ScopeEnd } from "@vlf/common/records";
import { type Block, firstAt, item, type List, offset, type Slice } from "./blocks.ts";
import { columnsOf, NODE_MODEL, nodeReference, pkidOf, plain } from "./resources.ts";

/** How `meta.path` says where an instance stands: no public page tells which. */
export type PathShape = "dotted" | "pkids" | "hrefs";

/** Whether a list holds what is below the node asked for, or the node's own instances alone. */
export type Traversal = "below" | "node";

export interface StoreOptions {
  pathShape?: PathShape;
  /** Whether the path of a `data/HierarchyNode` ends in the node itself or in the one above it. */
  nodePath?: "own" | "above";
}

/** One instance as the API gives it, and where it stands. */
export interface Item {
  readonly node: string;
  /** `{"meta": ..., "data": ...}` and a comma. */
  readonly bytes: Buffer;
}

export interface Page {
  readonly parts: readonly Uint8Array[];
  readonly count: number;
  readonly total: number;
}

export class Store {
  readonly #shape: PathShape;
  readonly #nodePath: "own" | "above";
  readonly #blocks = new Map<string, Block[]>();
  readonly #byRoot = new Map<string, Map<string, Block>>();
  /** Nodes: the pkid of each path, and the path of each pkid. */
  readonly #pkids = new Map<string, string>();
  readonly #ofPkid = new Map<string, string>();
  /** pkids of the nodes right below each path. */
  readonly #children = new Map<string, string[]>();
  readonly #paths: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #lists = new Map<string, List>();
  readonly #byPkid = new Map<string, Map<string, Buffer>>();
  /** What a list view shows of each model. */
  readonly #columns = new Map<string, readonly string[]>();

  constructor(system: Iterable<Instance | ScopeEnd>, options: StoreOptions = {}) {
    this.#shape = options.pathShape ?? "dotted";
    this.#nodePath = options.nodePath ?? "own";
    let waiting: Instance[] = [];
    const rest: Instance[] = [];
    for (const record of system) {
      if (record.type === "instance") {
        waiting.push(record);
        if (record.model === NODE_MODEL) this.#knowNode(record);
        continue;
      }
      const root = fromRoot(record.hierarchy);
      const own = (one: Instance): boolean => isWithin(this.#nodeOf(one), root);
      rest.push(...waiting.filter((one) => !own(one)));
      this.#seal(root, waiting.filter(own));
      waiting = [];
    }
    for (const one of waiting) rest.push(one);
    this.#seal(undefined, rest);
  }

  get models(): readonly string[] {
    return [...this.#blocks.keys()];
  }

  /** The path of a node by its pkid or dotted path, with or without `sys`; `undefined` if there is none. */
  pathOf(hierarchy: string): string | undefined {
    const path = fromRoot(hierarchy);
    return this.#pkids.has(path) ? path : this.#ofPkid.get(hierarchy);
  }

  /** Instances `skip` to `skip + limit` of a model at a node. */
  page(model: string, path: string, traversal: Traversal, skip: number, limit: number): Page {
    const { slices, total } = this.#list(model, path, traversal);
    const parts: Uint8Array[] = [];
    const end = Math.min(skip + limit, total);
    for (let at = firstAt(slices, skip); at < slices.length; at++) {
      const { block, picks, start } = slices[at] as Slice;
      if (start >= end) break;
      const from = Math.max(skip - start, 0);
      const size = picks?.length ?? block.ends.length;
      const until = Math.min(end - start, size);
      if (picks === undefined) parts.push(block.bytes.subarray(offset(block, from), offset(block, until)));
      else for (const i of picks.subarray(from, until)) parts.push(item(block, i));
    }
    return { parts, count: Math.max(end - skip, 0), total };
  }

  /** One instance as in a list, with its comma. */
  get(model: string, pkid: string): Buffer | undefined {
    let found = this.#byPkid.get(model);
    if (found === undefined) {
      found = new Map();
      for (const block of this.#blocks.get(model) ?? []) {
        for (let i = 0; i < block.ends.length; i++) {
          const bytes = item(block, i);
          found.set(pkidOf(bytes), bytes);
        }
      }
      this.#byPkid.set(model, found);
    }
    return found.get(pkid);
  }

  /** Changes the instances of a model while it is being read, as people at work would. */
  edit(model: string, change: (items: Item[]) => readonly Item[]): void {
    const items: Item[] = [];
    for (const block of this.#blocks.get(model) ?? []) {
      block.nodes.forEach((node, i) => items.push({ node: this.#paths[node] ?? "", bytes: item(block, i) }));
    }
    this.#blocks.set(model, [this.#block(undefined, change(items))]);
    this.#byRoot.delete(model);
    this.#byPkid.delete(model);
    this.#lists.clear();
  }

  #knowNode({ hierarchy, pkid }: Instance): void {
    this.#pkids.set(fromRoot(hierarchy), pkid);
    this.#ofPkid.set(pkid, fromRoot(hierarchy));
    const above = parentPath(fromRoot(hierarchy)) ?? "";
    const siblings = this.#children.get(above);
    if (siblings === undefined) this.#children.set(above, [pkid]);
    else siblings.push(pkid);
  }

  #list(model: string, path: string, traversal: Traversal): List {
    const whole = traversal === "below" ? this.#byRoot.get(model)?.get(path) : undefined;
    // What no customer holds can stand nowhere in a customer.
    if (whole !== undefined) {
      return { slices: [{ block: whole, picks: undefined, start: 0 }], total: whole.ends.length };
    }
    const key = `${model}\n${path}\n${traversal}`;
    let list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, (list = this.#newList(model, path, traversal)));
    return list;
  }

  #newList(model: string, path: string, traversal: Traversal): List {
    const slices: Slice[] = [];
    let total = 0;
    for (const block of this.#blocks.get(model) ?? []) {
      const isWhole = traversal === "below" && block.root !== undefined && isWithin(block.root, path);
      if (!isWhole && block.root !== undefined && !isWithin(path, block.root)) continue;
      const picks = isWhole ? undefined : this.#picks(block, path, traversal);
      const size = picks?.length ?? block.ends.length;
      if (size > 0) slices.push({ block, picks, start: total });
      total += size;
    }
    return { slices, total };
  }

  #picks(block: Block, path: string, traversal: Traversal): Uint32Array {
    const picks: number[] = [];
    block.nodes.forEach((node, i) => {
      const at = this.#paths[node] ?? "";
      if (traversal === "node" ? at === path : isWithin(at, path)) picks.push(i);
    });
    return Uint32Array.from(picks);
  }

  #seal(root: string | undefined, instances: readonly Instance[]): void {
    const byModel = new Map<string, Item[]>();
    for (const one of instances) {
      let items = byModel.get(one.model);
      if (items === undefined) byModel.set(one.model, (items = []));
      items.push({ node: this.#nodeOf(one), bytes: Buffer.from(`${this.#text(one)},`) });
    }
    for (const [model, items] of byModel) {
      const block = this.#block(root, items);
      const blocks = this.#blocks.get(model);
      if (blocks === undefined) this.#blocks.set(model, [block]);
      else blocks.push(block);
      if (root === undefined) continue;
      let roots = this.#byRoot.get(model);
      if (roots === undefined) this.#byRoot.set(model, (roots = new Map()));
      roots.set(root, block);
    }
  }

  /** Where a list finds an instance: at the path that its meta says. */
  #nodeOf({ model, hierarchy }: Instance): string {
    const path = fromRoot(hierarchy);
    return model === NODE_MODEL && this.#nodePath === "above" ? (parentPath(path) ?? path) : path;
  }

  #block(root: string | undefined, items: readonly Item[]): Block {
    const ends = new Uint32Array(items.length);
    let end = 0;
    items.forEach(({ bytes }, i) => (ends[i] = end += bytes.length));
    return {
      root,
      bytes: Buffer.concat(items.map(({ bytes }) => bytes)),
      ends,
      nodes: Uint32Array.from(items, ({ node }) => this.#number(node)),
    };
  }

  #number(path: string): number {
    let number = this.#numbers.get(path);
    if (number === undefined) {
      number = this.#paths.push(path) - 1;
      this.#numbers.set(path, number);
    }
    return number;
  }

  /** The resource with all of its data: guide to the API, "meta" and "references" of response elements. */
  #text(instance: Instance): string {
    const { model, pkid, hierarchy, data } = instance;
    const path = fromRoot(hierarchy);
    const isNode = model === NODE_MODEL;
    const above = isNode ? parentPath(path) : path;
    const parent = above === undefined ? undefined : this.#pkids.get(above);
    let columns = this.#columns.get(model);
    if (columns === undefined) this.#columns.set(model, (columns = columnsOf(data)));
    const shown = Object.keys(data).filter((name) => columns.includes(plain(name)));
    return JSON.stringify({
      meta: {
        tags: [],
        version_tag: "0.1",
        model_type: model,
        references: {
          device: [],
          owner: [],
          self: [{ pkid, href: `/api/${model}/${pkid}` }],
          children: isNode ? (this.#children.get(path) ?? []).map(nodeReference) : [],
          parent: parent === undefined ? [] : [nodeReference(parent)],
        },
        summary_attrs: shown.map((name) => ({ name, title: name })),
        actions: [],
        path: this.#pathMember(this.#nodeOf(instance)),
        singleton: false,
      },
      data,
    });
  }

  #pathMember(path: string): unknown {
    if (this.#shape === "dotted") return path;
    const pkids: string[] = [];
    for (let at: string | undefined = path; at !== undefined; at = parentPath(at)) {
      const pkid = this.#pkids.get(at);
      if (pkid !== undefined) pkids.unshift(pkid);
    }
    return this.#shape === "pkids" ? pkids : pkids.map((pkid) => `/api/${NODE_MODEL}/${pkid}`);
  }
}
