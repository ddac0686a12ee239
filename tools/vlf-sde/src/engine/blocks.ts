/**
 * The rows of one report on their way to its file: sorted, as text, in blocks of which each covers a stretch
 * of the sorted whole. Blocks are put aside compressed; at the end they are only strung together.
 */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { moduleMemory } from "../module.ts";
import type { Report } from "../reports/report.ts";
import type { Place } from "./deflate.ts";
import { gzip, type Segment, segmentOf } from "./gzip.ts";
import type { ByteStore } from "./store.ts";
import { BETWEEN, type Written, type WrittenRows } from "./written-rows.ts";

/** A block ends after the row with which it reaches this many bytes. */
const BLOCK_BYTES = 1_048_576;

/** Shorter blocks wait as they are, and are compressed together with their neighbours. */
const COMPRESS_FROM = 32_768;

/** Rows as they are put aside. */
export interface Block {
  /** Sorts the blocks: key of the path of its first row. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** Of a compressed block. */
  readonly raw: { readonly length: number; readonly crc: number } | undefined;
}

/**
 * Sorts the rows of one scope into blocks. Rows of different scopes must not interleave when sorted by
 * hierarchy; where other scopes lie between them, `split` makes a block of each path.
 */
export function makeBlocks(
  written: WrittenRows,
  options: { split: boolean; compress: boolean },
  put: (block: Block) => void,
): void {
  let pending: Written[] = [];
  let pendingBytes = 0;
  let firstKey = "";
  const end = (): void => {
    if (pending.length > 0) put(blockOf(firstKey, written.join(pending), options.compress));
    pending = [];
    pendingBytes = 0;
  };
  for (const { key, group } of written.sorted()) {
    for (const row of group) {
      if (pending.length === 0) firstKey = key;
      pending.push(row);
      pendingBytes += row.end - row.start;
      if (pendingBytes >= BLOCK_BYTES) end();
    }
    if (options.split) end();
  }
  end();
}

function blockOf(key: string, place: Place, compress: boolean): Block {
  const { start, end } = place;
  if (!compress || end - start < COMPRESS_FROM)
    return { key, bytes: new Uint8Array(moduleMemory().bytes.subarray(start, end)), raw: undefined };
  const { deflated, rawLength, crc } = segmentOf(place);
  return { key, bytes: deflated, raw: { length: rawLength, crc } };
}

/** A block that was put aside. */
interface Stored extends Omit<Block, "bytes"> {
  readonly offset: number;
  readonly length: number;
}

/** All blocks of one report. */
export class Blocks {
  readonly #store: ByteStore;
  readonly #stored: Stored[] = [];
  #rows = 0;

  constructor(store: ByteStore) {
    this.#store = store;
  }

  get rows(): number {
    return this.#rows;
  }

  put({ key, bytes, raw }: Block): void {
    this.#stored.push({ key, offset: this.#store.append(bytes), length: bytes.length, raw });
  }

  /** Counts rows of blocks that were put. */
  count(rows: number): void {
    this.#rows += rows;
  }

  /** The gzip file: one JSON array of all rows, `[]` when there is none (guide, 2.2.1). */
  file(): Generator<Uint8Array> {
    return gzip(this.#pieces());
  }

  /** The rows as JSON texts, in order; only of blocks that are not compressed. */
  *texts(): Generator<string> {
    for (const { offset, length } of this.#sorted()) {
      const bytes = this.#store.read(offset, length);
      yield* Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().split(BETWEEN);
    }
  }

  *#pieces(): Generator<Uint8Array | Segment> {
    let before = "[";
    for (const { offset, length, raw } of this.#sorted()) {
      yield Buffer.from(before);
      const bytes = new Uint8Array(this.#store.read(offset, length));
      yield raw === undefined ? bytes : { deflated: bytes, rawLength: raw.length, crc: raw.crc };
      before = BETWEEN;
    }
    yield Buffer.from(before === "[" ? "[]" : "]");
  }

  #sorted(): Stored[] {
    // Stable: blocks that begin at the same path were put in order.
    return this.#stored.toSorted((a, b) => byCodeUnit(a.key, b.key));
  }
}

/** The blocks of all reports of a run. */
export class AllBlocks {
  readonly #blocks: ReadonlyMap<Report, Blocks>;

  constructor(reports: readonly Report[], openStore: (type: string) => ByteStore) {
    this.#blocks = new Map(reports.map((report) => [report, new Blocks(openStore(report.type))]));
  }

  of(report: Report): Blocks {
    const blocks = this.#blocks.get(report);
    if (blocks === undefined) throw new Error(`report "${report.type}" was not asked for`);
    return blocks;
  }

  put(report: Report, block: Block): void {
    this.of(report).put(block);
  }

  count(report: Report, rows: number): void {
    this.of(report).count(rows);
  }
}
