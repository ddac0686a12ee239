/** Gathers what the reports show of the records of a stream, whatever the license files take of it. */
import { DataError } from "@vlf/common/exit";
import { rowKey } from "@vlf/common/license-table";
import type {
  AnyLicenses,
  AnyRecord,
  Evidence,
  Finding,
  LicenseChange,
  LicenseCount,
  Position,
  SubjectChange,
} from "@vlf/common/records";
import { EvidenceSums } from "./evidence.ts";

export type AnyCount = LicenseCount<AnyLicenses>;

export class ReportGatherer {
  /** By scheme, then row. */
  readonly rows: Map<string, Map<string, AnyCount>> = new Map();
  readonly findings: Finding[] = [];
  readonly positions: Position[] = [];
  readonly changes: LicenseChange[] = [];
  readonly subjects: SubjectChange[] = [];
  readonly evidence: EvidenceSums = new EvidenceSums();
  readonly #keepEvidence: (record: Evidence) => Promise<void> | void;

  /** @param keepEvidence where each record of evidence goes; they are too many to be held */
  constructor(keepEvidence: (record: Evidence) => Promise<void> | void) {
    this.#keepEvidence = keepEvidence;
  }

  /** Looks at a record of the stream that is packed. @throws {DataError} for a second row of a customer */
  take(record: AnyRecord): Promise<void> | void {
    if (record.type !== "license-count") return this.takeMore(record);
    const row = record as unknown as AnyCount;
    const rows = this.rows.get(row.scheme) ?? new Map<string, AnyCount>();
    const key = rowKey(row.customer_pkid, row.provider_pkid);
    if (rows.has(key)) {
      throw new DataError(`report customer "${row.customer_pkid}": has two license-count records`);
    }
    rows.set(key, row);
    this.rows.set(row.scheme, rows);
    return undefined;
  }

  /** Looks at a record of a stream that comes beside it: its counts are those of another run and left out. */
  takeMore(record: AnyRecord): Promise<void> | void {
    switch (record.type) {
      case "finding":
        this.findings.push(record as unknown as Finding);
        return undefined;
      case "position":
        this.positions.push(record as unknown as Position);
        return undefined;
      case "license-change":
        this.changes.push(record as unknown as LicenseChange);
        return undefined;
      case "subject-change":
        this.subjects.push(record as unknown as SubjectChange);
        return undefined;
      case "evidence": {
        const evidence = record as unknown as Evidence;
        this.evidence.add(evidence);
        return this.#keepEvidence(evidence);
      }
      default:
        return undefined;
    }
  }
}
