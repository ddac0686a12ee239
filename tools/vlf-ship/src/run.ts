/** `vlf-ship`: file records in, files delivered, delivery records out. */
import { basename } from "node:path";
import { formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { EffectSink } from "@vlf/common/effect-sink";
import { DataError, EXIT, ToolError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { readRecords, writeRecords } from "@vlf/common/ndjson";
import { type AnyRecord, type Begin, type Delivery, type FileRecord, SCHEMA } from "@vlf/common/records";
import type { Options } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { findDestinations } from "./destinations/index.ts";
import { type Source, sourceOf } from "./source.ts";

/** What there is to do: known whole before anything is done. */
interface Work {
  readonly begin: Begin;
  /** Records for those who come after. */
  readonly others: readonly AnyRecord[];
  readonly sources: readonly Source[];
}

export async function run(options: Options, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const destinations = findDestinations(options.wanted, config, { now: io.now(), env: io.env });
  const work = options.paths.length > 0 ? workOfPaths(options) : await workOfStream(options, io);

  let failed = false;
  async function* records(): AsyncGenerator<AnyRecord | Delivery> {
    yield* work.others;
    for (const source of work.sources) {
      for (const destination of destinations) {
        if (options.dryRun) {
          options.log.info(`would deliver "${source.path}" to "${destination.locate(source.name)}"`);
          continue;
        }
        const delivery = await attempt(source, destination, options);
        failed ||= delivery.status === "failed";
        yield delivery;
      }
    }
  }
  // The deliveries matter, the receipts less: one that cannot be written stops nothing.
  const out = new EffectSink(io.stdout);
  await writeRecords(out, work.begin, records(), options.tool);
  out.settle();
  return failed ? EXIT.failed : EXIT.ok;
}

/** Reads all of standard input; a stream that was cut off delivers nothing. */
async function workOfStream({ tool, version }: Options, io: Io): Promise<Work> {
  const others: AnyRecord[] = [];
  const sources: Source[] = [];
  const { begin } = await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      record(record, line) {
        if (record.type === "file") sources.push(sourceOf(record as unknown as FileRecord, `stdin:${line}`));
        else others.push(record);
      },
    },
  );
  if (sources.length === 0) {
    throw new DataError("read stdin: no file record, so there is nothing to deliver", {
      hint: "the tool before this one wrote no files",
    });
  }
  return { begin: { ...begin, via: [...(begin.via ?? []), { tool, version }] }, others, sources };
}

function workOfPaths({ clock, paths, tool, version }: Options): Work {
  const time = formatTime(clock.now);
  const begin: Begin = {
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: clock.runId(paths.join("\n")),
    started_at: time,
    collected_at: time,
    platform: {},
  };
  const sources = paths.map((path) => ({ path, name: basename(path), expected: undefined }));
  return { begin, others: [], sources };
}

async function attempt(source: Source, destination: Destination, { log }: Options): Promise<Delivery> {
  const about = { type: "delivery", destination: destination.name, file: source.name } as const;
  try {
    const { status, location, sha256 } = await destination.deliver(source);
    log.info(`${status}: "${location}"`);
    return { ...about, status, attempts: 1, location, sha256, message: "" };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    log.error(error.message);
    if (error.hint !== undefined) log.hint(error.hint);
    const sha256 = source.expected?.sha256 ?? "";
    return { ...about, status: "failed", attempts: 1, location: "", sha256, message: error.message };
  }
}
