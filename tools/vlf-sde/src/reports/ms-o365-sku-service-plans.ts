/** The units that a Microsoft tenant can license, with their service plans (guide, 2.3.19). */
import { textsReader } from "../readers.ts";
import { column, columnsOf, fieldIn, member, sourceOf } from "./_column.ts";
import { place } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const sku = columnsOf("accountSku");

export const msO365SkuServicePlans: DescribedReport = report({
  type: "ms_o365_sku_service_plans",
  title: "MS Office 365 Service Plans",
  section: "2.3.19",
  rowIs: "a license unit (SKU) of a tenant",
  reading: true,
  sources: [
    {
      modelId: sku.modelId,
      // Neither the table nor the example has `hierarchy`.
      columns: [
        place("provider_name", "v4"),
        place("reseller_name", "v4"),
        place("customer_name", "v4"),
        sku.text("sku_name", "v4", "name", { reading: true }),
        column(
          "service_plans",
          "array of object",
          "v4",
          "device/msgraph/MsolAccountSku.ServicePlans",
          ({ table }) => {
            const namesOf = textsReader(fieldIn(table, sku.modelId, "service_plans"));
            return (source) => namesOf(source).map((name) => ({ Service_Name: name }));
          },
          {
            reading: true,
            members: [
              member("Service_Name", "string", "v4", sourceOf(sku.modelId, "service_plans"), {
                reading: true,
              }),
            ],
          },
        ),
      ],
    },
  ],
  sortBy: ["sku_name"],
});
