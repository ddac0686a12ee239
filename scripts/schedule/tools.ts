/** Our tools, called by the schedule itself, and the streams they are given. */
import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { formatTime } from "@vlf/common/clock";
import { ToolError } from "@vlf/common/exit";
import type { AnyRecord } from "@vlf/common/records";

const BIN = join(import.meta.dirname, "../bin");

export interface ToolRun {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a tool to its end in the home folder; its standard error is ours.
 * @throws {ToolError} when it cannot be started
 */
export function runToolIn(
  { home, env }: ToolRun,
  [program = "", ...args]: readonly string[],
  input = "",
): { readonly status: number; readonly records: readonly AnyRecord[] } {
  const { status, stdout, error } = spawnSync(program, args, {
    cwd: home,
    env: { ...env, PATH: [BIN, env["PATH"] ?? ""].join(delimiter) },
    encoding: "utf8",
    input,
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
  if (error !== undefined) throw new ToolError(`run ${program}: ${error.message}`, { cause: error });
  return { status: status ?? 2, records: recordsOf(stdout) };
}

/** What a tool of ours has just written. */
function recordsOf(text: string): AnyRecord[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AnyRecord);
}

/** A stream of some records, for the filter `vlf-notify`. */
export function streamOf(records: readonly AnyRecord[], runId: string, now: Date): string {
  const at = formatTime(now);
  const tool = "vlf-schedule";
  const counts: Record<string, number> = {};
  for (const { type } of records) counts[type] = (counts[type] ?? 0) + 1;
  const all = [
    {
      type: "begin",
      schema: 1,
      tool,
      version: "0.1.0",
      run_id: runId,
      started_at: at,
      collected_at: at,
      platform: {},
    },
    ...records,
    { type: "end", tool, counts },
  ];
  return all.map((record) => `${JSON.stringify(record)}\n`).join("");
}
