/** `vlf-pack list` and `prune`: the files of ours in the output folder, and those kept long enough. */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Clock, formatTime } from "@vlf/common/clock";
import { type Config, loadConfig } from "@vlf/common/config";
import { asToolError, errorCode, EXIT, ToolError } from "@vlf/common/exit";
import { hashFile, removeFile } from "@vlf/common/files";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import { type Begin, type FileRecord, SCHEMA } from "@vlf/common/records";
import type { FolderOptions, Shared } from "./cli.ts";
import { isExpired, type NameParts, readName } from "./facts.ts";

/** Where VOSS keeps these files (guide 1.6.1). */
const DEFAULT_FOLDER = "media/data_export/license";

const KEYS = ["output", "locale"] as const;

/** The folder of a run: `--output`, or `[pack] output` of vlf.toml, or the guide's. */
export function outputFolder(config: Config, option: string | undefined): string {
  return option ?? config.texts("pack", KEYS).output ?? DEFAULT_FOLDER;
}

/** How numbers and dates are written on pages: `--locale`, or `[pack] locale` of vlf.toml, or English. */
export function localeOf(config: Config, option: string | undefined): string {
  return option ?? config.texts("pack", KEYS).locale ?? "en";
}

export async function runFolder(options: FolderOptions, io: Io): Promise<number> {
  const { clock, command, dryRun, log } = options;
  const folder = outputFolder(loadConfig(options.config), options.output);
  if (command === "list") {
    await writeRecords(io.stdout, makeBegin(options, clock), listed(folder));
    return EXIT.ok;
  }
  if (dryRun) {
    for (const name of await expiredFiles(folder, clock.now))
      log.info(`would remove "${join(folder, name)}"`);
    return EXIT.ok;
  }
  return (await prune(folder, clock.now, log, new Set())) ? EXIT.ok : EXIT.failed;
}

/** The first record of a command that reads no stream. */
export function makeBegin({ tool, version }: Shared, clock: Clock): Begin {
  const time = formatTime(clock.now);
  return {
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: clock.runId(tool),
    started_at: time,
    collected_at: time,
    platform: {},
  };
}

/** Regular files in `folder` with a name of ours, by stamp, then name. A folder that is missing has none. */
export async function ownFiles(folder: string): Promise<{ name: string; parts: NameParts }[]> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw asToolError(`read folder "${folder}"`, error);
  }
  const found: { name: string; parts: NameParts }[] = [];
  for (const name of names) {
    const parts = readName(name);
    if (parts !== undefined && lstatSync(join(folder, name)).isFile()) found.push({ name, parts });
  }
  return found.toSorted((a, b) => byCodeUnit(a.parts.stamp, b.parts.stamp) || byCodeUnit(a.name, b.name));
}

async function* listed(folder: string): AsyncGenerator<FileRecord> {
  for (const { name, parts } of await ownFiles(folder)) {
    if (!parts.isSidecar) yield await fileRecord(join(folder, name), name, parts);
  }
}

/** The record of a file that stands there. */
export async function fileRecord(path: string, name: string, parts: NameParts): Promise<FileRecord> {
  try {
    const { size } = lstatSync(path);
    return { type: "file", format: parts.format, path, name, size_bytes: size, sha256: await hashFile(path) };
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  }
}

/** Names of files of ours that have been kept for two years and more. */
export async function expiredFiles(folder: string, now: Date): Promise<string[]> {
  const files = await ownFiles(folder);
  return files.filter(({ parts }) => isExpired(parts.date, now)).map(({ name }) => name);
}

/** Removes them, but for `keep`, and says so. Gives false when one could not be removed. */
export async function prune(
  folder: string,
  now: Date,
  log: Log,
  keep: ReadonlySet<string>,
): Promise<boolean> {
  let done = true;
  for (const name of await expiredFiles(folder, now)) {
    if (keep.has(name)) continue;
    try {
      await removeFile(join(folder, name));
      log.info(`removed "${join(folder, name)}": older than two years`);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      log.warning(error.message);
      done = false;
    }
  }
  return done;
}
