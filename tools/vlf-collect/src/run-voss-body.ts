/** Bodies of answers: read to their end into memory that is used again, and taken as JSON. */
import { isUtf8 } from "node:buffer";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import type { HttpAnswer } from "@vlf/common/http";
import { FormError } from "./voss/answer.ts";

/** A body has this many times the longest silence to come to its end: one that trickles is never silent. */
const BODY_TIMES = 5;
/** Bytes of a page that no sane limit brings. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** Bytes of memory for a body at first. Pages of 200 instances are 100 to 600 KB. */
const FIRST_BYTES = 256 * 1024;
/** Memory of a body that was larger than this is not kept. */
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

export class Bodies {
  readonly #seconds: number;
  readonly #now: () => number;
  /** Memory that no body needs at the moment. */
  readonly #free: Buffer[] = [];

  /** @param silence the longest silence, in seconds */
  constructor(silence: number, now: () => number) {
    this.#seconds = BODY_TIMES * silence;
    this.#now = now;
  }

  /**
   * Reads a body to its end, as text.
   * @param what names the request, for errors
   * @param count is told the bytes of each part
   * @throws {FormError} for bytes that are not UTF-8 in an answer of status 200
   */
  async text(answer: HttpAnswer, what: string, count: (bytes: number) => void): Promise<string> {
    const end = this.#now() + 1000 * this.#seconds;
    let memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let size = 0;
    try {
      for await (const chunk of answer.body) {
        if (this.#now() > end) {
          throw new TemporaryError(`${what}: no end of the answer after ${this.#seconds} s`);
        }
        count(chunk.length);
        if (size + chunk.length > MAX_BODY_BYTES) {
          throw new ToolError(`${what}: a body of more than ${MAX_BODY_BYTES} bytes`, {
            hint: "try a smaller --page-size",
          });
        }
        if (size + chunk.length > memory.length) {
          const larger = Buffer.allocUnsafeSlow(Math.max(2 * memory.length, size + chunk.length));
          memory.copy(larger, 0, 0, size);
          memory = larger;
        }
        memory.set(chunk, size);
        size += chunk.length;
      }
      if (answer.status === 200 && !isUtf8(memory.subarray(0, size))) {
        throw new FormError("bytes that are not UTF-8");
      }
      return memory.toString("utf8", 0, size);
    } finally {
      if (memory.length <= MOST_KEPT_BYTES) this.#free.push(memory);
    }
  }
}

/** Where a text stands that was no answer: with its form error. */
const TEXTS = new WeakMap<FormError, string>();

export function textOf(error: FormError): string {
  return TEXTS.get(error) ?? "";
}

/**
 * The JSON of a body, as `read` takes it.
 * @throws {FormError} for what is not JSON, or of another form; `textOf()` has the body
 */
export function parseBody<T>(text: string, read: (value: unknown) => T): T {
  try {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new FormError("not JSON, wanted a JSON answer", { cause: error });
    }
    return read(value);
  } catch (error) {
    if (error instanceof FormError) TEXTS.set(error, text);
    throw error;
  }
}
