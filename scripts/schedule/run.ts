/** Shows, installs and removes the schedule: what it is made of, from options, vlf.toml and the machine. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Config, loadConfig, parseConfig } from "@vlf/common/config";
import { EXIT, ToolError, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { checkPrivate } from "@vlf/common/secrets";
import { exportSettings } from "../voss-shim/settings.ts";
import type { Options, ScheduleOptions } from "./cli.ts";
import { cronBlock } from "./crontab.ts";
import { type Job, jobsOf, two } from "./jobs.ts";
import type { Place } from "./place.ts";
import { installCrontab, removeCrontab } from "./run-crontab.ts";
import { runRetry } from "./run-retry.ts";
import { runMaintenance } from "./run-maintenance.ts";
import { runUnitFailed } from "./run-unit-failed.ts";
import { installUnits, removeUnits } from "./run-units.ts";
import { credentialNames, dueTime, hasSpool, limitedJobs } from "./settings.ts";
import { unitsOf } from "./units.ts";
import { offsetsOf } from "./zone.ts";

const SCRIPTS = join(import.meta.dirname, "..");
const DEFAULT_UNITS = "/etc/systemd/system";
/** The PATH that cron of Debian gives; systemd's is longer. */
const SHORT_PATH = ["/usr/bin", "/bin"];

export async function run(options: Options, io: Io): Promise<number> {
  const home = resolve(options.home ?? options.env["VLF_HOME"] ?? options.env["HOME"] ?? ".");
  switch (options.verb) {
    case "maintenance":
      return runMaintenance(options, home, io);
    case "unit-failed":
      return runUnitFailed(options, home);
    case "retry":
      return runRetry(options, home);
    case "remove":
      if (options.isSystemd)
        removeUnits(options.units ?? DEFAULT_UNITS, options.units === undefined, options.log);
      else removeCrontab(options.log);
      return EXIT.ok;
    case "show":
    case "install":
      return schedule(options, home, io);
  }
}

async function schedule(options: ScheduleOptions, home: string, io: Io): Promise<number> {
  const isInstall = options.verb === "install";
  const config = configOf(home);
  checkHome(config, options, home, isInstall);
  const place = placeOf(config, options, home, isInstall);
  const jobs = jobsOf({ times: options.times, hasSpool: hasSpool(config), limited: limitedJobs(config) });
  checkDueTime(config, jobs, options);
  if (options.isSystemd) {
    const folder = options.units ?? DEFAULT_UNITS;
    const units = unitsOf(jobs, place, options.user ?? userName(options));
    for (const { name, text } of units) await io.stdout.write(`# ${join(folder, name)}\n${text}\n`);
    if (isInstall) installUnits(folder, units, options.units === undefined, options.log);
  } else {
    const zone = zoneOf(options);
    const block = cronBlock(jobs, place, { zone, now: options.clock.now });
    await io.stdout.write(block);
    if (isInstall) installCrontab(block, options.log);
  }
  if (!isInstall) options.log.info("shown, and not installed: --install does that");
  return EXIT.ok;
}

function configOf(home: string): Config {
  const path = join(home, "vlf.toml");
  return existsSync(path) ? loadConfig(path) : parseConfig(path, "");
}

/** A schedule that can only fail is worth a word, and is not installed. */
function checkHome(config: Config, { env, log }: ScheduleOptions, home: string, isInstall: boolean): void {
  if (!existsSync(home) || !statSync(home).isDirectory()) {
    throw new UsageError(`find the folder of the jobs: "${home}" is no folder`, {
      hint: "make it, or give --home",
    });
  }
  try {
    // The jobs do not see the variables of this shell.
    exportSettings(config, { ...env, VLF_SOURCE: undefined });
  } catch (error) {
    if (isInstall || !(error instanceof ToolError)) throw error;
    log.warning(error.message);
  }
}

function placeOf(config: Config, options: ScheduleOptions, home: string, isInstall: boolean): Place {
  const names = credentialNames(config);
  const folder = resolve(options.credentials ?? join(home, "credentials"));
  if (isInstall) {
    for (const name of names) checkPrivate(`credential ${name}`, join(folder, name));
  }
  const isDeno = options.env["VLF_RUNTIME"] === "deno";
  const runtime = dirname(process.execPath);
  return {
    scripts: SCRIPTS,
    home,
    credentials: names.length > 0 ? folder : undefined,
    credentialNames: names,
    nodeFolder: isDeno || SHORT_PATH.includes(runtime) ? undefined : runtime,
    isDeno,
  };
}

function checkDueTime(config: Config, jobs: readonly Job[], { log }: ScheduleOptions): void {
  const audit = jobs[0]?.when;
  if (audit?.every !== "month") return;
  const time = `${two(audit.hour)}:${two(audit.minute)}`;
  if (dueTime(config) !== time) {
    log.warning(
      `the audit runs at ${time}, and [notify] due_time is "${dueTime(config)}": give both the same`,
    );
  }
}

/** The user that the services run as. */
function userName({ env }: ScheduleOptions): string {
  const sudo = env["SUDO_USER"] ?? "";
  if (sudo !== "") return sudo;
  const { status, stdout } = spawnSync("id", ["-un"], { encoding: "utf8" });
  if (status !== 0) throw new ToolError("find the name of the user: id failed", { hint: "give --as USER" });
  return stdout.trim();
}

/** The zone of the machine, which cron goes by; not that of this shell. */
function zoneOf({ zone, clock }: ScheduleOptions): string {
  const name = zone ?? machineZone();
  try {
    offsetsOf(name, clock.now);
  } catch {
    throw new UsageError(`find the time zone of cron: "${name}" is none`, {
      hint: "give --zone, as Europe/Dublin",
    });
  }
  return name;
}

function machineZone(): string {
  if (!existsSync("/etc/localtime")) return "UTC";
  const linked = /\/zoneinfo\/(?:posix\/)?(.+)$/.exec(realpathSync("/etc/localtime"))?.[1];
  if (linked !== undefined) return linked;
  return existsSync("/etc/timezone") ? readFileSync("/etc/timezone", "utf8").trim() : "";
}
