/** Bodies of answers: read to their end into memory that is used again, and taken as bytes or as JSON. */
import { isUtf8 } from "node:buffer";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import type { HttpAnswer } from "@vlf/common/http";
import { FormError } from "./voss/answer.ts";
import { SPARE_BYTES } from "./voss/json-bytes.ts";

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
   * Reads a body to its end.
   * @param what names the request, for errors
   * @param count is told the bytes of each part
   * @param use takes the body, which is good as long as it runs
   */
  async read<T>(
    answer: HttpAnswer,
    what: string,
    count: (bytes: number) => void,
    use: (body: Body) => T,
  ): Promise<T> {
    const end = this.#now() + 1000 * this.#seconds;
    let memory = this.#free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let size = 0;
    try {
      await answer.read((chunk) => {
        if (this.#now() > end) {
          throw new TemporaryError(`${what}: no end of the answer after ${this.#seconds} s`);
        }
        count(chunk.length);
        const wanted = size + chunk.length + SPARE_BYTES;
        if (wanted > MAX_BODY_BYTES) {
          throw new ToolError(`${what}: a body of more than ${MAX_BODY_BYTES} bytes`, {
            hint: "try a smaller --page-size",
          });
        }
        if (wanted > memory.length) {
          const larger = Buffer.allocUnsafeSlow(Math.max(2 * memory.length, wanted));
          memory.copy(larger, 0, 0, size);
          memory = larger;
        }
        memory.set(chunk, size);
        size += chunk.length;
      });
      return use(new Body(memory, size));
    } finally {
      if (memory.length <= MOST_KEPT_BYTES) this.#free.push(memory);
    }
  }
}

/** A body that has come to its end. */
export class Body {
  /** Longer than the body by `SPARE_BYTES` at least. */
  readonly memory: Buffer;
  readonly size: number;

  constructor(memory: Buffer, size: number) {
    this.memory = memory;
    this.size = size;
  }

  get text(): string {
    return this.memory.toString("utf8", 0, this.size);
  }

  /** @throws {FormError} for bytes that are not UTF-8 */
  check(): void {
    if (!isUtf8(this.memory.subarray(0, this.size))) throw new FormError("bytes that are not UTF-8");
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
export function parseBody<T>(body: Body, read: (value: unknown) => T): T {
  body.check();
  const { text } = body;
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
