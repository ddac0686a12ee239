/** Texts of what stands at a node or above it: addresses, dial plan, HCM-F records. */
import { joinKey } from "@vlf/common/axl";
import { textReader } from "../readers.ts";
import { type Column, column, type Extra, fieldIn, sourceOf } from "./_column.ts";
import type { RowSource } from "./_report.ts";

/** A text of the instance at the row's node itself, or at the nearest node that has one; `""` without an instance. */
export function nodeText(
  where: "here" | "above",
  modelId: string,
  key: string,
  since: string,
  fieldId: string,
  extra: Extra = {},
): Column {
  return column(
    key,
    "string",
    since,
    sourceOf(modelId, fieldId),
    ({ table }) => {
      const read = textReader(fieldIn(table, modelId, fieldId));
      return ({ hierarchy }, joins) => {
        const found =
          where === "here" ? joins.firstAt(modelId, hierarchy) : joins.firstAbove(modelId, hierarchy);
        return found === undefined ? "" : read.cell(found);
      };
    },
    extra,
  );
}

/** Keeps nodes of a type. */
export function nodesOfType(type: string): NonNullable<RowSource["keeps"]> {
  return ({ table }) => {
    const typeOf = textReader(fieldIn(table, "node", "node_type"));
    return (source) => joinKey(typeOf(source)) === type;
  };
}
