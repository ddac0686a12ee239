/** Reading the license files back as numbers: the CSV file, or the anonymous CSV file in an archive. */
import { readCsv } from "./csv.ts";
import { DataError } from "./exit.ts";
import { type SchemeColumn, type SchemeId, schemeOf } from "./schemes.ts";
import { unzipMember, zipDirectory } from "./unzip.ts";
import type { Counts } from "./voss4.ts";

/** A row of a license file. */
export interface LicenseRow {
  /** Empty in anonymous files. */
  readonly name: string;
  readonly reseller: string;
  readonly counts: Counts;
  readonly customerPkid: string;
  /** Where there is no customer: the row of `voss-5` for what lies above the customers of this provider. */
  readonly providerPkid?: string;
}

export interface LicenseTable {
  readonly scheme: SchemeId;
  /** By customer pkid, or by the pkid of the provider for what lies above its customers. */
  readonly rows: Map<string, LicenseRow>;
  /** Columns that the file does not have, by id. */
  readonly missing: ReadonlySet<string>;
}

/** The key of a row: customers by pkid, what lies above them before all. */
export function rowKey(customerPkid: string, providerPkid = ""): string {
  return customerPkid === "" ? ` ${providerPkid}` : customerPkid;
}

/** The CSV file of an archive, and what the file beside it says of its hash. */
export interface ArchivedCsv {
  readonly name: string;
  readonly text: string;
  readonly hash: string | undefined;
}

/**
 * The anonymous CSV file in an archive, with its CRC checked.
 * @throws {DataError} when there is none, or the archive is damaged
 */
export function anonymousCsvIn(bytes: Uint8Array): ArchivedCsv {
  const { members } = zipDirectory(bytes);
  const member = members.find((one) => /_anonymous(?:_legacy)?_[\d_-]+\.csv$/.test(one.name));
  if (member === undefined) throw new DataError("holds no anonymous CSV");
  const hash = members.find((one) => one.name === `${member.name}.hash`);
  const text = (one: typeof member): string => new TextDecoder().decode(unzipMember(bytes, one));
  return {
    name: member.name.replace(/^.*\//, ""),
    text: text(member),
    hash: hash === undefined ? undefined : text(hash),
  };
}

/**
 * Reads a CSV file. Columns are found by their titles, so that a file of another version with more of them can
 * be read. Those of 5.x may be absent: its layouts differ, and columns of the model are not all in the files.
 * @param name for messages
 * @throws {DataError} when it is not one that vlf-pack writes
 */
export function readLicenseTable(name: string, text: string): LicenseTable {
  const table = text.replace(/^(?:#[^\n]*\n)+/, "");
  const scheme: SchemeId = /^#Audit Version=5\./mu.test(text) ? "voss-5" : "voss-4";
  const [titles = [], ...lines] = readCsv(table) ?? [];
  const places = new Map(titles.map((title, place) => [title, place]));
  const { counted } = schemeOf(scheme);
  const needed =
    scheme === "voss-4" ? ["Customer PKID", ...counted.map(({ title }) => title)] : ["Customer PKID"];
  const absent = needed.find((title) => !places.has(title));
  if (absent !== undefined) {
    const hint = "the detailed file of 5.0 names customers only: give the anonymous one";
    throw new DataError(
      `read ${name}: no column "${absent}", wanted a license file or a record stream`,
      scheme === "voss-5" ? { hint } : {},
    );
  }
  const there = counted.filter(({ title }) => places.has(title));
  const rows = new Map<string, LicenseRow>();
  for (const line of lines) {
    const cell = (title: string): string => line[places.get(title) ?? -1] ?? "";
    const counts: Counts = {};
    for (const { id, title, kind } of there) counts[id] = valueOf(name, title, kind, cell(title));
    const customerPkid = cell("Customer PKID");
    const providerPkid = cell("Provider PKID");
    rows.set(rowKey(customerPkid, providerPkid), {
      name: cell("Customer"),
      reseller: cell("Reseller"),
      counts,
      customerPkid,
      ...(customerPkid === "" ? { providerPkid } : {}),
    });
  }
  const missing = new Set(counted.filter((column) => !there.includes(column)).map(({ id }) => id));
  return { scheme, rows, missing };
}

function valueOf(name: string, title: string, kind: SchemeColumn["kind"], cell: string): number | boolean {
  if (kind === "flag" && (cell === "Y" || cell === "N")) return cell === "Y";
  if (kind !== "flag" && /^\d{1,15}$/.test(cell)) return Number(cell);
  throw new DataError(`read ${name}: column "${title}" holds ${JSON.stringify(cell)}`);
}
