/** The files of scheme `voss-5`: the archives `license_detailed` and `license`, or loose CSV files. */
import { fileStamp } from "@vlf/common/clock";
import type { Layout } from "@vlf/common/voss5-layouts";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Content, Resource } from "./content.ts";
import type { Content5 } from "./content5.ts";
import { anonymousCsv5, breakdownCsv, detailedCsv5, toMinute } from "./csv5.ts";
import { type Facts, type LicenseFormat, nameStart } from "./facts.ts";
import { hashLine, type OtherMembers, type PackedFile, withHash } from "./files.ts";
import { resourcesJson } from "./license-json.ts";
import { writeZip, type ZipEntry } from "./zip.ts";

/** Names of the files of one run. */
export interface Names5 {
  readonly detailed: string;
  readonly anonymous: string;
  readonly breakdown: string;
  readonly zip: string;
  readonly detailedZip: string;
  /** Inside the archives; kept from 4.x, as no page shows the inside of one of 5.x. */
  readonly folder: string;
  readonly patch: string;
  readonly adaptationLog: string;
}

/** `vlf_<provider>_<host>_<file_type>_<YYYY-MM-DD_HHMM>`, as the vendor's page has it. */
export function makeNames5(facts: Facts): Names5 {
  const stamp = fileStamp(facts.date);
  const name = (type: string, ending: string): string => `${nameStart(facts)}_${type}_${stamp}.${ending}`;
  return {
    detailed: name("detailed", "csv"),
    anonymous: name("anonymous", "csv"),
    breakdown: name("anonymous_breakdown", "csv"),
    zip: name("license", "zip"),
    detailedZip: name("license_detailed", "zip"),
    folder: `${stamp}_license`,
    patch: name("patch", "json"),
    adaptationLog: name("adaptation_log", "json"),
  };
}

/** The formats that a layout has where none are asked for. */
export function defaultFormats5({ hasDetailedZip }: Layout): readonly LicenseFormat[] {
  return hasDetailedZip ? ["detailed-zip", "anonymous-zip"] : ["detailed-csv", "anonymous-zip"];
}

/** The files of the given formats, a CSV file followed by its hash. */
export function packFiles5(
  exact: Facts,
  layout: Layout,
  content: Content5,
  { patches, adaptations }: Pick<Content, "patches" | "adaptations">,
  formats: readonly LicenseFormat[],
): PackedFile[] {
  const facts = toMinute(exact);
  const names = makeNames5(facts);
  const json = (resources: readonly Resource[]): Uint8Array => utf8ToBytes(resourcesJson(resources));
  const zip = (main: "detailed" | "anonymous"): Uint8Array =>
    archive5(facts, layout, content, main, { patch: json(patches), adaptationLog: json(adaptations) });
  return formats.flatMap((format) => {
    switch (format) {
      case "detailed-csv":
        return withHash(format, names.detailed, detailedCsv5(facts, layout, content.named));
      case "anonymous-csv":
        return withHash(format, names.anonymous, anonymousCsv5(facts, layout, content.rows));
      case "anonymous-zip":
        return [{ name: names.zip, format, bytes: zip("anonymous") }];
      case "detailed-zip":
        return [{ name: names.detailedZip, format, bytes: zip("detailed") }];
    }
    return format satisfies never;
  });
}

/** An archive with everything in it: one folder, four files, and a hash for each. */
export function archive5(
  facts: Facts,
  layout: Layout,
  content: Content5,
  main: "detailed" | "anonymous",
  others: OtherMembers,
): Uint8Array {
  const names = makeNames5(facts);
  const csv =
    main === "detailed"
      ? detailedCsv5(facts, layout, content.named)
      : anonymousCsv5(facts, layout, content.rows);
  const files: [name: string, bytes: Uint8Array][] = [
    [names[main], utf8ToBytes(csv)],
    [names.breakdown, utf8ToBytes(breakdownCsv(facts, layout, content.rows))],
    [names.patch, others.patch],
    [names.adaptationLog, others.adaptationLog],
  ];
  const entries: ZipEntry[] = [{ name: `${names.folder}/`, data: new Uint8Array() }];
  for (const [name, data] of files) {
    entries.push({ name: `${names.folder}/${name}`, data });
    entries.push({ name: `${names.folder}/${name}.hash`, data: utf8ToBytes(hashLine(name, data)) });
  }
  return writeZip(entries, facts.date);
}
