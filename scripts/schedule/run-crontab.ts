/** The crontab of the user, by the program crontab: read, changed between our marks, written, read back. */
import { spawnSync } from "node:child_process";
import { ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import { checkSettings, hasBlock, withBlock } from "./crontab.ts";

/** Puts our lines in. */
export function installCrontab(block: string, log: Log): void {
  const before = readCrontab();
  checkSettings(before);
  const after = withBlock(before, block);
  if (after === before) {
    log.info("the crontab holds these lines already");
    return;
  }
  writeCrontab(after);
  if (readCrontab() !== after) {
    throw new ToolError("write the crontab: it reads back otherwise than it was written", {
      hint: 'look at it with "crontab -l"',
    });
  }
  log.info(hasBlock(before) ? "replaced the lines in the crontab" : "added the lines to the crontab");
}

/** Takes our lines out. */
export function removeCrontab(log: Log): void {
  const before = readCrontab();
  if (!hasBlock(before)) {
    log.info("the crontab holds no lines of vlf-schedule");
    return;
  }
  const after = withBlock(before, "");
  if (after === "") crontab(["-r"]);
  else writeCrontab(after);
  log.info("removed the lines from the crontab");
}

function readCrontab(): string {
  const { status, stdout, stderr } = crontab(["-l"], undefined, true);
  if (status === 0) return stdout;
  if (/no crontab for/i.test(stderr)) return "";
  throw new ToolError(`read the crontab: ${stderr.trim().split("\n").at(-1) ?? ""}`);
}

function writeCrontab(text: string): void {
  crontab(["-"], text);
}

function crontab(
  args: readonly string[],
  input?: string,
  mayFail = false,
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr, error } = spawnSync("crontab", args, {
    encoding: "utf8",
    input: input ?? "",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (error !== undefined) {
    throw new ToolError("run crontab: the program is not there", { hint: "install cron, or use --systemd" });
  }
  if (status !== 0 && !mayFail)
    throw new ToolError(`write the crontab: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  return { status, stdout, stderr };
}
