/** The license list of Cisco Smart Software Manager, exported as CSV. Its header is not published: `[usage.cssm]`. */
import type { UsageFormat } from "./_format.ts";
import { csvRows } from "./csv-table.ts";
import { licenseType } from "./license-types.ts";
import { countAt, Once, usageRecord } from "./usage-record.ts";

/** Display names of Cisco's reservation codes: "UC Manager CUWL License (12.X)". */
const UC_MANAGER = /^UC Manager (.+?) License(?: \(.*\))?$/i;

export const cssm: UsageFormat = {
  id: "cssm",
  about: "license list of Cisco Smart Software Manager, CSV (columns: [usage.cssm])",
  read(file, context) {
    const { settings, told } = context;
    const once = new Once();
    const usage = csvRows(file, settings.cssm, ["license", "used"], "cssm").map(({ line, cells }) => {
      const where = `${file.name}:${line}`;
      const name = cells.license;
      const account = cells.account || told.pool || "CSSM";
      const subscription = cells.subscription || told.subscription;
      once.add(file.name, line, account, name, subscription);
      const ofManager = UC_MANAGER.exec(name)?.[1];
      const application = ofManager === undefined ? "" : "UCM";
      return usageRecord(
        {
          vendor: "cisco",
          application,
          subscription,
          license_type: licenseType(application, ofManager ?? name, settings.types),
          license_name: name,
          quantity: countAt(where, "the number in use", cells.used),
          source: "cssm",
          // A virtual account holds what its product instances use, whose customers are.
          pool: account,
          ...(cells.purchased === ""
            ? {}
            : { entitled: countAt(where, "the number purchased", cells.purchased) }),
          ...(cells.status === "" ? {} : { status: cells.status }),
        },
        context,
      );
    });
    return { usage, leftOut: [] };
  },
};
