/** Phones of every product, CTI ports and analogue phones included (guide, 2.3.12). */
import { E164_MODELS, USER_MODELS } from "../joins/index.ts";
import { itemCells } from "../readers.ts";
import { column, columnsOf, fieldIn, integerOf, member, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { LINE_E164, linesReader } from "./_lines.ts";
import { type DescribedReport, report } from "./_report.ts";
import { deviceUsers } from "./_users.ts";

const phone = columnsOf("phone");

export const phones: DescribedReport = report({
  type: "phones",
  title: "Phones Data Export",
  section: "2.3.12",
  rowIs: "a phone",
  sources: [
    {
      modelId: phone.modelId,
      columns: [
        ...sitePlace("v2", "v1"),
        deviceUsers(phone.modelId),
        phone.text("device_name", "v1", "name"),
        phone.text("description", "v3", "description"),
        phone.text("device_type", "v1", "product"),
        phone.text("device_css", "v2", "css"),
        column(
          "lines",
          "array of object",
          "v1",
          "device/cucm/Phone.lines.line",
          (options) => {
            const linesOf = linesReader(phone.modelId, options);
            return (source, joins) =>
              linesOf(source).map(({ dn, order }) => {
                const { e164, members } = joins.externalOf(dn, source.hierarchy);
                return { line_order: order, cucm_dn: dn, E164: e164, E164Members: members };
              });
          },
          {
            note: "by line_order",
            members: [
              member("line_order", "integer", "v2", sourceOf(phone.modelId, "line_index")),
              member("cucm_dn", "string", "v1", sourceOf(phone.modelId, "line_pattern")),
              ...LINE_E164,
            ],
          },
        ),
        phone.text("owner_username", "v4", "owner"),
        column(
          "add_on_modules",
          "array of object",
          "v4",
          "device/cucm/Phone.addOnModules.addOnModule",
          ({ table }) => {
            const items = itemCells(
              fieldIn(table, phone.modelId, "module_model"),
              fieldIn(table, phone.modelId, "module_load"),
              fieldIn(table, phone.modelId, "module_index"),
            );
            return (source) =>
              items(source)
                .map(([model, load, index = ""]) => ({ name: load, model, position: integerOf(index) }))
                .sort((a, b) => Number(a.position) - Number(b.position));
          },
          {
            note: "by position",
            members: [
              member("name", "string", "v4", sourceOf(phone.modelId, "module_load")),
              member("model", "string", "v4", sourceOf(phone.modelId, "module_model")),
              member("position", "integer", "v4", sourceOf(phone.modelId, "module_index")),
            ],
          },
        ),
      ],
    },
  ],
  joined: [...USER_MODELS, ...E164_MODELS],
  sortBy: ["device_name"],
});
