/** The rows of one report in one scope, written out as they come, so that little of them is left to collect. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { Fixed, JsonText } from "../json-text.ts";
import type { RowSink } from "../reports/report.ts";
import { pathKey } from "./tree.ts";

/** Between two rows of a file. A line feed never stands inside a row, since JSON escapes it. */
export const BETWEEN = ",\n";
const BETWEEN_ROWS = new Fixed(BETWEEN);

/** A row that was written, with `BETWEEN` behind it. */
export interface Written {
  readonly sortKey: string;
  readonly start: number;
  readonly end: number;
}

/** Kept for the rows that come next, as large as they ever were: allocating them anew would cost more than writing. */
const written = new JsonText();
let joined: Buffer = Buffer.allocUnsafeSlow(1 << 20);

/** There is one at a time: all write into the same memory. */
export class WrittenRows implements RowSink {
  readonly text: JsonText = written;
  #start = 0;
  #count = 0;
  readonly #byPath = new Map<string, Written[]>();
  #path = "";
  #here: Written[] | undefined;

  constructor() {
    this.text.clear();
  }

  get count(): number {
    return this.#count;
  }

  end(hierarchy: string, sortKey: string): void {
    // Rows come node by node mostly.
    if (this.#here === undefined || hierarchy !== this.#path) {
      this.#path = hierarchy;
      this.#here = this.#byPath.get(hierarchy);
      if (this.#here === undefined) this.#byPath.set(hierarchy, (this.#here = []));
    }
    this.text.fixed(BETWEEN_ROWS);
    const end = this.text.size;
    this.#here.push({ sortKey, start: this.#start, end });
    this.#start = end;
    this.#count += 1;
  }

  /** By path, segment by segment; those of a path by their key, then by their text. */
  sorted(): { readonly key: string; readonly group: readonly Written[] }[] {
    const groups = [...this.#byPath].map(([path, group]) => ({ key: pathKey(path), group }));
    groups.sort((a, b) => byCodeUnit(a.key, b.key));
    for (const { group } of groups) group.sort(byRow);
    return groups;
  }

  /** Rows as one text; it may be overwritten by the next one. */
  join(rows: readonly Written[]): Uint8Array {
    let size = 0;
    let from = 0;
    let to = 0;
    for (let nth = 0; nth < rows.length; nth += 1) {
      const { start, end } = rows[nth] as Written;
      // What came in this order is taken in one piece.
      if (start !== to) {
        size = this.#append(size, from, to);
        from = start;
      }
      to = end;
    }
    if (size === 0) return this.text.bytes.subarray(from, to - BETWEEN.length);
    size = this.#append(size, from, to);
    return joined.subarray(0, size - BETWEEN.length);
  }

  #append(size: number, from: number, to: number): number {
    const needed = size + to - from;
    if (needed > joined.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      joined.copy(larger, 0, 0, size);
      joined = larger;
    }
    this.text.bytes.copy(joined, size, from, to);
    return needed;
  }
}

function byRow(a: Written, b: Written): number {
  return byCodeUnit(a.sortKey, b.sortKey) || byCodeUnit(textOf(a), textOf(b));
}

function textOf({ start, end }: Written): string {
  return written.bytes.toString("utf8", start, end - BETWEEN.length);
}
