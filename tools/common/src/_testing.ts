/** For tests of the tools: a whole tool on streams in memory, and record streams as text. */
import { execute, type Io, type Tool } from "./main.ts";
import type { AnyRecord } from "./records.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The records on standard output. */
  readonly records: readonly AnyRecord[];
}

/** Runs a tool in this process, with no input and no terminal unless `io` says otherwise. */
export async function runInMemory(tool: Tool, argv: readonly string[], io: Partial<Io> = {}): Promise<Ran> {
  let stdout = "";
  let stderr = "";
  const status = await execute(tool, argv, {
    stdin: [],
    stdout: {
      isTerminal: false,
      write: (chunk) => {
        stdout += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
        return Promise.resolve();
      },
    },
    stderr: { isTerminal: false, write: (text) => void (stderr += text) },
    env: {},
    now: () => new Date("2022-12-01T00:00:00Z"),
    ...io,
  });
  return {
    status,
    stdout,
    stderr,
    get records() {
      return parseLines(stdout); // asked for only where the output is records
    },
  };
}

/** The options that a help text names, as `--name`, sorted. */
export function optionsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}(?:-\w,| {3}) (--[a-z-]+)/gm)].map(([, name]) => name ?? "").toSorted();
}

/** What a test reads back; bad lines fail it. */
function parseLines(text: string): AnyRecord[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AnyRecord);
}

/** A whole stream as text, with an end record that counts `counted`: by default what is there. */
export function streamOf(
  begin: AnyRecord,
  records: readonly { type: string }[],
  counted: readonly { type: string }[] = records,
): string {
  const counts: Record<string, number> = {};
  for (const { type } of counted) counts[type] = (counts[type] ?? 0) + 1;
  const all = [begin, ...records, { type: "end", tool: begin["tool"], counts }];
  return all.map((record) => `${JSON.stringify(record)}\n`).join("");
}
