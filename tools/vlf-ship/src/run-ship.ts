/** `vlf-ship`: files in by records or by their paths, files delivered, delivery records out. */
import { resolve } from "node:path";
import { loadHashingAndWriting } from "@vlf/common/ahead";
import { formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { DataError, ToolError, UsageError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { Io } from "@vlf/common/main";
import { readRecords } from "@vlf/common/ndjson";
import type { AnyRecord, Begin, FileRecord } from "@vlf/common/records";
import type { ShipOptions } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { destinationMaker } from "./destinations/index.ts";
import { takes } from "./formats.ts";
import type { Job } from "./jobs.ts";
import { findRoutes, type Route } from "./routes.ts";
import { beginOf, deliverJobs, onSpool } from "./run-jobs.ts";
import { shipSettings } from "./settings.ts";
import { type Item, itemOfPath, itemOfRecord, type Source, sourceOf } from "./source.ts";
import type { Spool, State } from "./spool.ts";

/** What there is to do: known whole before anything is done. */
interface Work {
  readonly begin: Begin;
  /** Records for those who come after. */
  readonly others: readonly AnyRecord[];
  readonly items: readonly Item[];
}

interface Target {
  readonly route: Route;
  readonly destination: Destination;
}

/** One file for one destination. */
interface Pair {
  readonly item: Item;
  readonly target: Target;
}

export async function runShip(options: ShipOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const settings = shipSettings(config, options.spool);
  const context = { now: io.now(), env: io.env };
  const routes = findRoutes(options.wanted, config, settings.destinations);
  const makeDestination = await destinationMaker(config, context);
  const targets = routes
    .map((route) => ({ route, destination: makeDestination(route) }))
    .filter(({ destination }) => isOn(destination, options.log));
  if (targets.length === 0)
    throw new UsageError("read settings: every destination is off", { hint: "see the warnings" });
  const work =
    options.paths.length > 0
      ? { begin: beginOf(options, options.paths), others: [], items: options.paths.map(itemOfPath) }
      : await workOfStream(options, io);
  const pairs = pairsOf(work.items, targets, options);
  if (options.dryRun) {
    for (const { item, target } of pairs) {
      options.log.info(`would deliver "${item.path}" to "${target.destination.locate(item.name)}"`);
    }
  }
  const deliver = async (jobs: readonly Job[], spool: Spool | undefined): Promise<number> =>
    deliverJobs(
      { ...work, jobs, spool, settings, destinations: () => targets.map(({ destination }) => destination) },
      options,
      io,
    );
  if (options.dryRun) return deliver([], undefined);
  if (settings.spool === undefined) return deliver(plainJobs(pairs), undefined);
  return onSpool(settings.spool, settings, options, async (spool) =>
    deliver(await spooledJobs(pairs, spool, formatTime(options.clock.now)), spool),
  );
}

/** Whether the settings let anything be delivered there; says so where they do not. */
function isOn({ name, off }: Destination, log: Log): boolean {
  if (off !== undefined) log.warning(`nothing is delivered to "${name}": ${off}`);
  return off === undefined;
}

/** Reads all of standard input; a stream that was cut off delivers nothing. */
async function workOfStream({ tool, version }: ShipOptions, io: Io): Promise<Work> {
  const others: AnyRecord[] = [];
  const items: Item[] = [];
  await loadHashingAndWriting();
  const { begin } = await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      record(record, line) {
        if (record.type === "file")
          items.push(itemOfRecord(record as unknown as FileRecord, `stdin:${line}`));
        else others.push(record);
      },
    },
  );
  if (items.length === 0) {
    throw new DataError("read stdin: no file record, so there is nothing to deliver", {
      hint: "the tool before this one wrote no files",
    });
  }
  return { begin: { ...begin, via: [...(begin.via ?? []), { tool, version }] }, others, items };
}

/**
 * Which file goes where: by the formats of the settings, and by those that a destination takes at all.
 * @throws {DataError} when no file goes anywhere
 */
function pairsOf(items: readonly Item[], targets: readonly Target[], { log }: ShipOptions): Pair[] {
  const pairs: Pair[] = [];
  for (const item of unique(items)) {
    const taken = targets.filter(
      ({ route, destination }) =>
        takes(route.formats, item.format) && takes(destination.formats, item.format),
    );
    if (taken.length === 0 && item.format === undefined) {
      log.warning(
        `"${item.path}" is of no known format, and is left out: all destinations take some formats only`,
      );
    } else if (taken.length === 0) {
      log.info(`"${item.path}" is left out: the settings send ${item.format} nowhere`);
    }
    pairs.push(...taken.map((target) => ({ item, target })));
  }
  if (pairs.length > 0) return pairs;
  throw new DataError("read settings: none of the files is of a format that goes anywhere", {
    hint: "look at file_formats in [license_audit_settings] and at file_format of the cloud service",
  });
}

/** Without those that were named twice: a POST of each would be a duplicate. */
function unique(items: readonly Item[]): Item[] {
  const byKey = new Map(
    items.map((item) => [`${item.path}\0${item.name}\0${item.expected?.sha256 ?? ""}`, item]),
  );
  return [...byKey.values()];
}

/** Without a spool: each file is read where it lies, once for its hash where no record has it. */
function plainJobs(pairs: readonly Pair[]): Job[] {
  const sources = new Map<Item, Promise<Source>>();
  return pairs.map(({ item, target }) => ({
    destination: target.route.name,
    file: item.name,
    sha256: item.expected?.sha256,
    target: () => target.destination,
    source() {
      const source = sources.get(item) ?? sourceOf(item);
      sources.set(item, source);
      return source;
    },
    state: undefined,
  }));
}

/** With a spool: all content and all states are on disk before the first delivery begins. */
async function spooledJobs(pairs: readonly Pair[], spool: Spool, now: string): Promise<Job[]> {
  const kept = new Map<Item, Source | ToolError>();
  const jobs: Job[] = [];
  for (const { item, target } of pairs) {
    const source = kept.get(item) ?? (await keep(spool, item));
    kept.set(item, source);
    jobs.push(await spooledJob(source, item, target, spool, now));
  }
  return jobs;
}

async function keep(spool: Spool, item: Item): Promise<Source | ToolError> {
  try {
    return await spool.keep(item);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
}

async function spooledJob(
  source: Source | ToolError,
  item: Item,
  { route, destination }: Target,
  spool: Spool,
  now: string,
): Promise<Job> {
  const { from } = route;
  // A later run may begin in another folder.
  const isPath = from === "target" && !/^file:/i.test(route.name);
  const about = {
    destination: isPath ? resolve(route.name) : route.name,
    file: item.name,
    target: () => destination,
  };
  if (source instanceof ToolError) {
    const sha256 = item.expected?.sha256;
    return { ...about, sha256, source: () => Promise.reject(source), state: undefined };
  }
  const { sha256, sizeBytes } = source.expected;
  const target = destination.locate(item.name);
  const before = await spool.find({ destination: about.destination, from, file: item.name, sha256 });
  const remembered =
    !destination.recognizes && before?.state === "delivered" && before.target === target ? before : undefined;
  if (remembered !== undefined) {
    return { ...about, sha256, source: () => Promise.resolve(source), state: remembered, isDone: true };
  }
  const isQueued = before?.state === "queued";
  const state: State = {
    schema: 1,
    destination: about.destination,
    from,
    file: item.name,
    format: item.format ?? "",
    sha256,
    size_bytes: sizeBytes,
    state: "queued",
    attempts: isQueued ? before.attempts : 0,
    queued_at: isQueued ? before.queued_at : now,
    tried_at: "",
    retry_at: isQueued ? before.retry_at : "",
    target,
    location: "",
    failure: "",
    message: "",
  };
  await spool.save(state);
  return { ...about, sha256, source: () => Promise.resolve(source), state };
}
