/** One month's audit as a diff sees it, whatever file it comes from: counts by customer, and evidence where there is some. */
import { readCsv } from "@vlf/common/csv";
import { DataError } from "@vlf/common/exit";
import type { AnyLicenses, Evidence, LicenseCount } from "@vlf/common/records";
import { type SchemeColumn, type SchemeId, schemeOf } from "@vlf/common/schemes";
import type { Counts } from "@vlf/common/voss4";
import { unzipMember, zipDirectory } from "@vlf/common/unzip";

export interface CustomerMonth {
  /** Empty in anonymous files. */
  readonly name: string;
  readonly counts: Counts;
  readonly customerPkid: string;
  /** Where there is no customer: the row of `voss-5` for what lies above the customers of this provider. */
  readonly providerPkid?: string | undefined;
}

export interface Month {
  readonly scheme: SchemeId;
  /** Columns that a license file does not have, by id: they are not compared. */
  readonly missing?: ReadonlySet<string> | undefined;
  /** By customer pkid, or by the pkid of the provider for what lies above its customers. */
  readonly customers: Map<string, CustomerMonth>;
  /** Subjects with their columns by customer and name; undefined for files that hold counts alone. */
  readonly subjects: Map<string, SubjectMonth> | undefined;
}

/** A user, device or account that is counted in a month. */
export interface SubjectMonth {
  readonly customerPkid: string;
  readonly providerPkid?: string | undefined;
  readonly rule: string;
  readonly kind: string;
  readonly name: string;
  readonly hierarchy: string;
  readonly columns: readonly string[];
  readonly reasons: readonly string[];
  /** `model name` of the instances behind it. */
  readonly sources: readonly string[];
}

/** The key of a row: customers by pkid, what lies above them before all. */
export function keyOf(customerPkid: string, providerPkid = ""): string {
  return customerPkid === "" ? ` ${providerPkid}` : customerPkid;
}

export function addCount(month: Month, row: LicenseCount<AnyLicenses>): void {
  const { customer_pkid: customerPkid, provider_pkid: providerPkid, customer: name, counts } = row;
  const above = customerPkid === "" ? { providerPkid } : {};
  month.customers.set(keyOf(customerPkid, providerPkid), { name, counts, customerPkid, ...above });
}

/** Takes the evidence of a customer: that of one subject in several columns becomes one. */
export function addEvidence(subjects: Map<string, SubjectMonth>, evidence: readonly Evidence[]): void {
  for (const one of evidence) {
    if (!one.counted || one.rule === "customer" || one.rule === "hierarchy-row") continue;
    const {
      customer_pkid: customerPkid,
      provider_pkid: providerPkid,
      rule,
      kind,
      name,
      hierarchy,
      reasons,
      sources,
    } = one;
    // What has no name is told by the instance it comes from.
    const key = `${keyOf(customerPkid, providerPkid)} ${rule} ${kind} ${name === "" ? (sources[0]?.pkid ?? "") : name}`;
    const known = subjects.get(key);
    subjects.set(key, {
      customerPkid,
      providerPkid,
      rule,
      kind,
      name,
      hierarchy,
      columns: [...(known?.columns ?? []), one.column],
      reasons,
      sources: sources.map((source) => `${source.model} ${source.name}`),
    });
  }
}

/**
 * Reads a license file: the CSV, or the anonymous CSV in the zip.
 * @throws {DataError} when it is not one that vlf-pack writes
 */
export function readLicenseFile(name: string, bytes: Uint8Array): Month {
  return isZip(bytes) ? fromCsv(name, csvInZip(name, bytes)) : fromCsv(name, new TextDecoder().decode(bytes));
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function csvInZip(name: string, bytes: Uint8Array): string {
  try {
    const member = zipDirectory(bytes).members.find((one) => /_anonymous_[\d_-]+\.csv$/.test(one.name));
    if (member === undefined) throw new DataError("holds no anonymous CSV");
    return new TextDecoder().decode(unzipMember(bytes, member));
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`read ${name}: ${error.message}`, { cause: error });
  }
}

/** The scheme by the version in the metadata lines; a file without them is taken for one of 4.x. */
function schemeIn(text: string): SchemeId {
  return /^#Audit Version=5\./mu.test(text) ? "voss-5" : "voss-4";
}

/**
 * Columns are found by their titles, so that a file of another version with more of them can be read.
 * Those of 5.x may be absent: its layouts differ, and columns of the model are not all in the files.
 */
function fromCsv(name: string, text: string): Month {
  const table = text.replace(/^(?:#[^\n]*\n)+/, "");
  const scheme = schemeIn(text);
  const [titles = [], ...rows] = readCsv(table) ?? [];
  const at = (title: string): number => titles.indexOf(title);
  const { counted } = schemeOf(scheme);
  const needed =
    scheme === "voss-4" ? ["Customer PKID", ...counted.map(({ title }) => title)] : ["Customer PKID"];
  const missing = needed.find((title) => at(title) < 0);
  if (missing !== undefined) {
    const hint = "the detailed file of 5.0 names customers only: give the anonymous one";
    throw new DataError(
      `read ${name}: no column "${missing}", wanted a license file or a record stream`,
      scheme === "voss-5" ? { hint } : {},
    );
  }
  const there = counted.filter(({ title }) => at(title) >= 0);
  const customers = new Map<string, CustomerMonth>();
  for (const row of rows) {
    const cell = (title: string): string => row[at(title)] ?? "";
    const counts: Counts = {};
    for (const { id, title, kind } of there) counts[id] = valueOf(name, title, kind, cell(title));
    const customerPkid = cell("Customer PKID");
    const providerPkid = cell("Provider PKID");
    const above = customerPkid === "" ? { providerPkid } : {};
    customers.set(keyOf(customerPkid, providerPkid), {
      name: cell("Customer"),
      counts,
      customerPkid,
      ...above,
    });
  }
  const absent = new Set(counted.filter((column) => !there.includes(column)).map(({ id }) => id));
  return { scheme, customers, subjects: undefined, missing: absent };
}

function valueOf(name: string, title: string, kind: SchemeColumn["kind"], cell: string): number | boolean {
  if (kind === "flag" && (cell === "Y" || cell === "N")) return cell === "Y";
  if (kind !== "flag" && /^\d{1,15}$/.test(cell)) return Number(cell);
  throw new DataError(`read ${name}: column "${title}" holds ${JSON.stringify(cell)}`);
}
