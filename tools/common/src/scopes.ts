/**
 * Reads a record stream with several threads: whole scopes are read apart, and their results taken over in
 * the order of the input, where that is the same as reading them line by line. Everything else, and every
 * scope with something odd about it, is read line by line. So the outcome is that of one thread.
 */
import { Buffer } from "node:buffer";
import { Cutter, type CutLimits, type Piece } from "./_cut.ts";
import type { BlockScanner } from "./_lines.ts";
import { DataError } from "./exit.ts";
import {
  type ByteSource,
  LineReader,
  RecordFrame,
  type RecordHandlers,
  type RecordOptions,
  type StreamSummary,
  withName,
} from "./ndjson.ts";
import { type AnyRecord, type Instance, recordProblem } from "./records.ts";

export type { CutLimits } from "./_cut.ts";
export type { BlockScanner } from "./_lines.ts";

/** A scope in a block: where its lines end, and what is known of it, as a text that its reader understands. */
export interface ScopeTask {
  readonly scope: string;
  readonly end: number;
  /** `undefined` for a scope that has to be read line by line. */
  readonly known: string | undefined;
}

/** The memory of the block changes hands with the message, and comes back with the answer. */
export interface Task {
  readonly memory: ArrayBuffer;
  readonly scopes: readonly ScopeTask[];
}

export interface Answer<R> {
  readonly memory: ArrayBuffer;
  /** One for each scope; `undefined` for those to be read line by line. */
  readonly results: readonly (ScopeResult<R> | undefined)[];
}

/** A line of a block that does not belong to its scope: a record to pass on, or an instance elsewhere. */
export interface OtherLine {
  /** Counted from 1 within the scope. */
  readonly line: number;
  readonly text: string;
}

export interface ScopeResult<R> {
  readonly lines: number;
  /** Records that were taken, by type. */
  readonly taken: Readonly<Record<string, number>>;
  readonly others: readonly OtherLine[];
  readonly result: R;
}

/** Whoever all of the stream is for. */
export interface ScopeTaker<R> {
  /** What a thread has to know of a scope to read it apart; `undefined` where that cannot be. */
  known(scope: string): string | undefined;
  /** Takes over what a thread made of a scope, as if its lines had come here. */
  adopt(scope: string, result: R): void;
}

export interface ScopeOptions<R> extends RecordOptions {
  readonly taker: ScopeTaker<R>;
  /** What reads blocks; `size` is how many it reads at a time (default 1). */
  readonly threads: { run(task: Task): Promise<Answer<R>>; readonly size?: number };
  readonly limits?: Partial<CutLimits> | undefined;
  /** Bytes with the threads at most, beside the one block that a large scope makes (default: 64 MiB). */
  readonly inFlightBytes?: number | undefined;
  /** The same while some thread has nothing to do, so that large scopes are read side by side as well (default: 256 MiB). */
  readonly whileIdleBytes?: number | undefined;
  /** Told how many records were taken over, for progress. */
  readonly onAdopted: (records: number) => void;
}

const IN_FLIGHT_BYTES = 64 << 20;
const WHILE_IDLE_BYTES = 256 << 20;

/** As `readRecords()`, with whole scopes read by the threads. */
export async function readScopes<R>(
  source: ByteSource,
  options: ScopeOptions<R>,
  handlers: RecordHandlers,
): Promise<StreamSummary> {
  const cutter = new Cutter(options.limits);
  const reading = new Reading(options, handlers, (memory) => cutter.giveBack(memory));
  for await (const chunk of withName(source.inPlace?.() ?? source, options.name)) {
    for (const piece of cutter.push(chunk)) await reading.take(piece);
  }
  for (const piece of cutter.finish()) await reading.take(piece);
  return reading.finish();
}

/** A block under way: its scopes as they were told, and the answer to come. */
interface Block<R> {
  readonly scopes: readonly ScopeTask[];
  readonly sizeBytes: number;
  readonly answer: Promise<Answer<R>>;
}

class Reading<R> {
  readonly #options: ScopeOptions<R>;
  readonly #frame: RecordFrame;
  readonly #underWay: Block<R>[] = [];
  #bytesUnderWay = 0;
  readonly #lines: LineReader;

  /** Takes the memory of a block that is done with. */
  readonly #done: (memory: ArrayBuffer) => void;

  constructor(options: ScopeOptions<R>, handlers: RecordHandlers, done: (memory: ArrayBuffer) => void) {
    this.#options = options;
    this.#done = done;
    this.#frame = new RecordFrame(options, handlers);
    this.#lines = this.#frame.lineReader();
  }

  async take(piece: Piece): Promise<void> {
    const { bytes, ends } = this.#frame.isOpen ? piece : await this.#begin(piece);
    if (ends.length === 0 || !this.#frame.isOpen) {
      await this.#settle();
      await this.#lines.push(bytes);
      return;
    }
    const sizeBytes = bytes.buffer.byteLength; // later its memory is gone
    while (!this.#hasRoom(sizeBytes)) await this.#settleOldest();
    const scopes = ends.map((end): ScopeTask => {
      const scope = scopeOf(lineBefore(bytes, end));
      return { scope, end, known: this.#options.taker.known(scope) };
    });
    this.#bytesUnderWay += sizeBytes;
    const answer = this.#options.threads.run({ memory: bytes.buffer as ArrayBuffer, scopes });
    answer.catch(() => {}); // reported where it is awaited
    this.#underWay.push({ scopes, sizeBytes, answer });
  }

  /** Reads what stands before the first scope, which has the begin record and mostly all nodes above; gives the rest. */
  async #begin({ bytes, ends }: Piece): Promise<Piece> {
    const [end = 0] = ends;
    const scope = scopeOf(lineBefore(bytes, end));
    const inside = bytes.subarray(0, end).indexOf(`"hierarchy":${JSON.stringify(scope)},`);
    const start = bytes.lastIndexOf(LF, inside) + 1;
    if (inside < 0 || start === 0) return { bytes, ends };
    await this.#lines.push(bytes.subarray(0, start));
    const rest = Buffer.allocUnsafeSlow(bytes.length - start);
    rest.set(bytes.subarray(start));
    return { bytes: rest, ends: ends.map((place) => place - start) };
  }

  async finish(): Promise<StreamSummary> {
    await this.#settle();
    await this.#lines.finish();
    return this.#frame.finish(this.#lines.lines);
  }

  /** Whether a block of so many bytes may go to a thread. */
  #hasRoom(sizeBytes: number): boolean {
    const { inFlightBytes = IN_FLIGHT_BYTES, whileIdleBytes = WHILE_IDLE_BYTES, threads } = this.#options;
    const { length } = this.#underWay;
    if (length === 0) return true;
    const isIdle = length < (threads.size ?? 1);
    return this.#bytesUnderWay + sizeBytes <= (isIdle ? whileIdleBytes : inFlightBytes);
  }

  /** Takes over all blocks that are under way. */
  async #settle(): Promise<void> {
    while (this.#underWay.length > 0) await this.#settleOldest();
  }

  async #settleOldest(): Promise<void> {
    const block = this.#underWay.shift();
    if (block === undefined) return;
    this.#bytesUnderWay -= block.sizeBytes;
    const { memory, results } = await block.answer;
    let start = 0;
    for (const [index, { scope, end, known }] of block.scopes.entries()) {
      const result = results[index];
      // What a thread was told of a scope has to be all that came before it.
      if (result !== undefined && this.#frame.isOpen && this.#options.taker.known(scope) === known) {
        await this.#adopt(scope, result);
      } else {
        await this.#lines.push(Buffer.from(memory, start, end - start));
      }
      start = end;
    }
    this.#done(memory);
  }

  async #adopt(scope: string, { lines, taken, others, result }: ScopeResult<R>): Promise<void> {
    for (const { line, text } of others) {
      await this.#frame.take(JSON.parse(text) as AnyRecord, this.#lines.lines + line, text.length);
    }
    for (const [type, number] of Object.entries(taken)) this.#frame.count(type, number);
    this.#options.taker.adopt(scope, result);
    this.#options.onAdopted(lines - others.length);
    this.#lines.lines += lines;
  }
}

const LF = 10;

/** The line that ends at a place, behind its line feed. */
function lineBefore(bytes: Buffer, end: number): string {
  return bytes.toString("utf8", bytes.lastIndexOf(LF, end - 2) + 1, end);
}

/** The path of a scope-end line; none that could be read apart when the line is wrong. */
function scopeOf(line: string): string {
  try {
    const { hierarchy } = JSON.parse(line) as { hierarchy?: unknown };
    return typeof hierarchy === "string" ? hierarchy : "";
  } catch {
    return "";
  }
}

/** Reads one scope in a thread. */
export interface ScopeReader<R> {
  /** Takes instances by their fields, wherever they are, where that can be done without parsing; throws `NotAlone` for one elsewhere. */
  readonly scanner?: BlockScanner;
  /** Takes an instance at or below the scope; its bytes are the length of its line. `false`: it is to be passed on. */
  add(instance: Instance, bytes: number): false | void;
  /** The scope has ended: what came of it, `undefined` when it cannot stand by itself. */
  end(): R | undefined;
}

/** Reads the scopes of a block, each by itself, by readers that `open` gives. */
export function answerTask<R>(
  { memory, scopes }: Task,
  open: (scope: string, known: string) => ScopeReader<R>,
): Answer<R> {
  let start = 0;
  const results = scopes.map(({ scope, end, known }) => {
    const bytes = Buffer.from(memory, start, end - start);
    start = end;
    return known === undefined ? undefined : readScope(bytes, scope, () => open(scope, known));
  });
  return { memory, results };
}

/** A thread has no answer for the scope: it is to be read line by line. */
export class NotAlone extends Error {}

function readScope<R>(bytes: Buffer, scope: string, open: () => ScopeReader<R>): ScopeResult<R> | undefined {
  const below = `${scope}.`;
  const others: OtherLine[] = [];
  let instances = 0;
  let hasEnded = false;
  try {
    const reader = open();
    const { scanner } = reader;
    const fields = scanner && {
      scanner,
      isOpen: () => !hasEnded,
      taken: (more: number) => {
        instances += more;
      },
    };
    const take = (record: AnyRecord, line: number, size: number): void => {
      if (hasEnded || record.type === "begin" || record.type === "end") throw new NotAlone();
      if (record.type === "scope-end") {
        if (record["hierarchy"] !== scope) throw new NotAlone();
        hasEnded = true;
        return;
      }
      if (record.type === "instance" && recordProblem(record) === undefined) {
        const instance = record as unknown as Instance;
        if (instance.hierarchy.startsWith(below) || instance.hierarchy === scope) {
          if (reader.add(instance, size) !== false) {
            instances += 1;
            return;
          }
        }
      }
      others.push({ line, text: JSON.stringify(record) });
    };
    const lines = new LineReader({ name: "" }, take, fields);
    if (lines.push(bytes) !== undefined || !hasEnded) return undefined;
    const result = reader.end();
    if (result === undefined) return undefined;
    return { lines: lines.lines, taken: { instance: instances, "scope-end": 1 }, others, result };
  } catch (error) {
    // What is wrong with the input is said by the reading line by line, with its line.
    if (error instanceof DataError || error instanceof NotAlone) return undefined;
    throw error;
  }
}
