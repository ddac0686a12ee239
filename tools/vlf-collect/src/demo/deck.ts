/** Deals the rows of a table of cases: first each of them once, mixed with others, then by weight. */
import type { Row } from "./cases.ts";
import type { Random } from "./random.ts";

export class Deck<T extends Row> {
  readonly #rows: readonly [T, ...T[]];
  readonly #total: number;
  readonly #waiting: T[];
  #dealt = 0;

  constructor(rows: readonly [T, ...T[]]) {
    this.#rows = rows;
    // What needs something cannot be dealt everywhere, so it goes first where it can.
    this.#waiting = rows.toSorted((a, b) => Number(b.needs !== undefined) - Number(a.needs !== undefined));
    this.#total = rows.reduce((sum, row) => sum + row.often, 0);
  }

  /** A row that can be dealt here; the table's first row always can. */
  deal(random: Random, isPossible: (row: T) => boolean): T {
    const drawn = this.#draw(random);
    // Every other turn, so that a small system still looks ordinary.
    if (this.#waiting.length > 0 && this.#dealt++ % 2 === 0) {
      const at = this.#waiting.findIndex(isPossible);
      const [row] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (row !== undefined) return row;
    }
    return isPossible(drawn) ? drawn : this.#rows[0];
  }

  #draw(random: Random): T {
    let left = random.below(this.#total);
    for (const row of this.#rows) {
      left -= row.often;
      if (left < 0) return row;
    }
    return this.#rows[0];
  }
}
