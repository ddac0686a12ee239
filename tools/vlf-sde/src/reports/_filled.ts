/** Instances that have a value in every field, so that every look-up of every report has something to do. */
import { MODELS } from "@vlf/common/models";
import { one, type One } from "./_system.ts";

/** Data of a model with a value at the first path of each field. */
function filled(modelId: string, value: (fieldId: string) => unknown): Record<string, unknown> {
  const data: Record<string, unknown> = {};
  for (const [fieldId, { paths }] of Object.entries(MODELS[modelId]?.fields ?? {})) {
    const path = paths[0] ?? [];
    let at = data;
    for (const [nth, key] of path.entries()) {
      if (nth === path.length - 1) at[key] ??= value(fieldId);
      else at = (at[key] ??= {}) as Record<string, unknown>;
    }
  }
  return data;
}

/** One instance of every model but the nodes, all fields with the value of `value`. */
export function oneOfEach(path: string, value: (fieldId: string) => unknown): One[] {
  return Object.keys(MODELS)
    .filter((id) => id !== "node")
    .map((id) => one(id, path, filled(id, value), id));
}
