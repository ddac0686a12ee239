/** Phones of other makers behind the VOSS phone server (guide, 2.3.23). */
import { textReader } from "../readers.ts";
import { column, columnsOf, fieldIn, member, sourceOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const phone = columnsOf("phoneServerPhone");

export const vossPhoneServers: DescribedReport = report({
  type: "voss_phone_servers",
  title: "VOSS Phone Servers Data Export",
  section: "2.3.23",
  rowIs: "a phone",
  sources: [
    {
      modelId: phone.modelId,
      columns: [
        ...customerPlace("v4"),
        phone.text("mac", "v4", "mac"),
        phone.text("phone_vendor", "v4", "vendor"),
        phone.text("phone_model", "v4", "phone_model"),
        column(
          "lines",
          "array of object",
          "v4",
          "data/PRS_MultiVendorPhone_DAT.line1 and line2",
          ({ table }) => {
            const reads = ["line1", "line2"].map((line) => ({
              name: textReader(fieldIn(table, phone.modelId, line)),
              cos: textReader(fieldIn(table, phone.modelId, `${line}_cos`)),
            }));
            return (source) =>
              reads
                .map(({ name, cos }) => ({ name: name(source), class_of_service: cos(source) }))
                .filter((line) => line.name !== "");
          },
          {
            note: "those that have a name",
            members: [
              member("name", "string", "v4", `${sourceOf(phone.modelId, "line1")} and line2Name`),
              member(
                "class_of_service",
                "string",
                "v4",
                `${sourceOf(phone.modelId, "line1_cos")} and line2Cos`,
              ),
            ],
          },
        ),
      ],
    },
  ],
  sortBy: ["mac"],
});
