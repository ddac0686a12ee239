/** Standard output of a tool whose effect (files written, files delivered) matters more than its receipts. */
import { BrokenPipeError } from "./exit.ts";
import type { ByteSink } from "./ndjson.ts";

/**
 * Passes writes on until one fails; from then on they are dropped, so that the work in hand is finished.
 * `settle()` tells at the end what happened.
 *
 * @example
 * const out = new EffectSink(io.stdout);
 * await writeRecords(out, begin, deliveries());
 * out.settle();
 */
export class EffectSink implements ByteSink {
  readonly #sink: ByteSink;
  #failure: unknown;
  #failed = false;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.#failed) return;
    try {
      await this.#sink.write(chunk);
    } catch (error) {
      this.#failed = true;
      this.#failure = error;
    }
  }

  /**
   * Throws what a write failed with. A reader that went away is no failure: nobody wanted the receipts.
   * @throws {ToolError} as the sink threw it, a full disk for example
   */
  settle(): void {
    if (this.#failed && !(this.#failure instanceof BrokenPipeError)) throw this.#failure;
  }
}
