/** Microsoft Teams users (guide, 2.3.20). `enterprise_voice` is not written: the table says "not used". */
import { columnsOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { vossUserColumns } from "./_microsoft.ts";
import { type DescribedReport, report } from "./_report.ts";

const user = columnsOf("teamsUser");
const { username, entitlementProfile } = vossUserColumns(user.modelId, "username_ms_teams");

export const msTeams: DescribedReport = report({
  type: "ms_teams",
  title: "MS Teams Data Export",
  section: "2.3.20",
  rowIs: "a Microsoft Teams user",
  sources: [
    {
      modelId: user.modelId,
      columns: [
        ...customerPlace("v4"),
        user.text("ms_teams_username", "v4", "upn"),
        user.text("alias", "v4", "alias"),
        username,
        entitlementProfile,
        user.text("department", "v4", "department"),
        user.flag("account_enabled", "v4", "enabled"),
        user.texts("feature_type", "v4", "features", { table: "feature_types" }),
        user.text("line", "v4", "line", { note: "as stored; the example has digits only" }),
        user.text("line_type", "v4", "line_type"),
        user.text("voice_routing_policy", "v4", "voice_routing_policy"),
        user.text("tenant_dialplan", "v4", "dial_plan"),
        user.text("voicemail_policy", "v4", "voicemail_policy"),
        user.text("teams_upgrade_mode", "v4", "upgrade_mode", { table: "teams_upgrade_mod" }),
      ],
    },
  ],
  joined: ["user"],
  sortBy: ["ms_teams_username"],
});
