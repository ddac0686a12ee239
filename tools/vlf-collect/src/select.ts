/** What is kept: the models and fields that a purpose needs, or everything. */
import { textReader, fieldOf, modelOf, type ModelTable, projections, type Purpose } from "@vlf/common/models";
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
}

export function makeSelection(table: ModelTable, purposes: readonly Purpose[], fields: Fields): Selection {
  const node = modelOf(table, "node");
  const nodes = { nodeModel: node.model, nodeName: textReader(fieldOf(node, "name")) };
  if (fields === "all") return { ...nodes, keeps: () => true, project: (_model, data) => data };
  const byModel = projections(table, purposes);
  return {
    ...nodes,
    keeps: (model) => byModel.has(model),
    project: (model, data) => byModel.get(model)?.(data) ?? data,
  };
}
