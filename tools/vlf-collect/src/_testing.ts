/** For tests: the tool on streams in memory, and inputs in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execute, type Io } from "@vlf/common/main";
import type { AnyRecord } from "@vlf/common/records";
import { strictRecordProblem } from "@vlf/common/records";
import { tool } from "./cli.ts";

export const NOW = "2026-11-01T03:00:00Z";

export interface Result {
  status: number;
  stdout: string;
  stderr: string;
  records: AnyRecord[];
  /** Instances as `model pkid hierarchy`, in order. */
  places: string[];
}

/** Runs `vlf-collect` with a fixed clock and no configuration. */
export async function collect(
  args: readonly string[],
  stdin: Iterable<Uint8Array> = [],
  isTerminal = false,
): Promise<Result> {
  let stdout = "";
  let stderr = "";
  const io: Io = {
    stdin,
    stdout: {
      write: (chunk) => {
        stdout += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
        return Promise.resolve();
      },
      isTerminal: false,
    },
    stderr: { write: (text) => void (stderr += text), isTerminal },
    env: {},
    now: () => new Date("2001-01-01T00:00:00Z"),
  };
  const status = await execute(tool, [...args, "--now", NOW], io);
  const records = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AnyRecord);
  const places = records
    .filter((record) => record.type === "instance")
    .map((record) => `${String(record["model"])} ${String(record["pkid"])} ${String(record["hierarchy"])}`);
  return { status, stdout, stderr, records, places };
}

/** The first record that breaks the contract, or `undefined`. */
export function brokenRecord(records: readonly AnyRecord[]): string | undefined {
  return records.map(strictRecordProblem).find((problem) => problem !== undefined);
}

/** Runs `use` with the path of a new folder that holds these files. */
export async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-collect-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
