/** Standard output as a sink of bytes. */
import { Buffer } from "node:buffer";
import { closeSync, fstatSync, statSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { errorCode, writeError } from "./exit.ts";
import type { ByteSink } from "./ndjson.ts";

/**
 * What an empty pipe holds on Linux: to write so much waits for nobody. A small run is done with it, and never
 * loads the streams of Node, which take longer than all that it writes.
 */
const AT_ONCE_BYTES = 65_536;

const FD = 1;
const TARGET = "stdout";

export interface StandardOutput extends ByteSink {
  readonly isTerminal: boolean;
  /**
   * Closes it at the end of a run, so that the next in a pipeline goes on before this process is taken down.
   * @throws {ToolError} when the system lost what was written, which some tell only now
   */
  close(): void;
}

/** Standard output: a file and the beginning of a pipe are written at once, anything else as it is taken. */
export function standardOutput(): StandardOutput {
  let room = roomAtOnce();
  if (room === 0) {
    return {
      ...streamSink(process.stdout, TARGET),
      isTerminal: process.stdout.isTTY,
      close: () => undefined,
    };
  }
  let stream: ByteSink | undefined;
  return {
    isTerminal: false,
    close() {
      if (stream !== undefined) return; // it is not known to be empty
      try {
        closeSync(FD);
      } catch (error) {
        throw writeError(TARGET, error);
      }
    },
    async write(chunk) {
      let rest = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      if (stream === undefined && rest.length <= room) {
        room -= rest.length;
        rest = writeNow(rest);
        if (rest.length === 0) return;
      }
      room = 0;
      stream ??= streamSink(process.stdout, TARGET);
      await stream.write(rest);
    },
  };
}

/** How much can be written without waiting for a reader. */
function roomAtOnce(): number {
  try {
    const stats = fstatSync(FD);
    if (stats.isFile() || stats.rdev === statSync("/dev/null").rdev) return Number.POSITIVE_INFINITY;
    return stats.isFIFO() ? AT_ONCE_BYTES : 0;
  } catch {
    return 0; // closed, or not for us to know: the stream says what is wrong
  }
}

/** Writes, and gives what a pipe would not take. */
function writeNow(bytes: Uint8Array): Uint8Array {
  let rest = bytes;
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(FD, rest));
  } catch (error) {
    if (errorCode(error) !== "EAGAIN") throw writeError(TARGET, error);
  }
  return rest;
}

/**
 * A sink on a Node stream with one write under way while the next is prepared. Both the callback and
 * the `error` event are heard: neither runtime sends every failure by both ways.
 */
export function streamSink(stream: Writable, target: string): ByteSink {
  let failure: unknown;
  let underWay: Promise<void> = Promise.resolve();
  stream.on("error", (error) => {
    failure ??= error;
  });
  const write = (chunk: string | Uint8Array): Promise<void> =>
    new Promise((resolve, reject) => {
      try {
        stream.write(chunk, (error) => {
          if (error !== null && error !== undefined) reject(writeError(target, error));
          else resolve();
        });
      } catch (error) {
        reject(writeError(target, error)); // Deno throws where Node calls back
      }
    });
  return {
    async write(chunk) {
      await underWay;
      if (failure !== undefined) throw writeError(target, failure);
      underWay = write(chunk);
      underWay.catch(() => {}); // reported by the next write, or by the one awaited below
      if (chunk.length < 65_536) await underWay;
    },
  };
}
