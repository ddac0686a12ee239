/** `[standing]` in `vlf.toml`, with its defaults. docs/entitlements.md says which are the vendor's. */
import type { Config } from "@vlf/common/config";

export interface StandingSettings {
  /** Days after which a license has to be refreshed, and that it is valid for. */
  readonly refreshDays: number;
  readonly validDays: number;
  /** A license that only tells its end is near it so many days before. */
  readonly expiryDays: number;
  /** Usage older than that is not collected any more. */
  readonly usageHours: number;
  /** WebLM shows an error when no request came for so long. */
  readonly linkHours: number;
  /** Percent that may be used beyond an ordered quantity, unless the order says otherwise. */
  readonly allowance: number;
  /** Words that say that all is well, in small letters. */
  readonly billingGood: readonly string[];
  readonly licenseGood: readonly string[];
  readonly linkGood: readonly string[];
  /** Applications of which two in one system need separate WebLM servers. */
  readonly separate: readonly string[];
  /** Least versions by application. */
  readonly minimumVersions: ReadonlyMap<string, string>;
}

const DEFAULTS = {
  refresh_days: 20,
  valid_days: 30,
  expiry_days: 30,
  usage_hours: 48,
  link_hours: 24,
  allowance: 0,
  billing_good: ["good"],
  license_good: ["Installed"],
  link_good: ["Active"],
  separate: ["Call Management System", "IX Messaging"],
} as const;

const NUMBER = "whole-number";

/** @throws {UsageError} naming the key */
export function standingSettings(config: Config): StandingSettings {
  const { minimum_versions: versions, ...rest } = config.table("standing");
  const found = config.values("[standing]", rest, {
    refresh_days: NUMBER,
    valid_days: NUMBER,
    expiry_days: NUMBER,
    usage_hours: NUMBER,
    link_hours: NUMBER,
    allowance: NUMBER,
    billing_good: "texts",
    license_good: "texts",
    link_good: "texts",
    separate: "texts",
  });
  const all = { ...DEFAULTS, ...found };
  return {
    refreshDays: all.refresh_days,
    validDays: all.valid_days,
    expiryDays: all.expiry_days,
    usageHours: all.usage_hours,
    linkHours: all.link_hours,
    allowance: all.allowance,
    billingGood: all.billing_good,
    licenseGood: all.license_good,
    linkGood: all.link_good,
    separate: all.separate,
    minimumVersions: minimumVersions(config, versions),
  };
}

function minimumVersions(config: Config, value: unknown): Map<string, string> {
  const where = "[standing.minimum_versions]";
  if (value === undefined) return new Map();
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw config.problem(where, "a table");
  return new Map(
    Object.entries(value).map(([name, version]) => {
      if (typeof version === "string" && /^\d+(\.\d+)*$/.test(version)) return [name, version];
      throw config.problem(`${where} "${name}"`, 'a version in quotes: "10.2"');
    }),
  );
}

/** TOML that changes nothing when it is put into `vlf.toml`. */
export function standingDefaults(): string {
  const lines = Object.entries(DEFAULTS).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const versions = [
    "",
    "[standing.minimum_versions] # none is published",
    '# "Communication Manager" = "10.1"',
  ];
  return ["[standing]", ...lines, ...versions].map((line) => `${line}\n`).join("");
}
