/** Directory numbers (guide, 2.3.11). */
import { columnsOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const dn = columnsOf("line");

export const line: DescribedReport = report({
  type: "line",
  title: "Line Data Export",
  section: "2.3.11",
  rowIs: "a directory number in a partition",
  sources: [
    {
      modelId: dn.modelId,
      columns: [
        ...sitePlace("v2"),
        dn.text("cucm_dn", "v2", "pattern"),
        dn.text("partition", "v2", "partition"),
        dn.text("description", "v2", "description"),
        dn.text("calling_search_space", "v2", "css"),
      ],
    },
  ],
  sortBy: ["cucm_dn", "partition"],
});
