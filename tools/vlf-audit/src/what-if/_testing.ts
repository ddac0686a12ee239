/** For tests: what-ifs on small systems, as the tool. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import type { AnyRecord } from "@vlf/common/records";
import { tool } from "../cli.ts";

export const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

export const BOTH: readonly string[] = ["--scheme", "voss-4,voss-5"];

/** Runs the tool with files of these texts, by name; messages name them without their folder. */
export async function withFiles(
  files: Readonly<Record<string, string>>,
  argv: (path: (name: string) => string) => readonly string[],
  io: Partial<Io> = {},
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-what-if-"));
  try {
    const path = (name: string): string => join(folder, name);
    for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
    const ran = await runInMemory(tool, argv(path), io);
    const short = (text: string): string => text.replaceAll(`${folder}/`, "");
    const stdout = short(ran.stdout);
    return {
      status: ran.status,
      stdout,
      stderr: short(ran.stderr),
      // Asked for only where the output is records.
      get records() {
        return stdout
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as AnyRecord);
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A what-if on a stream of records. */
export function whatIf(
  records: readonly { type: string }[],
  toml: string,
  ...argv: readonly string[]
): Promise<Ran> {
  return withFiles({ "w.toml": toml }, (path) => ["--what-if", path("w.toml"), ...argv], {
    stdin: [Buffer.from(streamOf(BEGIN, records))],
  });
}

/** The changed columns of a scheme as `{column: change}`. */
export function columnsOf({ records }: Ran, scheme: string): Record<string, number> {
  const changes = records.filter((one) => one.type === "license-change" && one["scheme"] === scheme);
  return Object.fromEntries(changes.map((one) => [String(one["column"]), Number(one["change"])]));
}
