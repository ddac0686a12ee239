/** For tests: the tool on streams in memory, and inputs in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Ran, runInMemory } from "@vlf/common/_testing";
import { type AnyRecord, strictRecordProblem } from "@vlf/common/records";
import { tool } from "./cli.ts";

export const NOW = "2026-11-01T03:00:00Z";

export interface Result extends Ran {
  /** Instances as `model pkid hierarchy`, in order. */
  readonly places: readonly string[];
}

/** Runs `vlf-collect` with a fixed clock and no configuration. */
export async function collect(
  args: readonly string[],
  stdin: Iterable<Uint8Array> = [],
  isTerminal = false,
): Promise<Result> {
  let stderr = "";
  const ran = await runInMemory(tool, [...args, "--now", NOW], {
    stdin,
    stderr: { write: (text) => void (stderr += text), isTerminal },
  });
  const places = ran.records
    .filter((record) => record.type === "instance")
    .map((record) => `${String(record["model"])} ${String(record["pkid"])} ${String(record["hierarchy"])}`);
  return { ...ran, stderr, places };
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
