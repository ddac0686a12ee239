/** Sums of the evidence in a stream, column by column: enough to hold it against the counts, and some of its names. */
import { rowKey } from "@vlf/common/license-table";
import type { Evidence } from "@vlf/common/records";

/** So many names of a column of a customer are kept for the page; the workbook has all. */
const NAMES = 5;

/** The evidence of one column of one row. */
export interface EvidenceSum {
  readonly scheme: string;
  readonly key: string;
  readonly column: string;
  readonly title: string;
  /** Records, what they add to the column, and what to the licenses. */
  rows: number;
  number: number;
  licenses: number;
  /** The first that came. */
  readonly names: string[];
}

export class EvidenceSums {
  readonly #sums = new Map<string, EvidenceSum>();
  readonly #notCounted = new Map<string, number>();
  #rows = 0;

  /** Records that came. */
  get rows(): number {
    return this.#rows;
  }

  add(one: Evidence): void {
    this.#rows += 1;
    if (!one.counted) {
      this.#notCounted.set(one.scheme, (this.#notCounted.get(one.scheme) ?? 0) + 1);
      return;
    }
    const key = rowKey(one.customer_pkid, one.provider_pkid);
    const id = JSON.stringify([one.scheme, key, one.column]);
    let sum = this.#sums.get(id);
    if (sum === undefined) {
      sum = {
        scheme: one.scheme,
        key,
        column: one.column,
        title: one.title,
        rows: 0,
        number: 0,
        licenses: 0,
        names: [],
      };
      this.#sums.set(id, sum);
    }
    sum.rows += 1;
    sum.number += one.number;
    sum.licenses += one.licenses;
    if (sum.names.length < NAMES) sum.names.push(one.name);
  }

  /** Of a scheme, in the order in which they came first. */
  of(scheme: string): EvidenceSum[] {
    return [...this.#sums.values()].filter((sum) => sum.scheme === scheme);
  }

  /** Instances of a scheme that are not counted. */
  notCounted(scheme: string): number {
    return this.#notCounted.get(scheme) ?? 0;
  }
}
