/** What a user should know of the input, as records. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding, Severity } from "@vlf/common/records";

export interface Note {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Empty where it is about no customer. */
  readonly customerPkid: string;
  readonly model?: string;
  readonly count: number;
}

/** Sorted, so that the order of input does not show. */
export function findingRecords(notes: readonly Note[]): Finding[] {
  const sorted = notes.toSorted(
    (a, b) =>
      byCodeUnit(a.customerPkid, b.customerPkid) ||
      byCodeUnit(a.code, b.code) ||
      byCodeUnit(a.model ?? "", b.model ?? ""),
  );
  return sorted.map(({ code, severity, message, customerPkid, model, count }) => ({
    type: "finding",
    code,
    severity,
    message,
    customer_pkid: customerPkid,
    ...(model === undefined ? {} : { model }),
    count,
  }));
}
