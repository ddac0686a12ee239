/**
 * The records that the tools say to each other: one TypeScript type and one validator per record
 * type. docs/records.md has the same as tables. Unknown types and fields pass through unchanged.
 */
import type { Data } from "./axl.ts";
import { timeOf } from "./clock.ts";

/** Version of the stream format; a reader refuses a higher one. */
export const SCHEMA: number = 1;

/** Facts of the platform, as the header lines of the license files show them (guide 1.7.1). */
export interface Platform {
  org_id?: string;
  platform_id?: string;
  hostname?: string;
  provider_name?: string;
  software_version?: string;
  platform_version?: string;
  deployment_mode?: string;
  license_token?: string;
  license_expiry?: string;
}

export const PLATFORM_KEYS: readonly (keyof Platform)[] = [
  "org_id",
  "platform_id",
  "hostname",
  "provider_name",
  "software_version",
  "platform_version",
  "deployment_mode",
  "license_token",
  "license_expiry",
];

/** A tool that a stream came through. */
export interface Via {
  tool: string;
  version: string;
}

export interface Begin {
  type: "begin";
  schema: number;
  tool: string;
  version: string;
  run_id: string;
  /** RFC 3339, UTC. */
  started_at: string;
  /** When the instances were read: the date of the audit. RFC 3339, UTC. */
  collected_at: string;
  platform: Platform;
  via?: Via[];
}

export interface Instance {
  type: "instance";
  /** `device/cucm/User` */
  model: string;
  pkid: string;
  /** Dotted path from `sys`; of a `data/HierarchyNode` its own path. */
  hierarchy: string;
  data: Data;
}

/** Nothing at or below this node follows. */
export interface ScopeEnd {
  type: "scope-end";
  hierarchy: string;
}

export interface Licenses {
  essential: number;
  premium: number;
  contact_center: number;
  hybrid: number;
  phone_server: number;
}

/** Licenses of scheme `voss-5`; their sum is Total License Usage. */
export interface Licenses5 {
  user: number;
  contact_center: number;
  standalone_device: number;
  meeting_room: number;
  phone_server: number;
}

export type LicenseTier = keyof Licenses | keyof Licenses5;

/** One row per customer; in `voss-5` also one per provider for what lies above its customers. */
export interface LicenseCount<L extends Licenses | Licenses5 = Licenses> {
  type: "license-count";
  scheme: string;
  provider: string;
  reseller: string;
  customer: string;
  provider_pkid: string;
  /** Empty in the row for what lies above customers. */
  customer_pkid: string;
  /** By column id. */
  counts: Record<string, number | boolean>;
  licenses: L;
}

/** Anonymous raw data behind the counts: how often one combination of facts occurs in a customer. */
export interface LicenseProfile {
  type: "license-profile";
  scheme: string;
  customer_pkid: string;
  /** Where `customer_pkid` is empty: the provider whose row it is. */
  provider_pkid?: string;
  /** The data export it belongs to: `subscriber`, `standalone-phone` ... */
  export: string;
  profile: Record<string, number | boolean | string>;
  count: number;
}

/** One counted user, device or account, or an instance that is not counted. It names people: for local use. */
export interface Evidence {
  type: "evidence";
  scheme: string;
  /** Name of the customer; empty for what is outside every customer. */
  customer: string;
  customer_pkid: string;
  /** Where it is in the row for what lies above customers: the provider. */
  provider_pkid?: string;
  counted: boolean;
  /** Column id and title; empty when it is not counted. */
  column: string;
  title: string;
  /** What it adds to the column. */
  number: number;
  tier: LicenseTier | "none";
  /** What it adds to the licenses of its tier. */
  licenses: number;
  /** Id of the rule, and where that is written down; empty where no rule looked at it. */
  rule: string;
  reference: string;
  /** What it is: `subscriber`, `phone`, `Microsoft account` ...; `instance` when it is not counted. */
  kind: string;
  /** As it is compared: in lower case. */
  name: string;
  hierarchy: string;
  reasons: string[];
  sources: { model: string; pkid: string; name: string }[];
  /** Of a `data/User` in `voss-5`. */
  status?: LicenseStatus;
}

/** The license audit status of a user, as the portal words it. */
export type LicenseStatus = "Licensed" | "Unlicensed" | "Unknown";

/** What became of one column of one customer from one month to another. */
export interface LicenseChange {
  type: "license-change";
  scheme: string;
  /** Empty where neither side names it. */
  customer: string;
  customer_pkid: string;
  /** Where `customer_pkid` is empty: the provider whose row it is. */
  provider_pkid?: string;
  column: string;
  title: string;
  tier: LicenseTier | "none";
  /** A flag is 1 or 0. */
  before: number;
  after: number;
  change: number;
}

/** Somebody or something that came into columns, left them, or moved. It names people: for local use. */
export interface SubjectChange {
  type: "subject-change";
  scheme: string;
  customer_pkid: string;
  /** Where `customer_pkid` is empty: the provider whose row it is. */
  provider_pkid?: string;
  change: "entered" | "left" | "moved";
  rule: string;
  kind: string;
  name: string;
  /** Column ids. */
  from: string[];
  to: string[];
  causes: string[];
}

export type Severity = "info" | "warning" | "error";

/** Input quality and rule gaps, as data. */
export interface Finding {
  type: "finding";
  code: string;
  severity: Severity;
  message: string;
  customer_pkid: string;
  model?: string;
  pkid?: string;
  count?: number;
}

/** A file that was written and published. */
export interface FileRecord {
  type: "file";
  /** `detailed-csv`, `anonymous-csv`, `anonymous-zip`, `sde-phones` ... */
  format: string;
  path: string;
  name: string;
  size_bytes: number;
  /** Hexadecimal. */
  sha256: string;
}

/** One row of a report of the subscriber data export. */
export interface SdeRow {
  type: "sde-row";
  /** Type of the export: `phones`. */
  report: string;
  row: Readonly<Record<string, unknown>>;
}

export type DeliveryStatus = "delivered" | "already-delivered" | "failed" | "queued";

/** What became of one file at one destination. */
export interface Delivery {
  type: "delivery";
  destination: string;
  file: string;
  status: DeliveryStatus;
  attempts: number;
  location: string;
  sha256: string;
  message: string;
  /** What the peer confirmed: `read-back`, `digest`, `size`, `accepted`, `remembered`. */
  proof?: string;
  /** Why it failed: `temporary`, `permanent`, `configuration`, `authentication`, `integrity`. */
  failure?: string;
}

export type AlertStatus = "acknowledged" | "sent" | "failed";

/** An alert that is open, or what became of it at one target. */
export interface AlertRecord {
  type: "alert";
  id: string;
  code: string;
  category: string;
  severity: Severity;
  message: string;
  /** How often it was raised. */
  count: number;
  /** RFC 3339, UTC. */
  raised_at: string;
  target?: string;
  channel?: string;
  status?: AlertStatus;
  answer?: string;
}

export interface End {
  type: "end";
  tool: string;
  /** Records between begin and end, by type. */
  counts: Record<string, number>;
}

/** Any record: the known ones and those of a later version. */
export interface AnyRecord {
  type: string;
  [key: string]: unknown;
}

type Check = (value: unknown, record: Readonly<Record<string, unknown>>) => boolean;
type Shape = Readonly<Record<string, readonly [wanted: string, check: Check, optional?: "optional"]>>;

const isText = (value: unknown): boolean => typeof value === "string";
const isFilled = (value: unknown): boolean => typeof value === "string" && value !== "";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTime = (value: unknown): boolean => typeof value === "string" && timeOf(value) !== undefined;
const isHash = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const every =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value as object).every((one) => check(one, {}));
const oneOf =
  (...words: string[]): Check =>
  (value) =>
    words.includes(value as string);

const text = ["a text", isText] as const;
const filled = ["a text that is not empty", isFilled] as const;
const count = ["a whole number from 0", isCount] as const;
const time = ["a time (RFC 3339 with a zone)", isTime] as const;
const texts = ["a list of texts", (value: unknown) => Array.isArray(value) && value.every(isText)] as const;
const tier = [
  "a tier, or none",
  oneOf(
    "essential",
    "premium",
    "contact_center",
    "hybrid",
    "phone_server",
    "user",
    "standalone_device",
    "meeting_room",
    "none",
  ),
] as const;
/** Rows of what lies above customers are in scheme `voss-5` alone, and tell their provider. */
const rowPkid = [
  "a text that is not empty, or in voss-5 an empty one beside a provider_pkid",
  (value: unknown, { scheme, provider_pkid: provider }: Readonly<Record<string, unknown>>) =>
    isFilled(value) || (value === "" && scheme === "voss-5" && isFilled(provider)),
] as const;
const sha256 = ["64 hexadecimal digits", isHash] as const;

/** Required and optional fields of every record type we know. */
export const SHAPES: Readonly<Record<string, Shape>> = {
  begin: {
    schema: [`a schema version up to ${SCHEMA}`, (value) => isCount(value) && (value as number) <= SCHEMA],
    tool: filled,
    version: text,
    run_id: filled,
    started_at: time,
    collected_at: time,
    platform: ["an object of texts", every(isText)],
    via: [
      "a list of {tool, version}",
      (value) =>
        Array.isArray(value) &&
        value.every((via: Partial<Via> | null) => isFilled(via?.tool) && isText(via?.version)),
      "optional",
    ],
  },
  instance: { model: filled, pkid: filled, hierarchy: filled, data: ["an object", isObject] },
  "scope-end": { hierarchy: filled },
  "license-count": {
    scheme: filled,
    provider: text,
    reseller: text,
    customer: text,
    provider_pkid: text,
    customer_pkid: rowPkid,
    counts: [
      "an object of whole numbers and booleans",
      every((value) => isCount(value) || typeof value === "boolean"),
    ],
    licenses: ["an object of whole numbers", every(isCount)],
  },
  "license-profile": {
    scheme: filled,
    customer_pkid: rowPkid,
    provider_pkid: [...text, "optional"],
    export: filled,
    profile: [
      "an object of whole numbers, booleans and words",
      every((value) => isCount(value) || isText(value) || typeof value === "boolean"),
    ],
    count,
  },
  finding: {
    code: filled,
    severity: ["info, warning or error", oneOf("info", "warning", "error")],
    message: filled,
    customer_pkid: text,
    model: [...text, "optional"],
    pkid: [...text, "optional"],
    count: [...count, "optional"],
  },
  file: { format: filled, path: filled, name: filled, size_bytes: count, sha256 },
  evidence: {
    scheme: filled,
    customer: text,
    customer_pkid: text,
    provider_pkid: [...filled, "optional"],
    counted: ["true or false", (value) => typeof value === "boolean"],
    column: text,
    title: text,
    number: count,
    tier,
    licenses: count,
    rule: text,
    reference: text,
    kind: filled,
    name: text,
    hierarchy: filled,
    reasons: texts,
    sources: [
      "a list of {model, pkid, name}",
      (value) =>
        Array.isArray(value) &&
        value.every(
          (source: Partial<Evidence["sources"][number]> | null) =>
            isFilled(source?.model) && isFilled(source?.pkid) && isText(source?.name),
        ),
    ],
    status: ["Licensed, Unlicensed or Unknown", oneOf("Licensed", "Unlicensed", "Unknown"), "optional"],
  },
  "license-change": {
    scheme: filled,
    customer: text,
    customer_pkid: rowPkid,
    provider_pkid: [...text, "optional"],
    column: filled,
    title: filled,
    tier,
    before: count,
    after: count,
    change: ["a whole number", Number.isSafeInteger],
  },
  "subject-change": {
    scheme: filled,
    customer_pkid: rowPkid,
    provider_pkid: [...text, "optional"],
    change: ["entered, left or moved", oneOf("entered", "left", "moved")],
    rule: filled,
    kind: filled,
    name: text,
    from: texts,
    to: texts,
    causes: texts,
  },
  "sde-row": { report: filled, row: ["an object", isObject] },
  delivery: {
    destination: filled,
    file: filled,
    status: [
      "delivered, already-delivered, failed or queued",
      oneOf("delivered", "already-delivered", "failed", "queued"),
    ],
    attempts: count,
    location: text,
    sha256: text,
    message: text,
    proof: [...filled, "optional"],
    failure: [...filled, "optional"],
  },
  alert: {
    id: filled,
    code: filled,
    category: filled,
    severity: ["info, warning or error", oneOf("info", "warning", "error")],
    message: filled,
    count,
    raised_at: time,
    target: [...filled, "optional"],
    channel: [...filled, "optional"],
    status: ["acknowledged, sent or failed", oneOf("acknowledged", "sent", "failed"), "optional"],
    answer: [...text, "optional"],
  },
  end: { tool: filled, counts: ["an object of whole numbers", every(isCount)] },
};

/**
 * What is wrong with a record, or `undefined`: `instance record has no "pkid", wanted a text that is
 * not empty`. A type we do not know is right as long as it has a type.
 */
export function recordProblem(record: AnyRecord): string | undefined {
  if (record.type === "instance" && isGoodInstance(record as Partial<Instance>)) return undefined;
  const shape = SHAPES[record.type];
  if (shape === undefined) return undefined;
  for (const key in shape) {
    const [wanted, check, optional] = shape[key] as Shape[string];
    const value = record[key];
    if (value === undefined) {
      if (optional === undefined) return `${record.type} record has no "${key}", wanted ${wanted}`;
    } else if (!check(value, record)) {
      return `${record.type} record has a wrong "${key}", wanted ${wanted}`;
    }
  }
  return undefined;
}

/** The checks of an instance without the table: nearly every record is one. */
function isGoodInstance({ model, pkid, hierarchy, data }: Partial<Instance>): boolean {
  return isFilled(model) && isFilled(pkid) && isFilled(hierarchy) && isObject(data);
}

/** For tests: like `recordProblem`, and a field or type that the contract does not name is wrong as well. */
export function strictRecordProblem(record: AnyRecord): string | undefined {
  const shape = Object.hasOwn(SHAPES, record.type) ? SHAPES[record.type] : undefined;
  if (shape === undefined) return `unknown record type "${record.type}"`;
  const extra = Object.keys(record).find((key) => key !== "type" && !Object.hasOwn(shape, key));
  if (extra !== undefined) return `${record.type} record has an unknown field "${extra}"`;
  if (Object.keys(record)[0] !== "type") return `${record.type} record does not begin with its type`;
  return recordProblem(record);
}
