/** `vlf-audit merge`: the results of disjoint parts in, one result out. */
import { createReadStream } from "node:fs";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { MergeOptions } from "./cli.ts";
import { Merge } from "./merge.ts";

/** Merges files of vlf-audit's output; nothing is written before all of them were read to their end. */
export async function runMerge({ files, tool, version, log }: MergeOptions, io: Io): Promise<number> {
  const merge = new Merge();
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
  const begin = merge.firstBegin;
  await writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] });
  for (const record of merge.records()) await writer.write(record);
  await writer.end(tool);
  return EXIT.ok;
}
