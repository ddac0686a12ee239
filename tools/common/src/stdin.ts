/** Standard input as a source of bytes. */
import { fstatSync, readSync } from "node:fs";
import { Buffer } from "node:buffer";
import { errorCode } from "./exit.ts";
import type { ByteSource } from "./ndjson.ts";

/** A file is read in pieces of this size: with the 64 KiB of a stream, reading took up to a fifth of an audit on a busy machine. */
const PIECE_BYTES = 1 << 18;

/**
 * So much of a pipe is read by waiting for it: a small run needs no more, and never loads the streams of Node. No
 * tool does anything else while it waits for the beginning of its input.
 */
const WAITED_FOR_BYTES = 1 << 16;

const FD = 0;

/** Standard input: a file is read as fast as the disk gives it, anything else as it comes. */
export function standardInput(): { readonly source: ByteSource; readonly close: () => void } {
  const kind = kindOf();
  if (kind === "file") {
    const source = {
      [Symbol.asyncIterator]: () => filePieces(() => readPiece(PIECE_BYTES)),
      inPlace: () => {
        const piece = Buffer.allocUnsafeSlow(PIECE_BYTES);
        return filePieces(() => readInto(piece));
      },
    };
    return { source, close: () => undefined };
  }
  let stream: NodeJS.ReadStream | undefined;
  const open = (): NodeJS.ReadStream => (stream ??= process.stdin);
  // A reader that went away or bad input may leave it open: let the process end.
  const close = (): void => void stream?.destroy();
  return { source: kind === "pipe" ? pipePieces(open) : open(), close };
}

function kindOf(): "file" | "pipe" | "other" {
  try {
    const stats = fstatSync(FD);
    if (stats.isFile()) return "file";
    return stats.isFIFO() ? "pipe" : "other";
  } catch {
    return "other"; // closed, or not for us to know: the stream says what is wrong
  }
}

async function* filePieces(read: () => Uint8Array): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = read();
    if (piece.length === 0) return;
    yield piece;
    await othersTurn();
  }
}

async function* pipePieces(rest: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (let taken = 0; taken < WAITED_FOR_BYTES && !isHearing();) {
    let piece: Uint8Array;
    try {
      piece = readPiece(WAITED_FOR_BYTES);
    } catch (error) {
      if (errorCode(error) === "EAGAIN") break; // one that nobody can wait for
      throw error;
    }
    if (piece.length === 0) return;
    taken += piece.length;
    yield piece;
    await othersTurn();
  }
  yield* rest();
}

/** Whether a signal has to be heard, which waiting would keep it from. Without this it ends the process, as it should. */
function isHearing(): boolean {
  return process.listenerCount("SIGTERM") > 0 || process.listenerCount("SIGINT") > 0;
}

/** Into memory of its own. To make it takes the system longer than to read: a tenth of an audit. */
function readPiece(bytes: number): Uint8Array {
  return readInto(Buffer.allocUnsafeSlow(bytes));
}

function readInto(piece: Buffer): Uint8Array {
  return piece.subarray(0, readSync(FD, piece, 0, piece.length, null));
}

/** Lets signals and the answers of threads in. */
function othersTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
