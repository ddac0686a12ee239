/** Cuts a source into lines, strictly, and parses each as one JSON object. Used through ndjson.ts only. */
import { isUtf8 } from "node:buffer";
import { asToolError, DataError, errorCode } from "./exit.ts";
import type { AnyRecord } from "./records.ts";

/** Where bytes come from: standard input, a file, a test's array. */
export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** Longest line accepted unless told otherwise. A CUCM phone with all fields has some 3 KiB. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;

/** Characters of a bad line that an error shows. */
const EXCERPT = 80;

export interface LineOptions {
  /** Name of the source in errors: `stdin`, or the path. */
  name: string;
  maxLineBytes?: number;
}

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
): Promise<number> {
  const reader = new LineReader(options, onObject);
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

/** Takes chunks of a source as they come, and calls for each line's object. */
export class LineReader {
  /** Lines read so far, blank ones included. */
  lines: number;
  readonly #name: string;
  readonly #limit: number;
  readonly #onObject: OnObject;
  #pieces: Uint8Array[] = [];
  #pending = 0;

  /** `linesBefore` of the source were read by other means. */
  constructor(options: LineOptions, onObject: OnObject, linesBefore = 0) {
    this.lines = linesBefore;
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

  /** Takes what stands behind the last line feed, which may be cut off. */
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
