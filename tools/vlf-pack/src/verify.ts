/** Verifies the license files from their bytes alone: every number again, every byte accounted for. */
import { readCsv } from "@vlf/common/csv";
import { DataError } from "@vlf/common/exit";
import { COLUMNS } from "@vlf/common/voss4";
import { anonymousCsv, detailedCsv } from "./csv.ts";
import { headerLines, makeNames } from "./facts.ts";
import { archive, hashLine } from "./files.ts";
import { type License, readLicenseJson } from "./license-json.ts";
import { readZip } from "./zip.ts";

/**
 * Verifies an archive: structure, CRCs, hashes, members, the license JSON, the anonymous CSV made again
 * from it, and at last the whole archive, made again from its own content: so any changed byte is found.
 * @param name the file's own name: it has to be the one that the content makes
 * @throws {DataError} saying what is wrong
 */
export function verifyZip(name: string, bytes: Uint8Array): License {
  const members = new Map(readZip(bytes).map((entry) => [entry.name, entry.data]));
  const take = (member: string): Uint8Array => {
    const data = members.get(member);
    if (data === undefined) throw new DataError(`"${member}" is not in the archive`);
    members.delete(member);
    return data;
  };
  const licenseName =
    [...members.keys()].find((key) => /_license(_legacy)?_[\d_-]+\.json$/.test(key)) ?? "license JSON";
  const license = readLicenseJson(text(members.get(licenseName) ?? take(licenseName)));
  const names = makeNames(license.facts, /_license_legacy_[\d_-]+\.zip$/.test(name));
  if (names.zip !== name) throw new DataError(`the content is that of "${names.zip}"`);

  take(`${names.folder}/`);
  const contents = [names.license, names.patch, names.adaptationLog, names.anonymous].map((member) => {
    const data = take(`${names.folder}/${member}`);
    if (text(take(`${names.folder}/${member}.hash`)) !== hashLine(member, data)) {
      throw new DataError(`"${member}" does not agree with its hash`);
    }
    return data;
  });
  const [extra] = members.keys();
  if (extra !== undefined) throw new DataError(`"${extra}" does not belong in the archive`);

  const [, patch, adaptationLog, anonymous] = contents as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  if (text(anonymous) !== anonymousCsv(license.facts, license.customers)) {
    throw new DataError(`"${names.anonymous}" has other numbers than the license JSON`);
  }
  const again = archive(license.facts, license.customers, names, { patch, adaptationLog });
  if (!sameBytes(again, bytes)) throw new DataError("is not what its own content makes: bytes are changed");
  return license;
}

/**
 * Verifies that a CSV file agrees with the hash beside it.
 * @throws {DataError} when it does not
 */
export function verifySidecar(name: string, bytes: Uint8Array, sidecar: Uint8Array): void {
  if (text(sidecar) !== hashLine(name, bytes)) throw new DataError(`does not agree with "${name}.hash"`);
}

/**
 * Verifies that an anonymous CSV file is the one in the archive.
 * @throws {DataError} when it is not
 */
export function verifyAnonymous(bytes: Uint8Array, license: License): void {
  if (text(bytes) !== anonymousCsv(license.facts, license.customers)) {
    throw new DataError("has other numbers than the license JSON in the archive");
  }
}

/**
 * Verifies the numbers of a detailed CSV file against the license JSON in the archive: whole file but the
 * names, which only this file has.
 * @throws {DataError} naming customer and column
 */
export function verifyDetailed(bytes: Uint8Array, license: License): void {
  const found = text(bytes);
  const headers = headerLines(license.facts).map((line) => `${line}\n`);
  const head = headers.join("");
  if (!found.startsWith(head)) throw new DataError("metadata lines are not those of the archive");
  const [titles, ...rows] = readCsv(found.slice(head.length)) ?? [];
  if (titles === undefined) throw new DataError("is not CSV");
  const names = rows.map(([provider = "", reseller = "", customer = "", pkid = ""]) => ({
    pkid,
    provider,
    reseller,
    customer,
  }));
  const known = new Set(license.customers.map((customer) => customer.pkid));
  const stranger = names.find(({ pkid }) => !known.has(pkid));
  if (stranger !== undefined) throw new DataError(`customer "${stranger.pkid}" is not in the archive`);
  if (new Set(names.map(({ pkid }) => pkid)).size !== rows.length || rows.length !== known.size) {
    throw new DataError(`${rows.length} rows, but the archive has ${known.size} customers`);
  }
  const again = detailedCsv(license.facts, license.customers, names);
  if (again !== found) throw new DataError(firstDifference([titles, ...rows], again.slice(head.length)));
}

function firstDifference(rows: readonly string[][], again: string): string {
  const wanted = readCsv(again) ?? [];
  for (const [index, row] of rows.entries()) {
    for (const [place, value] of row.entries()) {
      const right = wanted[index]?.[place];
      if (value === right) continue;
      if (index === 0) return `column title "${value}", wanted "${right ?? "none"}"`;
      const title = COLUMNS[place - 3]?.title ?? `column ${place + 1}`;
      return `customer "${row[3]}": "${title}" is "${value}", but the archive makes "${right ?? "none"}"`;
    }
  }
  return "is not written as this tool writes it";
}

/** Strict: bytes that are no UTF-8, and a byte order mark, must not vanish in the reading. */
export function text(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new DataError("holds bytes that are not UTF-8");
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
