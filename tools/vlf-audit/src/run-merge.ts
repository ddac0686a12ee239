/** `vlf-audit merge`: the results of disjoint parts in, one result out. */
import { createReadStream } from "node:fs";
import { loadConfig } from "@vlf/common/config";
import { DataError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { modelOf, withOverrides } from "@vlf/common/models";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { AnyRecord, Instance } from "@vlf/common/records";
import type { MergeOptions } from "./cli.ts";
import { Merge, type Rest } from "./merge.ts";
import { type VossCount, vossCountReader } from "./voss-counts.ts";

/** Merges files of vlf-audit's output; nothing is written before all of them were read to their end. */
export async function runMerge(options: MergeOptions, io: Io): Promise<number> {
  const { files, rest, tool, version, log } = options;
  const merge = new Merge(
    { tool, version },
    rest === undefined ? undefined : await readRest(rest, options.config),
  );
  for (const file of files) {
    log.progress(() => `reading ${file}`);
    await readRecords(
      createReadStream(file),
      { name: file },
      {
        begin: (begin) => merge.begin(file, begin),
        record: (record, line) => merge.add(file, record, line),
      },
    );
  }
  log.done();
  const writer = new RecordWriter(io.stdout);
  await writer.begin(merge.firstRecord);
  for (const record of merge.records()) await writer.write(record);
  await writer.end(tool);
  return EXIT.ok;
}

/** Reads what is in no part: records that pass through, instances that are passed on, the system's own counts. */
async function readRest(file: string, configPath: string | undefined): Promise<Rest> {
  const table = withOverrides(loadConfig(configPath).tables("models"));
  const passedOn = new Set([modelOf(table, "patch").model, modelOf(table, "adaptation").model]);
  const reader = vossCountReader(table);
  const passed: AnyRecord[] = [];
  const instances: Instance[] = [];
  const vossCounts: VossCount[] = [];
  const { begin } = await readRecords(
    createReadStream(file),
    { name: file },
    {
      record: (record, line) => {
        const instance = record as unknown as Instance;
        if (record.type !== "instance") passed.push(record);
        else if (passedOn.has(instance.model)) instances.push(instance);
        else if (instance.model === reader.model) vossCounts.push(reader.read(instance));
        else throw new DataError(`read ${file}:${line}: a ${instance.model}, which belongs into a part`);
      },
    },
  );
  return { begin, passed, instances, vossCounts, vossCountModel: reader.model };
}
