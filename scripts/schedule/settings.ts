/** What the schedule takes from vlf.toml: what can be read, which credentials it names, whether a spool waits. */
import type { Config, ConfigTable } from "@vlf/common/config";

/** Tables in which a key may name a credential. */
const TABLES = [
  "voss",
  "ship",
  "destinations",
  "file_transfer_destinations",
  "license_audit_settings",
  "smtp_servers",
  "proxies",
  "notify",
];

/** The names that stand in keys `..._credential`, anywhere, sorted. */
export function credentialNames(config: Config): string[] {
  const names = new Set<string>();
  for (const table of TABLES) collect(config.table(table), names);
  return [...names].sort();
}

function collect(table: ConfigTable, names: Set<string>): void {
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === "string" && key.endsWith("_credential")) names.add(value);
    if (typeof value !== "object" || value === null || value instanceof Date) continue;
    const inner: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const one of inner) {
      if (typeof one === "object" && one !== null) collect(one as ConfigTable, names);
    }
  }
}

/** Jobs whose time limit `[notify.jobs.NAME] timeout` sets. */
export function limitedJobs(config: Config): string[] {
  const jobs = config.table("notify")["jobs"] ?? {};
  if (typeof jobs !== "object") return [];
  return Object.entries(jobs).flatMap(([name, job]) =>
    typeof job === "object" && job !== null && "timeout" in job ? [name] : [],
  );
}

/** True where deliveries that could not be made wait for `vlf-ship retry`. */
export function hasSpool(config: Config): boolean {
  return typeof config.table("ship")["spool"] === "string";
}

/** When the report is due by `[notify] due_time`: a check before that would look at the month before. */
export function dueTime(config: Config): string {
  const value = config.table("notify")["due_time"];
  return typeof value === "string" ? value : "03:00";
}
