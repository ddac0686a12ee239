/**
 * Sorts more lines than memory holds: sorted runs go to a folder, and are merged at the end. A line is
 * `KEY TAB PASS TAB JSON`; lines are ordered by code unit, which the key decides.
 */
import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";

/** Characters held in memory before they become a run; each takes one to three bytes, and two runs may wait. */
const RUN_CHARS = 8 * 1024 * 1024;
/** Runs merged at once: each is an open file and a buffer. */
const FAN = 128;
/** Characters handed over at once. */
const BATCH_CHARS = 256 * 1024;
/** Bytes read of a run at once. */
const READ_BYTES = 32 * 1024;

export class Sorter {
  readonly #folder: () => Promise<string>;
  readonly #runChars: number;
  #lines: string[] = [];
  #chars = 0;
  readonly #runs: string[] = [];
  #written = 0;
  #writing: Promise<void> = Promise.resolve();

  /** @param folder gives the folder for runs; asked for when the first one is written */
  constructor(folder: () => Promise<string>, runChars: number = RUN_CHARS) {
    this.#folder = folder;
    this.#runChars = runChars;
  }

  /** Takes lines; gives a promise when a run is written, to be awaited before the next. */
  add(lines: readonly string[]): Promise<void> | undefined {
    for (const line of lines) {
      this.#lines.push(line);
      this.#chars += line.length;
    }
    if (this.#chars < this.#runChars) return undefined;
    const full = this.#lines;
    this.#lines = [];
    this.#chars = 0;
    this.#writing = this.#writing.then(() => this.#write(full));
    return this.#writing;
  }

  /** All lines in order, in batches. Once only. */
  async *sorted(): AsyncGenerator<string[]> {
    await this.#writing;
    const last = this.#lines.sort();
    this.#lines = [];
    if (this.#runs.length === 0) {
      yield last;
      return;
    }
    let runs = this.#runs;
    while (runs.length > FAN) {
      const first = runs.slice(0, FAN);
      const joined = await this.#writeRun(merge(first.map(readRun)));
      for (const path of first) await rm(path, { force: true });
      runs = [...runs.slice(FAN), joined];
    }
    yield* merge([...runs.map(readRun), held(last)]);
  }

  async #write(lines: string[]): Promise<void> {
    this.#runs.push(await this.#writeRun(held(lines.sort())));
  }

  /** Writes sorted lines as a run; gives its path. */
  async #writeRun(sorted: AsyncIterable<readonly string[]>): Promise<string> {
    const folder = await this.#folder();
    this.#written += 1;
    const path = join(folder, `run-${String(this.#written).padStart(5, "0")}`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(path, "w", 0o600);
      try {
        for await (const lines of sorted) for (const text of batches(lines)) await file.writeFile(text);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw asToolError(`write "${path}"`, error);
    }
    return path;
  }
}

function* batches(lines: readonly string[]): Generator<string> {
  let batch = "";
  for (const line of lines) {
    batch += `${line}\n`;
    if (batch.length < BATCH_CHARS) continue;
    yield batch;
    batch = "";
  }
  yield batch;
}

async function* held(lines: readonly string[]): AsyncGenerator<readonly string[]> {
  if (lines.length > 0) yield await Promise.resolve(lines);
}

async function* readRun(path: string): AsyncGenerator<readonly string[]> {
  let rest = "";
  try {
    for await (const chunk of createReadStream(path, { encoding: "utf8", highWaterMark: READ_BYTES })) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      if (lines.length > 0) yield lines;
    }
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  }
  if (rest !== "") throw new DataError(`read "${path}": cut off`);
}

/** One sorted source: its line at the front, and what follows. */
class Cursor {
  line = "";
  readonly #source: AsyncGenerator<readonly string[]>;
  #lines: readonly string[] = [];
  #at = 0;

  constructor(source: AsyncGenerator<readonly string[]>) {
    this.#source = source;
  }

  /** Goes on within what is in memory; false when more has to be read. */
  step(): boolean {
    const line = this.#lines[this.#at];
    if (line === undefined) return false;
    this.#at += 1;
    this.line = line;
    return true;
  }

  /** Reads more; false at the end. */
  async load(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#lines = next.value;
    this.#at = 0;
    return this.step();
  }
}

async function* merge(sources: readonly AsyncGenerator<readonly string[]>[]): AsyncGenerator<string[]> {
  const heap: Cursor[] = [];
  for (const source of sources) {
    const cursor = new Cursor(source);
    if (await cursor.load()) heap.push(cursor);
  }
  heap.sort((a, b) => byCodeUnit(a.line, b.line));
  let batch: string[] = [];
  let chars = 0;
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    batch.push(top.line);
    chars += top.line.length;
    if (chars >= BATCH_CHARS) {
      yield batch;
      batch = [];
      chars = 0;
    }
    if (!top.step() && !(await top.load())) {
      const last = heap.pop();
      if (last === undefined || last === top) continue;
      heap[0] = last;
    }
    sink(heap);
  }
  yield batch;
}

/** Moves the first cursor down to its place. */
function sink(heap: Cursor[]): void {
  const moved = heap[0];
  if (moved === undefined) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    let lower = heap[child];
    if (lower === undefined) break;
    const right = heap[child + 1];
    if (right !== undefined && right.line < lower.line) {
      child += 1;
      lower = right;
    }
    if (lower.line >= moved.line) break;
    heap[at] = lower;
    at = child;
  }
  heap[at] = moved;
}
