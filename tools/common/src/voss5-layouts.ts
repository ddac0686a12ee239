/**
 * The files of scheme `voss-5` as data: metadata lines, columns and archives of the layouts 5.0 and 5.2. The
 * vendor's pages end in the middle of the header row; docs/voss-5.md says what is theirs and what a reading.
 * All of it can be corrected under `[voss5]`.
 */
import type { Config } from "./config.ts";
import type { Platform } from "./records.ts";
import { COLUMNS5 } from "./voss5.ts";

/** A metadata line: a fact of the platform, the time, or the version. */
export type MetadataId = keyof Platform | "date_time" | "audit_version";

/** The names of the metadata lines: those of 4.x. */
export const METADATA_NAMES: Readonly<Record<MetadataId, string>> = {
  org_id: "OrgID",
  platform_id: "Platform ID",
  hostname: "hostname",
  provider_name: "Provider Name",
  software_version: "Software Version",
  platform_version: "Platform Version",
  deployment_mode: "Deployment Mode",
  date_time: "Date Time",
  license_token: "License Token",
  license_expiry: "License Expiry",
  audit_version: "Audit Version",
};

/** Columns that tell whose row it is, with their titles. */
const IDENTITY: Readonly<Record<string, string>> = {
  provider: "Provider",
  reseller: "Reseller",
  customer: "Customer",
  provider_pkid: "Provider PKID",
  customer_pkid: "Customer PKID",
};

export interface Layout {
  readonly id: string;
  readonly auditVersion: string;
  /** In the order of the lines. */
  readonly metadata: readonly MetadataId[];
  /** Ids of columns, in order. */
  readonly detailed: readonly string[];
  readonly anonymous: readonly string[];
  /** Of all columns, by id. */
  readonly titles: Readonly<Record<string, string>>;
  /** The detailed file is in an archive of its own, not loose. */
  readonly hasDetailedZip: boolean;
}

const TITLES: Readonly<Record<string, string>> = {
  ...IDENTITY,
  ...Object.fromEntries(COLUMNS5.map(({ id, title }) => [id, title])),
};

const HEAD: readonly MetadataId[] = [
  "org_id",
  "platform_id",
  "hostname",
  "provider_name",
  "software_version",
  "platform_version",
  "deployment_mode",
];

const COLUMNS_50 = [
  "user_licenses",
  "cisco_and_ms_integrated_services",
  "standalone_devices",
  "meeting_rooms",
  "voss_phone_servers",
  "sites",
];

/** Read up to the beginning of `contact_center_user_webex`; what follows is ours. */
const COLUMNS_52 = [
  "provider_pkid",
  "customer_pkid",
  "user_licenses",
  "contact_center_express",
  "cisco_and_ms_integrated_services",
  "contact_center_user_webex",
  "standalone_devices",
  "meeting_rooms",
  "voss_phone_servers",
  "sites",
];

const NAMES = ["provider", "reseller", "customer"];

export const LAYOUTS: readonly Layout[] = [
  {
    id: "5.2",
    auditVersion: "5.2.0",
    metadata: [...HEAD, "license_token", "license_expiry", "date_time", "audit_version"],
    detailed: [...NAMES, ...COLUMNS_52],
    anonymous: COLUMNS_52,
    titles: TITLES,
    hasDetailedZip: true,
  },
  {
    id: "5.0",
    auditVersion: "5.0.0",
    // Where the time stands in 5.0 is not known: as in 4.x, from which it comes.
    metadata: [...HEAD, "date_time", "license_token", "license_expiry", "audit_version"],
    detailed: [...NAMES, ...COLUMNS_50],
    anonymous: ["customer_pkid", ...COLUMNS_50],
    titles: TITLES,
    hasDetailedZip: false,
  },
];

/**
 * The layout of `[voss5] layout` (5.2 where it is not given) with the corrections `audit_version`, `metadata`,
 * `detailed`, `anonymous` (lists of ids, in order) and `[voss5.titles]`.
 * @throws {UsageError} for an id that there is not, or one that is given twice
 */
export function layout5(config: Config): Layout {
  const { services: _services, titles: own, devices_per_license: _devices, ...table } = config.table("voss5");
  const values = config.values("[voss5]", table, {
    layout: LAYOUTS.map(({ id }) => id),
    audit_version: "text",
    metadata: "texts",
    detailed: "texts",
    anonymous: "texts",
  });
  const layout = LAYOUTS.find(({ id }) => id === (values.layout ?? "5.2")) as Layout;
  const among = (key: string, ids: readonly string[], known: readonly string[]): readonly string[] => {
    const wrong = ids.find((id, index) => !known.includes(id) || ids.indexOf(id) !== index);
    if (wrong !== undefined) throw config.problem(`[voss5] ${key}`, `each once, of ${known.join(", ")}`);
    return ids;
  };
  const titles: Record<string, string> = { ...layout.titles };
  if (own !== undefined) {
    if (typeof own !== "object" || own === null || Array.isArray(own))
      throw config.problem("[voss5.titles]", "a table");
    const spec = Object.fromEntries(Object.keys(TITLES).map((id) => [id, "text" as const]));
    Object.assign(titles, config.values("[voss5.titles]", own as Readonly<Record<string, unknown>>, spec));
  }
  const metadata = among("metadata", values.metadata ?? layout.metadata, Object.keys(METADATA_NAMES));
  // The names of the files are made of these two, and verifying makes the files again from their lines.
  const needed = ["provider_name", "hostname", "date_time", "audit_version"];
  if (!needed.every((id) => metadata.includes(id)))
    throw config.problem("[voss5] metadata", `${needed.join(", ")} among the lines`);
  const anonymous = among("anonymous", values.anonymous ?? layout.anonymous, Object.keys(TITLES));
  const name = NAMES.find((id) => anonymous.includes(id));
  if (name !== undefined) throw config.problem("[voss5] anonymous", `no ${name}: the file names nobody`);
  return {
    ...layout,
    auditVersion: values.audit_version ?? layout.auditVersion,
    metadata: metadata as readonly MetadataId[],
    detailed: among("detailed", values.detailed ?? layout.detailed, Object.keys(TITLES)),
    anonymous,
    titles,
  };
}
