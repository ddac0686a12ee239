/** One month's audit as a diff sees it, whatever file it comes from: counts by customer, and evidence where there is some. */
import { readCsv } from "@vlf/common/csv";
import { DataError } from "@vlf/common/exit";
import type { Evidence, LicenseCount } from "@vlf/common/records";
import { COLUMNS, type Column, type Counts } from "@vlf/common/voss4";
import { unzipMember, zipDirectory } from "@vlf/common/unzip";

export interface CustomerMonth {
  /** Empty in anonymous files. */
  readonly name: string;
  readonly counts: Counts;
}

export interface Month {
  /** By customer pkid. */
  readonly customers: Map<string, CustomerMonth>;
  /** Subjects with their columns by customer and name; undefined for files that hold counts alone. */
  readonly subjects: Map<string, SubjectMonth> | undefined;
}

/** A user, device or account that is counted in a month. */
export interface SubjectMonth {
  readonly customerPkid: string;
  readonly rule: string;
  readonly kind: string;
  readonly name: string;
  readonly hierarchy: string;
  readonly columns: readonly string[];
  readonly reasons: readonly string[];
  /** `model name` of the instances behind it. */
  readonly sources: readonly string[];
}

const COUNTED: readonly Column[] = COLUMNS.filter(({ kind }) => kind !== "pkid");

export function addCount(month: Month, { customer_pkid: pkid, customer, counts }: LicenseCount): void {
  month.customers.set(pkid, { name: customer, counts });
}

/** Takes the evidence of a customer: that of one subject in several columns becomes one. */
export function addEvidence(subjects: Map<string, SubjectMonth>, evidence: readonly Evidence[]): void {
  for (const one of evidence) {
    if (!one.counted || one.rule === "customer") continue;
    const { customer_pkid: customerPkid, rule, kind, name, hierarchy, reasons, sources } = one;
    // What has no name is told by the instance it comes from.
    const key = `${customerPkid} ${rule} ${kind} ${name === "" ? (sources[0]?.pkid ?? "") : name}`;
    const known = subjects.get(key);
    subjects.set(key, {
      customerPkid,
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

/** Columns are found by their titles, so that a file of another 4.x version with more of them can be read. */
function fromCsv(name: string, text: string): Month {
  const table = text.replace(/^(?:#[^\n]*\n)+/, "");
  const [titles = [], ...rows] = readCsv(table) ?? [];
  const at = (title: string): number => titles.indexOf(title);
  const missing = COLUMNS.find(({ title }) => at(title) < 0);
  if (missing !== undefined) {
    throw new DataError(
      `read ${name}: no column "${missing.title}", wanted a license file or a record stream`,
    );
  }
  const customers = new Map<string, CustomerMonth>();
  const pkidAt = at(COLUMNS[0]?.title ?? "");
  for (const row of rows) {
    const counts: Counts = {};
    for (const { id, title, kind } of COUNTED) counts[id] = valueOf(name, title, kind, row[at(title)] ?? "");
    customers.set(row[pkidAt] ?? "", { name: row[at("Customer")] ?? "", counts });
  }
  return { customers, subjects: undefined };
}

function valueOf(name: string, title: string, kind: Column["kind"], cell: string): number | boolean {
  if (kind === "flag" && (cell === "Y" || cell === "N")) return cell === "Y";
  if (kind === "count" && /^\d{1,15}$/.test(cell)) return Number(cell);
  throw new DataError(`read ${name}: column "${title}" holds ${JSON.stringify(cell)}`);
}
