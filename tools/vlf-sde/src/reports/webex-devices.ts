/** Webex devices of workspaces and of people (guide, 2.3.16). */
import { textReader } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const device = columnsOf("sparkDevice");

/** What an id of the device stands for; the id itself where no instance has it. */
function resolved(key: string, fieldId: string, modelId: string, shownId: string): Column {
  const from = `${sourceOf(device.modelId, fieldId)} as ${sourceOf(modelId, shownId)}`;
  return column(
    key,
    "string",
    "21.4-PB2",
    from,
    ({ table }) => {
      const idOf = textReader(fieldIn(table, device.modelId, fieldId));
      const shown = textReader(fieldIn(table, modelId, shownId));
      return (source, joins) => {
        const found = joins.named(modelId, "id").nearestOf(source, idOf);
        const text = found === undefined ? "" : shown.cell(found);
        return text === "" ? idOf.cell(source) : text;
      };
    },
    { reading: true, note: "the id where no instance has it" },
  );
}

export const webexDevices: DescribedReport = report({
  type: "webex_devices",
  title: "Webex Devices Data Export",
  section: "2.3.16",
  rowIs: "a Webex device",
  reading: true,
  sources: [
    {
      modelId: device.modelId,
      columns: [
        ...sitePlace("21.4-PB2"),
        device.text("id", "21.4-PB2", "id", { reading: true }),
        device.text("displayName", "21.4-PB2", "display_name", { reading: true }),
        resolved("workspace", "place", "sparkPlace", "display_name"),
        resolved("username", "person", "sparkUser", "email"),
        device.text("product", "21.4-PB2", "product", { reading: true }),
      ],
    },
  ],
  joined: ["sparkPlace", "sparkUser"],
  sortBy: ["displayName", "id"],
});
