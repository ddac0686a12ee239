/** Microsoft 365 users with their licenses (guide, 2.3.18). */
import { itemsOf as itemsOfData } from "../items.ts";
import { Fixed } from "../json-text.ts";
import { flagReader, itemsOf, onceForValue } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, member, sourceOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { vossUserColumns } from "./_microsoft.ts";
import { type DescribedReport, report } from "./_report.ts";

const user = columnsOf("graphUser");
const { username, entitlementProfile } = vossUserColumns(user.modelId, "username_ms_365");

/** "ServiceName where Enabled is False": a plan that does not say so is not disabled. */
const isFalse = (text: string): boolean => /^(false|no|n|0)$/i.test(text);

const licenses: Column = column(
  "licenses",
  "array of object",
  "v4",
  "device/msgraph/MsolUser.Licenses",
  ({ table }) => {
    const sku = fieldIn(table, user.modelId, "license_sku");
    const plan = fieldIn(table, user.modelId, "plan_name");
    const isEnabled = fieldIn(table, user.modelId, "plan_enabled");
    const items = itemsOf(sku, plan, isEnabled);
    const [skuOf] = items.texts;
    const [, planName, planEnabled] = items.within;
    const plans = itemsOfData(planName, planEnabled);
    const [nameOf, enabledOf] = plans.texts;
    return onceForValue([sku, plan, isEnabled], (source) =>
      Fixed.json(
        items.of(source).map((license) => {
          const disabled: { Service_Name: string }[] = [];
          if (typeof license === "object") {
            for (const one of plans.of(license)) {
              if (isFalse(enabledOf(one))) disabled.push({ Service_Name: nameOf(one) });
            }
          }
          return {
            account_sku_id: skuOf(license),
            disabled_serviceplans: disabled.length === 0 ? undefined : disabled,
          };
        }),
      ),
    );
  },
  {
    members: [
      member("account_sku_id", "string", "v4", sourceOf(user.modelId, "license_sku")),
      member(
        "disabled_serviceplans",
        "array of object",
        "v4",
        "device/msgraph/MsolUser.Licenses.ServicePlans",
        {
          canBeMissing: true,
          note: "plans whose Enabled is false; the example has pairs in the list, which is no JSON",
          members: [
            member("Service_Name", "string", "v4", sourceOf(user.modelId, "plan_name"), {
              note: "the table cuts the key off after its first letter",
            }),
          ],
        },
      ),
    ],
  },
);

const isLicensed: Column = column(
  "is_licensed",
  "string",
  "v4",
  sourceOf(user.modelId, "licensed"),
  ({ table }) => {
    const read = flagReader(fieldIn(table, user.modelId, "licensed"));
    return (source) => (read(source) ? "Y" : "N");
  },
  { note: '"Y" or "N"' },
);

export const msO365: DescribedReport = report({
  type: "ms_o365",
  title: "MS Office 365 Data Export",
  section: "2.3.18",
  rowIs: "a Microsoft 365 user",
  sources: [
    {
      modelId: user.modelId,
      columns: [
        ...customerPlace("v4"),
        username,
        user.text("first_name", "v4", "first_name"),
        user.text("last_name", "v4", "last_name"),
        entitlementProfile,
        user.text("o365_username", "v4", "upn"),
        user.text("display_name", "v4", "display_name"),
        isLicensed,
        licenses,
      ],
    },
  ],
  joined: ["user"],
  sortBy: ["o365_username"],
});
