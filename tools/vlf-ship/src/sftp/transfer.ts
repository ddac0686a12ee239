/** Bytes to and from an SFTP server, with many requests under way at once: one at a time costs its round trip. */
import { createHash } from "node:crypto";
import { readSource, type Source } from "../source.ts";
import { DeliveryError } from "../failure.ts";
import { STATUS, statusOf } from "./errors.ts";
import type { Session } from "./session.ts";

/** SSH carries SFTP in packets of this size, and each costs a cipher of its own. */
const PACKET_BYTES = 32_768;
/** Packets of one request. OpenSSH takes up to 255 KiB; for servers that take less, ssh2 divides it. */
const PACKETS = 7;
/** What SFTP puts before the content of a WRITE or DATA, beside the handle (draft-ietf-secsh-filexfer-02, 6). */
const HEAD_BYTES = 25;
/** Most requests without an answer: what fits in the window of 2 MiB, and some that are ready for it. */
const REQUESTS = 12;
/** Requests that are read from the file at once: to have a thread read each of them takes longer. */
const REQUESTS_OF_PIECE = 4;

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
  const requestBytes = PACKETS * PACKET_BYTES - HEAD_BYTES - handle.length;
  const pieceBytes = REQUESTS_OF_PIECE * requestBytes;
  /** Buffers of pieces that the server has: new ones would keep the collector of garbage busy. */
  const spare: Buffer[] = [];
  const underWay = new Set<Promise<void>>();
  let position = 0;
  let failure: unknown;
  const write = async (part: Buffer, from: number): Promise<void> => {
    try {
      await session.ask(`write "${path}"`, (sftp, done) =>
        sftp.write(handle, part, 0, part.length, from, done),
      );
    } catch (error) {
      failure ??= error;
    }
  };
  const stopWhenFailed = (): void => {
    signal?.throwIfAborted();
    if (failure !== undefined) throw failure;
  };
  try {
    for await (const piece of readSource(source, () => spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes))) {
      const requests: Promise<void>[] = [];
      for (let at = 0; at < piece.length; at += requestBytes) {
        while (underWay.size >= REQUESTS) await Promise.race(underWay);
        stopWhenFailed();
        const part = piece.subarray(at, at + requestBytes);
        const request = write(part, position).finally(() => underWay.delete(request));
        underWay.add(request);
        requests.push(request);
        position += part.length;
      }
      if (piece.length === pieceBytes) void Promise.all(requests).then(() => spare.push(piece));
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
  const requestBytes = PACKETS * PACKET_BYTES - HEAD_BYTES;
  const underWay: Promise<Buffer>[] = [];
  const spare: Buffer[] = [];
  try {
    const hash = createHash("sha256");
    let asked = 0;
    while (asked < sizeBytes || underWay.length > 0) {
      signal?.throwIfAborted();
      while (asked < sizeBytes && underWay.length < REQUESTS) {
        const buffer = (spare.pop() ?? Buffer.allocUnsafeSlow(requestBytes)).subarray(0, sizeBytes - asked);
        const request = readExactly(session, handle, path, asked, buffer);
        request.catch(() => {}); // heard when its turn comes
        underWay.push(request);
        asked += buffer.length;
      }
      const buffer = await underWay.shift();
      if (buffer === undefined) break;
      hash.update(buffer);
      spare.push(buffer); // only the last one is shorter
    }
    return hash.digest("hex");
  } finally {
    await Promise.allSettled(underWay);
    await session.ask(`close "${path}"`, (sftp, done) => sftp.close(handle, done)).catch(() => {});
  }
}

/** Fills the buffer. A server may answer with less than was asked for: the rest is asked for again. */
async function readExactly(
  session: Session,
  handle: Buffer,
  path: string,
  position: number,
  buffer: Buffer,
): Promise<Buffer> {
  const { length } = buffer;
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
