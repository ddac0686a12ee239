/** What a report is, and what it sees: the shapes between the engine, the reports and the joins. */
import type { Data } from "@vlf/common/axl";
import type { ModelTable } from "@vlf/common/models";
import type { Joins } from "../joins/index.ts";
import type { JsonText } from "../json-text.ts";

/** An instance as the reports see it. */
export interface Source {
  readonly pkid: string;
  /** Path from `sys`; of a `data/HierarchyNode` its own path. */
  readonly hierarchy: string;
  /** Parsed anew each time where the instance was left in the bytes of its line: read it by `readers.ts`. */
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

/** Where rows are written. */
export interface RowSink {
  /** Takes the row as JSON, its keys in the order of the table. */
  readonly text: JsonText;
  /**
   * Ends a row. Rows are sorted by the hierarchy, segment by segment, then by the key, by code unit, and at last by
   * their text.
   */
  end(hierarchy: string, sortKey: string): void;
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
  /** Writes the rows of one scope, in any order. */
  write(scope: Scope, joins: Joins, options: ReportOptions, rows: RowSink): void;
}
