/**
 * Called by systemd for a service that failed. `vlf-notify run` has told of most failures itself; what it
 * could not tell is that it did not start, or was killed: that is raised here.
 */
import { formatTime } from "@vlf/common/clock";
import { EXIT, ToolError } from "@vlf/common/exit";
import type { UnitFailedOptions } from "./cli.ts";
import { runToolIn, streamOf } from "./tools.ts";

/** An alert this old is about a run before. */
const RECENT_MS = 15 * 60_000;

/** @throws {ToolError} when it cannot be told */
export function runUnitFailed({ unit, env, clock, log }: UnitFailedOptions, home: string): number {
  const job = unit.replace(/\.service$/, "").replace(/^vlf-/, "");
  const since = formatTime(new Date(clock.now.getTime() - RECENT_MS));
  const { records } = runToolIn({ home, env }, ["vlf-notify", "list"]);
  if (records.some((alert) => alert["id"] === job && String(alert["raised_at"]) >= since)) {
    log.info(`${unit} failed, and that was told already`);
    return EXIT.ok;
  }
  const how = ["MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE", "MONITOR_EXIT_STATUS"]
    .map((name) => env[name] ?? "")
    .filter((text) => text !== "")
    .join(", ");
  const message = `the service ${unit} failed${how === "" ? "" : `: ${how}`}`;
  const finding = { type: "finding", code: "unit-failed", severity: "error", message, customer_pkid: "" };
  const stream = streamOf([finding], clock.runId(job), clock.now);
  const { status } = runToolIn({ home, env }, ["vlf-notify", "--name", job], stream);
  if (status !== 0) throw new ToolError(`tell that ${unit} failed: vlf-notify ended with status ${status}`);
  return EXIT.ok;
}
