/** One month's audit as a diff sees it, whatever file it comes from: counts by customer, and evidence where there is some. */
import { DataError } from "@vlf/common/exit";
import { anonymousCsvIn, readLicenseTable, rowKey as keyOf } from "@vlf/common/license-table";
import type { AnyLicenses, Evidence, LicenseCount } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import type { Counts } from "@vlf/common/voss4";

export { rowKey as keyOf } from "@vlf/common/license-table";

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
  const text = isZip(bytes) ? csvInZip(name, bytes) : new TextDecoder().decode(bytes);
  const { scheme, rows, missing } = readLicenseTable(name, text);
  return { scheme, customers: rows, subjects: undefined, missing };
}

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

function csvInZip(name: string, bytes: Uint8Array): string {
  try {
    return anonymousCsvIn(bytes).text;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`read ${name}: ${error.message}`, { cause: error });
  }
}
