/** Retention: export files that were kept long enough are removed after a successful run (guide, 2.2.1). */
import { lstat, readdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, errorCode, ToolError } from "@vlf/common/exit";
import { removeFile } from "@vlf/common/files";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import { isExpired, readFileName, readFolderName } from "./names.ts";

/**
 * Paths of the files in `folder` that have expired, sorted: regular files with a name of ours, of a type that
 * we write, in the folder of their day. Nothing else is looked at, and links are not followed.
 */
export async function expiredFiles(folder: string, now: Date, types: ReadonlySet<string>): Promise<string[]> {
  const expired: string[] = [];
  for (const day of await namesIn(folder)) {
    const date = readFolderName(day);
    if (date === undefined || !isExpired(date, now)) continue;
    const path = join(folder, day);
    if (!(await lstat(path)).isDirectory()) continue;
    for (const name of await namesIn(path)) {
      const type = readFileName(name, day);
      if (type === undefined || !types.has(type)) continue;
      if ((await lstat(join(path, name))).isFile()) expired.push(join(path, name));
    }
  }
  return expired;
}

/** Removes them, but for `keep`, then the folders that are left empty, and says so. */
export async function prune(
  folder: string,
  now: Date,
  options: { log: Log; types: ReadonlySet<string>; keep: ReadonlySet<string> },
): Promise<void> {
  const { log, types, keep } = options;
  const folders = new Set<string>();
  try {
    for (const path of await expiredFiles(folder, now, types)) {
      if (keep.has(path)) continue;
      await removeFile(path);
      folders.add(join(path, ".."));
      log.info(`removed "${path}": 31 days old or older`);
    }
  } catch (error) {
    // The export itself is done: what could not be removed is tried again after the next one.
    if (!(error instanceof ToolError)) throw error;
    log.warning(error.message);
  }
  for (const path of folders) await rmdir(path).catch(() => {}); // not empty: others' files stay
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).toSorted(byCodeUnit);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return [];
    throw asToolError(`read folder "${folder}"`, error);
  }
}
