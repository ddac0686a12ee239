/** The services of a Webex App user before 21.4-PB2: whatever the record has (guide, 2.3.15, second layout). */
import { type Data, leaves } from "@vlf/common/axl";
import { type Column, column, fieldIn, sourceOf } from "./_column.ts";

export function servicesColumn(modelId: string): Column {
  return column(
    "services",
    "object",
    "v2.2",
    sourceOf(modelId, "services"),
    ({ table }) => {
      const { paths } = fieldIn(table, modelId, "services");
      return ({ data }) => {
        for (const path of paths) {
          const found = leaves(data, path).find((leaf) => typeof leaf === "object");
          if (found !== undefined) return shown(found);
        }
        return {};
      };
    },
    { note: "groups of flags; which ones there are depends on the system" },
  );
}

/** A copy in which flags are JSON's, and what is missing is false. */
function shown(value: unknown): unknown {
  if (value === null || value === undefined || value === "") return false;
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object") {
    return Object.fromEntries(Object.entries(value as Data).map(([key, inner]) => [key, shown(inner)]));
  }
  if (value === "true" || value === "True") return true;
  return value === "false" || value === "False" ? false : value;
}
