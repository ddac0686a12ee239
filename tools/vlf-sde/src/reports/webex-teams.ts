/**
 * Webex App users (guide, 2.3.15), in the layout since 21.4-PB2 (phone numbers, licenses) or the one before
 * (line, services).
 */
import { Fixed } from "../json-text.ts";
import { itemsOf, onceForValue, textsReader } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, member, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { servicesColumn } from "./_services.ts";
import { type DescribedReport, report } from "./_report.ts";

const user = columnsOf("sparkUser");

const HEAD: readonly Column[] = [
  ...sitePlace("v2.2"),
  user.text("firstName", "v2.2", "first_name"),
  user.text("lastName", "v2.2", "last_name"),
  user.text("email", "v2.2", "email"),
];

const CURRENT: readonly Column[] = [
  ...HEAD,
  user.text("type", "21.4-PB2", "type"),
  user.flag("loginEnabled", "21.4-PB2", "login_enabled"),
  column(
    "phoneNumbers",
    "array of object",
    "21.4-PB2",
    "device/spark/User.phoneNumbers",
    ({ table }) => {
      const items = itemsOf(
        fieldIn(table, user.modelId, "phone_value"),
        fieldIn(table, user.modelId, "phone_type"),
      );
      const [value, type] = items.texts;
      return (source) => items.of(source).map((item) => ({ type: type(item), value: value(item) }));
    },
    {
      members: [
        member("type", "string", "21.4-PB2", sourceOf(user.modelId, "phone_type")),
        member("value", "string", "21.4-PB2", sourceOf(user.modelId, "phone_value")),
      ],
    },
  ),
  user.text("extension", "v2.2", "extension"),
  user.text("status", "v2.2", "status"),
  column(
    "licenses",
    "array of object",
    "21.4-PB2",
    "device/spark/User.licenses",
    ({ table }) => {
      const field = fieldIn(table, user.modelId, "licenses");
      const namesOf = textsReader(field);
      return onceForValue([field], (source) => Fixed.json(namesOf(source).map((license) => ({ license }))));
    },
    { members: [member("license", "string", "21.4-PB2", sourceOf(user.modelId, "licenses"))] },
  ),
];

const LEGACY: readonly Column[] = [
  ...HEAD,
  user.text("status", "v2.2", "status"),
  user.text("line", "v2.2", "line"),
  servicesColumn(user.modelId),
];

export const webexTeams: DescribedReport = report({
  type: "webex_teams",
  title: "Webex Teams Data Export",
  section: "2.3.15",
  rowIs: "a Webex App user",
  sources: [
    {
      modelId: user.modelId,
      columns: ({ webexLayout }) => (webexLayout === "legacy" ? LEGACY : CURRENT),
    },
  ],
  sortBy: ["email"],
});
