/** Webex workspaces (guide, 2.3.17). */
import { columnsOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const workspace = columnsOf("sparkPlace");

export const webexWorkspaces: DescribedReport = report({
  type: "webex_workspaces",
  title: "Webex Workspaces Data Export",
  section: "2.3.17",
  rowIs: "a workspace",
  reading: true,
  sources: [
    {
      modelId: workspace.modelId,
      columns: [
        ...sitePlace("21.4-PB2"),
        workspace.text("id", "21.4-PB2", "id", { reading: true }),
        workspace.text("displayName", "21.4-PB2", "display_name", {
          reading: true,
          note: "the table names device/spark/WorkspaceLocation, for which no page of the API was found",
        }),
        workspace.text("type", "21.4-PB2", "type", { reading: true }),
        workspace.text("callingType", "21.4-PB2", "calling_type", { reading: true }),
      ],
    },
  ],
  sortBy: ["displayName", "id"],
});
