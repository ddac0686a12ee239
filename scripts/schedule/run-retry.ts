/**
 * The hourly job of a spool: `vlf-ship retry`, its receipts handed to `vlf-notify` under the job whose files
 * they are, so that its check knows what has arrived since.
 */
import { EXIT } from "@vlf/common/exit";
import type { RetryOptions } from "./cli.ts";
import { runToolIn, streamOf } from "./tools.ts";

/** Status 75 is no failure here: what waits has been told, and is tried again in an hour. */
export function runRetry({ env, clock, log }: RetryOptions, home: string): number {
  const ship = runToolIn({ home, env }, ["vlf-ship", "retry", "--quiet"]);
  const deliveries = ship.records.filter(({ type }) => type === "delivery");
  for (const job of ["license-audit", "data-export"]) {
    const receipts = deliveries.filter(({ file }) => jobOf(String(file)) === job);
    if (receipts.length === 0) continue;
    const stream = streamOf(receipts, clock.runId(job), clock.now);
    const { status } = runToolIn({ home, env }, ["vlf-notify", "--quiet", "--name", job], stream);
    if (status !== 0) log.error(`hand on the receipts of ${job}: vlf-notify ended with status ${status}`);
  }
  return ship.status === EXIT.temporary ? EXIT.ok : ship.status;
}

/** License files are named `vlf_...` (guide, 1.6.1), those of the data export `<date>_<type>.json.gz` (2.2.1). */
function jobOf(file: string): string {
  return file.endsWith(".json.gz") ? "data-export" : "license-audit";
}
