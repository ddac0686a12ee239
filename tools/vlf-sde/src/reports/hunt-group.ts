/** Hunt pilots with the members of their line groups (guide, 2.3.9). */
import { E164_MODELS } from "../joins/index.ts";
import type { CellText } from "../placed-text.ts";
import { itemTexts, textReader } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, integerOf, member, sourceOf } from "./_column.ts";
import { place } from "./_place.ts";
import { e164Column, membersColumn } from "./_lines.ts";
import { type DescribedReport, report } from "./_report.ts";
import type { ReportOptions, Source } from "./report.ts";

const pilot = columnsOf("huntPilot");

const dn = ({ table }: ReportOptions): ((source: Source) => CellText) => {
  return textReader(fieldIn(table, pilot.modelId, "pattern")).cell;
};

/** Texts of a list in the order that a second field says; those without one keep their place. */
function orderedTexts(
  modelId: string,
  fieldId: string,
  orderId: string,
  { table }: ReportOptions,
): (source: Source) => string[] {
  const items = itemTexts(fieldIn(table, modelId, fieldId), fieldIn(table, modelId, orderId));
  return (source) =>
    items(source)
      .map(([text = "", order = ""]) => ({ text, order: Number(integerOf(order)) }))
      .sort((a, b) => a.order - b.order)
      .map(({ text }) => text);
}

/** Pilot to hunt list to line groups to members, each found by its name. */
const lines: Column = column(
  "lines",
  "array of object",
  "v1",
  "device/cucm/LineGroup",
  (options) => {
    const listOf = textReader(fieldIn(options.table, pilot.modelId, "hunt_list"));
    const groupsOf = orderedTexts("huntList", "line_groups", "line_group_order", options);
    const groupName = textReader(fieldIn(options.table, "lineGroup", "name"));
    const membersOf = orderedTexts("lineGroup", "member_pattern", "member_order", options);
    return (source, joins) => {
      const list = joins.named("huntList", "name").nearestOf(source, listOf);
      if (list === undefined) return [];
      const lineGroups = joins.named("lineGroup", "name");
      return groupsOf(list).flatMap((name) => {
        const group = lineGroups.nearest(name, list.hierarchy);
        if (group === undefined) return [];
        const shown = groupName(group);
        return membersOf(group).map((pattern) => ({ cucm_dn: pattern, line_group_name: shown }));
      });
    };
  },
  {
    note: `members of all line groups of the hunt list (\`${sourceOf("huntList", "line_groups")}\`), in their order`,
    members: [
      member("cucm_dn", "string", "v1", sourceOf("lineGroup", "member_pattern")),
      member("line_group_name", "string", "v2", sourceOf("lineGroup", "name"), {
        note: "the table says members.member.name, the example has names of line groups",
      }),
    ],
  },
);

export const huntGroup: DescribedReport = report({
  type: "hunt_group",
  title: "Hunt Group Data Export",
  section: "2.3.9",
  rowIs: "a hunt pilot",
  sources: [
    {
      modelId: pilot.modelId,
      columns: [
        place("provider_name", "v2"),
        place("reseller_name", "v2"),
        place("customer_name", "v1"),
        place("division_name", "v1"),
        place("hierarchy", "v1"),
        place("location_name", "v1"),
        pilot.text("hunt_group_name", "v1", "hunt_list", { reading: true }),
        pilot.text("pilot_number", "v1", "pattern"),
        e164Column("v1", dn),
        lines,
        membersColumn(dn),
        pilot.text("partition", "v2", "partition"),
      ],
    },
  ],
  joined: ["huntList", "lineGroup", ...E164_MODELS],
  sortBy: ["pilot_number", "partition"],
});
