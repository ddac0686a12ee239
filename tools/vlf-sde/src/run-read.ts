/** Reads standard input to its end: begin and what is not ours go out, instances become rows. */
import type { Io } from "@vlf/common/main";
import type { RecordHandlers, RecordWriter, StreamSummary } from "@vlf/common/ndjson";
import type { Begin, Finding, Instance } from "@vlf/common/records";
import { readScopes } from "@vlf/common/scopes";
import type { Threads } from "@vlf/common/threads";
import type { Options } from "./cli.ts";
import { type ExportedScope, ScopeExporter, takerOf } from "./engine/apart.ts";
import { AllBlocks } from "./engine/blocks.ts";
import { Export } from "./engine/export.ts";
import { type Plan, planOf } from "./engine/plan.ts";
import { startThreads } from "./jobs/threads.ts";
import type { Scratch } from "./run-scratch.ts";
import type { Settings } from "./settings.ts";

/**
 * Bytes that wait for a thread, itself included. Answers are taken in order, so a thread has to have more than its next block
 * where another one takes longer: with 8 MiB two threads worked seven eighths of the time (docs/adr/0044).
 */
const IN_FLIGHT_BYTES = 16 << 20;

/** Without threads, a larger scope is read line by line: to wait for all of it takes twice as much memory for a while. */
const OWN_SCOPE_BYTES = 16 << 20;

interface Streams {
  readonly io: Io;
  readonly scratch: Scratch;
  readonly writer: RecordWriter;
}

interface Read {
  readonly begin: Begin;
  readonly blocks: AllBlocks;
  readonly findings: readonly Finding[];
}

export async function readAll(options: Options, settings: Settings, streams: Streams): Promise<Read> {
  const { log, tool, version, reports } = options;
  const { scratch, writer } = streams;
  const plan = planOf(reports, settings.row, !options.toStdout);
  const blocks = new AllBlocks(reports, (type) => scratch.open(type));
  const exported = new Export({
    plan,
    bufferBytes: settings.bufferBytes,
    openStore: () => scratch.open("waiting"),
    output: blocks,
  });
  let records = 0;
  const count = (more: number): void => {
    records += more;
    if (more > 1 || records % 4096 === 0)
      log.progress(() => `${records} records, ${exported.customers} customers exported`);
  };
  const handlers: RecordHandlers = {
    begin: (begin) => writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] }),
    record: (record, line, bytes) => {
      count(1);
      if (record.type === "instance") {
        exported.add(record as unknown as Instance, bytes, "stdin", line);
        return undefined;
      }
      if (record.type === "scope-end") {
        exported.endScope(String(record["hierarchy"]));
        return undefined;
      }
      return writer.write(record);
    },
  };
  const taker = takerOf(exported, plan, blocks);
  const threads = options.jobs === 1 ? ownThread(plan) : threadsFor(options, settings);
  let closed: Promise<void> | undefined;
  try {
    const takers = { handlers, taker, onAdopted: count };
    const { begin } = await readStdin(options.jobs, streams.io, threads, takers);
    // Threads end while the rest is exported.
    closed = threads.close();
    const findings = exported.finish();
    log.done();
    return { begin, blocks, findings };
  } finally {
    await (closed ?? threads.close());
  }
}

type OwnThreads = Pick<Threads<ExportedScope>, "run" | "size" | "close">;

interface Takers {
  readonly handlers: RecordHandlers;
  readonly taker: ReturnType<typeof takerOf>;
  readonly onAdopted: (records: number) => void;
}

function readStdin(
  jobs: number,
  io: Io,
  threads: OwnThreads,
  { handlers, taker, onAdopted }: Takers,
): Promise<StreamSummary> {
  // Without threads nothing has to wait: a block is done with when it was handed over.
  const inFlightBytes = jobs === 1 ? 0 : jobs * IN_FLIGHT_BYTES;
  const limits = jobs === 1 ? { scopeLimitBytes: OWN_SCOPE_BYTES } : undefined;
  const reading = { name: "stdin", taker, threads, inFlightBytes, limits, onAdopted };
  return readScopes(io.stdin, reading, handlers);
}

/** Scopes are exported apart as well, since they need no parsing then. */
function ownThread(plan: Plan): OwnThreads {
  const exporter = new ScopeExporter(plan);
  return { size: 1, run: async (task) => exporter.answer(task), close: async () => {} };
}

function threadsFor(
  { jobs, reports, toStdout }: Options,
  { row, overrides }: Settings,
): Threads<ExportedScope> {
  return startThreads(jobs, {
    types: reports.map(({ type }) => type),
    compress: !toStdout,
    spelling: row.spelling,
    webexLayout: row.webexLayout,
    overrides,
  });
}
