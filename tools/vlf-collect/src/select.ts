/** What is kept: the models and fields that a purpose needs, or everything. */
import { fieldOf, type Kept, keptOf, modelOf, type ModelTable } from "@vlf/common/models";
import { projections, type Purpose, textReader } from "@vlf/common/models";
import type { Data } from "@vlf/common/axl";

export type Fields = "needed" | "all";

/** The choice of a run, made once from the model table, the purposes and `--fields`. */
export interface Selection {
  /** Name of the model of hierarchy nodes: `data/HierarchyNode`. */
  readonly nodeModel: string;
  /** The name of a node from its data, or `""`. */
  nodeName(data: Data): string;
  /** Whether instances of the model are kept. */
  keeps(model: string): boolean;
  /** The data to write of an instance of a kept model. */
  project(model: string, data: Data): Data;
  /** What `project` keeps of a model's data, in the order in which it is written. */
  kept(model: string): Kept | "all";
}

export function makeSelection(table: ModelTable, purposes: readonly Purpose[], fields: Fields): Selection {
  const node = modelOf(table, "node");
  const nodes = { nodeModel: node.model, nodeName: textReader(fieldOf(node, "name")) };
  if (fields === "all")
    return { ...nodes, keeps: () => true, project: (_model, data) => data, kept: () => "all" };
  const byModel = projections(table, purposes);
  const kept = keptOf(table, purposes);
  return {
    ...nodes,
    keeps: (model) => byModel.has(model),
    project: (model, data) => byModel.get(model)?.(data) ?? data,
    kept: (model) => kept.get(model) ?? "all",
  };
}
