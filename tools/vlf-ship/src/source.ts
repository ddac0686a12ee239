/** A file to deliver: what it has to be, and its content, found out when it is something else. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";
import type { FileRecord } from "@vlf/common/records";
import { DeliveryError } from "./failure.ts";
import { formatOf } from "./formats.ts";

/** What the content has to be. */
export interface Expected {
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A file as a destination gets it. */
export interface Source {
  readonly path: string;
  /** Its name at the destination. */
  readonly name: string;
  readonly expected: Expected;
  /** Told how many bytes were read so far. */
  readonly onProgress?: (bytes: number) => void;
}

/** A file as the user named it, by a record or by its path alone. */
export interface Item {
  readonly path: string;
  readonly name: string;
  /** `anonymous-zip` ...; undefined where neither a record nor the name tells. */
  readonly format: string | undefined;
  readonly expected: Expected | undefined;
}

/**
 * The file of a record.
 * @throws {DataError} for a name that would lead out of the destination's folder
 */
export function itemOfRecord(record: FileRecord, where: string): Item {
  const { path, name, format, size_bytes: sizeBytes, sha256 } = record;
  if (basename(name) !== name || name === "." || name === ".." || /\p{Cc}/u.test(name)) {
    throw new DataError(
      `read ${where}: file record has the name ${JSON.stringify(name)}, wanted a plain file name`,
    );
  }
  return { path, name, format, expected: { sizeBytes, sha256 } };
}

/** The file of a path. */
export function itemOfPath(path: string): Item {
  const name = basename(path);
  return { path, name, format: formatOf(name), expected: undefined };
}

/**
 * The source of an item. A file without a record is read once to know its size and SHA-256, which the
 * destinations announce before they send.
 * @throws {ToolError} when the file cannot be read
 */
export async function sourceOf({ path, name, expected }: Item): Promise<Source> {
  if (expected !== undefined) return { path, name, expected };
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const bytes of readBytes(path, buffersInTurn())) {
    hash.update(bytes);
    sizeBytes += bytes.length;
  }
  return { path, name, expected: { sizeBytes, sha256: hash.digest("hex") } };
}

/** Gives the buffer that the next piece is read into. */
export type TakeBuffer = () => Buffer;

/**
 * Buffers in turn, for who is done with a piece when it asks for the next but one. New ones for each piece would keep
 * the collector of garbage busy: it took a quarter of the time to send a file.
 */
export function buffersInTurn(): TakeBuffer {
  const buffers: Buffer[] = [];
  let taken = 0;
  return () => {
    const at = taken % BUFFERS;
    taken += 1;
    return (buffers[at] ??= newBuffer());
  };
}

/** Of files up to here the whole is read before anything else is done. */
const AT_ONCE_BYTES = 65_536;

/** Three are in use at once: one that is read into, one that was read, and one that waits for it to be right. */
const BUFFERS = 4;

/** Large enough that reading costs little beside sending. */
const newBuffer = (): Buffer => Buffer.allocUnsafeSlow(1_048_576);

/** The content of an item, in pieces: checked where there is a record to check it by. `take` as of `readSource()`. */
export function readItem({ path, name, expected }: Item, take?: TakeBuffer): AsyncGenerator<Buffer> {
  return expected === undefined ? readBytes(path, take) : readSource({ path, name, expected }, take);
}

/**
 * The content, in pieces that fill their buffers, but for the last. That one is given only when the whole is known to
 * be right, so a peer that was told the size never has all of a wrong file. An empty file has no piece.
 * @param take for who knows when a piece is no longer needed, and has its buffer filled again; by default each piece
 *   has a buffer of its own, of a megabyte
 * @throws {ToolError} when the file cannot be read; {DeliveryError} `integrity` when it is not as expected
 */
export async function* readSource(
  { path, expected, onProgress }: Source,
  take?: TakeBuffer,
): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  let held: Buffer | undefined;
  for await (const bytes of readBytes(path, take)) {
    hash.update(bytes);
    sizeBytes += bytes.length;
    if (sizeBytes > expected.sizeBytes) break;
    onProgress?.(sizeBytes);
    if (held !== undefined) yield held;
    held = bytes;
  }
  if (sizeBytes > expected.sizeBytes) throw changed(path, `more than ${expected.sizeBytes} bytes`, expected);
  const sha256 = hash.digest("hex");
  if (sizeBytes !== expected.sizeBytes || sha256 !== expected.sha256) {
    throw changed(path, `${sizeBytes} bytes with sha256 ${sha256}`, expected);
  }
  if (held !== undefined) yield held;
}

function changed(path: string, found: string, { sizeBytes, sha256 }: Expected): DeliveryError {
  return new DeliveryError(
    "integrity",
    `read "${path}": changed since it was packed: found ${found}, ` +
      `wanted ${sizeBytes} bytes with sha256 ${sha256}`,
  );
}

/** The next piece is read while the one before is worked on. */
async function* readBytes(path: string, take: TakeBuffer = newBuffer): AsyncGenerator<Buffer> {
  try {
    const whole = wholeOf(path);
    if (whole !== undefined) {
      if (whole.length > 0) yield whole;
      return;
    }
    const file = await open(path, "r");
    let coming: Promise<Buffer> | undefined;
    try {
      if (!(await file.stat()).isFile()) throw new DataError(`read "${path}": not a regular file`);
      coming = readPiece(file, take());
      for (let piece = await coming; piece.length > 0; piece = await coming) {
        coming = readPiece(file, take());
        coming.catch(() => {}); // heard when its turn comes
        yield piece;
      }
    } finally {
      await coming?.catch(() => {});
      await file.close();
    }
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  }
}

/** A small file at once: to have a thread read it takes longer than it does. */
function wholeOf(path: string): Buffer | undefined {
  const stats = statSync(path);
  return stats.isFile() && stats.size <= AT_ONCE_BYTES ? readFileSync(path) : undefined;
}

/** What comes next in a file, as much as the buffer holds; nothing at its end. */
async function readPiece(file: FileHandle, buffer: Buffer): Promise<Buffer> {
  for (let size = 0; ;) {
    const { bytesRead } = await file.read(buffer, size, buffer.length - size, null);
    size += bytesRead;
    if (bytesRead === 0 || size === buffer.length) return buffer.subarray(0, size);
  }
}
