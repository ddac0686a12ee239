/** The rows of one report in one scope, written out as they come, so that little of them is left to collect. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { Fixed, JsonText } from "../json-text.ts";
import type { RowSink } from "../reports/report.ts";
import type { Place } from "./deflate.ts";
import { pathKey } from "./tree.ts";

/** Between two rows of a file. A line feed never stands inside a row, since JSON escapes it. */
export const BETWEEN = ",\n";
const BETWEEN_ROWS = new Fixed(BETWEEN);

/** A row that was written, with `BETWEEN` behind it: places in the memory of the module. */
export interface Written {
  readonly sortKey: string;
  readonly start: number;
  readonly end: number;
}

/** There is one at a time: all write into the same memory. */
export class WrittenRows implements RowSink {
  readonly text: JsonText = new JsonText();
  #start: number = this.text.end;
  #count = 0;
  readonly #byPath = new Map<string, Written[]>();
  #path = "";
  #here: Written[] | undefined;

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
    const { end } = this.text;
    this.#here.push({ sortKey, start: this.#start, end });
    this.#start = end;
    this.#count += 1;
  }

  /** By path, segment by segment; those of a path by their key, then by their text. */
  sorted(): { readonly key: string; readonly group: readonly Written[] }[] {
    const groups = [...this.#byPath].map(([path, group]) => ({ key: pathKey(path), group }));
    groups.sort((a, b) => byCodeUnit(a.key, b.key));
    for (const { group } of groups) group.sort((a, b) => this.#byRow(a, b));
    return groups;
  }

  /** Rows as one text, with `BETWEEN` between them; it may be overwritten by the next one. */
  join(rows: readonly Written[]): Place {
    const { memory } = this.text;
    let size = 0;
    for (const { start, end } of rows) size += end - start;
    memory.makeRoom(size);
    const joined = memory.end;
    let at = joined;
    let from = 0;
    let to = 0;
    for (let nth = 0; nth < rows.length; nth += 1) {
      const { start, end } = rows[nth] as Written;
      // What came in this order is taken in one piece.
      if (start !== to) {
        memory.bytes.copyWithin(at, from, to);
        at += to - from;
        from = start;
      }
      to = end;
    }
    if (at === joined) return { start: from, end: to - BETWEEN.length };
    memory.bytes.copyWithin(at, from, to);
    return { start: joined, end: joined + size - BETWEEN.length };
  }

  #byRow(a: Written, b: Written): number {
    return byCodeUnit(a.sortKey, b.sortKey) || byCodeUnit(this.#textOf(a), this.#textOf(b));
  }

  #textOf({ start, end }: Written): string {
    return this.text.memory.bytes.toString("utf8", start, end - BETWEEN.length);
  }
}
