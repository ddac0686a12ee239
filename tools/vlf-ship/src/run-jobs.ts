/** What all commands that deliver have in common: the lock on the spool, the lanes, the records, the end. */
import { formatTime, timeOf } from "@vlf/common/clock";
import { undoOnSignal } from "@vlf/common/cleanup";
import { EffectSink } from "@vlf/common/effect-sink";
import { type ExitStatus, ToolError } from "@vlf/common/exit";
import { withLock } from "@vlf/common/lock";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import { type AnyRecord, type Begin, type Delivery, SCHEMA } from "@vlf/common/records";
import type { Shared } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { type Job, Tally, Worker } from "./jobs.ts";
import { inLanes } from "./lanes.ts";
import { Rests } from "./rests.ts";
import type { ShipSettings } from "./settings.ts";
import { lockOf, Spool } from "./spool.ts";

/** A stream that begins with this run. */
export function beginOf({ clock, tool, version }: Shared, input: readonly string[]): Begin {
  const time = formatTime(clock.now);
  return {
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: clock.runId(input.join("\n")),
    started_at: time,
    collected_at: time,
    platform: {},
  };
}

/**
 * Does work on a spool, alone.
 * @throws {TemporaryError} when another run holds the spool for too long
 */
export async function onSpool<T>(
  folder: string,
  { lockWaitSeconds }: ShipSettings,
  { tool }: Shared,
  work: (spool: Spool) => Promise<T>,
): Promise<T> {
  return withLock(lockOf(folder), { holder: tool, waitSeconds: lockWaitSeconds }, async () => {
    const spool = new Spool(folder);
    await spool.open();
    return work(spool);
  });
}

export interface Deliveries {
  readonly begin: Begin;
  readonly others: readonly (AnyRecord | Delivery)[];
  readonly jobs: readonly Job[];
  readonly spool: Spool | undefined;
  readonly settings: ShipSettings;
  /** To be closed at the end. */
  readonly destinations: () => readonly Destination[];
}

/** Does the jobs, destinations at the same time, and writes the stream of receipts. */
export async function deliverJobs(work: Deliveries, options: Shared, io: Io): Promise<ExitStatus> {
  const { begin, others, jobs, spool, settings, destinations } = work;
  const { clock, log, tool } = options;
  const stop = new AbortController();
  const tally = new Tally();
  const rests = await restsOf(spool, options);
  const worker = new Worker({ settings, spool, clock, log, signal: stop.signal, rests });
  async function* records(): AsyncGenerator<AnyRecord | Delivery> {
    yield* others;
    for await (const delivery of inLanes(
      jobs,
      (job) => job.destination,
      (job) => worker.do(job),
    )) {
      tally.add(delivery);
      yield delivery;
    }
  }
  // The deliveries matter, the receipts less: one that cannot be written stops nothing.
  const out = new EffectSink(io.stdout);
  const end = async (): Promise<void> => {
    stop.abort(new ToolError("deliver: stopped by a signal"));
    return Promise.resolve();
  };
  await undoOnSignal(end, async () => {
    try {
      await writeRecords(out, begin, records(), tool);
    } finally {
      log.done();
      await Promise.allSettled(destinations().map(async (destination) => destination.close?.()));
    }
  });
  await spool?.clean(formatTime(new Date(clock.now.getTime() - settings.rememberDays * 86_400_000)));
  out.settle();
  return tally.status;
}

/** What destinations asked for in earlier runs. */
async function restsOf(spool: Spool | undefined, { clock }: Shared): Promise<Rests> {
  const started = process.hrtime.bigint(); // unlike performance, nothing to load
  const elapsedMs = (): number => Number(process.hrtime.bigint() - started) / 1e6;
  const rests = new Rests(() => new Date(clock.now.getTime() + elapsedMs()));
  for (const { destination, state, retry_at: at } of (await spool?.states()) ?? []) {
    const until = timeOf(at);
    if (state === "queued" && until !== undefined) rests.note(destination, until);
  }
  return rests;
}
