/** One list of a run, and where its instances stand. */
import type { ModelSpec } from "@vlf/common/models";
import { List, LIST_LIMITS } from "./voss/list.ts";
import type { Shelf } from "./voss/seen.ts";

/** One list: a model at a node, with all below it or, by `traversal`, the node's own instances. */
export class Unit {
  readonly id: string;
  readonly index: number;
  readonly spec: ModelSpec;
  /** Number of the model in the order of the output. */
  readonly model: number;
  /** What to ask for: a dotted path or a pkid. */
  readonly hierarchy: string;
  list: List;
  /** How often the list was begun anew by a later run, after it kept changing. */
  epoch = 0;
  /** Where the fields come from: the list itself, or one request per instance. */
  source: "list" | "instance" | undefined;
  isMissing = false;
  /** Path of the node. */
  path: string | undefined;
  /** An instance stood below the node. */
  hasBelow = false;
  instances = 0;
  pages = 0;
  /** Instances that stand elsewhere, and are left out. */
  outside = 0;
  /** Instances at nodes that the list of nodes does not have. */
  unknown = 0;
  readonly #pageSize: number;
  readonly #shelf: Shelf | undefined;

  constructor(
    index: number,
    spec: ModelSpec,
    model: number,
    hierarchy: string,
    pageSize: number,
    shelf?: Shelf,
  ) {
    this.id = `${spec.model}@${hierarchy}`;
    this.index = index;
    this.spec = spec;
    this.model = model;
    this.hierarchy = hierarchy;
    this.#pageSize = pageSize;
    this.#shelf = shelf;
    this.list = this.#newList();
  }

  get isDone(): boolean {
    return this.isMissing || this.list.outcome !== undefined;
  }

  get hasNext(): boolean {
    return !this.isMissing && this.list.hasNext;
  }

  /** Marks a line with list and reading, so that those which no longer count can be told. */
  tag(pass: number): string {
    return `${this.index}.${this.epoch}.${pass}`;
  }

  forget(): void {
    this.epoch += 1;
    this.instances = 0;
    this.list = this.#newList();
  }

  #newList(): List {
    return new List({ ...LIST_LIMITS, pageSize: this.#pageSize }, this.#shelf);
  }
}
