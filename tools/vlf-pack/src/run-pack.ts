/** `vlf-pack`: counts in, files written, file records out. */
import { join } from "node:path";
import { loadHashing } from "@vlf/common/ahead";
import { withStaging } from "@vlf/common/cleanup";
import { formatTime } from "@vlf/common/clock";
import { type Config, loadConfig } from "@vlf/common/config";
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
import { isReport, type LicenseFormat, makeFacts, missingFacts } from "./facts.ts";
import { type PackedFile, packFiles } from "./files.ts";
import { OtherSchemes } from "./other-schemes.ts";
import { expiredFiles, localeOf, outputFolder, prune } from "./run-folder.ts";
import type { ReportFile, Reports } from "./run-report.ts";

/** Of 4.x, where none are asked for. */
const DEFAULT_FORMATS: readonly LicenseFormat[] = ["detailed-csv", "anonymous-zip"];

/** What tells of counts and is none: a stream of it must not look like a month without users. */
const ABOUT_COUNTS: ReadonlySet<string> = new Set([
  "evidence",
  "scheme-difference",
  "license-change",
  "tier-change",
  "subject-change",
]);

/** What the audit finds where there is nothing to count. */
const NO_CUSTOMER = "no-customer";

export async function runPack(options: PackOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const reports = await reportsOf(options, config);
  try {
    return await pack(options, io, config, reports);
  } finally {
    await reports?.close();
  }
}

/** The reports that are asked for. What makes them is loaded for them alone. */
async function reportsOf(options: PackOptions, config: Config): Promise<Reports | undefined> {
  const formats = (options.formats ?? []).filter(isReport);
  if (formats.length === 0) return undefined;
  const [{ Reports }, { checkLocale }] = await Promise.all([
    import("./run-report.ts"),
    import("./html/text.ts"),
  ]);
  const locale = localeOf(config, options.locale);
  checkLocale(locale); // before anything is read
  const { log, version, more } = options;
  return new Reports(
    { formats, more, locale, folder: outputFolder(config, options.output), version, log },
    config,
  );
}

async function pack(
  options: PackOptions,
  io: Io,
  config: Config,
  reports: Reports | undefined,
): Promise<number> {
  const { clock, dryRun, log, tool, version } = options;
  const formats = options.formats?.filter((format) => !isReport(format));
  const folder = outputFolder(config, options.output);
  const platform = config.texts("platform", PLATFORM_KEYS);
  const gatherer = new Gatherer(withOverrides(config.tables("models")));
  const gatherer5 = new Gatherer5();
  const others = new OtherSchemes();
  const layout = layout5(config);

  let saysNone = false;

  loadHashing();
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
        saysNone ||= record.type === "finding" && record["code"] === NO_CUSTOMER;
        reports?.take(record);
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
  const hasRows = has5 || gatherer.hasRows || formats?.length === 0;
  const news = others.news(hasRows);
  for (const one of news) log.info(one);
  // The output of another tool must not look like a month without customers.
  if (!has5 && !gatherer.hasRows && news.length === 0 && !saysNone) {
    throw new DataError(`read stdin: no license-count record, nor the finding ${NO_CUSTOMER}`, {
      hint: "vlf-pack reads what vlf-audit writes: vlf-collect ... | vlf-audit | vlf-pack",
    });
  }
  // Without any row there are the files of 4.x, as always, with no row in them.
  const has4 = gatherer.hasRows || !has5;
  const files = has4 ? packFiles(facts, content, formats ?? DEFAULT_FORMATS, has5) : [];
  const of5 = has5 ? await import("./files5.ts") : undefined;
  if (of5 !== undefined) {
    files.push(...of5.packFiles5(facts, layout, content5, content, formats ?? of5.defaultFormats5(layout)));
  }
  if (files.length === 0 && reports === undefined) {
    throw new UsageError(
      "read options: --format detailed-zip is of scheme voss-5, and the input has no rows of it",
    );
  }
  const reportFiles: ReportFile[] = [];
  if (reports !== undefined) {
    const proofs = [
      ...(gatherer.hasRows ? packFiles(facts, content, ["anonymous-csv"], has5) : []),
      ...(of5?.packFiles5(facts, layout, content5, content, ["anonymous-csv"]) ?? []),
    ].filter(({ format }) => format !== undefined);
    const { input, findings } = await reports.finish(begin, facts, proofs);
    for (const finding of findings) {
      log.warning(finding.message);
      await writer.write(finding);
    }
    reportFiles.push(...(await reports.files(input)));
  }
  await writer.flush();
  out.settle(); // a full disk behind standard output stops the run before it publishes anything

  if (dryRun) {
    for (const { name, bytes } of files)
      log.info(`would write "${join(folder, name)}", ${bytes.length} bytes`);
    for (const { name } of reportFiles) log.info(`would write "${join(folder, name)}"`);
    for (const name of await expiredFiles(folder, clock.now))
      log.info(`would remove "${join(folder, name)}"`);
    await writer.end(tool);
    out.settle();
    return EXIT.ok;
  }
  const published = await withStaging(folder, io.now(), async (staging) => {
    for (const { name, bytes } of files) await staging.add(name, bytes);
    for (const { name, content: bytes } of reportFiles) await staging.add(name, bytes());
    return staging.publish();
  });
  for (const file of fileRecords([...files, ...reportFiles], published)) await writer.write(file);
  await writer.end(tool);
  out.settle();
  const rows = Math.max(
    content.customers.length,
    content5.rows.filter((row) => row.customerPkid !== "").length,
  );
  log.info(`${rows} customers of ${formatTime(facts.date)} in "${folder}"`);
  // An old audit packed today must not vanish in the same run.
  const own = new Set([...files, ...reportFiles].map((file) => file.name));
  await prune(folder, clock.now, log, own);
  return EXIT.ok;
}

function fileRecords(
  files: readonly Pick<PackedFile, "name" | "format">[],
  published: readonly PublishedFile[],
): FileRecord[] {
  const formats = new Map(files.map((file) => [file.name, file.format]));
  return published.flatMap(({ name, path, sizeBytes, sha256 }) => {
    const format = formats.get(name);
    return format === undefined ? [] : [{ type: "file", format, path, name, size_bytes: sizeBytes, sha256 }];
  });
}
