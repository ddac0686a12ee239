/** What the page and the workbook show, made once for both. */
import type { LicenseChange, Position, SubjectChange } from "@vlf/common/records";
import type { Facts } from "../facts.ts";
import type { Tier } from "./tiers.ts";

/** A row of a scheme: a customer, or what lies above those of a provider. */
export interface ReportRow {
  readonly key: string;
  /** What it is called; its pkid where no name is known or to be shown. */
  readonly label: string;
  readonly provider: string;
  readonly reseller: string;
  readonly pkid: string;
  readonly counts: Readonly<Record<string, number | boolean>>;
  /** By tier. */
  readonly licenses: readonly number[];
  readonly total: number;
  /** In the month that is compared with; undefined where there is none, or where it was not there. */
  readonly before: number | undefined;
  /** Totals by the months of the scheme; undefined where there is no audit or it was not in it. */
  readonly trend: readonly (number | undefined)[];
}

/** A month of the trend: without licenses where no audit is kept. */
export interface MonthPoint {
  readonly month: string;
  readonly licenses: readonly number[] | undefined;
  readonly customers: number;
  /** The file it comes from; none for the audit that is reported. */
  readonly file?: { readonly name: string; readonly sha256: string; readonly date: Date };
}

/** A column of the license files, over all customers. */
export interface ColumnLine {
  readonly id: string;
  readonly title: string;
  readonly tier: string;
  readonly now: number;
  readonly before: number | undefined;
}

/** What became of one column of one customer. */
export interface ChangeLine {
  readonly label: string;
  readonly pkid: string;
  readonly title: string;
  readonly tier: string;
  readonly before: number;
  readonly after: number;
}

/** Licenses of one audit of the last days. */
export interface DayLine {
  readonly date: Date;
  readonly label: string;
  readonly pkid: string;
  readonly licenses: readonly number[];
}

export interface ClusterLine {
  readonly label: string;
  readonly pkid: string;
  readonly region: string;
  readonly cluster: string;
  readonly licenses: readonly number[];
}

/** Evidence of one column, over all customers or of one, held against the count. */
export interface EvidenceLine {
  readonly label: string;
  readonly title: string;
  readonly count: number;
  readonly rows: number;
  readonly number: number;
  readonly licenses: number;
  readonly names: readonly string[];
}

export interface SchemeReport {
  readonly id: string;
  readonly title: string;
  readonly tiers: readonly Tier[];
  /** By label, then pkid. */
  readonly rows: readonly ReportRow[];
  readonly totals: readonly number[];
  readonly total: number;
  /** The latest audit before this month, which may be more than one month ago. */
  readonly before:
    | { readonly month: string; readonly licenses: readonly number[]; readonly total: number }
    | undefined;
  /** From the first month that is kept to this one. */
  readonly months: readonly MonthPoint[];
  readonly columns: readonly ColumnLine[];
  /** Customers of the month that is compared with that are not there any more, with the licenses they had. */
  readonly gone: readonly { readonly label: string; readonly total: number }[];
  /** By size, the largest first. */
  readonly changes: readonly ChangeLine[];
  readonly daily: readonly DayLine[];
  readonly clusters: readonly ClusterLine[];
  readonly evidence: readonly EvidenceLine[];
  readonly notCounted: number;
}

export interface FindingLine {
  readonly code: string;
  readonly severity: string;
  /** Empty in the anonymous report, since messages may name. */
  readonly message: string;
  readonly customer: string;
  readonly count: number;
}

export interface Report {
  readonly isAnonymous: boolean;
  readonly facts: Facts;
  readonly month: string;
  readonly schemes: readonly SchemeReport[];
  readonly positions: readonly Position[];
  /** Those of customers with overage, the largest first; of subscriptions, where there are none of customers. */
  readonly over: readonly Position[];
  readonly givenChanges: readonly LicenseChange[];
  readonly subjects: readonly SubjectChange[];
  readonly findings: readonly FindingLine[];
  /** Records of evidence. */
  readonly evidenceRows: number;
  /** What it is made of: inputs, hashes, versions. */
  readonly notes: readonly (readonly [name: string, value: string])[];
}
