/** Chance in whole 32-bit numbers: the same sequence on every runtime and machine. */

/** A one-to-one scrambling of 32-bit numbers: different values stay different. */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}

/** One 32-bit number out of several; of a number above 32 bits all bits count. */
export function mixAll(...values: readonly number[]): number {
  let state = 0x9e3779b9;
  for (const value of values) {
    state = mix(state ^ mix(value));
    state = mix(state ^ Math.floor(value / 0x100000000));
  }
  return state;
}

/** A sequence of numbers that its seeds determine. */
export class Random {
  #state: number;

  constructor(...seeds: readonly number[]) {
    this.#state = mixAll(...seeds);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    return mix(this.#state) % limit;
  }

  /** True in so many of 10,000 cases. */
  chance(perTenThousand: number): boolean {
    return this.below(10_000) < perTenThousand;
  }

  pick<L extends readonly [unknown, ...unknown[]]>(list: L): L[number] {
    return list[this.below(list.length)];
  }
}
