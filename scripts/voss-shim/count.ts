/** Keeps the counts of a day: the stream of `vlf-audit`, whole or not at all, and for as long as data exports. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { withStaging } from "@vlf/common/cleanup";
import { fileStamp } from "@vlf/common/clock";
import { removeFile } from "@vlf/common/files";
import type { Log } from "@vlf/common/log";

/** Beside VOSS's own folders. */
const FOLDER = "media/data_export/count";
const NAME = /^(\d{4}-\d{2}-\d{2})_\d{4}_count\.ndjson$/;
/** As the files of the subscriber data export: 30 days are kept (guide, 2.2.1). */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Writes the stream to a file of its own; its bare name, or `undefined` when the stream is not whole.
 * @param isWhole asked when the stream has ended
 */
export async function keepCount(
  stream: AsyncIterable<Uint8Array>,
  now: Date,
  isWhole: () => Promise<boolean>,
  log: Log,
): Promise<string | undefined> {
  const name = `${fileStamp(now)}_count.ndjson`;
  const isKept = await withStaging(FOLDER, now, async (staging) => {
    await staging.add(name, stream);
    if (!(await isWhole())) return false;
    await staging.publish();
    return true;
  });
  if (!isKept) return undefined;
  for (const old of await expired(now)) {
    await removeFile(join(FOLDER, old));
    log.info(`removed "${join(FOLDER, old)}", older than ${KEPT_DAYS} days`);
  }
  return name;
}

async function expired(now: Date): Promise<string[]> {
  const first = new Date(now.getTime() - KEPT_DAYS * DAY_MS).toISOString().slice(0, 10);
  const names = await readdir(FOLDER);
  return names.filter((name) => (NAME.exec(name)?.[1] ?? first) < first).sort();
}
