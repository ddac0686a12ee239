/** Formats of files, for settings that pair them with destinations (guide, 1.8.1). */
import { UsageError } from "@vlf/common/exit";

/** The names of the license files with their formats (guide, 1.8.1): `vlf_<provider>_<host>_license_<stamp>.zip`. */
const LICENSE_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^vlf_.*_detailed(?:_legacy)?_\d{4}-\d{2}-\d{2}_\d{4}\.csv$/su, "detailed-csv"],
  [/^vlf_.*_anonymous(?:_legacy)?_\d{4}-\d{2}-\d{2}_\d{4}\.csv$/su, "anonymous-csv"],
  [/^vlf_.*_license(?:_legacy)?_\d{4}-\d{2}-\d{2}_\d{4}\.zip$/su, "anonymous-zip"],
  // Of audit 5.x; it names customers.
  [/^vlf_.*_license_detailed_\d{4}-\d{2}-\d{2}_\d{4}\.zip$/su, "detailed-zip"],
  // Reports for people, which name customers, or are asked for without names.
  [/^vlf_.*_report_\d{4}-\d{2}-\d{2}_\d{4}\.html$/su, "html"],
  [/^vlf_.*_report_anonymous_\d{4}-\d{2}-\d{2}_\d{4}\.html$/su, "anonymous-html"],
  [/^vlf_.*_report_\d{4}-\d{2}-\d{2}_\d{4}\.xlsx$/su, "xlsx"],
];

/** License files that name no person and no customer. */
export const ANONYMOUS: readonly string[] = ["anonymous-csv", "anonymous-zip"];

/** Formats of license files, as `vlf-pack` names them. */
const LICENSE_FORMATS: readonly string[] = [
  "detailed-csv",
  "detailed-zip",
  ...ANONYMOUS,
  "html",
  "anonymous-html",
  "xlsx",
];

/** The format of a file by its name alone; undefined for any name that is not one of the license files. */
export function formatOf(name: string): string | undefined {
  return LICENSE_NAMES.find(([pattern]) => pattern.test(name))?.[1];
}

/**
 * Whether a wanted format takes a file of a format. `sde` takes every file of the subscriber data export,
 * whose formats begin with it.
 */
export function takes(wanted: readonly string[] | undefined, format: string | undefined): boolean {
  if (wanted === undefined) return true;
  return (
    format !== undefined &&
    wanted.some((one) => one === format || (one === "sde" && format.startsWith("sde-")))
  );
}

/**
 * Checks the words of `file_formats`.
 * @throws {UsageError} for a word that no tool writes
 */
export function checkFormats(where: string, formats: readonly string[]): void {
  for (const format of formats) {
    if (LICENSE_FORMATS.includes(format) || /^sde(-[a-z0-9-]+)?$/.test(format)) continue;
    throw new UsageError(`${where}: unknown format "${format}"`, {
      hint: `known: ${LICENSE_FORMATS.join(", ")}, sde, and sde-... as its records name them`,
    });
  }
}
