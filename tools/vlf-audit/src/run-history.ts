/**
 * The history of counts: one file a day, `2026-11-01.ndjson`, each a record stream by itself. What a day has
 * of a customer, model and source gives way to what is taken later on that day; all else stays.
 */
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { formatTime, timeOf } from "@vlf/common/clock";
import { asToolError, errorCode } from "@vlf/common/exit";
import { syncFolder } from "@vlf/common/files";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { withLock } from "@vlf/common/lock";
import { readRecords } from "@vlf/common/ndjson";
import { type AnyRecord, SCHEMA } from "@vlf/common/records";

/** A record with the time it is of. */
export interface Kept {
  readonly record: AnyRecord;
  readonly at: number;
}

interface Writer {
  readonly tool: string;
  readonly version: string;
}

const FILE = /^(\d{4}-\d{2}-\d{2})\.ndjson$/;

/** The files of the days from `start` to before `end`, in order. */
async function filesOf(folder: string, start: Date, end: Date): Promise<string[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw asToolError(`read history "${folder}"`, error);
  }
  const [first, last] = [dayName(start.getTime()), dayName(end.getTime() - 1)];
  return names
    .filter((name) => {
      const day = FILE.exec(name)?.[1];
      return day !== undefined && day >= first && day <= last;
    })
    .toSorted(byCodeUnit);
}

function dayName(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** Reads the days from `start` to before `end`. @throws {DataError} for a file that is not whole */
export async function readHistory(
  folder: string,
  { start, end }: { readonly start: Date; readonly end: Date },
  take: (kept: Kept, where: string) => void,
): Promise<void> {
  for (const name of await filesOf(folder, start, end)) {
    const path = join(folder, name);
    await readFile(path, (kept, line) => take(kept, `${path}:${line}`));
  }
}

async function readFile(path: string, take: (kept: Kept, line: number) => void): Promise<void> {
  let collectedAt = 0;
  const input = createReadStream(path);
  try {
    await readRecords(
      input,
      { name: path },
      {
        begin: (begin) => void (collectedAt = timeOf(begin.collected_at)?.getTime() ?? 0),
        record: (record, line) => {
          if (isKept(record)) take({ record: record, at: timeIn(record, collectedAt) }, line);
        },
      },
    );
  } finally {
    input.destroy();
  }
}

export function isKept({ type }: AnyRecord): boolean {
  return type === "license-count" || type === "usage";
}

/** The time of a record: of usage its own; of a count that of its stream, or the one it was kept with. */
export function timeIn(record: AnyRecord, collectedAt: number): number {
  const own = record.type === "usage" ? record["at"] : record["counted_at"];
  return timeOf(typeof own === "string" ? own : "")?.getTime() ?? collectedAt;
}

/**
 * Keeps records, each in the file of its day; gives the files that changed. Of the same customer, model and
 * source a day keeps what was taken last: keeping the same stream again changes nothing.
 */
export async function record(folder: string, kept: readonly Kept[], writer: Writer): Promise<string[]> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asToolError(`make folder "${folder}"`, error);
  }
  const days = new Map<string, Kept[]>();
  for (const one of kept) days.set(dayName(one.at), [...(days.get(dayName(one.at)) ?? []), one]);
  return withLock(join(folder, ".lock"), { holder: writer.tool, waitSeconds: 60 }, async () => {
    const written: string[] = [];
    for (const [day, records] of [...days].toSorted(([a], [b]) => byCodeUnit(a, b))) {
      const path = join(folder, `${day}.ndjson`);
      const before: Kept[] = [];
      try {
        await readFile(path, (one) => before.push(one));
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
      const text = streamOf(merged(before, records), day, writer);
      await replaceFile(folder, path, text);
      written.push(path);
    }
    await syncFolder(folder);
    return written;
  });
}

function isMissing(error: unknown): boolean {
  return errorCode(error) === "ENOENT" || errorCode((error as { cause?: unknown }).cause) === "ENOENT";
}

/** What a record is of: one taking of it replaces an earlier one as a whole. */
function unitOf({ record: one }: Kept): string {
  const names =
    one.type === "usage"
      ? ["vendor", "application", "customer", "customer_pkid", "cluster", "subscription", "source", "pool"]
      : ["scheme", "customer_pkid", "provider_pkid"];
  return JSON.stringify([one.type, ...names.map((name) => one[name] ?? "")]);
}

/** Of each unit the records that were taken last; a later keeping of the same time replaces the earlier one. */
function merged(before: readonly Kept[], added: readonly Kept[]): Kept[] {
  const units = new Map<string, Kept[]>();
  for (const list of [before, added]) {
    const fresh = new Map<string, Kept[]>();
    for (const one of list) {
      const known = fresh.get(unitOf(one));
      if (known === undefined || (known[0]?.at ?? 0) < one.at) fresh.set(unitOf(one), [one]);
      else if (known[0]?.at === one.at) known.push(one);
    }
    for (const [unit, records] of fresh) {
      if ((units.get(unit)?.[0]?.at ?? 0) <= (records[0]?.at ?? 0)) units.set(unit, records);
    }
  }
  return [...units]
    .flatMap(([unit, records]) =>
      records.map((one) => ({ one, key: `${unit} ${JSON.stringify(one.record)}` })),
    )
    .toSorted((a, b) => byCodeUnit(a.key, b.key))
    .map(({ one }) => one);
}

function streamOf(kept: readonly Kept[], day: string, { tool, version }: Writer): string {
  const midnight = `${day}T00:00:00Z`;
  const counts: Record<string, number> = {};
  const lines = kept.map(({ record: one, at }) => {
    counts[one.type] = (counts[one.type] ?? 0) + 1;
    return one.type === "usage" ? one : { ...one, counted_at: formatTime(new Date(at)) };
  });
  const begin = {
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: `history-${day}`,
    started_at: midnight,
    collected_at: midnight,
    platform: {},
  };
  return [begin, ...lines, { type: "end", tool, counts }].map((one) => `${JSON.stringify(one)}\n`).join("");
}

/** Beside its place, synced, and moved over what was there: nobody sees half a file. */
async function replaceFile(folder: string, path: string, text: string): Promise<void> {
  const hidden = join(folder, `.${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(hidden, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(hidden, path);
  } catch (error) {
    await rm(hidden, { force: true });
    throw asToolError(`write "${path}"`, error);
  }
}
