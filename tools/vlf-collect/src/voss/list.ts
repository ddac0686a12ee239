/**
 * Reading one list to its end: which pages to ask for, and whether what came is the whole. Pages are
 * asked for side by side as soon as the first one said how many instances there are. Each page begins with
 * the last instance of the one before it: where that is another one, the list has shifted in between, and
 * an instance may have slipped through, although the total is the same (one went, one came). A list that
 * changed meanwhile is read again.
 */
import { Seen, type Shelf } from "./seen.ts";

/** One page to ask for. */
export interface Ask {
  readonly skip: number;
  readonly limit: number;
  /** The reading it belongs to, from 1. */
  readonly pass: number;
}

/** What a page said, without its data. */
export interface Told {
  readonly skip: number;
  readonly limit: number;
  readonly pass: number;
  readonly pkids: readonly string[];
  /** Instances in all; 0 where it was not said. */
  readonly total: number;
}

export interface ListLimits {
  readonly pageSize: number;
  /** How often a list is read before it is given up. */
  readonly passes: number;
  /** More instances than this are taken for a list without end. */
  readonly maxInstances: number;
}

export const LIST_LIMITS: Omit<ListLimits, "pageSize"> = { passes: 4, maxInstances: 50_000_000 };

/** A list may grow by this many instances while it is read, or to twice its size. */
const MIN_GROWTH = 1000;

/** How a list ended: with the whole of it, or given up since it kept changing or has no end. */
export type Outcome =
  | { readonly kind: "whole" }
  /** Whole, but rows of it came more than once, and the total counts them. */
  | { readonly kind: "duplicates"; readonly count: number }
  | { readonly kind: "changing" | "endless"; readonly found: string };

/** What one reading of a list saw. */
interface Pass {
  /** Its instances. */
  seen: Seen;
  rows: number;
  total: number;
  changed: boolean;
  /** Total of its first page. */
  firstTotal: number;
  /** Two pages that share a position have different instances there. */
  shifted: boolean;
  /** The instance at the first and the last position of each page, until its neighbour came. */
  edges: Map<number, string>;
  /** The total went down: something is gone, and what followed it may have moved to a page read before. */
  shrank: boolean;
  /** Where a page began that brought nothing new. */
  stale: number | undefined;
}

export class List {
  readonly #limits: ListLimits;
  readonly #shelf: Shelf | undefined;
  #pass = 1;
  #asks: Ask[];
  #underWay = 0;
  #now: Pass;
  #last: Pass | undefined;
  /** Instances of all readings that count. */
  #union: Seen;
  #size = 0;
  #end = 0;
  #isSpread = false;
  #outcome: Outcome | undefined;
  /** The reading from which on instances count: those of readings before it are forgotten. */
  firstPass = 1;

  /** @param shelf for the pkids of a list that is long */
  constructor(limits: ListLimits, shelf?: Shelf) {
    this.#limits = limits;
    this.#shelf = shelf;
    this.#now = newPass(shelf);
    this.#union = this.#now.seen;
    this.#asks = [{ skip: 0, limit: limits.pageSize, pass: 1 }];
  }

  /** How it ended; `undefined` as long as pages are missing. */
  get outcome(): Outcome | undefined {
    return this.#outcome;
  }

  /** Number of the reading under way. */
  get pass(): number {
    return this.#pass;
  }

  /** Instances so far, and how many there should be: 0 where that is not known. */
  get progress(): { readonly seen: number; readonly total: number } {
    return { seen: this.#size, total: this.#now.total };
  }

  /** Whether there is a page to ask for. */
  get hasNext(): boolean {
    return this.#asks.length > 0;
  }

  /** The next page to ask for; it has to come back by `take()`. */
  next(): Ask | undefined {
    const ask = this.#asks.shift();
    if (ask !== undefined) this.#underWay += 1;
    return ask;
  }

  /** Puts a page before all others; false when it is not to be asked for. */
  prefer({ skip, limit, pass }: Ask): boolean {
    const at = this.#asks.findIndex((ask) => ask.skip === skip && ask.limit === limit && ask.pass === pass);
    if (at >= 0) this.#asks.unshift(...this.#asks.splice(at, 1));
    return at >= 0;
  }

  /** Takes a page of an earlier run: `next()` and `take()` in one. */
  replay(told: Told): boolean[] {
    const at = this.#asks.findIndex(
      ({ skip, limit, pass }) => skip === told.skip && limit === told.limit && pass === told.pass,
    );
    if (at < 0) return told.pkids.map(() => false);
    this.#asks.splice(at, 1);
    this.#underWay += 1;
    return this.take(told);
  }

  /** Takes a page; tells of each of its instances whether it is new. */
  take(told: Told): boolean[] {
    this.#underWay -= 1;
    if (this.#outcome !== undefined) return told.pkids.map(() => false);
    const now = this.#now;
    const union = this.#union;
    const count = told.pkids.length;
    const before = now.seen.size;
    const isNew = told.pkids.map((pkid) => {
      const isFirst = now.seen.add(pkid);
      return union === now.seen ? isFirst : union.add(pkid);
    });
    if (told.total !== now.total && now.rows > 0) {
      now.changed = true;
      now.shrank ||= told.total < now.total;
    }
    if (now.rows === 0) now.firstTotal = told.total;
    now.total = told.total;
    const sharesFirst = now.edges.has(told.skip);
    const shared = this.#matchEdges(told);
    now.rows += count - shared;
    if (count > shared && now.seen.size === before) now.stale ??= told.skip;
    if (told.total === 0) this.#goOn(told, sharesFirst);
    else this.#spread(told);
    this.#settle();
    this.#size = this.#union.size;
    if (this.#outcome !== undefined) this.#release();
    return isNew;
  }

  /** Holds the ends of a page against those of its neighbours; tells how many of its rows they have as well. */
  #matchEdges({ skip, pkids }: Told): number {
    const { edges } = this.#now;
    const last = pkids.length - 1;
    let shared = 0;
    for (const index of last > 0 ? [0, last] : pkids.keys()) {
      const pkid = pkids[index] ?? "";
      const other = edges.get(skip + index);
      if (other === undefined) {
        edges.set(skip + index, pkid);
        continue;
      }
      shared += 1;
      edges.delete(skip + index);
      if (other !== pkid) this.#now.shifted = true;
    }
    return shared;
  }

  /** A list that ended needs no memory of what it brought: there are many of them. */
  #release(): void {
    const { seen } = this.#now;
    for (const one of new Set([seen, this.#union])) one.clear();
    this.#union = seen;
    this.#now = { ...this.#now, edges: new Map() };
    this.#last = undefined;
  }

  /** Without a total: one page after the other, until one brings no more than the instance it begins with. */
  #goOn({ skip, pkids }: Told, sharesFirst: boolean): void {
    const count = pkids.length;
    if (count === 0 && sharesFirst) this.#now.shifted = true;
    if (count === 0 || (count === 1 && sharesFirst)) return;
    if (this.#now.stale !== undefined) this.#giveUpStale();
    else if (this.#now.seen.size > this.#limits.maxInstances) {
      this.#giveUp("endless", `more than ${this.#limits.maxInstances} instances`);
    } else this.#ask(skip + count - overlapOf(count), this.#limits.pageSize);
  }

  /** With a total: all pages to its end, as large as the first one came; and what a page left out. */
  #spread({ skip, limit, pkids, total }: Told): void {
    const count = pkids.length;
    if (total > this.#limits.maxInstances) {
      this.#giveUp("endless", `a total of ${total}`);
      return;
    }
    const { firstTotal } = this.#now;
    if (total > 2 * Math.max(firstTotal, MIN_GROWTH)) {
      this.#giveUp("changing", `a total that went from ${firstTotal} to ${total}`);
      return;
    }
    // A first page that is short says how much the server gives at most.
    let step = limit;
    if (!this.#isSpread) {
      this.#isSpread = true;
      this.#end = skip + (count === 0 ? total : count);
      step = count;
    } else if (count > 1 && count < Math.min(limit, total - skip)) {
      this.#ask(skip + count - 1, limit - count + 1);
    }
    for (; this.#end < total; this.#end += step - overlapOf(step)) {
      this.#ask(this.#end - overlapOf(step), step);
    }
  }

  #ask(skip: number, limit: number): void {
    this.#asks.push({ skip, limit, pass: this.#pass });
  }

  #giveUp(kind: "changing" | "endless", found: string): void {
    this.#outcome ??= { kind, found };
    this.#asks = [];
  }

  #giveUpStale(): void {
    this.#giveUp("endless", `the page at ${this.#now.stale} brings only instances that came before`);
  }

  /** When nothing is missing any more: whether that was the whole, else the next reading. */
  #settle(): void {
    if (this.#outcome !== undefined || this.#asks.length > 0 || this.#underWay > 0) return;
    const now = this.#now;
    const distinct = now.seen.size;
    const isWhole =
      now.total === 0
        ? distinct === now.rows && !now.shifted
        : !now.shrank &&
          ((distinct === now.total && !now.shifted) ||
            (this.#pass > this.firstPass && !now.changed && this.#union.size === now.total));
    if (isWhole) {
      this.#outcome = { kind: "whole" };
    } else if (this.#isLikeLast()) {
      // Twice the same rows, as many as announced, and never another instance: the list repeats some.
      if (now.stale === undefined) this.#outcome = { kind: "duplicates", count: now.rows - distinct };
      else this.#giveUpStale();
    } else if (now.stale !== undefined && !now.changed && this.#last?.stale === now.stale) {
      this.#giveUpStale();
    } else if (this.#pass === this.#limits.passes) {
      const total = now.total === 0 ? "no total" : `a total of ${now.total}`;
      this.#giveUp("changing", `${distinct} instances and ${total} in the last of ${this.#pass} readings`);
    } else this.#readAgain();
  }

  #isLikeLast(): boolean {
    const [now, last] = [this.#now, this.#last];
    return (
      last !== undefined &&
      !now.changed &&
      !last.changed &&
      now.total === last.total &&
      now.rows === last.rows &&
      (now.total === 0 || now.rows === now.total) &&
      now.seen.size === last.seen.size &&
      this.#union.size === now.seen.size
    );
  }

  #readAgain(): void {
    const [now, last] = [this.#now, this.#last];
    // While the total stands still, what an earlier reading found is not gone. Where the list shifted, it
    // may be; one that shifts time and again has no order of its own.
    const isSteady =
      now.total > 0 &&
      !now.changed &&
      (last === undefined || last.total === now.total) &&
      (!now.shifted || last?.shifted === true);
    this.#pass += 1;
    this.#last = now;
    this.#now = newPass(this.#shelf);
    if (!isSteady) {
      this.#union = this.#now.seen;
      this.firstPass = this.#pass;
    }
    this.#isSpread = false;
    this.#end = 0;
    this.#ask(0, this.#limits.pageSize);
  }
}

function newPass(shelf: Shelf | undefined): Pass {
  return {
    seen: new Seen(shelf),
    rows: 0,
    total: 0,
    firstTotal: 0,
    changed: false,
    shifted: false,
    edges: new Map(),
    shrank: false,
    stale: undefined,
  };
}

/** How many instances of a page of this size the next one begins with. */
function overlapOf(size: number): number {
  return size > 1 ? 1 : 0;
}
