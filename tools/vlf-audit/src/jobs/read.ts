/**
 * Reads a record stream with several threads: whole scopes are counted apart, and their results taken
 * over in the order of the input, where that is the same as reading them line by line. Everything else,
 * and every scope with something odd about it, is read line by line. So the output is that of one thread.
 */
import { Buffer } from "node:buffer";
import {
  type ByteSource,
  LineReader,
  RecordFrame,
  type RecordHandlers,
  type RecordOptions,
  type StreamSummary,
  withName,
} from "@vlf/common/ndjson";
import type { AnyRecord } from "@vlf/common/records";
import type { Audit, NodeAt } from "../audit.ts";
import type { ScopeResult } from "./count-scope.ts";
import { Cutter, type CutLimits, type Piece } from "./cut.ts";
import type { Answer, ScopeTask } from "./messages.ts";
import type { Pool } from "./pool.ts";

/** Bytes with the threads at most, beside the one block that a large scope makes. */
const IN_FLIGHT_BYTES = 32 << 20;

export interface ParallelOptions extends RecordOptions {
  readonly audit: Audit;
  readonly pool: Pick<Pool, "count">;
  readonly limits?: Partial<CutLimits> | undefined;
  /** Told how many records were taken over, for progress. */
  readonly onAdopted: (records: number) => void;
}

/** A block under way: its scopes as they were told, and the answer to come. */
interface Block {
  readonly scopes: readonly ScopeTask[];
  readonly sizeBytes: number;
  readonly answer: Promise<Answer>;
}

/** As `readRecords()`, with the scopes of customers counted by the pool. */
export async function readInParallel(
  source: ByteSource,
  options: ParallelOptions,
  handlers: RecordHandlers,
): Promise<StreamSummary> {
  const reading = new Reading(options, handlers);
  const cutter = new Cutter(options.limits);
  for await (const chunk of withName(source, options.name)) {
    for (const piece of cutter.push(chunk)) await reading.take(piece);
  }
  for (const piece of cutter.finish()) await reading.take(piece);
  return reading.finish();
}

class Reading {
  readonly #options: ParallelOptions;
  readonly #frame: RecordFrame;
  readonly #underWay: Block[] = [];
  #bytesUnderWay = 0;
  readonly #lines: LineReader;

  constructor(options: ParallelOptions, handlers: RecordHandlers) {
    this.#options = options;
    this.#frame = new RecordFrame(options, handlers);
    this.#lines = new LineReader(options, (record, line, bytes) => this.#frame.take(record, line, bytes));
  }

  async take({ bytes, ends }: Piece): Promise<void> {
    // The first block is read here at once: it has the begin record, and often all nodes.
    if (ends.length === 0 || !this.#frame.isOpen) {
      await this.#settle(0);
      await this.#lines.push(bytes);
      return;
    }
    await this.#settle(Math.max(0, IN_FLIGHT_BYTES - bytes.length));
    const scopes = this.#tasks(bytes, ends);
    const sizeBytes = bytes.length; // later its memory is gone
    this.#bytesUnderWay += sizeBytes;
    const memory = bytes.buffer as ArrayBuffer;
    const answer = this.#options.pool.count({ memory, scopes });
    answer.catch(() => {}); // reported where it is awaited
    this.#underWay.push({ scopes, sizeBytes, answer });
  }

  async finish(): Promise<StreamSummary> {
    await this.#settle(0);
    await this.#lines.finish();
    return this.#frame.finish(this.#lines.lines);
  }

  /** Takes over the oldest blocks until no more than so many bytes are under way. */
  async #settle(bytes: number): Promise<void> {
    while (this.#bytesUnderWay > bytes) {
      const block = this.#underWay.shift();
      if (block === undefined) return;
      this.#bytesUnderWay -= block.sizeBytes;
      const { memory, results } = await block.answer;
      let start = 0;
      for (const [index, task] of block.scopes.entries()) {
        const result = results[index];
        if (result === undefined || !this.#isStillTrue(task)) {
          await this.#lines.push(Buffer.from(memory, start, task.end - start));
        } else {
          await this.#adopt(result);
        }
        start = task.end;
      }
    }
  }

  /** What a thread was told of a scope is all that came before it. */
  #isStillTrue({ scope, known }: ScopeTask): boolean {
    if (!this.#frame.isOpen) return false;
    const now = this.#options.audit.nodesOf(scope);
    return now !== undefined && now.length === known.length && now.every((node, i) => isSame(node, known[i]));
  }

  async #adopt({ scope, lines, taken, others, ...customer }: ScopeResult): Promise<void> {
    for (const { line, text } of others) {
      await this.#frame.take(JSON.parse(text) as AnyRecord, this.#lines.lines + line, text.length);
    }
    for (const [type, number] of Object.entries(taken)) this.#frame.count(type, number);
    this.#options.audit.adopt(scope, customer);
    this.#options.onAdopted(lines - others.length);
    this.#lines.lines += lines;
  }

  #tasks(bytes: Buffer, ends: readonly number[]): ScopeTask[] {
    return ends.map((end) => {
      const line = bytes.toString("utf8", bytes.lastIndexOf(10, end - 2) + 1, end);
      const scope = scopeOf(line);
      return { scope, end, known: this.#options.audit.nodesOf(scope) ?? [] };
    });
  }
}

function isSame(a: NodeAt, b: NodeAt | undefined): boolean {
  return a.path === b?.path && a.pkid === b.pkid && a.type === b.type;
}

/** The path of a scope-end line; none that a thread could count when the line is wrong. */
function scopeOf(line: string): string {
  try {
    const { hierarchy } = JSON.parse(line) as { hierarchy?: unknown };
    return typeof hierarchy === "string" ? hierarchy : "";
  } catch {
    return "";
  }
}
