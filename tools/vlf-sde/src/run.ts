/** `vlf-sde`: instances in, export files written, file records out; or rows as records. */
import { tmpdir } from "node:os";
import { undoOnSignal, withStaging } from "@vlf/common/cleanup";
import { loadConfig } from "@vlf/common/config";
import { EffectSink } from "@vlf/common/effect-sink";
import { EXIT } from "@vlf/common/exit";
import type { Staging } from "@vlf/common/files";
import type { Io } from "@vlf/common/main";
import { RecordWriter } from "@vlf/common/ndjson";
import { optimizeLater } from "@vlf/common/patience";
import type { Options } from "./cli.ts";
import { moduleMemory } from "./module.ts";
import { publishFiles, sayWhatWouldBe } from "./run-files.ts";
import { readAll } from "./run-read.ts";
import { Scratch } from "./run-scratch.ts";
import { Stop } from "@vlf/common/stop";
import { readSettings, type Settings } from "./settings.ts";
import { Progress } from "./words.ts";

/**
 * Exports what comes on standard input; gives the exit status.
 * @throws {ToolError} where the runtime has no WebAssembly
 */
export async function run(options: Options, io: Io): Promise<number> {
  const settings = readSettings(loadConfig(options.config), options);
  optimizeLater();
  moduleMemory(); // a runtime without WebAssembly is told of here, and not by each thread
  const stop = new Stop();
  const guarded: Io = { ...io, stdin: stop.guard(io.stdin) };
  return undoOnSignal(
    () => stop.now(),
    () => (options.toStdout ? rowsOut(options, settings, guarded) : filesOut(options, settings, guarded)),
  );
}

/** Rows as `sde-row` records, for jq and the like. */
async function rowsOut(options: Options, settings: Settings, io: Io): Promise<number> {
  const writer = new RecordWriter(io.stdout);
  await withScratch(tmpdir(), io, async ({ scratch }) => {
    const read = await readAll(options, settings, { io, scratch, writer });
    for (const finding of read.findings) await writer.write(finding);
    for (const report of options.reports) {
      const before = `{"type":"sde-row","report":${JSON.stringify(report.type)},"row":`;
      for (const text of read.blocks.of(report).texts()) {
        const waiting = writer.writeText("sde-row", `${before}${text}}`);
        if (waiting !== undefined) await waiting;
      }
    }
  });
  await writer.end(options.tool);
  return EXIT.ok;
}

/** Files, all of them published together, then a record for each. */
async function filesOut(options: Options, settings: Settings, io: Io): Promise<number> {
  const { clock, dryRun, tool } = options;
  const { output } = settings;
  const progress = new Progress(options);
  // The files matter, the records that tell of them less: a reader that goes away stops nothing.
  const out = new EffectSink(io.stdout);
  const writer = new RecordWriter(out);
  if (!dryRun) progress.start();
  await withScratch(dryRun ? tmpdir() : output, io, async ({ scratch, staging }) => {
    const { begin, blocks, findings } = await readAll(options, settings, { io, scratch, writer });
    for (const finding of findings) await writer.write(finding);
    await writer.flush();
    out.settle(); // a full disk behind standard output stops the run before it publishes anything
    const date = clock.fixed ? clock.now : new Date(begin.collected_at);
    const files = { options, output, date, blocks };
    if (dryRun) return sayWhatWouldBe(files);
    for (const record of await publishFiles(files, staging, progress)) await writer.write(record);
    return undefined;
  });
  await writer.end(tool);
  out.settle();
  return EXIT.ok;
}

/** A staging folder in `folder`, and scratch files in it. */
function withScratch(
  folder: string,
  io: Io,
  work: (at: { staging: Staging; scratch: Scratch }) => Promise<void>,
): Promise<void> {
  return withStaging(folder, io.now(), async (staging) => {
    const scratch = new Scratch(staging.hidden);
    try {
      await work({ staging, scratch });
    } finally {
      scratch.close();
    }
  });
}
