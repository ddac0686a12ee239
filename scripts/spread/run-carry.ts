/**
 * What GNU parallel starts in the place of ssh. It runs on this machine, gives the part to the audit on the host, and keeps the
 * result. The command that parallel has for the host is not used: so the host needs neither perl nor a folder for it.
 */
import { appendFileSync } from "node:fs";
import { EXIT, ToolError, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { CarryOptions } from "./cli.ts";
import { type Call, callOf } from "./logins.ts";
import { remoteCommand } from "./remote.ts";
import { countPart, readSettings } from "./run-part.ts";
import { hereCommand } from "./run-run.ts";
import { type PartEntry, readSpread, type Spread } from "./work.ts";

/** Has the task of a run of parallel, as JSON. */
export const TASK = "VLF_SPREAD_TASK";

export interface Task {
  readonly work: string;
  /** In the order in which parallel has them. */
  readonly parts: readonly string[];
  readonly program: string;
  /** Where failed attempts are noted, a line each. */
  readonly failures: string;
}

export interface Failure {
  readonly part: string;
  readonly status: number;
  readonly message: string;
}

/** No questions, and an end when the host is silent for a minute: parallel then tries another one. */
const SSH_OPTIONS = ["BatchMode=yes", "ConnectTimeout=20", "ServerAliveInterval=15", "ServerAliveCountMax=4"];

export async function runCarry({ call }: CarryOptions, io: Io): Promise<number> {
  const { [TASK]: text, PARALLEL_SEQ: number } = io.env;
  const task = JSON.parse(text ?? "{}") as Partial<Task>;
  const name = task.parts?.[Number(number) - 1];
  if (task.work === undefined || task.failures === undefined || name === undefined)
    throw new UsageError("read options: carry is called by vlf-spread count alone");
  const { work, program = "", failures } = task;
  const to = callOf(call);
  const spread = readSpread(work);
  const part = spread.parts.find((one) => one.name === name) as PartEntry;
  try {
    await countPart({
      work,
      spread,
      part,
      host: to.host,
      command: to.isHere
        ? hereCommand(work, spread, program, io.env)
        : await sshCommand(to, work, spread, program),
      say: (said) => io.stderr.write(said),
    });
    return EXIT.ok;
  } catch (error) {
    const status = error instanceof ToolError ? error.status : EXIT.failed;
    const message = error instanceof Error ? error.message : String(error);
    // Of attempts that are made again parallel shows nothing: count tells of all of them.
    appendFileSync(failures, `${JSON.stringify({ part: name, status, message } satisfies Failure)}\n`);
    return status;
  }
}

/** ssh as the login has it, with options of ours for what it does not say. */
async function sshCommand({ ssh }: Call, work: string, spread: Spread, program: string): Promise<string[]> {
  const [command = "ssh", ...args] = ssh;
  // ssh takes the first value it is given: those of the login come before ours.
  const host = args.pop() ?? "";
  const options = SSH_OPTIONS.flatMap((option) => ["-o", option]);
  const settings = await readSettings(work, spread);
  return [command, ...args, ...options, host, remoteCommand({ program, schemes: spread.schemes, settings })];
}
