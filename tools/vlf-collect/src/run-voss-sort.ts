/**
 * Sorts more lines than memory holds: sorted runs go to a folder, and are merged at the end. Lines and keys are kept
 * as bytes outside the heap, so that neither their number nor their length is the garbage collector's work.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Batch, Block, type Lines, sizeOf } from "./voss/batch.ts";
import { merge } from "./voss/merge.ts";
import { readRun, type Run, writeRun } from "./run-voss-sort-runs.ts";

/** Bytes held in memory before they become a run; two runs may wait for being written. */
const RUN_BYTES = 4 * 1024 * 1024;
/** Runs merged at once: each is an open file and a batch. */
const FAN = 128;

export class Sorter {
  readonly #folder: () => string;
  readonly #runBytes: number;
  #block: Block | undefined;
  /** Blocks that were written, to be filled again. */
  readonly #spare: Block[] = [];
  readonly #runs: Run[] = [];
  #written = 0;
  #writing: Promise<void> = Promise.resolve();
  /** Blocks that are full and not written. */
  #full = 0;

  /** @param folder gives the folder for runs; asked for when the first one is written */
  constructor(folder: () => string, runBytes: number = RUN_BYTES) {
    this.#folder = folder;
    this.#runBytes = runBytes;
  }

  /**
   * Takes lines, each with the key it is ordered by, byte by byte; keys are free of control characters.
   * Gives a promise when memory is full, to be awaited before the next; the bytes are free again at once.
   * @param tag where they come from: behind the key, by a tab
   */
  add(keys: readonly string[], tag: string, lines: Lines): Promise<void> | undefined {
    if (keys.length === 0) return undefined;
    if (this.#block?.add(keys, tag, lines) !== true) {
      if (this.#block !== undefined) this.#seal(this.#block);
      this.#block = this.#newBlock(sizeOf(lines));
      this.#block.add(keys, tag, lines);
    }
    return this.#full > 1 ? this.#writing : undefined;
  }

  /** All lines in order, once only. A batch is good until the next one is asked for. */
  async *sorted(): AsyncGenerator<Batch> {
    await this.#writing;
    this.#spare.length = 0;
    const last = this.#block;
    this.#block = undefined;
    if (this.#runs.length === 0) {
      if (last !== undefined) yield* last.sorted(true);
      return;
    }
    let runs: readonly Run[] = this.#runs;
    while (runs.length > FAN) {
      // No more than it takes, since each line is written once more.
      const first = runs.slice(0, Math.min(FAN, runs.length - FAN + 1));
      const joined = await this.#write(merge(first.map(readRun), true));
      for (const { path } of first) await rm(path, { force: true });
      runs = [...runs.slice(first.length), joined];
    }
    const sources: AsyncGenerator<Batch>[] = runs.map(readRun);
    if (last !== undefined) sources.push(held(last));
    yield* merge(sources, true);
  }

  #newBlock(bytes: number): Block {
    const size = Math.max(this.#runBytes, bytes);
    const at = this.#spare.findIndex(({ capacity }) => capacity >= size);
    return this.#spare.splice(at, at < 0 ? 0 : 1)[0] ?? new Block(size);
  }

  #seal(block: Block): void {
    this.#full += 1;
    this.#writing = this.#writeBlock(this.#writing, block);
    // Whoever adds next, or asks for the lines, is told.
    this.#writing.catch(() => {
      this.#full = Number.POSITIVE_INFINITY;
    });
  }

  async #writeBlock(before: Promise<void>, block: Block): Promise<void> {
    await before;
    this.#runs.push(await this.#write(held(block)));
    this.#full -= 1;
    if (block.capacity === this.#runBytes) this.#spare.push(block);
  }

  async #write(batches: AsyncIterable<Batch>): Promise<Run> {
    const folder = this.#folder();
    this.#written += 1;
    return writeRun(join(folder, `run-${String(this.#written).padStart(5, "0")}`), batches);
  }
}

async function* held(block: Block): AsyncGenerator<Batch> {
  yield* block.sorted(true);
}
