/** Extension mobility profiles (guide, 2.3.7). */
import { textReader } from "../readers.ts";
import { E164_MODELS, USER_MODELS } from "../joins/index.ts";
import { column, columnsOf, fieldIn, member, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { LINE_E164, linesReader } from "./_lines.ts";
import { type DescribedReport, report } from "./_report.ts";

const profile = columnsOf("deviceProfile");

export const extensionMobility: DescribedReport = report({
  type: "extension_mobility",
  title: "Extension Mobility Data Export",
  section: "2.3.7",
  rowIs: "a device profile",
  sources: [
    {
      modelId: profile.modelId,
      columns: [
        ...sitePlace("v2", "v1"),
        column(
          "username",
          "string",
          "v1",
          sourceOf("cucmUser", "userid"),
          ({ table }) => {
            const nameOf = textReader(fieldIn(table, profile.modelId, "name"));
            return (source, joins) => joins.usersOfProfile(source, nameOf)[0] ?? "";
          },
          {
            note: `user that has the profile in \`${sourceOf("cucmUser", "profiles")}\`; of several the first by code unit`,
          },
        ),
        profile.text("device_type", "v1", "product"),
        profile.text("device_profile_name", "v2", "name"),
        column(
          "lines",
          "array of object",
          "v1",
          "device/cucm/DeviceProfile.lines.line",
          (options) => {
            const linesOf = linesReader(profile.modelId, options);
            return (source, joins) =>
              linesOf(source).map(({ dn, order }) => {
                const { e164, members } = joins.externalOf(dn, source.hierarchy);
                return { cucm_dn: dn, line_order: order, E164: e164, E164Members: members };
              });
          },
          {
            note: "by line_order",
            members: [
              member("cucm_dn", "string", "v1", sourceOf(profile.modelId, "line_pattern")),
              member("line_order", "integer", "v2", sourceOf(profile.modelId, "line_index")),
              ...LINE_E164,
            ],
          },
        ),
      ],
    },
  ],
  joined: [...USER_MODELS, ...E164_MODELS],
  sortBy: ["device_profile_name"],
});
