/** Usage of Avaya applications as CSV: no public text tells a form, so this one is ours (`[usage.avaya]`). */
import { DataError } from "@vlf/common/exit";
import type { UsageFormat } from "./_format.ts";
import { csvRows } from "./csv-table.ts";
import { countAt, Once, timeAt, usageRecord } from "./usage-record.ts";

export const avaya: UsageFormat = {
  id: "avaya",
  about: "usage of Avaya applications, CSV: date, application, metric, value (columns: [usage.avaya])",
  read(file, context) {
    const { settings, told } = context;
    const once = new Once();
    const needed = ["date", "application", "metric", "value"] as const;
    const usage = csvRows(file, settings.avaya, needed, "avaya").map(({ line, cells }) => {
      const where = `${file.name}:${line}`;
      const { application, metric } = cells;
      if (application === "" || metric === "")
        throw new DataError(`read ${where}: no application or no metric, wanted both`);
      const at = timeAt(where, "the date", cells.date);
      const customer = cells.customer || told.customer;
      const subscription = cells.subscription || told.subscription;
      once.add(file.name, line, at, customer, subscription, application, metric);
      return usageRecord(
        {
          vendor: "avaya",
          application,
          customer,
          // A pkid that the command line gives is that of the customer it names.
          ...(cells.customer !== "" && cells.customer !== told.customer ? { customer_pkid: "" } : {}),
          subscription,
          license_name: metric,
          quantity: countAt(where, "the value", cells.value),
          unit: metric,
          at,
          source: "avaya",
        },
        context,
      );
    });
    return { usage, leftOut: [] };
  },
};
