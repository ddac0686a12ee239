/** Bytes to and from an SFTP server, with many requests under way at once: one at a time costs its round trip. */
import { createHash } from "node:crypto";
import { readSource, type Source } from "../source.ts";
import { DeliveryError } from "../failure.ts";
import { STATUS, statusOf } from "./errors.ts";
import type { Session } from "./session.ts";

/** OpenSSH takes up to 255 KiB in one request; for servers that take less, ssh2 divides it. */
const REQUEST_BYTES = 131_072;
/** Most requests without an answer. */
const REQUESTS = 16;

/**
 * Writes all of a file, from its start.
 * @returns the bytes written
 * @throws {ToolError} what the source or the server says; then no request is under way any more
 */
export async function writeAll(
  session: Session,
  handle: Buffer,
  path: string,
  source: Source,
  signal: AbortSignal | undefined,
): Promise<number> {
  const underWay = new Set<Promise<void>>();
  let position = 0;
  let failure: unknown;
  const write = (piece: Buffer, at: number, from: number): void => {
    const length = Math.min(REQUEST_BYTES, piece.length - at);
    const request = session
      .ask(`write "${path}"`, (sftp, done) => sftp.write(handle, piece, at, length, from, done))
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(request));
    underWay.add(request);
  };
  const stopWhenFailed = (): void => {
    signal?.throwIfAborted();
    if (failure !== undefined) throw failure;
  };
  try {
    for await (const bytes of readSource(source)) {
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let at = 0; at < piece.length; at += REQUEST_BYTES) {
        while (underWay.size >= REQUESTS) await Promise.race(underWay);
        stopWhenFailed();
        write(piece, at, position + at);
      }
      position += piece.length;
    }
  } finally {
    await Promise.all(underWay);
  }
  stopWhenFailed();
  return position;
}

/**
 * The SHA-256 of a file at the server, read to the size that it has to have, in hexadecimal.
 * @throws {DeliveryError} `integrity` when it ends before that
 */
export async function hashRemote(
  session: Session,
  path: string,
  sizeBytes: number,
  signal: AbortSignal | undefined,
): Promise<string> {
  const handle = await session.ask<Buffer>(`open "${path}"`, (sftp, done) => sftp.open(path, "r", done));
  const underWay: Promise<Buffer>[] = [];
  try {
    const hash = createHash("sha256");
    let asked = 0;
    while (asked < sizeBytes || underWay.length > 0) {
      signal?.throwIfAborted();
      while (asked < sizeBytes && underWay.length < REQUESTS) {
        const request = readExactly(session, handle, path, asked, Math.min(REQUEST_BYTES, sizeBytes - asked));
        request.catch(() => {}); // heard when its turn comes
        underWay.push(request);
        asked += REQUEST_BYTES;
      }
      hash.update((await underWay.shift()) ?? "");
    }
    return hash.digest("hex");
  } finally {
    await Promise.allSettled(underWay);
    await session.ask(`close "${path}"`, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
}

/** A server may answer with less than was asked for: the rest is asked for again. */
async function readExactly(
  session: Session,
  handle: Buffer,
  path: string,
  position: number,
  length: number,
): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  for (let got = 0; got < length;) {
    const at = got;
    try {
      got += await session.ask<number>(`read back "${path}"`, (sftp, done) =>
        sftp.read(handle, buffer, at, length - at, position + at, (error, count) => done(error, count)),
      );
    } catch (error) {
      if (statusOf(error) === STATUS.eof) got = at;
      else throw error;
    }
    if (got === at) {
      throw new DeliveryError("integrity", `read back "${path}": ends after ${position + at} bytes`);
    }
  }
  return buffer;
}
