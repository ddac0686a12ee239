/** Counts records as they are read, for progress. */
import type { Log } from "@vlf/common/log";

/** So many more are told of at a time: to ask whether somebody watches takes longer than to count. */
const TOLD = 4096;

/** Takes how many more records were read; shows how many it were, and what has become of them. */
export function recordsRead(log: Log, outcome: () => string): (more?: number) => void {
  let records = 0;
  let told = 0;
  return (more = 1) => {
    records += more;
    if (records - told < TOLD) return;
    told = records;
    log.progress(() => `${records} records, ${outcome()}`);
  };
}
