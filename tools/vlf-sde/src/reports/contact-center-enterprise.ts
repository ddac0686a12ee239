/** Agents of Contact Center Enterprise (guide, 2.3.4). */
import { columnsOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const agent = columnsOf("ccdmAgent");

export const contactCenterEnterprise: DescribedReport = report({
  type: "contact_center_enterprise",
  title: "Contact Center Enterprise Data Export",
  section: "2.3.4",
  rowIs: "an agent",
  sources: [
    {
      modelId: agent.modelId,
      columns: [
        ...sitePlace("v2.2"),
        agent.text("Name", "v2.2", "name"),
        agent.integer("PeripheralNumber", "v2.2", "peripheral_number"),
        agent.flag("Supervisor", "v2.2", "supervisor"),
      ],
    },
  ],
  sortBy: ["Name"],
});
