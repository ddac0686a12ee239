/** The keys of `[destinations.NAME]` of type `voss-cloud`: the guide's form, and the API that VOSS has to name. */
import type { Config, ConfigTable, TableValues } from "@vlf/common/config";
import { ANONYMOUS } from "../formats.ts";
import { checkEndpoint, CONNECTION_KEYS, type ConnectionValues } from "../http/settings.ts";

const KEYS = {
  type: "text",
  ...CONNECTION_KEYS,
  // The form of the guide.
  organization_id: "text",
  platform_name: "text",
  installation_type: ["Lab", "Production"],
  file_format: ["anonymous-zip", "anonymous-csv", "detailed-csv"],
  file_upload_active: "flag",
  // Our own.
  allow_detailed: "flag",
  registration_file: "text",
  // The API, as VOSS has to tell it.
  register_url: "text",
  register_method: ["POST", "PUT"],
  organization_field: "text",
  platform_field: "text",
  installation_field: "text",
  upload_url: "text",
  upload_method: ["POST", "PUT"],
  upload_body: ["raw", "multipart"],
  upload_field: "text",
  test_url: "text",
} as const;

/** What the profile has to say before anything is sent. */
const PROFILE = [
  "host",
  "registration_file",
  "register_url",
  "register_method",
  "organization_field",
  "platform_field",
  "installation_field",
  "upload_url",
  "upload_method",
  "upload_body",
] as const;

type Required = "organization_id" | "platform_name" | "installation_type" | "file_upload_active";
type Values = TableValues<typeof KEYS, Required>;

/** All that has to be known before anything is sent. */
export interface Profile extends ConnectionValues {
  readonly organization_id: string;
  readonly platform_name: string;
  readonly installation_type: "Lab" | "Production";
  readonly registration_file: string;
  readonly register_url: string;
  readonly register_method: "POST" | "PUT";
  readonly organization_field: string;
  readonly platform_field: string;
  readonly installation_field: string;
  readonly upload_url: string;
  readonly upload_method: "POST" | "PUT";
  readonly upload_body: "raw" | "multipart";
  readonly upload_field?: string;
  readonly test_url?: string;
}

export interface CloudSettings {
  /** `file_format`, the guide's default without it. */
  readonly format: string;
  /** What is sent to whom; a text instead says why nothing is. */
  readonly profile: Profile | string;
}

/**
 * Reads the table.
 * @throws {UsageError} for keys that are wrong, and for a format that names customers unless it is allowed
 */
export function cloudSettings(config: Config, where: string, table: ConfigTable): CloudSettings {
  const values = config.values(where, table, KEYS, [
    "organization_id",
    "platform_name",
    "installation_type",
    "file_upload_active",
  ]);
  const { file_format: format = "anonymous-zip" } = values;
  if (!ANONYMOUS.includes(format) && values.allow_detailed !== true) {
    throw config.problem(
      `${where} file_format`,
      `an anonymous format; "${format}" names customers, and leaves only with allow_detailed = true`,
    );
  }
  return { format, profile: offReason(values) ?? checkProfile(config, where, values) };
}

function offReason(values: Values): string | undefined {
  if (!values.file_upload_active) return "file_upload_active is false";
  const missing = PROFILE.filter((key) => values[key] === undefined);
  if (missing.length === 0) return undefined;
  return `the API of the service is not public, and ${missing.join(", ")} are not set`;
}

function checkProfile(config: Config, where: string, values: Values): Profile {
  for (const key of ["register_url", "upload_url", "test_url"] as const) {
    if (values[key] !== undefined) checkEndpoint(config, `${where} ${key}`, values[key]);
  }
  if (values.upload_body === "multipart" && values.upload_method === "PUT") {
    throw config.problem(`${where} upload_body`, '"raw" with PUT; forms are sent by POST');
  }
  if ((values.upload_body === "multipart") !== (values.upload_field !== undefined)) {
    throw config.problem(
      `${where} upload_field`,
      'the name of the file in the form, with upload_body = "multipart" only',
    );
  }
  return values as Profile; // offReason() found all of them there
}
