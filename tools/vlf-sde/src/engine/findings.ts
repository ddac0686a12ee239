/** What a user should know of the input, as records. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Finding, Severity } from "@vlf/common/records";
import type { Source } from "../reports/report.ts";

export interface Note {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** Empty where it is about no customer. */
  readonly customerPkid: string;
  readonly model?: string;
  readonly count: number;
}

/** Instances of a customer that came more than once; none when there were 0. */
export function duplicates(count: number, model: string, customerPkid: string): Note[] {
  if (count === 0) return [];
  return [
    {
      code: "duplicate-instance",
      severity: "warning",
      message: "an instance occurs more than once: exported once",
      customerPkid,
      model,
      count,
    },
  ];
}

/** Instances at paths of which the input holds no node. */
export function unknownNodes(
  paths: ReadonlySet<string>,
  lists: readonly (readonly Source[] | undefined)[],
  customerPkid: string,
): Note[] {
  if (paths.size === 0) return [];
  let count = 0;
  for (const list of lists) {
    for (const { hierarchy } of list ?? []) if (paths.has(hierarchy)) count += 1;
  }
  if (count === 0) return [];
  return [
    {
      code: "unknown-node",
      severity: "error",
      message: "instances are at a node that the input does not hold: it is named by its place in the path",
      customerPkid,
      count,
    },
  ];
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
