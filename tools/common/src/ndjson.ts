/**
 * Reading and writing records, one JSON object per line. The only file that parses lines of input.
 * Reading is strict: UTF-8, one object with a `type` per line, a limit on the length of a line, and
 * `begin` and `end` with matching counts, so that a dead upstream never looks like a small month.
 */
import { isUtf8 } from "node:buffer";
import ndjson from "ndjson";
import { asToolError, BrokenPipeError, DataError, errorCode, ToolError, systemMessage } from "./exit.ts";
import { Peek } from "./peek.ts";
import { type AnyRecord, type Begin, recordProblem } from "./records.ts";

/** Where bytes come from: standard input, a file, a test's array. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Where bytes go. `write` resolves when there is room for more, and rejects when writing failed. */
export interface ByteSink {
  write(chunk: string | Uint8Array): Promise<void>;
}

/** Longest line accepted unless told otherwise. A CUCM phone with all fields has some 3 KiB. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;

/** Characters of a bad line that an error shows. */
const EXCERPT = 80;

export interface LineOptions {
  /** Name of the source in errors: `stdin`, or the path. */
  name: string;
  maxLineBytes?: number;
}

/** Given a line's bytes, says that they need not be parsed. Only asked about whole lines in UTF-8. */
type IsUnread = (block: Buffer, start: number, end: number) => boolean;

/** Called for each line's object; a promise is awaited, `undefined` costs nothing. */
export type OnObject = (object: AnyRecord, line: number) => Promise<void> | void;

const LF = 10;

/**
 * Reads every line as one JSON object. Blank lines are skipped.
 * @returns the number of lines read, blank ones included
 * @throws {DataError} naming source and line: not UTF-8, too long, not JSON, not an object, cut off
 */
export async function readObjects(
  source: ByteSource,
  options: LineOptions,
  onObject: OnObject,
  isUnread: IsUnread = () => false,
): Promise<number> {
  const reader = new LineReader(options, onObject, isUnread);
  for await (const chunk of withName(source, options.name)) {
    const waiting = reader.push(chunk);
    if (waiting !== undefined) await waiting;
  }
  await reader.finish();
  return reader.lines;
}

/** Names the source where the system fails to read it; what a handler throws stays as it is. */
async function* withName(source: ByteSource, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw errorCode(error) === "" ? error : asToolError(`read ${name}`, error);
  }
}

class LineReader {
  lines = 0;
  readonly #name: string;
  readonly #limit: number;
  readonly #onObject: OnObject;
  readonly #isUnread: IsUnread;
  #pieces: Uint8Array[] = [];
  #pending = 0;

  constructor(options: LineOptions, onObject: OnObject, isUnread: IsUnread) {
    this.#isUnread = isUnread;
    this.#name = options.name;
    this.#limit = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.#onObject = onObject;
  }

  /** Takes a chunk; gives a promise only when a handler did. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    const end = chunk.lastIndexOf(LF);
    if (end < 0) {
      this.#keep(chunk);
      return undefined;
    }
    const waiting = this.#block(this.#join(chunk.subarray(0, end + 1)), 0);
    const rest = chunk.subarray(end + 1);
    if (waiting !== undefined) return waiting.then(() => this.#keep(rest));
    this.#keep(rest);
    return undefined;
  }

  async finish(): Promise<void> {
    if (this.#pending === 0) return;
    const rest = this.#join(new Uint8Array(0));
    const waiting = this.#line(rest, 0, rest.length, isUtf8(rest) || endsInsideCharacter(rest), true);
    if (waiting !== undefined) await waiting;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#pending += piece.length;
    if (this.#pending > this.#limit) this.#tooLong(this.lines + 1);
  }

  #join(last: Uint8Array): Buffer {
    const first = this.#pieces.length === 0 ? undefined : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pending = 0;
    return first ?? Buffer.from(last.buffer, last.byteOffset, last.byteLength);
  }

  /** Handles the lines of a block from `from` on; suspends where a handler asks to wait. */
  #block(block: Buffer, from: number): Promise<void> | undefined {
    // One check of the whole block is many times faster than one per line; only a bad block is searched.
    if (from === 0 && !isUtf8(block)) return this.#badBlock(block);
    let start = from;
    for (;;) {
      const end = block.indexOf(LF, start);
      if (end < 0) return undefined;
      const waiting = this.#line(block, start, end, true);
      start = end + 1;
      if (waiting !== undefined) return waiting.then(() => this.#block(block, start));
    }
  }

  async #badBlock(block: Buffer): Promise<void> {
    for (let start = 0, end = block.indexOf(LF); end >= 0; start = end + 1, end = block.indexOf(LF, start)) {
      const waiting = this.#line(block, start, end, isUtf8(block.subarray(start, end)));
      if (waiting !== undefined) await waiting;
    }
  }

  #line(block: Buffer, start: number, end: number, utf8: boolean, last = false): Promise<void> | undefined {
    this.lines += 1;
    if (end - start > this.#limit) this.#tooLong(this.lines);
    if (!utf8) this.#fail("bytes that are not UTF-8", "");
    if (!last && this.#isUnread(block, start, end)) return undefined;
    const text = block.toString("utf8", start, end);
    let object: unknown;
    try {
      object = JSON.parse(text);
    } catch {
      if (text.trim() === "") return undefined;
      if (text.startsWith("\uFEFF")) this.#fail("a byte order mark, wanted UTF-8 without one", "");
      if (last) this.#fail("the last line is cut off", text);
      this.#fail("not JSON, wanted one JSON object", text);
    }
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      this.#fail("not an object, wanted one JSON object", text);
    }
    return this.#onObject(object as AnyRecord, this.lines) ?? undefined;
  }

  #tooLong(line: number): never {
    throw new DataError(`read ${this.#name}:${line}: line is longer than ${this.#limit} bytes`);
  }

  #fail(what: string, text: string): never {
    const excerpt = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}...` : text;
    throw new DataError(
      `read ${this.#name}:${this.lines}: ${what}${text === "" ? "" : `: ${JSON.stringify(excerpt)}`}`,
    );
  }
}

/** True when bytes are UTF-8 but for a last character of which bytes are missing. */
function endsInsideCharacter(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

export interface RecordOptions extends LineOptions {
  /** Accept a stream without `end` or with other counts: for ad hoc work, never for billing. */
  allowPartial?: boolean;
  /** Models whose instances are read: those of others are counted, but not parsed and not handed on. */
  models?: { has(model: string): boolean };
}

export interface RecordHandlers {
  /** Called once, before any record. */
  begin?: (begin: Begin) => Promise<void> | void;
  /** Called for every record between `begin` and `end`, of known types already validated. */
  record: (record: AnyRecord, line: number) => Promise<void> | void;
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
  const { name } = options;
  const tally = new Tally();
  let begin: Begin | undefined;
  let announced: Record<string, number> | undefined;

  const peek = options.models === undefined ? undefined : new Peek(options.models);
  const isUnread: IsUnread = (block, start, end) => {
    // Outside the frame every record is looked at, to say what is wrong with it.
    if (begin === undefined || announced !== undefined || !peek?.isUnread(block, start, end)) return false;
    tally.add("instance");
    return true;
  };

  const onRecord: OnObject = (record, line) => {
    if (typeof record.type !== "string" || record.type === "") {
      throw new DataError(`read ${name}:${line}: record has no "type"`);
    }
    if (announced !== undefined) {
      throw new DataError(`read ${name}:${line}: "${record.type}" record after the end record`, {
        hint: "one stream at a time: join parts with vlf-collect files",
      });
    }
    const problem = recordProblem(record);
    if (problem !== undefined) throw new DataError(`read ${name}:${line}: ${problem}`);
    if (record.type === "begin") {
      if (begin !== undefined) throw new DataError(`read ${name}:${line}: second begin record, wanted one`);
      begin = record as unknown as Begin;
      return handlers.begin?.(begin);
    }
    if (begin === undefined) {
      throw new DataError(`read ${name}:${line}: "${record.type}" record first, wanted the begin record`);
    }
    if (record.type === "end") {
      announced = record["counts"] as Record<string, number>;
      return undefined;
    }
    tally.add(record.type);
    return handlers.record(record, line);
  };

  const lines = await readObjects(source, options, onRecord, peek === undefined ? undefined : isUnread);

  if (begin === undefined) throw new DataError(`read ${name}: empty input, wanted a begin record`);
  const counts = tally.counts();
  const problem = frameProblem(counts, announced, lines);
  if (problem === undefined) return { begin, counts };
  if (options.allowPartial !== true) {
    throw new DataError(`read ${name}: ${problem}`, {
      hint: "the tool before this one failed or was stopped: nothing of this stream is used",
    });
  }
  return { begin, counts, problem };
}

/** Counts records by type. A map, since any text may be a type, `__proto__` too. */
class Tally {
  readonly #counts = new Map<string, { number: number }>();

  add(type: string): void {
    const count = this.#counts.get(type);
    if (count === undefined) this.#counts.set(type, { number: 1 });
    else count.number += 1;
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
    this.#tally.add(record.type);
    return this.#add(`${JSON.stringify(record)}\n`);
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
  const lines = ndjson.stringify();
  for await (const record of framed()) {
    lines.write(record); // not piped: a pipe would ask for 16 records ahead
    await sink.write(lines.read() as string | Uint8Array);
  }
}

/** Turns a failed write into our error: a reader that went away is told apart from a full disk. */
export function writeError(target: string, error: unknown): ToolError {
  const code = errorCode(error);
  const name = error instanceof Error ? error.name : "";
  if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED" || name === "BrokenPipe") {
    return new BrokenPipeError(`write ${target}: the reader went away`, { cause: error });
  }
  return new ToolError(`write ${target}: ${systemMessage(error)}`, { cause: error });
}
