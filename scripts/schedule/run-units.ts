/** Units in their folder, and systemctl where systemd runs. Files without our mark are not touched. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asToolError, ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import { type Unit, UNIT_MARK } from "./units.ts";

/** As sd_booted(3) has it. */
const SYSTEMD_RUNS = "/run/systemd/system";

/** Writes the units in the place of those before, and starts the timers where that is asked for. */
export function installUnits(folder: string, units: readonly Unit[], start: boolean, log: Log): void {
  const ours = ourUnits(folder);
  const foreign = units.find(({ name }) => existsSync(join(folder, name)) && !ours.includes(name));
  if (foreign !== undefined) {
    throw new ToolError(
      `write "${join(folder, foreign.name)}": a unit of that name exists, and not from here`,
      {
        hint: "move it away if this one is right; nothing was written",
      },
    );
  }
  const names = units.map(({ name }) => name);
  removeAll(
    folder,
    ours.filter((name) => !names.includes(name)),
    start,
    log,
  );
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of units) {
      const path = join(folder, name);
      writeFileSync(`${path}.new`, text, { mode: 0o644 });
      renameSync(`${path}.new`, path);
    }
  } catch (error) {
    throw withHint(asToolError(`write the units to "${folder}"`, error));
  }
  log.info(`wrote ${units.length} units to "${folder}"`);
  const timers = timersOf(names);
  if (start && systemctl(["daemon-reload"], log)) systemctl(["enable", "--now", ...timers], log);
  else log.info(`not started; start them with "systemctl enable --now ${timers.join(" ")}"`);
}

/** Stops the timers and removes the units that bear our mark. */
export function removeUnits(folder: string, stop: boolean, log: Log): void {
  const ours = ourUnits(folder);
  removeAll(folder, ours, stop, log);
  log.info(
    ours.length === 0 ? `no units of vlf-schedule are in "${folder}"` : `removed ${ours.length} units`,
  );
  if (stop && ours.length > 0) systemctl(["daemon-reload"], log);
}

function removeAll(folder: string, names: readonly string[], stop: boolean, log: Log): void {
  const timers = timersOf(names);
  if (stop && timers.length > 0) systemctl(["disable", "--now", ...timers], log);
  try {
    for (const name of names) rmSync(join(folder, name));
  } catch (error) {
    throw withHint(asToolError(`remove the units from "${folder}"`, error));
  }
}

function ourUnits(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^vlf-.*\.(service|timer)$/.test(name))
    .filter((name) => readFileSync(join(folder, name), "utf8").startsWith(`${UNIT_MARK}\n`))
    .sort();
}

function timersOf(names: readonly string[]): string[] {
  return names.filter((name) => name.endsWith(".timer"));
}

/** False where systemd does not run, as in a container. */
function systemctl(args: readonly string[], log: Log): boolean {
  if (!existsSync(SYSTEMD_RUNS)) {
    log.info(`systemd does not run here: "systemctl ${args.join(" ")}" was left out`);
    return false;
  }
  const { status, stderr, error } = spawnSync("systemctl", args, { encoding: "utf8" });
  if (status !== 0) {
    const said = error === undefined ? stderr.trim().split("\n").at(-1) : error.message;
    throw new ToolError(`run systemctl ${args.join(" ")}: ${said ?? ""}`);
  }
  return true;
}

function withHint(error: ToolError): ToolError {
  return new ToolError(error.message, { hint: "run it with sudo, or give --units DIR", cause: error });
}
