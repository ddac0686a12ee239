/** The agreed allocation of standalone phones in `vlf.toml` (guide, 1.7.3). */
import type { Config } from "./config.ts";

/**
 * `[audit.standalone_allocation]`: a number by customer pkid, `default` for all others.
 * @throws {UsageError} for another key of `[audit]`, or a value that is no whole number
 */
export function standaloneAllocation(config: Config): (customerPkid: string) => number {
  const audit = config.table("audit");
  const unknown = Object.keys(audit).find((key) => key !== "standalone_allocation");
  if (unknown !== undefined) throw config.problem(`[audit] ${unknown}`, "standalone_allocation");
  const numbers = new Map<string, number>();
  for (const [pkid, value] of Object.entries(config.tables("audit")["standalone_allocation"] ?? {})) {
    if (!Number.isSafeInteger(value) || Number(value) < 0) {
      throw config.problem(`[audit.standalone_allocation] ${pkid}`, "a whole number from 0");
    }
    numbers.set(pkid, Number(value));
  }
  return (pkid) => numbers.get(pkid) ?? numbers.get("default") ?? 0;
}
