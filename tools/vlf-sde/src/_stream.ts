/** For tests: a small system as a record stream, runs of the tool on it, and folders to run in. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import type { AnyRecord } from "@vlf/common/records";
import { tool } from "./cli.ts";
import { node, phone, user } from "./engine/_testing.ts";

const BEGIN: AnyRecord = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "0.1.0",
  run_id: "11111111-2222-8333-8444-555555555555",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T03:07:59Z",
  platform: {},
};

const CUSTOMER = "sys.hcs.CS-P.Innovia";

export const RECORDS: readonly { type: string }[] = [
  node("sys.hcs.CS-P", "Provider"),
  node(CUSTOMER, "Customer"),
  node(`${CUSTOMER}.Reading`, "Site"),
  phone(`${CUSTOMER}.Reading`, "SEP1", "Ann's"),
  phone(`${CUSTOMER}.Reading`, "SEP2"),
  user(`${CUSTOMER}.Reading`, "ann"),
  { type: "scope-end", hierarchy: CUSTOMER } as { type: string },
];

export const STREAM: string = streamOf(BEGIN, RECORDS);

/** A stream of these records, with its frame. */
export function stream(records: readonly { type: string }[]): string {
  return streamOf(BEGIN, records);
}

/** Runs the tool on a text; the working folder stays that of the tests. */
export function run(argv: readonly string[], input: string, io: Partial<Io> = {}): Promise<Ran> {
  return runInMemory(tool, argv, {
    stdin: [Buffer.from(input)],
    now: () => new Date("2026-11-02T00:00:00Z"),
    ...io,
  });
}

/** An empty folder for one test. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-sde-"));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** All files below a folder, hidden ones too. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}
