/**
 * Sorts more lines than memory holds: sorted runs go to a folder, and are merged at the end. Lines and keys are kept
 * as bytes outside the heap, so that neither their number nor their length is the garbage collector's work.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { type Batch, Block, type Lines, sizeOf } from "./voss/batch.ts";
import { merge } from "./voss/merge.ts";
import { piecesFor, readRun, type Run, RunWriter } from "./run-voss-sort-runs.ts";

/** Bytes held in memory before they become a run. */
const RUN_BYTES = 4 * 1024 * 1024;
/** Runs merged at once: each is an open file and a batch. */
const FAN = 64;
/** Batches that are written before others have their turn. */
const BATCHES_A_TURN = 64;

export class Sorter {
  readonly #folder: () => string;
  readonly #runBytes: number;
  #block: Block | undefined;
  readonly #runs: Run[] = [];
  /** Memory for reading runs that no run needs at the moment. */
  readonly #free: Buffer[] = [];
  #written = 0;
  #failure: unknown;

  /** @param folder gives the folder for runs; asked for when the first one is written */
  constructor(folder: () => string, runBytes: number = RUN_BYTES) {
    this.#folder = folder;
    this.#runBytes = runBytes;
  }

  /**
   * Takes lines, each with the key it is ordered by, byte by byte; keys are free of control characters.
   * @param tag where they come from: behind the key, by a tab
   */
  add(keys: readonly string[], tag: string, lines: Lines): void {
    if (keys.length === 0 || this.#block?.add(keys, tag, lines) === true) return;
    if (this.#block !== undefined) this.#writeBlock(this.#block);
    const size = Math.max(this.#runBytes, sizeOf(lines));
    // Its memory is used again, unless a long line made it larger.
    if (this.#block === undefined || this.#block.capacity !== size) this.#block = new Block(size);
    this.#block.add(keys, tag, lines);
  }

  /** All lines in order, once only. A batch is good until the next one is asked for. */
  async *sorted(): AsyncGenerator<Batch> {
    if (this.#failure !== undefined) throw this.#failure;
    const last = this.#block;
    this.#block = undefined;
    if (this.#runs.length === 0) {
      if (last !== undefined) yield* last.sorted(true);
      return;
    }
    if (last !== undefined) {
      // Its memory is what the runs are read into.
      this.#writeBlock(last);
      this.#free.push(...piecesFor(this.#runs, last.memory));
    }
    let runs: readonly Run[] = this.#runs;
    while (runs.length > FAN) {
      // No more than it takes, since each line is written once more.
      const first = runs.slice(0, Math.min(FAN, runs.length - FAN + 1));
      runs = [...runs.slice(first.length), await this.#join(first)];
    }
    yield* merge(
      runs.map((run) => readRun(run, this.#free)),
      true,
    );
  }

  #writeBlock(block: Block): void {
    try {
      const writer = this.#newRun();
      try {
        for (const batch of block.sorted(true)) writer.add(batch);
      } finally {
        writer.close();
      }
      this.#runs.push(writer.run);
    } catch (error) {
      // The block is not whole any more.
      this.#failure ??= error;
      throw error;
    }
  }

  async #join(runs: readonly Run[]): Promise<Run> {
    const writer = this.#newRun();
    try {
      let batches = 0;
      for (const batch of merge(
        runs.map((run) => readRun(run, this.#free)),
        true,
      )) {
        writer.add(batch);
        batches += 1;
        if (batches % BATCHES_A_TURN === 0) await turn();
      }
    } finally {
      writer.close();
    }
    for (const { path } of runs) rmSync(path, { force: true });
    return writer.run;
  }

  #newRun(): RunWriter {
    this.#written += 1;
    return new RunWriter(join(this.#folder(), `run-${String(this.#written).padStart(5, "0")}`));
  }
}
