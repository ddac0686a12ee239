/** Call pickup groups with the lines in them (guide, 2.3.3). */
import { textReader } from "../readers.ts";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { column, type Column, columnsOf, fieldIn, type Key, member, sourceOf, spellings } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const group = columnsOf("callPickupGroup");

const DN: Key = member("cucm_dn", "string", "v2", sourceOf("line", "pattern"));
const PARTITION: Key = member("partition", "string", "v2", sourceOf("line", "partition"), {
  table: "parition",
});

/** Lines that name the group; where two groups have the name, those that are nearer to this one. */
const lines: Column = column(
  "member",
  "array of object",
  "v2",
  sourceOf("line", "pickup_group"),
  ({ table, spelling }) => {
    const nameOf = textReader(fieldIn(table, "callPickupGroup", "name"));
    const patternOf = textReader(fieldIn(table, "line", "pattern"));
    const partitionOf = textReader(fieldIn(table, "line", "partition"));
    const partitionKeys = spellings(PARTITION, spelling);
    return (source, joins) => {
      const groups = joins.named("callPickupGroup", "name");
      return joins
        .named("line", "pickup_group")
        .allOf(source, nameOf)
        .filter(({ hierarchy }) => groups.nearestOf(source, nameOf, hierarchy) === source)
        .map((line) => ({ dn: patternOf(line), partition: partitionOf(line) }))
        .sort((a, b) => byCodeUnit(a.dn, b.dn) || byCodeUnit(a.partition, b.partition))
        .map(({ dn, partition }) => {
          const shown: Record<string, string> = { cucm_dn: dn };
          for (const key of partitionKeys) shown[key] = partition;
          return shown;
        });
    };
  },
  { members: [DN, PARTITION] },
);

export const callPickupGroup: DescribedReport = report({
  type: "call_pickup_group",
  title: "Call Pickup Group Data Export",
  section: "2.3.3",
  rowIs: "a call pickup group",
  sources: [
    {
      modelId: group.modelId,
      columns: [
        ...sitePlace("v2"),
        group.text("pickup_group_name", "v2", "name"),
        group.text("pickup_group_number", "v2", "pattern"),
        group.text("pickup_group_partition", "v2", "partition", { example: "pickup_group_partitiion" }),
        lines,
      ],
    },
  ],
  joined: ["line"],
  sortBy: ["pickup_group_name", "pickup_group_number"],
});
