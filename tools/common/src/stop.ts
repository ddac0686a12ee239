/** Lets a signal end a run that waits for its input. */
import { ToolError } from "./exit.ts";
import type { ByteSource } from "./ndjson.ts";

export class Stop {
  #fail: ((error: ToolError) => void) | undefined;
  #stopped: ToolError | undefined;

  /** Makes whoever reads from a guarded source fail. */
  now(): Promise<void> {
    this.#stopped = new ToolError("read stdin: stopped");
    this.#fail?.(this.#stopped);
    return Promise.resolve();
  }

  /** The source, until it is stopped. */
  async *guard(source: ByteSource): AsyncGenerator<Uint8Array> {
    const chunks =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    try {
      for (;;) {
        // Not Promise.race(): it would hold on to one promise for each chunk.
        const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
          if (this.#stopped !== undefined) reject(this.#stopped);
          this.#fail = reject;
          Promise.resolve(chunks.next()).then(resolve, reject);
        });
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      // A source that was stopped while it waited would let us wait as well.
      if (this.#stopped === undefined) await chunks.return?.();
    }
  }
}
