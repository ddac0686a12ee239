/** Analogue ports of SCCP gateways (guide, 2.3.2). As phones they are in `phones` as well (guide, 1.7.3). */
import { E164_MODELS, USER_MODELS } from "../joins/index.ts";
import type { CellText } from "../placed-text.ts";
import { column, columnsOf, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { e164Column, firstDnReader, membersColumn } from "./_lines.ts";
import { type DescribedReport, report } from "./_report.ts";
import { deviceUsers } from "./_users.ts";
import type { ReportOptions, Source } from "./report.ts";

const port = columnsOf("sccpPort");
const dn = (options: ReportOptions): ((source: Source) => CellText) => firstDnReader(port.modelId, options);

export const analogueLineSccp: DescribedReport = report({
  type: "analogue_line_sccp",
  title: "Analogue Line SCCP Data Export",
  section: "2.3.2",
  rowIs: "a port of an SCCP gateway",
  sources: [
    {
      modelId: port.modelId,
      columns: [
        ...sitePlace("v2", "v1"),
        deviceUsers(port.modelId),
        port.text("gateway", "v1", "gateway"),
        port.integer("port_number", "v1", "port", {
          note: "the table says string, the example has a number",
        }),
        port.text("port_type", "v1", "product"),
        port.text("description", "v1", "description"),
        membersColumn(dn),
        column("cucm_dn", "string", "v1", sourceOf(port.modelId, "line_pattern"), dn, {
          note: "of the first line",
        }),
        e164Column("v1", dn),
      ],
    },
  ],
  joined: [...USER_MODELS, ...E164_MODELS],
  sortBy: ["gateway", "port_number"],
});
