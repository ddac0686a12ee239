/**
 * Reads one input of any form. The form is told by content: gzip and zip by their first bytes, NDJSON by
 * a first line that is a whole object, else one JSON document.
 */
import { isUtf8 } from "node:buffer";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DataError, ToolError } from "@vlf/common/exit";
import { type ByteSource, MAX_LINE_BYTES, readObjects, readRecords } from "@vlf/common/ndjson";
import type { AnyRecord, Begin, Instance } from "@vlf/common/records";
import { type Item, readDocument } from "./document.ts";
import { isObject } from "./resource.ts";
import type { Input } from "./run-paths.ts";
import type { Page } from "./totals.ts";
import { readZip } from "./run-zip.ts";

/** A document is held whole; this keeps a mistake from eating the memory of the machine. */
export const MAX_DOCUMENT_BYTES: number = 256 * 1024 * 1024;

export type Waiting = Promise<void> | void;

/** What becomes of what an input holds. */
export interface Visitor {
  begin(begin: Begin, name: string): void;
  item(item: Item): Waiting;
  page(page: Page): void;
  /** A record of a stream that is no instance. */
  other(record: AnyRecord): Waiting;
  /** What is missing of a stream; only with `allowPartial`. */
  partial(problem: string): void;
}

export interface ReadOptions {
  readonly allowPartial: boolean;
  readonly maxDocumentBytes: number;
  readonly warn: (message: string) => void;
}

const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const LF = 0x0a;
const BRACE = 0x7b;
const BRACKET = 0x5b;
const GZIP: readonly number[] = [0x1f, 0x8b];
const ZIP: readonly number[] = [0x50, 0x4b, 0x03, 0x04];
/** A zip without members is only its end. */
const EMPTY_ZIP: readonly number[] = [0x50, 0x4b, 0x05, 0x06];

/** Reads an input to its end and hands what it holds to the visitor, in order. */
export async function readInput(input: Input, options: ReadOptions, visitor: Visitor): Promise<void> {
  let source = new Peekable(input.open());
  try {
    const head = await source.peek((bytes) => bytes >= ZIP.length);
    if (startsWith(head, ZIP) || startsWith(head, EMPTY_ZIP)) {
      await readArchive(source, input.name, options, visitor);
      return;
    }
    if (startsWith(head, GZIP)) source = new Peekable(gunzipped(source, input.name));
    if (await readText(source, input.name, options, visitor)) return;
    throw new DataError(`read ${input.name}: unknown form, wanted JSON, NDJSON, gzip or zip`);
  } finally {
    await source.close();
  }
}

async function readArchive(
  source: Peekable,
  name: string,
  options: ReadOptions,
  visitor: Visitor,
): Promise<void> {
  const bytes = await source.all(options.maxDocumentBytes, name);
  let read = 0;
  for (const member of readZip(bytes, name, options.maxDocumentBytes)) {
    const memberName = `${name}:${member.name}`;
    if (await readText(new Peekable([member.content]), memberName, options, visitor)) read += 1;
    else options.warn(`read ${memberName}: left out, it is not JSON`);
  }
  if (read === 0) throw new DataError(`read ${name}: no JSON in the zip`);
}

/** Reads a JSON document or NDJSON; false when it is neither. */
async function readText(
  source: Peekable,
  name: string,
  options: ReadOptions,
  visitor: Visitor,
): Promise<boolean> {
  const line = await source.peekLine(MAX_LINE_BYTES);
  if (line.length === 0) throw new DataError(`read ${name}: empty, wanted JSON or NDJSON`);
  if (line[0] !== BRACE && line[0] !== BRACKET) return false;
  const first = line[0] === BRACE ? tryParse(line) : undefined;
  if (!isObject(first)) await readWhole(source, name, options, visitor);
  else if (first["type"] === "begin") await readStream(source, name, options, visitor);
  else {
    await readObjects(source, { name }, (object, at) => visitDocument(object, `${name}:${at}`, visitor));
  }
  return true;
}

async function readStream(
  source: ByteSource,
  name: string,
  { allowPartial }: ReadOptions,
  visitor: Visitor,
): Promise<void> {
  const { problem } = await readRecords(
    source,
    { name, allowPartial },
    {
      begin: (begin) => visitor.begin(begin, name),
      record: (record) =>
        record.type === "instance"
          ? visitor.item({ kind: "record", record: record as unknown as Instance })
          : visitor.other(record),
    },
  );
  if (problem !== undefined) visitor.partial(`${name}: ${problem}`);
}

async function readWhole(
  source: Peekable,
  name: string,
  { maxDocumentBytes }: ReadOptions,
  visitor: Visitor,
): Promise<void> {
  const bytes = await source.all(maxDocumentBytes, name);
  if (!isUtf8(bytes)) throw new DataError(`read ${name}: bytes that are not UTF-8`);
  const document = tryParse(bytes);
  if (document === undefined) {
    throw new DataError(`read ${name}: not JSON, or cut off; wanted one document, or one object per line`, {
      hint: "several documents in one file stand one per line: jq -c .",
    });
  }
  await visitDocument(document, name, visitor);
}

function visitDocument(document: unknown, name: string, visitor: Visitor): Waiting {
  return visitAll(
    readDocument(document, name, (page) => visitor.page(page)),
    visitor,
  );
}

/** Hands items on; gives a promise only when the visitor does. */
function visitAll(items: Iterator<Item>, visitor: Visitor): Waiting {
  for (let next = items.next(); next.done !== true; next = items.next()) {
    const waiting = visitor.item(next.value);
    if (waiting !== undefined) return waiting.then(() => visitAll(items, visitor));
  }
  return undefined;
}

function tryParse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}

function startsWith(bytes: Buffer, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

async function* gunzipped(source: ByteSource, name: string): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  const feeding = pipeline(source, gunzip);
  feeding.catch(() => {}); // the loop below, or the await after it, has the error
  try {
    for await (const chunk of gunzip) yield chunk as Uint8Array;
    await feeding;
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw new DataError(`read ${name}: damaged or cut gzip`, { cause: error });
  }
}

/** A source of which the beginning can be looked at before it is read. */
class Peekable implements AsyncIterable<Uint8Array> {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #size = 0;

  constructor(source: ByteSource) {
    this.#source =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Reads on until `enough` says so of the number of bytes and the last chunk, or to the end. */
  async peek(enough: (bytes: number, last: Uint8Array) => boolean): Promise<Buffer> {
    let isEnough = this.#chunks.some((chunk) => enough(this.#size, chunk));
    while (!isEnough) {
      const next = await this.#source.next();
      if (next.done === true) break;
      this.#chunks.push(next.value);
      this.#size += next.value.length;
      isEnough = enough(this.#size, next.value);
    }
    const head = Buffer.concat(this.#chunks);
    this.#chunks = head.length === 0 ? [] : [head];
    return head;
  }

  /** The first line that is not blank, from its first character on; of a longer line its beginning. */
  async peekLine(limit: number): Promise<Buffer> {
    let hasText = false;
    const head = await this.peek((bytes, last) => {
      const text = hasText ? 0 : last.findIndex((byte) => !BLANKS.has(byte));
      hasText ||= text >= 0;
      return bytes > limit || (hasText && last.includes(LF, text));
    });
    let start = 0;
    while (start < head.length && BLANKS.has(head[start] as number)) start += 1;
    const end = head.indexOf(LF, start);
    return head.subarray(start, end < 0 ? head.length : end);
  }

  /** Everything at once. */
  async all(limit: number, name: string): Promise<Buffer> {
    const bytes = await this.peek((size) => size > limit);
    if (bytes.length <= limit) return bytes;
    throw new DataError(`read ${name}: larger than ${limit} bytes, too large to be read at once`, {
      hint: 'save pages with a smaller limit, or as NDJSON: jq -c ".resources[]"',
    });
  }

  /** Lets go of the source, read to its end or not. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const chunks = this.#chunks;
    this.#chunks = [];
    yield* chunks;
    for (let next = await this.#source.next(); next.done !== true; next = await this.#source.next()) {
      yield next.value;
    }
  }
}
