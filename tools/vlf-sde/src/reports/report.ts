/** What a report is, and what it sees: the shapes between the engine, the reports and the joins. */
import type { Data } from "@vlf/common/axl";
import type { ModelTable } from "@vlf/common/models";
import type { Joins } from "../joins/index.ts";

/** An instance as the reports see it. */
export interface Source {
  readonly pkid: string;
  /** Path from `sys`; of a `data/HierarchyNode` its own path. */
  readonly hierarchy: string;
  readonly data: Data;
}

/** The nodes of the hierarchy. A node's name is the last segment of its path. */
export interface Tree {
  /**
   * Type of the node at a path, in compared form (`joinKey`): `customer`, `site`, `intermediatenode`;
   * `""` when the node has none, `undefined` when the input does not hold the node. Knows the nodes of the
   * scope and all nodes above it.
   */
  typeOf(path: string): string | undefined;
}

/** What is known of one scope: one customer with all below it, or all that lies above customers. */
export interface Scope {
  /** Path of the customer; `""` for what lies above customers, and for the scope of `whole` reports. */
  readonly path: string;
  readonly tree: Tree;
  /** Instances of a model by its id in the model table (`phone`, `cucmUser`); `[]` when none. In no particular order. */
  instances(modelId: string): readonly Source[];
}

/** One row before it is written. */
export interface Row {
  /** Rows are sorted by it, segment by segment. */
  readonly hierarchy: string;
  /** Then by this, by code unit, and at last by the text of the row. */
  readonly sortKey: string;
  /** The row as JSON, its keys in the order of the table. */
  readonly text: string;
}

export interface ReportOptions {
  /** Which of two spellings of a key is written where the guide has two. */
  readonly spelling: "resolved" | "table" | "example" | "both";
  /** Keys of `webex_teams`: as written since 21.4-PB2, or as before. */
  readonly webexLayout: "current" | "legacy";
  /** Models and fields, with the corrections of `vlf.toml`. */
  readonly table: ModelTable;
}

export interface Report {
  /** Name on the command line and in the file name: `phones`. */
  readonly type: string;
  /** Ids of the models that it reads, joins included. Other models may be dropped. */
  readonly models: readonly string[];
  /**
   * Needs what lies above customers as well (`data/Countries`, `data/Ndl`): made once at the end, from one
   * scope with the instances of its models from everywhere.
   */
  readonly whole?: true;
  /** The rows of one scope, in any order. */
  rows(scope: Scope, joins: Joins, options: ReportOptions): Iterable<Row>;
}
