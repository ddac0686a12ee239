/** Agents of Contact Center Express (guide, 2.3.5). */
import { columnsOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const agent = columnsOf("uccxAgent");

export const contactCenterExpress: DescribedReport = report({
  type: "contact_center_express",
  title: "Contact Center Express Data Export",
  section: "2.3.5",
  rowIs: "an agent",
  sources: [
    {
      modelId: agent.modelId,
      columns: [
        ...sitePlace("v2.2"),
        agent.text("username", "v2.2", "userid", {
          reading: true,
          note: "the example lacks the key",
        }),
        agent.text("userID", "v2.2", "userid"),
        agent.text("firstName", "v2.2", "first_name"),
        agent.text("lastName", "v2.2", "last_name"),
        agent.text("extension", "v2.2", "extension", {
          note: "the example has a number; a string keeps zeros in front",
        }),
        agent.text("teamName", "v2.2", "team"),
        agent.text("type", "v2.2", "type"),
        agent.flag("autoAvailable", "v2.2", "auto_available"),
      ],
    },
  ],
  sortBy: ["userID"],
});
