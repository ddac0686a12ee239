/**
 * Reading and writing records, one JSON object per line. The only door to lines of input.
 * Reading is strict: UTF-8, one object with a `type` per line, a limit on the length of a line, and
 * `begin` and `end` with matching counts, so that a dead upstream never looks like a small month.
 */
import { DataError } from "./exit.ts";
import { type ByteSource, type LineFields, type LineOptions, LineReader } from "./_lines.ts";
import { type FieldsByModel, FieldScanner } from "./fields.ts";
import type { Names } from "./names.ts";
import { type AnyRecord, type Begin, recordProblem } from "./records.ts";

export {
  type ByteSource,
  type LineFields,
  LineReader,
  MAX_LINE_BYTES,
  readObjects,
  withName,
} from "./_lines.ts";

/** Where bytes go. `write` resolves when there is room for more, and rejects when writing failed. */
export interface ByteSink {
  write(chunk: string | Uint8Array): Promise<void>;
}

export interface RecordOptions extends LineOptions {
  /** Accept a stream without `end` or with other counts: for ad hoc work, never for billing. */
  allowPartial?: boolean;
}

export interface RecordHandlers {
  /** Called once, before any record. */
  begin?: (begin: Begin) => Promise<void> | void;
  /** Called for every record between `begin` and `end`, of known types already validated; `bytes` is the length of its line. */
  record: (record: AnyRecord, line: number, bytes: number) => Promise<void> | void;
  /** Takes instances of some models by their fields, where that can be done without parsing; `record` gets the others. */
  fields?: FieldsByModel;
  /** Whose numbers the fields are given that are wanted as numbers. */
  names?: Names | undefined;
  /** Called with how many more instances were taken so, or were of no model that is wanted. */
  onFields?: (instances: number) => void;
}

export interface StreamSummary {
  begin: Begin;
  counts: Record<string, number>;
  /** What made the stream incomplete; only ever set with `allowPartial`. */
  problem?: string;
}

/**
 * Reads a record stream and enforces its frame: `begin` first, `end` last, counts as announced.
 * @throws {DataError} naming source and line, with what was wanted
 */
export async function readRecords(
  source: ByteSource,
  options: RecordOptions,
  handlers: RecordHandlers,
): Promise<StreamSummary> {
  const frame = new RecordFrame(options, handlers);
  const lines = frame.lineReader();
  await lines.readAll(source);
  return frame.finish(lines.lines);
}

/** The frame of a stream, for readers that get their records by other ways than line by line. */
export class RecordFrame {
  readonly #options: RecordOptions;
  readonly #handlers: RecordHandlers;
  readonly #tally = new Tally();
  #begin: Begin | undefined;
  #announced: Record<string, number> | undefined;

  constructor(options: RecordOptions, handlers: RecordHandlers) {
    this.#options = options;
    this.#handlers = handlers;
  }

  /** A reader of lines whose records come here. */
  lineReader(): LineReader {
    const { fields: wanted, names, onFields } = this.#handlers;
    const fields: LineFields | undefined = wanted && {
      scanner: new FieldScanner(wanted, names),
      isOpen: () => this.isOpen,
      taken: (instances) => {
        this.#tally.add("instance", instances);
        onFields?.(instances);
      },
    };
    return new LineReader(this.#options, (record, line, bytes) => this.take(record, line, bytes), fields);
  }

  /** Whether records may come now: `begin` was there, `end` was not. */
  get isOpen(): boolean {
    return this.#begin !== undefined && this.#announced === undefined;
  }

  /**
   * Takes the record of a line of so many bytes.
   * @throws {DataError} when it is none, or stands in the wrong place
   */
  take(record: AnyRecord, line: number, bytes: number): Promise<void> | void {
    const { name } = this.#options;
    if (typeof record.type !== "string" || record.type === "") {
      throw new DataError(`read ${name}:${line}: record has no "type"`);
    }
    if (this.#announced !== undefined) {
      throw new DataError(`read ${name}:${line}: "${record.type}" record after the end record`, {
        hint: "one stream at a time: join parts with vlf-collect files",
      });
    }
    const problem = recordProblem(record);
    if (problem !== undefined) throw new DataError(`read ${name}:${line}: ${problem}`);
    if (record.type === "begin") {
      if (this.#begin !== undefined)
        throw new DataError(`read ${name}:${line}: second begin record, wanted one`);
      this.#begin = record as unknown as Begin;
      if (this.#begin.what_if !== undefined) {
        throw new DataError(`read ${name}:${line}: a what-if: nothing in this stream is real`, {
          hint: "it is for people and jq; without --what-if vlf-audit counts what there is",
        });
      }
      return this.#handlers.begin?.(this.#begin);
    }
    if (this.#begin === undefined) {
      throw new DataError(`read ${name}:${line}: "${record.type}" record first, wanted the begin record`);
    }
    if (record.type === "end") {
      this.#announced = record["counts"] as Record<string, number>;
      return undefined;
    }
    this.#tally.add(record.type);
    return this.#handlers.record(record, line, bytes);
  }

  /** Counts records that were taken elsewhere. */
  count(type: string, number: number): void {
    this.#tally.add(type, number);
  }

  /**
   * The end of the source, after so many lines.
   * @throws {DataError} when the stream was not whole
   */
  finish(lines: number): StreamSummary {
    const { name, allowPartial } = this.#options;
    if (this.#begin === undefined) throw new DataError(`read ${name}: empty input, wanted a begin record`);
    const begin = this.#begin;
    const counts = this.#tally.counts();
    const problem = frameProblem(counts, this.#announced, lines);
    if (problem === undefined) return { begin, counts };
    if (allowPartial === true) return { begin, counts, problem };
    throw new DataError(`read ${name}: ${problem}`, {
      hint: "the tool before this one failed or was stopped: nothing of this stream is used",
    });
  }
}

/** Counts records by type. A map, since any text may be a type, `__proto__` too. */
class Tally {
  readonly #counts = new Map<string, { number: number }>();

  add(type: string, number = 1): void {
    const count = this.#counts.get(type);
    if (count === undefined) this.#counts.set(type, { number });
    else count.number += number;
  }

  /** In the order in which the types came first. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].map(([type, { number }]) => [type, number]));
  }
}

function frameProblem(
  counts: Record<string, number>,
  announced: Record<string, number> | undefined,
  lines: number,
): string | undefined {
  if (announced === undefined) return `input ends after line ${lines} without an end record`;
  for (const type of new Set([...Object.keys(announced), ...Object.keys(counts)])) {
    if (type === "begin" || type === "end") continue;
    const said = Object.hasOwn(announced, type) ? announced[type] : 0;
    const seen = Object.hasOwn(counts, type) ? counts[type] : 0;
    if (said !== seen) return `the end record announces ${said} "${type}" records, but ${seen} came`;
  }
  return undefined;
}

/** Characters gathered before a write: 64 KiB was the fastest size measured (docs/adr/0003). */
const BATCH = 65_536;
/** Bytes that are gathered as well, rather than written alone. */
const SMALL = 8192;

/**
 * Writes records with their frame and counts them. `write` gives a promise only when a batch is full,
 * so that a loop can await back-pressure without a promise per record.
 */
export class RecordWriter {
  readonly #sink: ByteSink;
  readonly #tally = new Tally();
  #batch = "";

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  begin(begin: Begin): Promise<void> | undefined {
    return this.#add(`${JSON.stringify(begin)}\n`);
  }

  write(record: { type: string }): Promise<void> | undefined {
    return this.writeText(record.type, JSON.stringify(record));
  }

  /** Writes a record of a type that is JSON already, on one line. */
  writeText(type: string, json: string): Promise<void> | undefined {
    this.#tally.add(type);
    return this.#add(`${json}\n`);
  }

  /** Writes records of a type that are lines of JSON already, with their line feeds; `bytes` stays as it is. */
  writeBytes(type: string, number: number, bytes: Buffer): Promise<void> | undefined {
    this.#tally.add(type, number);
    if (bytes.length < SMALL) return this.#add(bytes.toString("utf8"));
    return this.#batch === "" ? this.#sink.write(bytes) : this.flush().then(() => this.#sink.write(bytes));
  }

  /** Ends the stream with the counts of what was written. Without it the stream counts as cut off. */
  async end(tool: string): Promise<void> {
    this.#batch += `${JSON.stringify({ type: "end", tool, counts: this.#tally.counts() })}\n`;
    await this.flush();
    await this.#sink.write(""); // resolves when all before it is out
  }

  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = "";
    await this.#sink.write(batch);
  }

  #add(line: string): Promise<void> | undefined {
    this.#batch += line;
    return this.#batch.length >= BATCH ? this.flush() : undefined;
  }
}

/**
 * Writes a short stream of records (receipts, listings) with its frame, through the ndjson package.
 * Each record is out before the next is asked for, so a receipt is seen as soon as it is true.
 * `tool` is who ends the stream: a filter that passes on another's `begin` names itself.
 */
export async function writeRecords(
  sink: ByteSink,
  begin: Begin,
  records: AsyncIterable<{ type: string }> | Iterable<{ type: string }>,
  tool: string = begin.tool,
): Promise<void> {
  const tally = new Tally();
  async function* framed(): AsyncGenerator<object> {
    yield begin;
    for await (const record of records) {
      tally.add(record.type);
      yield record;
    }
    yield { type: "end", tool, counts: tally.counts() };
  }
  const { default: ndjson } = await loadNdjson();
  const lines = ndjson.stringify();
  for await (const record of framed()) {
    lines.write(record); // not piped: a pipe would ask for 16 records ahead
    await sink.write(lines.read() as string | Uint8Array);
  }
}

/** The ndjson package, not loaded at the start: who only reads does without it. Called ahead of its use as well (`ahead.ts`). */
export function loadNdjson(): Promise<{ readonly default: typeof import("ndjson") }> {
  return import("ndjson");
}
