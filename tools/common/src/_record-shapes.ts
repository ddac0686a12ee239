/** What is right in a record of each type: required and optional fields with their checks. Used through records.ts. */
import { timeOf } from "./clock.ts";
import type { AnyRecord, ClusterLicenses, Evidence, Instance, SchemeDifference, Via } from "./records.ts";

/** Version of the stream format; a reader refuses a higher one. */
export const SCHEMA: number = 1;

type Check = (value: unknown, record: Readonly<Record<string, unknown>>) => boolean;
type Shape = Readonly<Record<string, readonly [wanted: string, check: Check, optional?: "optional"]>>;

const isText = (value: unknown): boolean => typeof value === "string";
const isFilled = (value: unknown): boolean => typeof value === "string" && value !== "";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTime = (value: unknown): boolean => typeof value === "string" && timeOf(value) !== undefined;
const isDay = (value: unknown): boolean =>
  typeof value === "string" && timeOf(`${value}T00:00:00Z`) !== undefined;
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
const whole = ["a whole number", Number.isSafeInteger as Check] as const;
const day = ["a day (2026-11-01)", isDay] as const;
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
    "basic",
    "enhanced",
    "enhanced_plus",
    "cuwl",
    "telepresence_room",
    "knowledge_worker",
    "common_area",
    "telepresence",
    "professional",
    "access",
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

/** The licenses of the clusters, which have to be those of the row. */
function isByCluster(value: unknown, { licenses }: Readonly<Record<string, unknown>>): boolean {
  const parts = value as (Partial<ClusterLicenses> | null)[];
  if (!Array.isArray(value) || !every(isCount)(licenses, {})) return false;
  const good = parts.every(
    (part) => isText(part?.cluster) && isText(part?.region) && every(isCount)(part?.licenses, {}),
  );
  if (!good) return false;
  const whole = licenses as Readonly<Record<string, number>>;
  const ids = new Set([...Object.keys(whole), ...parts.flatMap((part) => Object.keys(part?.licenses ?? {}))]);
  return [...ids].every(
    (id) => parts.reduce((sum, part) => sum + (part?.licenses?.[id] ?? 0), 0) === (whole[id] ?? 0),
  );
}

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
    what_if: [...filled, "optional"],
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
    clusters: ["a list of {cluster, region, licenses} that sum to the licenses", isByCluster, "optional"],
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
  usage: {
    vendor: filled,
    application: text,
    customer: text,
    customer_pkid: text,
    cluster: text,
    region: text,
    subscription: text,
    license_type: filled,
    license_name: filled,
    quantity: count,
    unit: filled,
    at: time,
    source: filled,
    pool: [...filled, "optional"],
    entitled: [...count, "optional"],
    status: [...text, "optional"],
    by_users: [...count, "optional"],
    by_devices: [...count, "optional"],
  },
  position: {
    level: ["a level", oneOf("subscription", "customer", "partner", "cluster", "region")],
    model: filled,
    license_type: filled,
    title: filled,
    partner: text,
    partner_pkid: text,
    customer: text,
    customer_pkid: text,
    subscription: text,
    cluster: text,
    region: text,
    entitled: [...count, "optional"],
    used: count,
    available: [...whole, "optional"],
    overage: [...count, "optional"],
    utilization: [...count, "optional"],
    status: [
      "a status of positions",
      oneOf("ok", "allowance", "over", "no-order", "no-usage", "inactive", "usage"),
    ],
    statistic: ["last, average or peak", oneOf("last", "average", "peak")],
    used_on: [...day, "optional"],
    period_start: time,
    period_end: time,
    days: count,
    available_before: [...whole, "optional"],
    overage_before: [...count, "optional"],
    borrowed: ["an object of whole numbers", every(isCount), "optional"],
    lent: ["an object of whole numbers", every(isCount), "optional"],
    allowance: [...count, "optional"],
    overconsumed: [...count, "optional"],
    measured_on: [...day, "optional"],
    due_on: [...day, "optional"],
    projected: [...count, "optional"],
    projected_overconsumed: [...count, "optional"],
    renewal: [...count, "optional"],
    start: [...time, "optional"],
    end: [...time, "optional"],
    subscription_status: ["active or inactive", oneOf("active", "inactive"), "optional"],
    provisioning_status: [...filled, "optional"],
    services: [...texts, "optional"],
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
  "scheme-difference": {
    customer: text,
    customer_pkid: text,
    name: text,
    hierarchy: filled,
    schemes: texts,
    licenses: ["an object of objects of whole numbers", every(every(isCount))],
    causes: [
      "a list of {cause, message}",
      (value) =>
        Array.isArray(value) &&
        value.every(
          (one: Partial<SchemeDifference["causes"][number]> | null) =>
            isFilled(one?.cause) && isFilled(one?.message),
        ),
    ],
    subjects: [
      "a list of {scheme, kind, name, licenses, reasons}",
      (value) =>
        Array.isArray(value) &&
        value.every(
          (one: Partial<SchemeDifference["subjects"][number]> | null) =>
            isFilled(one?.scheme) &&
            isFilled(one?.kind) &&
            isText(one?.name) &&
            isCount(one?.licenses) &&
            Array.isArray(one?.reasons) &&
            one.reasons.every(isText),
        ),
    ],
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
    change: whole,
  },
  "tier-change": {
    scheme: filled,
    customer: text,
    customer_pkid: rowPkid,
    provider_pkid: [...text, "optional"],
    tier: ["a tier", (value, record) => value !== "none" && tier[1](value, record)],
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
