/** From content to the bytes of the files: the two CSV files and the archive with its four members and their hashes. */
import { createHash } from "node:crypto";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Content, Customer } from "./content.ts";
import { anonymousCsv, detailedCsv } from "./csv.ts";
import { type Facts, type Format, type LicenseFormat, makeNames, type Names } from "./facts.ts";
import { licenseJson, resourcesJson } from "./license-json.ts";
import { writeZip, type ZipEntry } from "./zip.ts";

/** A file to be published. */
export interface PackedFile {
  readonly name: string;
  /** None for the hash beside a CSV file, which is no record of its own. */
  readonly format: Format | undefined;
  readonly bytes: Uint8Array;
}

/** `<SHA-256 in hexadecimal>  <file name>`, as `sha256sum -c` reads it. */
export function hashLine(name: string, bytes: Uint8Array): string {
  return `${createHash("sha256").update(bytes).digest("hex")}  ${name}\n`;
}

/** The files of 4.x in the given formats, a CSV file followed by its hash. */
export function packFiles(
  facts: Facts,
  content: Content,
  formats: readonly LicenseFormat[],
  isLegacy = false,
): PackedFile[] {
  const names = makeNames(facts, isLegacy);
  return formats.flatMap((format) => {
    switch (format) {
      case "detailed-csv":
        return withHash(format, names.detailed, detailedCsv(facts, content.customers, content.names));
      case "anonymous-csv":
        return withHash(format, names.anonymous, anonymousCsv(facts, content.customers));
      case "anonymous-zip":
        return [{ name: names.zip, format, bytes: packZip(facts, content, names) }];
      case "detailed-zip":
        return []; // of 5.x alone
    }
    return format satisfies never;
  });
}

/** A CSV file and the hash beside it. */
export function withHash(format: Format, name: string, text: string): PackedFile[] {
  const bytes = utf8ToBytes(text);
  return [
    { name, format, bytes },
    { name: `${name}.hash`, format: undefined, bytes: utf8ToBytes(hashLine(name, bytes)) },
  ];
}

function packZip(facts: Facts, content: Content, names: Names): Uint8Array {
  return archive(facts, content.customers, names, {
    patch: utf8ToBytes(resourcesJson(content.patches)),
    adaptationLog: utf8ToBytes(resourcesJson(content.adaptations)),
  });
}

/** Members that the customers say nothing about. */
export interface OtherMembers {
  readonly patch: Uint8Array;
  readonly adaptationLog: Uint8Array;
}

/** The archive with everything in it: one folder, four files, and a hash for each (guide 1.6.1). */
export function archive(
  facts: Facts,
  customers: readonly Customer[],
  names: Names,
  others: OtherMembers,
): Uint8Array {
  const files: [name: string, bytes: Uint8Array][] = [
    [names.license, utf8ToBytes(licenseJson(facts, customers))],
    [names.patch, others.patch],
    [names.adaptationLog, others.adaptationLog],
    [names.anonymous, utf8ToBytes(anonymousCsv(facts, customers))],
  ];
  const entries: ZipEntry[] = [{ name: `${names.folder}/`, data: new Uint8Array() }];
  for (const [name, data] of files) {
    entries.push({ name: `${names.folder}/${name}`, data });
    entries.push({ name: `${names.folder}/${name}.hash`, data: utf8ToBytes(hashLine(name, data)) });
  }
  return writeZip(entries, facts.date);
}
