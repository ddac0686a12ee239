/** Cuts a source into lines, strictly, and parses each as one JSON object. Used through ndjson.ts only. */
import { isAscii, isUtf8 } from "node:buffer";
import { asToolError, DataError, errorCode } from "./exit.ts";
import type { FieldScanner } from "./fields.ts";
import type { AnyRecord } from "./records.ts";

/** Where bytes come from: standard input, a file, a test's array. */
export type ByteSource = (AsyncIterable<Uint8Array> | Iterable<Uint8Array>) & {
  /** The same in one piece of memory: a chunk holds until the next one is asked for. */
  inPlace?(): AsyncIterable<Uint8Array>;
};

/** Longest line accepted unless told otherwise. A CUCM phone with all fields has some 3 KiB. */
export const MAX_LINE_BYTES: number = 16 * 1024 * 1024;

/** Characters of a bad line that an error shows. */
const EXCERPT = 80;

export interface LineOptions {
  /** Name of the source in errors: `stdin`, or the path. */
  name: string;
  maxLineBytes?: number;
}

/** Called for each line's object with the line's number and length in bytes; a promise is awaited, `undefined` costs nothing. */
export type OnObject = (object: AnyRecord, line: number, bytes: number) => Promise<void> | void;

/** What reads lines as a `FieldScanner` does. */
export type BlockScanner = Pick<FieldScanner, keyof FieldScanner>;

/** Lines of instances that need not be parsed. */
export interface LineFields {
  readonly scanner: BlockScanner;
  /** Whether an instance may come now. */
  isOpen(): boolean;
  /** So many more have come. */
  taken(instances: number): void;
}

const LF = 10;

/** Lines are decoded in parts of this size: 1 MiB is slower by a tenth. */
const PART_BYTES = 65_536;

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
  await reader.readAll(source);
  return reader.lines;
}

/** Names the source where the system fails to read it; what a handler throws stays as it is. */
export async function* withName(source: ByteSource, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw errorCode(error) === "" ? error : asToolError(`read ${name}`, error);
  }
}

/** Takes chunks of a source as they come, and calls for each line's object. */
export class LineReader {
  /** Lines read so far, blank ones included; raised by whoever reads some by other means. */
  lines = 0;
  readonly #name: string;
  readonly #limit: number;
  readonly #onObject: OnObject;
  readonly #fields: LineFields | undefined;
  readonly #scanner: BlockScanner | undefined;
  #pieces: Uint8Array[] = [];
  /** The memory of a chunk is used again for the next. */
  #inPlace = false;
  #pending = 0;

  constructor(options: LineOptions, onObject: OnObject, fields?: LineFields) {
    this.#name = options.name;
    this.#limit = options.maxLineBytes ?? MAX_LINE_BYTES;
    this.#onObject = onObject;
    this.#fields = fields;
    this.#scanner = fields?.scanner;
  }

  /** Takes all that comes. */
  async readAll(source: ByteSource): Promise<void> {
    this.#inPlace = source.inPlace !== undefined;
    for await (const chunk of withName(source.inPlace?.() ?? source, this.#name)) {
      const waiting = this.push(chunk);
      if (waiting !== undefined) await waiting;
    }
    await this.finish();
  }

  /** Takes a chunk; gives a promise only when a handler did. */
  push(chunk: Uint8Array): Promise<void> | undefined {
    const first = this.#pending === 0 ? -1 : chunk.indexOf(LF);
    if (this.#pending > 0 && first < 0) {
      this.#keep(chunk);
      return undefined;
    }
    // Only the line that began in an earlier chunk is copied together; the others are read where they are.
    const waiting = first < 0 ? undefined : this.#parts(this.#join(chunk.subarray(0, first + 1)), 0);
    const others = chunk.subarray(first + 1);
    return waiting === undefined ? this.#lines(others) : waiting.then(() => this.#lines(others));
  }

  /** Takes what begins with a line. */
  #lines(chunk: Uint8Array): Promise<void> | undefined {
    const end = chunk.lastIndexOf(LF) + 1;
    const rest = chunk.subarray(end);
    const lines = Buffer.from(chunk.buffer, chunk.byteOffset, end);
    const waiting = end === 0 ? undefined : this.#parts(lines, 0);
    if (waiting !== undefined) return waiting.then(() => this.#keep(rest));
    this.#keep(rest);
    return undefined;
  }

  /** Takes what stands behind the last line feed, which may be cut off. */
  async finish(): Promise<void> {
    if (this.#pending === 0) return;
    const rest = this.#join(new Uint8Array(0));
    const waiting = this.#bytesOfLine(rest, true);
    if (waiting !== undefined) await waiting;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(this.#inPlace ? Buffer.from(piece) : piece);
    this.#pending += piece.length;
    if (this.#pending > this.#limit) this.#tooLong(this.lines + 1);
  }

  #join(last: Uint8Array): Buffer {
    const first = this.#pieces.length === 0 ? undefined : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pending = 0;
    return first ?? Buffer.from(last.buffer, last.byteOffset, last.byteLength);
  }

  /** Handles whole lines in parts that fit the cache of a processor. */
  #parts(bytes: Buffer, from: number): Promise<void> | undefined {
    for (let start = from; start < bytes.length;) {
      const wanted = start + PART_BYTES;
      const end = wanted >= bytes.length ? bytes.length : lineEnd(bytes, start, wanted);
      const waiting = this.#part(bytes.subarray(start, end));
      start = end;
      if (waiting !== undefined) return waiting.then(() => this.#parts(bytes, end));
    }
    return undefined;
  }

  /** One check of a whole part is many times faster than one per line; only a bad one is searched. */
  #part(bytes: Buffer): Promise<void> | undefined {
    const isPlain = isAscii(bytes);
    const isGood = isPlain || isUtf8(bytes);
    if (isGood && this.#scanner?.open(bytes, isPlain) === true) return this.#fieldLines(this.#scanner, bytes);
    if (isPlain) return this.#asciiLines(bytes.toString("latin1"), 0);
    return isGood ? this.#utf8Lines(bytes, 0) : this.#badLines(bytes);
  }

  /** Lines of which only some have to be parsed: what is left of those that the scanner has. */
  #fieldLines(scanner: BlockScanner, bytes: Buffer): Promise<void> | undefined {
    const fields = this.#fields as LineFields;
    let isOpen = fields.isOpen();
    let instances = 0;
    while (scanner.next()) {
      const { start, end } = scanner;
      const size = end - start;
      if (isOpen && scanner.isRead && size <= this.#limit) {
        scanner.take(this.lines + 1);
        this.lines += 1;
        instances += 1;
        continue;
      }
      // Told before the line: records are counted in their order.
      if (instances > 0) fields.taken(instances);
      instances = 0;
      const waiting = this.#line(bytes.toString("utf8", start, end), size);
      if (waiting !== undefined) return waiting.then(() => this.#fieldLines(scanner, bytes));
      isOpen = fields.isOpen();
    }
    if (instances > 0) fields.taken(instances);
    return undefined;
  }

  /** Decoding once and cutting the text is a quarter faster than decoding line by line (docs/adr/0003). */
  #asciiLines(text: string, from: number): Promise<void> | undefined {
    for (let start = from, end = text.indexOf("\n", start); end >= 0; end = text.indexOf("\n", start)) {
      const waiting = this.#line(text.substring(start, end), end - start);
      start = end + 1;
      if (waiting !== undefined) return waiting.then(() => this.#asciiLines(text, start));
    }
    return undefined;
  }

  /** Text with other characters takes two bytes each, and is slow to parse: only lines that hold some. */
  #utf8Lines(bytes: Buffer, from: number): Promise<void> | undefined {
    for (let start = from, end = bytes.indexOf(LF, start); end >= 0; end = bytes.indexOf(LF, start)) {
      const waiting = this.#line(bytes.toString("utf8", start, end), end - start);
      start = end + 1;
      if (waiting !== undefined) return waiting.then(() => this.#utf8Lines(bytes, start));
    }
    return undefined;
  }

  async #badLines(bytes: Buffer): Promise<void> {
    for (let start = 0, end = bytes.indexOf(LF); end >= 0; start = end + 1, end = bytes.indexOf(LF, start)) {
      await this.#bytesOfLine(bytes.subarray(start, end), false);
    }
  }

  /** A line that may not be UTF-8. */
  #bytesOfLine(bytes: Buffer, isLast: boolean): Promise<void> | undefined {
    if (isUtf8(bytes) || (isLast && endsInsideCharacter(bytes))) {
      return this.#line(bytes.toString("utf8"), bytes.length, isLast);
    }
    this.lines += 1;
    if (bytes.length > this.#limit) this.#tooLong(this.lines);
    return this.#fail("bytes that are not UTF-8", "");
  }

  #line(text: string, sizeBytes: number, isLast = false): Promise<void> | undefined {
    this.lines += 1;
    if (sizeBytes > this.#limit) this.#tooLong(this.lines);
    let object: unknown;
    try {
      object = JSON.parse(text);
    } catch {
      if (text.trim() === "") return undefined;
      if (text.startsWith("\uFEFF")) this.#fail("a byte order mark, wanted UTF-8 without one", "");
      if (isLast) this.#fail("the last line is cut off", text);
      this.#fail("not JSON, wanted one JSON object", text);
    }
    if (typeof object !== "object" || object === null || Array.isArray(object)) {
      this.#fail("not an object, wanted one JSON object", text);
    }
    return this.#onObject(object as AnyRecord, this.lines, sizeBytes) ?? undefined;
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

/** Behind the last line feed between two places, or the first one after them. */
function lineEnd(bytes: Buffer, start: number, wanted: number): number {
  const last = bytes.lastIndexOf(LF, wanted - 1) + 1;
  return last > start ? last : bytes.indexOf(LF, wanted) + 1;
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
