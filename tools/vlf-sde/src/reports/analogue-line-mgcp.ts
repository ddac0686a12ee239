/** Analogue ports of MGCP gateways (guide, 2.3.1). */
import { E164_MODELS, USER_MODELS } from "../joins/index.ts";
import type { CellText } from "../placed-text.ts";
import { column, columnsOf, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { e164Column, firstDnReader, membersColumn } from "./_lines.ts";
import { deviceUsers } from "./_users.ts";
import { type DescribedReport, report } from "./_report.ts";
import type { ReportOptions, Source } from "./report.ts";

const port = columnsOf("mgcpPort");
const dn = (options: ReportOptions): ((source: Source) => CellText) => firstDnReader(port.modelId, options);

export const analogueLineMgcp: DescribedReport = report({
  type: "analogue_line_mgcp",
  title: "Analogue line MGCP Data Export",
  section: "2.3.1",
  rowIs: "a port of an MGCP gateway",
  sources: [
    {
      modelId: port.modelId,
      columns: [
        ...sitePlace("v2", "v1"),
        deviceUsers(port.modelId),
        port.text("gateway", "v1", "gateway"),
        port.integer("port_number", "v1", "port", {
          note: "the table says string, all examples have numbers",
        }),
        port.text("port_type", "v1", "product"),
        port.text("description", "v1", "description"),
        column("cucm_dn", "string", "v1", sourceOf(port.modelId, "line_pattern"), dn, {
          note: "of the first line",
        }),
        membersColumn(dn),
        e164Column("v1", dn),
      ],
    },
  ],
  joined: [...USER_MODELS, ...E164_MODELS],
  sortBy: ["gateway", "port_number"],
});
