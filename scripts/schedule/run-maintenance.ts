/**
 * The switch of maintenance: a file in the home folder, which `vlf-job` looks for before each job. "Scheduled
 * commands will not run while the system is in maintenance mode" (guide, 2.2.2); those typed by hand do.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatTime } from "@vlf/common/clock";
import { asToolError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { MaintenanceOptions } from "./cli.ts";

export async function runMaintenance(
  { turn, clock }: MaintenanceOptions,
  home: string,
  io: Io,
): Promise<number> {
  const path = join(home, "maintenance");
  const say = (line: string): Promise<void> => io.stdout.write(`${line}\n`);
  try {
    const isOn = existsSync(path);
    const since = isOn ? readFileSync(path, "utf8").trim() : "";
    if (turn === "on" && !isOn) {
      // What was left out before is an old story.
      rmSync(join(home, "maintenance.skipped"), { force: true });
      writeFileSync(path, `${formatTime(clock.now)}\n`);
      await say("maintenance is on: no scheduled job starts; those that run go on");
    } else if (turn === "off" && isOn) {
      rmSync(path);
      await say(`maintenance is off; it was on since ${since}`);
      for (const line of leftOut(home)) await say(`not started: ${line}`);
    } else {
      await say(isOn ? `maintenance is on since ${since}` : "maintenance is off");
    }
  } catch (error) {
    throw asToolError(`switch maintenance of "${home}"`, error);
  }
  return EXIT.ok;
}

/** `2026-12-01T03:00:00Z license-audit`, a line for each start that did not happen. */
function leftOut(home: string): string[] {
  const path = join(home, "maintenance.skipped");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
}
