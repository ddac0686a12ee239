/** The facts in the head of the license files, and the names made of them (guide 1.6.1, 1.7.1). */
import { fileStamp, formatTime } from "@vlf/common/clock";
import { DataError } from "@vlf/common/exit";
import { PLATFORM_KEYS, type Platform } from "@vlf/common/records";
import { AUDIT_VERSION } from "@vlf/common/voss4";

/** What the head of every file of one run says. */
export interface Facts {
  /** Without keys that have no value. */
  readonly platform: Platform;
  /** The date of the audit, whole seconds count. */
  readonly date: Date;
}

/** Line breaks of any kind, by which a value could pass itself off as lines of its own. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** The years that a date in a ZIP archive can have, as fflate writes it. */
const FIRST_YEAR = 1980;
const LAST_YEAR = 2099;

/**
 * The facts of a run: what `vlf.toml` says, else what the stream says.
 * @throws {DataError} for a value with a line break or another control character, or a date that a ZIP
 * archive cannot hold
 */
export function makeFacts(stream: Platform, overrides: Platform, date: Date): Facts {
  const platform: Platform = {};
  for (const key of PLATFORM_KEYS) {
    const value = overrides[key] ?? stream[key] ?? "";
    if (BREAKS.test(value)) {
      throw new DataError(`write header: platform fact "${key}" holds a line break or control character`, {
        hint: `correct it in vlf.toml: [platform] ${key} = "..."`,
      });
    }
    if (value !== "") platform[key] = value;
  }
  const year = date.getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    throw new DataError(
      `write header: the date is of the year ${year}, wanted one from ${FIRST_YEAR} to ${LAST_YEAR}`,
    );
  }
  return { platform, date };
}

/** Facts that the files lack and are left empty, in the header's order. Token and expiry have words for it. */
export function missingFacts(facts: Facts): (keyof Platform)[] {
  return PLATFORM_KEYS.filter(
    (key) => facts.platform[key] === undefined && key !== "license_token" && key !== "license_expiry",
  );
}

/** The metadata lines before the header row, in the guide's order (1.7.1). */
export function headerLines(facts: Facts): string[] {
  const { platform, date } = facts;
  const time = formatTime(date);
  return [
    `#OrgID=${platform.org_id ?? ""}`,
    `#Platform ID=${platform.platform_id ?? ""}`,
    `#hostname=${platform.hostname ?? ""}`,
    `#Provider Name=${platform.provider_name ?? ""}`,
    `#Software Version=${platform.software_version ?? ""}`,
    `#Platform Version=${platform.platform_version ?? ""}`,
    `#Deployment Mode=${platform.deployment_mode ?? ""}`,
    `#Date Time=${time.slice(0, 10)} ${time.slice(11, 16)}`,
    `#License Token=${platform.license_token ?? "<license-token-not-found>"}`,
    `#License Expiry=${platform.license_expiry ?? "<license-expiry-not-found>"}`,
    `#Audit Version=${AUDIT_VERSION}`,
  ];
}

/** Names of the files of one run. */
export interface Names {
  /** `2022-11-19_1311` */
  readonly stamp: string;
  readonly detailed: string;
  readonly anonymous: string;
  readonly zip: string;
  /** Inside the archive, below `folder`. */
  readonly folder: string;
  readonly license: string;
  readonly patch: string;
  readonly adaptationLog: string;
}

/**
 * The names of guide 1.6.1: `vlf_<provider>_<host>_detailed_<YYYY-MM-DD_HHMM>.csv` and so on. Beside files of
 * 5.x those of 4.x are `legacy`: `detailed_legacy` (guide 1.7.1); that the others follow it is ours.
 */
export function makeNames(facts: Facts, isLegacy = false): Names {
  const stamp = fileStamp(facts.date);
  const start = nameStart(facts);
  const legacy = isLegacy ? "_legacy" : "";
  return {
    stamp,
    detailed: `${start}_detailed${legacy}_${stamp}.csv`,
    anonymous: `${start}_anonymous${legacy}_${stamp}.csv`,
    zip: `${start}_license${legacy}_${stamp}.zip`,
    folder: `${stamp}_license`,
    license: `${start}_license${legacy}_${stamp}.json`,
    patch: `${start}_patch_${stamp}.json`,
    adaptationLog: `${start}_adaptation_log_${stamp}.json`,
  };
}

/** What the names of all files of a run begin with. */
export function nameStart({ platform }: Facts): string {
  return `vlf_${namePart(platform.provider_name)}_${namePart(platform.hostname)}`;
}

/** A provider or host as part of a file name: every other character is `_`, nothing is `unknown`. */
function namePart(value: string | undefined): string {
  return (value ?? "").replaceAll(/[^A-Za-z0-9._-]/gu, "_") || "unknown";
}

/** `detailed-zip` is of 5.x alone. */
export type LicenseFormat = "detailed-csv" | "anonymous-csv" | "anonymous-zip" | "detailed-zip";
/** For people to look at. */
export type ReportFormat = "html" | "anonymous-html" | "xlsx";
export type Format = LicenseFormat | ReportFormat;
const REPORT_FORMATS: readonly ReportFormat[] = ["html", "anonymous-html", "xlsx"];
export const FORMATS: readonly Format[] = [
  "detailed-csv",
  "anonymous-csv",
  "anonymous-zip",
  "detailed-zip",
  ...REPORT_FORMATS,
];

export function isReport(format: Format): format is ReportFormat {
  return REPORT_FORMATS.some((report) => report === format);
}

/** The name of a report: `vlf_<provider>_<host>_report_<stamp>.html`. */
export function reportName(facts: Facts, format: ReportFormat): string {
  const [kind, ending] = format === "anonymous-html" ? ["report_anonymous", "html"] : ["report", format];
  return `${nameStart(facts)}_${kind}_${fileStamp(facts.date)}.${ending}`;
}

/** What a file name of ours tells. */
export interface NameParts {
  readonly format: Format;
  /** The name without format, stamp and ending: `vlf_CS-P_VOSS-UN-1`. */
  readonly start: string;
  readonly stamp: string;
  readonly date: Date;
  /** True for the `.hash` beside a CSV file or a report. */
  readonly isSidecar: boolean;
  /** A file of 4.x beside those of 5.x. */
  readonly isLegacy: boolean;
}

const CSV_FORMATS: Readonly<Record<string, Format>> = {
  detailed: "detailed-csv",
  anonymous: "anonymous-csv",
};
const ZIP_FORMATS: Readonly<Record<string, Format>> = {
  license: "anonymous-zip",
  license_detailed: "detailed-zip",
};

const STAMP = /((\d{4})-(\d\d)-(\d\d)_(\d\d)(\d\d))/.source;
const CSV_NAME = new RegExp(
  `^(vlf_[\\w.-]+_[\\w.-]+)_(detailed|anonymous)(_legacy)?_${STAMP}\\.(csv|csv\\.hash)$`,
);
/** The provider and host are as short as can be, since the word that follows may be two. */
const ZIP_NAME = new RegExp(
  `^(vlf_[\\w.-]+_[\\w.-]+?)_(license|license_detailed)(_legacy)?_${STAMP}\\.(zip)$`,
);

const REPORT_NAME = new RegExp(
  `^(vlf_[\\w.-]+_[\\w.-]+?)_(report|report_anonymous)()_${STAMP}\\.((?:html|xlsx)(?:\\.hash)?)$`,
);

/** Reads a file name; `undefined` for any that this tool does not write. */
export function readName(name: string): NameParts | undefined {
  const match = ZIP_NAME.exec(name) ?? REPORT_NAME.exec(name) ?? CSV_NAME.exec(name);
  if (match === null) return undefined;
  const [, start = "", kind = "", legacy, stamp = "", ...rest] = match;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = rest.slice(0, 5).map(Number);
  const ending = rest[5] ?? "";
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const format = formatIn(kind, ending.replace(/\.hash$/, ""));
  if (fileStamp(date) !== stamp || format === undefined) return undefined;
  const isLegacy = legacy !== undefined && legacy !== "";
  if (isLegacy && format === "detailed-zip") return undefined;
  return { format, start, stamp, date, isSidecar: ending.endsWith(".hash"), isLegacy };
}

function formatIn(kind: string, ending: string): Format | undefined {
  if (ending === "zip") return ZIP_FORMATS[kind];
  if (ending === "csv") return CSV_FORMATS[kind];
  if (kind === "report_anonymous") return ending === "html" ? "anonymous-html" : undefined;
  return REPORT_FORMATS.find((format) => format === ending);
}

/**
 * Whether a file of that date has been kept long enough: two years by the calendar (guide 1.6.1).
 * What was written on a 29 February goes after the 1 March two years later.
 */
export function isExpired(date: Date, now: Date): boolean {
  const end = new Date(date);
  end.setUTCFullYear(date.getUTCFullYear() + 2);
  return end.getTime() < now.getTime();
}
