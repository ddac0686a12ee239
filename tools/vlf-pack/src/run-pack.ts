/** `vlf-pack`: counts in, files written, file records out. */
import { join } from "node:path";
import { withStaging } from "@vlf/common/cleanup";
import { formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { EffectSink } from "@vlf/common/effect-sink";
import { DataError, EXIT, UsageError } from "@vlf/common/exit";
import type { PublishedFile } from "@vlf/common/files";
import type { Io } from "@vlf/common/main";
import { withOverrides } from "@vlf/common/models";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import { type FileRecord, PLATFORM_KEYS } from "@vlf/common/records";
import { layout5 } from "@vlf/common/voss5-layouts";
import type { PackOptions } from "./cli.ts";
import { Gatherer } from "./content.ts";
import { Gatherer5 } from "./content5.ts";
import { type Format, makeFacts, missingFacts } from "./facts.ts";
import { defaultFormats5, packFiles5 } from "./files5.ts";
import { type PackedFile, packFiles } from "./files.ts";
import { OtherSchemes } from "./other-schemes.ts";
import { expiredFiles, outputFolder, prune } from "./run-folder.ts";

/** Of 4.x, where none are asked for. */
const DEFAULT_FORMATS: readonly Format[] = ["detailed-csv", "anonymous-zip"];

/** What tells of counts and is none: a stream of it must not look like a month without users. */
const ABOUT_COUNTS: ReadonlySet<string> = new Set([
  "evidence",
  "license-change",
  "tier-change",
  "subject-change",
]);

export async function runPack(options: PackOptions, io: Io): Promise<number> {
  const { clock, dryRun, formats, log, tool, version } = options;
  const config = loadConfig(options.config);
  const folder = outputFolder(config, options.output);
  const platform = config.texts("platform", PLATFORM_KEYS);
  const gatherer = new Gatherer(withOverrides(config.tables("models")));
  const gatherer5 = new Gatherer5();
  const others = new OtherSchemes();
  const layout = layout5(config);

  // The files matter, the records that tell of them less: a reader that goes away stops nothing.
  const out = new EffectSink(io.stdout);
  const writer = new RecordWriter(out);
  const { begin } = await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      begin: (begin) => writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] }),
      record: (record, line) => {
        if (ABOUT_COUNTS.has(record.type)) {
          throw new DataError(`read stdin:${line}: "${record.type}" record, wanted counts`, {
            hint: "what explain and diff write is for people: pack the output of vlf-audit alone",
          });
        }
        return !others.take(record) && (gatherer5.take(record) || gatherer.take(record))
          ? undefined
          : writer.write(record);
      },
    },
  );
  const content = gatherer.content();
  const content5 = gatherer5.content();
  const facts = makeFacts(begin.platform, platform, clock.fixed ? clock.now : new Date(begin.collected_at));
  for (const key of missingFacts(facts)) {
    log.warning(`header: no "${key}" in the stream; set it in vlf.toml: [platform] ${key} = "..."`);
  }
  const has5 = gatherer5.hasRows;
  for (const news of others.news(has5 || gatherer.hasRows)) log.info(news);
  // Without any row there are the files of 4.x, as always, with no row in them.
  const has4 = gatherer.hasRows || !has5;
  const files = has4 ? packFiles(facts, content, formats ?? DEFAULT_FORMATS, has5) : [];
  if (has5) files.push(...packFiles5(facts, layout, content5, content, formats ?? defaultFormats5(layout)));
  if (files.length === 0) {
    throw new UsageError(
      "read options: --format detailed-zip is of scheme voss-5, and the input has no rows of it",
    );
  }
  await writer.flush();
  out.settle(); // a full disk behind standard output stops the run before it publishes anything

  if (dryRun) {
    for (const { name, bytes } of files)
      log.info(`would write "${join(folder, name)}", ${bytes.length} bytes`);
    for (const name of await expiredFiles(folder, clock.now))
      log.info(`would remove "${join(folder, name)}"`);
    await writer.end(tool);
    out.settle();
    return EXIT.ok;
  }
  const published = await withStaging(folder, io.now(), async (staging) => {
    for (const { name, bytes } of files) await staging.add(name, bytes);
    return staging.publish();
  });
  for (const file of fileRecords(files, published)) await writer.write(file);
  await writer.end(tool);
  out.settle();
  const rows = Math.max(
    content.customers.length,
    content5.rows.filter((row) => row.customerPkid !== "").length,
  );
  log.info(`${rows} customers of ${formatTime(facts.date)} in "${folder}"`);
  // An old audit packed today must not vanish in the same run.
  const own = new Set(files.map((file) => file.name));
  await prune(folder, clock.now, log, own);
  return EXIT.ok;
}

function fileRecords(files: readonly PackedFile[], published: readonly PublishedFile[]): FileRecord[] {
  const formats = new Map(files.map((file) => [file.name, file.format]));
  return published.flatMap(({ name, path, sizeBytes, sha256 }) => {
    const format = formats.get(name);
    return format === undefined ? [] : [{ type: "file", format, path, name, size_bytes: sizeBytes, sha256 }];
  });
}
