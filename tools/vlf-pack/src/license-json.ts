/**
 * The JSON files of the archive (guide 1.6.1). VOSS publishes no layout: ours holds, without any name of a
 * customer, all that the numbers of the CSV files are made of, so that anyone can compute them again.
 */
import { formatTime, parseTime, uuidOf } from "@vlf/common/clock";
import { DataError, ToolError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { LicenseProfile, Platform } from "@vlf/common/records";
import {
  AUDIT_VERSION,
  EXPORTS,
  type ExportId,
  type Profile,
  profileProblem,
  SCHEME,
} from "@vlf/common/voss4";
import { type Customer, customerOf, type Resource } from "./content.ts";
import { type Facts, makeFacts } from "./facts.ts";

const PIPELINE = "license_initial_audit";

/** JSON as the guide shows it: four blanks per level, a line feed at the end. */
function pretty(value: unknown): string {
  return `${JSON.stringify(value, undefined, 4)}\n`;
}

/** The patch or adaptation file; without entries it is the empty shape of guide 1.6.1. */
export function resourcesJson(resources: readonly Resource[]): string {
  return pretty({ meta: {}, resources });
}

/**
 * The license file: facts of the platform, then one object per data export that has data. A resource is a
 * profile: `customer_pkid`, its facts, and `count`, the number of people, devices or accounts it fits.
 */
export function licenseJson(facts: Facts, customers: readonly Customer[]): string {
  const datetime = formatTime(facts.date);
  const body: Record<string, unknown> = {
    pipeline_type_name: PIPELINE,
    scheme: SCHEME,
    audit_version: AUDIT_VERSION,
    platform: facts.platform,
  };
  for (const id of Object.keys(EXPORTS) as ExportId[]) {
    const resources: object[] = [];
    for (const { pkid, profiles } of customers) {
      for (const { export: own, profile, count } of profiles) {
        if (own === id) resources.push({ customer_pkid: pkid, ...profile, count });
      }
    }
    if (resources.length > 0) body[EXPORTS[id]] = { meta: {}, resources };
  }
  // An identifier of the content: packing the same audit again gives the same file.
  return pretty({ datetime, export_identifier: uuidOf(JSON.stringify({ datetime, ...body })), ...body });
}

export interface License {
  readonly facts: Facts;
  /** By pkid. */
  readonly customers: readonly Customer[];
}

/**
 * Reads a license file back and makes sure that it is, to the last byte, the one that its content makes.
 * @throws {DataError} saying what is wrong
 */
export function readLicenseJson(text: string): License {
  let license: License;
  try {
    license = parse(JSON.parse(text));
  } catch (error) {
    const reason = error instanceof ToolError ? error.message : "not JSON of the wanted layout";
    throw new DataError(`license JSON: ${reason}`, { cause: error });
  }
  if (licenseJson(license.facts, license.customers) !== text) {
    throw new DataError("license JSON: is not what its own content makes");
  }
  return license;
}

/** Takes the parts out of the layout. Whatever else is there shows when it is written again. */
function parse(value: unknown): License {
  const root = value as Readonly<Record<string, unknown>>;
  const date = parseTime(String(root["datetime"]), "datetime");
  const facts = makeFacts(root["platform"] as Platform, {}, date);
  const profiles = new Map<string, Profile[]>();
  for (const [id, title] of Object.entries(EXPORTS)) {
    const list = root[title] as { resources: Readonly<Record<string, unknown>>[] } | undefined;
    for (const { customer_pkid: pkid, count, ...profile } of list?.resources ?? []) {
      const record = { export: id, profile, count } as Pick<LicenseProfile, "export" | "profile" | "count">;
      const wrong = Number.isSafeInteger(count) && record.count >= 0 ? profileProblem(record) : "wrong count";
      if (wrong !== undefined) throw new DataError(wrong);
      const known = profiles.get(String(pkid)) ?? [];
      known.push(record as unknown as Profile);
      profiles.set(String(pkid), known);
    }
  }
  const customers = [...profiles]
    .map(([pkid, list]) => customerOf(pkid, list))
    .toSorted((a, b) => byCodeUnit(a.pkid, b.pkid));
  return { facts, customers };
}
