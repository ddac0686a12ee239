/**
 * The workbook of a month, as a stream of bytes: sheets by hucre, and the rows of evidence, which may be hundreds of
 * thousands, put into their sheets while the archive is written. Times in it are fixed: the same report gives the same bytes.
 */
import { DataError } from "@vlf/common/exit";
import { Zip, ZipDeflate } from "fflate";
import { type WriteSheet, writeXlsx } from "hucre/xlsx";
import type { Report } from "../report/model.ts";
import { readZip } from "../zip.ts";
import { EVIDENCE_COLUMNS, SHEET_ROWS } from "./evidence-rows.ts";
import { overSheet, positionsSheet } from "./position-sheets.ts";
import { letters, sheet } from "./sheet.ts";
import {
  changesSheet,
  clusterSheet,
  dailySheet,
  findingsSheet,
  historySheet,
  notesSheet,
  peopleSheet,
  summarySheet,
  typeSheets,
} from "./sheets.ts";

/** The rows of one sheet of evidence as XML. */
export interface EvidencePart {
  readonly rows: number;
  readonly xml: () => AsyncIterable<Uint8Array>;
}

const END = "</sheetData>";
/** What the format holds without its 64-bit extension. */
const MAX_BYTES = 0xffff_ffff;

export async function* workbook(
  report: Report,
  evidence: readonly EvidencePart[],
): AsyncGenerator<Uint8Array> {
  const parts: readonly EvidencePart[] =
    evidence.length > 0 ? evidence : [{ rows: 0, xml: async function* () {} }];
  const before: WriteSheet[] = [
    summarySheet(report),
    ...typeSheets(report),
    clusterSheet(report),
    dailySheet(report),
    historySheet(report),
    positionsSheet(report),
    overSheet(report),
  ];
  const sheets = [
    ...before,
    ...parts.map(({ rows }, at) =>
      sheet(at === 0 ? "Evidence" : `Evidence ${at + 1}`, EVIDENCE_COLUMNS, [], Math.min(rows, SHEET_ROWS)),
    ),
    changesSheet(report),
    peopleSheet(report),
    findingsSheet(report),
    notesSheet(report),
  ];
  const { date } = report.facts;
  const bytes = await writeXlsx({
    sheets,
    defaultFont: { name: "Calibri", size: 11 },
    properties: {
      title: `License report ${report.month}`,
      creator: "vlf-pack",
      created: date,
      modified: date,
    },
  });
  const streamed = new Map(
    parts.map((part, at) => [`xl/worksheets/sheet${before.length + at + 1}.xml`, part]),
  );
  yield* zipped(
    readZip(bytes).map(({ name, data }) => {
      const part = streamed.get(name);
      return { name, content: part === undefined ? only(data) : filled(data, part) };
    }),
  );
}

async function* only(data: Uint8Array): AsyncGenerator<Uint8Array> {
  yield data;
}

/** A sheet that has its heading alone, with rows put in behind that. */
async function* filled(data: Uint8Array, { rows, xml }: EvidencePart): AsyncGenerator<Uint8Array> {
  const last = `${letters(EVIDENCE_COLUMNS.length - 1)}${rows + 1}`;
  const text = new TextDecoder()
    .decode(data)
    .replace(/<dimension ref="[^"]*"/, `<dimension ref="A1:${last}"`);
  const at = text.indexOf(END);
  yield new TextEncoder().encode(text.slice(0, at));
  yield* xml();
  yield new TextEncoder().encode(text.slice(at));
}

interface Entry {
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
}

/** An archive of the entries, piece by piece. @throws {DataError} beyond what the format holds */
async function* zipped(entries: readonly Entry[]): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else ready.push(chunk);
  });
  let written = 0;
  const take = (): Uint8Array[] => {
    if (failure !== undefined) throw failure;
    const chunks = ready;
    ready = [];
    for (const { length } of chunks) written += length;
    if (written > MAX_BYTES) throw new DataError("write workbook: more than 4 GiB");
    return chunks;
  };
  for (const { name, content } of entries) {
    // fflate reads local fields: noon is there in every time zone, and always gives the same bytes.
    const entry = Object.assign(new ZipDeflate(name, { level: 6 }), { mtime: new Date(1980, 0, 1, 12) });
    zip.add(entry);
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      if (size > MAX_BYTES) throw new DataError(`write workbook: "${name}" is more than 4 GiB`);
      entry.push(chunk);
      yield* take();
    }
    entry.push(new Uint8Array(), true);
    yield* take();
  }
  zip.end();
  yield* take();
}
