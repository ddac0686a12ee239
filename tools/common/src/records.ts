/**
 * The records that the tools say to each other: one TypeScript type and one validator per record
 * type. docs/records.md has the same as tables. Unknown types and fields pass through unchanged.
 */
import type { Data } from "./axl.ts";

export { recordProblem, SCHEMA, SHAPES, strictRecordProblem } from "./_record-shapes.ts";

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
  /** The file of a what-if: nothing in the stream is real, and no tool reads it. */
  what_if?: string;
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

/** License types of the schemes of Cisco. */
export type CiscoTier =
  | "essential"
  | "basic"
  | "enhanced"
  | "enhanced_plus"
  | "cuwl"
  | "telepresence_room"
  | "knowledge_worker"
  | "common_area"
  | "telepresence"
  | "professional"
  | "access";

/** Licenses of a scheme of Cisco: each of its types, also those of which there are none. */
export type CiscoLicenses = Partial<Record<CiscoTier, number>>;

export type AnyLicenses = Licenses | Licenses5 | CiscoLicenses;

export type LicenseTier = keyof Licenses | keyof Licenses5 | CiscoTier;

/** One row per customer; in `voss-5` also one per provider for what lies above its customers. */
export interface LicenseCount<L extends AnyLicenses = Licenses> {
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
  /** In the schemes of Cisco the same licenses cluster by cluster, sorted; they sum to `licenses`. */
  clusters?: ClusterLicenses[];
}

/** What one cluster of a customer adds to its licenses. */
export interface ClusterLicenses {
  /** Name of the cluster; empty where the instances do not tell it. */
  cluster: string;
  /** Where its data center is; empty where nothing tells. */
  region: string;
  licenses: Record<string, number>;
}

/** What another system says is used of one license type, as read from its own report. */
export interface Usage {
  type: "usage";
  /** `cisco`, `avaya` */
  vendor: string;
  /** What it is used of: `UCM`, `CUC`, `CER`, `Webex`, the Avaya application; empty where the source does not tell. */
  application: string;
  /** As the source names it; the next four are empty where it does not tell. */
  customer: string;
  customer_pkid: string;
  cluster: string;
  region: string;
  subscription: string;
  /** Our id where the name is known (`enhanced_plus`), else the name without the spaces around it. */
  license_type: string;
  /** As the source writes it, without the spaces around it. */
  license_name: string;
  quantity: number;
  /** `license`, or the metric of the source. */
  unit: string;
  /** When the source was taken. RFC 3339, UTC. */
  at: string;
  /** Format it was read from: `axl-totals`, `hcmf`, `cssm`, `webex`, `avaya`. */
  source: string;
  /** License manager or account whose total this is. A total holds what others say by customer: it is never added to it. */
  pool?: string;
  /** What the source says is bought, and its word for the state. */
  entitled?: number;
  status?: string;
  /** Of `quantity`, what is due to users and to devices (or workspaces) of nobody. */
  by_users?: number;
  by_devices?: number;
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

/** Whom or what two schemes count differently, and why. It names people: for local use. */
export interface SchemeDifference {
  type: "scheme-difference";
  customer: string;
  customer_pkid: string;
  /** A user, or what else is counted, as it is compared: in lower case. */
  name: string;
  hierarchy: string;
  /** The two schemes. */
  schemes: string[];
  /** By scheme: licenses by tier, those that are not 0. */
  licenses: Record<string, Record<string, number>>;
  /** Each with a word and what it means here. */
  causes: { cause: string; message: string }[];
  /** What each scheme counts: one subject can be one license here and several there. */
  subjects: { scheme: string; kind: string; name: string; licenses: number; reasons: string[] }[];
}

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

/** What became of the licenses of one tier of one customer. */
export interface TierChange {
  type: "tier-change";
  scheme: string;
  customer: string;
  customer_pkid: string;
  /** Where `customer_pkid` is empty: the provider whose row it is. */
  provider_pkid?: string;
  tier: LicenseTier;
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

export type PositionLevel = "subscription" | "customer" | "partner" | "cluster" | "region";

/** `usage`: nothing is bought for this level alone; `no-usage`: nothing was measured. */
export type PositionStatus = "ok" | "allowance" | "over" | "no-order" | "no-usage" | "inactive" | "usage";

export type Statistic = "last" | "average" | "peak";

/**
 * What is bought of one license type against what is used: `available` is `entitled` - `used` + borrowed - lent. The rows
 * of type `total` are sums over the others of their level, overage included: never add them to those.
 */
export interface Position {
  type: "position";
  level: PositionLevel;
  /** License model: `cisco-flex-2` ... */
  model: string;
  /** Id of the type, or `total`. */
  license_type: string;
  /** As people call it: `Knowledge Worker`. */
  title: string;
  /** What the row is of. Names that are not of its level or above are empty. */
  partner: string;
  partner_pkid: string;
  customer: string;
  customer_pkid: string;
  subscription: string;
  cluster: string;
  region: string;
  /** These four are not there in rows of clusters and regions: what is bought is not split among them. */
  entitled?: number;
  used: number;
  /** Negative when over. */
  available?: number;
  overage?: number;
  /** Used of entitled and what is borrowed, less what is lent: percent, rounded up. Not there for nothing. */
  utilization?: number;
  status: PositionStatus;
  /** What `used` is of the days of the period, and the day it was reached on: not there for averages and sums. */
  statistic: Statistic;
  used_on?: string;
  /** RFC 3339, UTC; `days` of the period have a measure. */
  period_start: string;
  period_end: string;
  days: number;
  /** Before higher licenses are lent to lower types, and the loans by type. */
  available_before?: number;
  overage_before?: number;
  borrowed?: Record<string, number>;
  lent?: Record<string, number>;
  /** What may be used beyond what is entitled, and what is used beyond both. */
  allowance?: number;
  overconsumed?: number;
  /** The day of the next true forward measurement, and the anniversary it is due on. */
  measured_on?: string;
  due_on?: string;
  /** Usage of that day by the trend of the period, and how much of it would be beyond the allowance. */
  projected?: number;
  projected_overconsumed?: number;
  /** Of active user plans: the quantity of the next year. */
  renewal?: number;
  /** Of subscriptions: their term, and facts of the order. */
  start?: string;
  end?: string;
  subscription_status?: "active" | "inactive";
  provisioning_status?: string;
  services?: string[];
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
