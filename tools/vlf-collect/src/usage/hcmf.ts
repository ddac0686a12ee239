/**
 * The license summary of the Service Inventory of HCM-F: lines of fields between pipes (HCS operations guide).
 * PLMINFO tells the totals of a license manager, CUSTLICENSEINFO what each customer uses on each cluster.
 */
import { DataError } from "@vlf/common/exit";
import type { Usage } from "@vlf/common/records";
import type { UsageContext, UsageFormat } from "./_format.ts";
import { countAt, Once, usageRecord } from "./usage-record.ts";

const START = "LICENSESUMMARYSTART";
const END = "LICENSESUMMARYEND";

const APPLICATIONS: Readonly<Record<string, string>> = { HUCM: "UCM", HCUC: "CUC", HCER: "CER" };

export const hcmf: UsageFormat = {
  id: "hcmf",
  about: "license summary of HCM-F Service Inventory, fields between pipes",
  read({ name, text }, context) {
    const usage: Usage[] = [];
    const once = new Once();
    let sites = 0;
    let state: "before" | "inside" | "after" = "before";
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      const number = index + 1;
      const where = `${name}:${number}`;
      if (line.trim() === "") continue;
      const fields = fieldsOf(line);
      if (fields?.length === 1 && fields[0] === START && state !== "inside") {
        state = "inside";
        continue;
      }
      // Other summaries of the inventory stand beside this one.
      if (state !== "inside") continue;
      if (fields === undefined) throw new DataError(`read ${where}: no line of fields between pipes`);
      const [kind, part, ...rest] = fields;
      if (kind === END) {
        state = "after";
      } else if (kind === "SUMMARY" && part === "PLMINFO") {
        const record = totalOf(where, rest, context);
        once.add(name, number, "PLMINFO", record.pool ?? "", record.subscription, record.license_name);
        usage.push(record);
      } else if (kind === "SUMMARY" && part === "CUSTLICENSEINFO") {
        const record = customerOf(where, rest, context);
        once.add(name, number, rest[0]?.trim() ?? "", record.customer, record.cluster, record.license_name);
        usage.push(record);
      } else if (kind === "SUMMARY" && part === "SITELICENSEINFO") {
        sites += 1;
      } else {
        throw new DataError(
          `read ${where}: ${JSON.stringify(`${kind}|${part ?? ""}`)} is no line of a license summary`,
        );
      }
    }
    if (state === "before")
      throw new DataError(`read ${name}: no |${START}|, wanted a license summary of HCM-F`);
    if (state === "inside") throw new DataError(`read ${name}: no |${END}|: the file was cut off`);
    const leftOut =
      sites === 0 ? [] : [`${name}: ${sites} lines of sites, which are parts of their customers`];
    return { usage, leftOut };
  },
};

function fieldsOf(line: string): string[] | undefined {
  const text = line.trim();
  return text.startsWith("|") && text.endsWith("|") && text.length > 1
    ? text.slice(1, -1).split("|")
    : undefined;
}

/** `manager|application|version|type|installed|required|available|status` */
function totalOf(where: string, fields: readonly string[], context: UsageContext): Usage {
  if (fields.length !== 8) throw wrongLength(where, "PLMINFO", fields.length, 8);
  const [
    manager = "",
    application = "",
    ,
    type = "",
    installed = "",
    required = "",
    available = "",
    status = "",
  ] = fields.map((field) => field.trim());
  const entitled = countAt(where, "the number installed", installed);
  const used = countAt(where, "the number required", required);
  if (!/^-?\d+$/.test(available) || Number(available) !== entitled - used) {
    throw new DataError(
      `read ${where}: ${installed} installed and ${required} required, but ${JSON.stringify(available)} available`,
    );
  }
  // Of CSSM it is `VA@SA,transport,subscription id,expiry,model`, with stray blanks.
  const [pool = "", , subscription] = manager.split(",").map((part) => part.trim());
  if (pool === "") throw new DataError(`read ${where}: no license manager`);
  return usageRecord(
    {
      vendor: "cisco",
      ...licenseOf(application, type),
      // A license manager serves all customers.
      customer: "",
      customer_pkid: "",
      cluster: "",
      region: "",
      subscription: subscription ?? "",
      quantity: used,
      source: "hcmf",
      pool,
      entitled,
      status,
    },
    context,
  );
}

/** `manager|?|?|customer|application|cluster|type|count`; `~` stands for nothing. */
function customerOf(where: string, fields: readonly string[], context: UsageContext): Usage {
  if (fields.length !== 8) throw wrongLength(where, "CUSTLICENSEINFO", fields.length, 8);
  const [, , , customer = "", application = "", cluster = "", type = "", count = ""] = fields.map((field) =>
    field.trim() === "~" ? "" : field.trim(),
  );
  if (customer === "") throw new DataError(`read ${where}: no customer`);
  return usageRecord(
    {
      vendor: "cisco",
      ...licenseOf(application, type),
      customer,
      customer_pkid: customer === context.told.customer ? context.told.customerPkid : "",
      cluster,
      subscription: "",
      quantity: countAt(where, "the count", count),
      source: "hcmf",
    },
    context,
  );
}

/** `HUCM_Foundation` of `HUCM` is Foundation of Unified CM. */
function licenseOf(application: string, type: string): Pick<Usage, "application" | "license_name"> {
  const prefix = `${application}_`;
  return {
    application:
      (Object.hasOwn(APPLICATIONS, application) ? APPLICATIONS[application] : undefined) ?? application,
    license_name: type.startsWith(prefix) ? type.slice(prefix.length) : type,
  };
}

function wrongLength(where: string, kind: string, found: number, wanted: number): DataError {
  return new DataError(`read ${where}: ${kind} with ${found} fields, wanted ${wanted}`);
}
