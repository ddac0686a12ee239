/** The export files: staged one by one, published together, then what is too old removed. */
import { join } from "node:path";
import type { Staging } from "@vlf/common/files";
import type { FileRecord } from "@vlf/common/records";
import type { Options } from "./cli.ts";
import type { AllBlocks } from "./engine/blocks.ts";
import { fileName, folderName } from "./names.ts";
import { REPORTS } from "./reports/index.ts";
import { expiredFiles, prune } from "./run-retention.ts";
import type { Progress } from "./words.ts";

/** What there is to write. */
interface Files {
  readonly options: Options;
  /** Folder of the folders of the days. */
  readonly output: string;
  /** The time in the names. */
  readonly date: Date;
  readonly blocks: AllBlocks;
}

const TYPES: ReadonlySet<string> = new Set(REPORTS.map(({ type }) => type));

/** Bytes gathered for a write. */
const BATCH = 262_144;

/** Publishes a file for each report, or none; gives their records. */
export async function publishFiles(
  { options, output, date, blocks }: Files,
  staging: Staging,
  progress: Progress,
): Promise<FileRecord[]> {
  const { clock, log, reports } = options;
  for (const report of reports) {
    log.progress(() => `writing ${report.type}`);
    await staging.add(fileName(report.type, date), batches(blocks.of(report).file()));
  }
  const published = await staging.publish(join(output, folderName(date)));
  log.done();
  progress.complete(published.map(({ name }) => name));
  if (options.prune) {
    // An old system exported today must not vanish in the same run.
    const keep = new Set(published.map(({ path }) => path));
    await prune(output, clock.now, { log, types: TYPES, keep });
  }
  return published.map(({ name, path, sizeBytes, sha256 }, index) => ({
    type: "file",
    format: `sde-${reports[index]?.type ?? ""}`,
    path,
    name,
    size_bytes: sizeBytes,
    sha256,
  }));
}

/** `--dry-run`: what would be written and removed. */
export async function sayWhatWouldBe({ options, output, date, blocks }: Files): Promise<void> {
  const { clock, log, reports } = options;
  const keep = new Set<string>();
  for (const report of reports) {
    let size = 0;
    for (const bytes of blocks.of(report).file()) size += bytes.length;
    const path = join(output, folderName(date), fileName(report.type, date));
    keep.add(path);
    log.info(`would write "${path}", ${blocks.of(report).rows} rows, ${size} bytes`);
  }
  if (!options.prune) return;
  for (const path of await expiredFiles(output, clock.now, TYPES)) {
    if (!keep.has(path)) log.info(`would remove "${path}"`);
  }
}

/** The same bytes in larger pieces. */
function* batches(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let size = 0;
  for (const piece of pieces) {
    batch.push(piece);
    size += piece.length;
    if (size < BATCH) continue;
    yield Buffer.concat(batch);
    batch = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(batch);
}
