import assert from "node:assert/strict";
import { test } from "node:test";
import { List, LIST_LIMITS, type ListLimits, type Outcome } from "./list.ts";
import type { Shelf } from "./seen.ts";

const LIMITS: ListLimits = { ...LIST_LIMITS, pageSize: 10 };

function pkids(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(24, "a"));
}

/** What a system holds, and how it answers: it may change from request to request. */
interface System {
  items: string[];
  /** Most that it gives at once. */
  clamp?: number;
  /** What it announces; the number of items unless told otherwise. */
  total?: number;
  ignoresSkip?: boolean;
  before?: (request: number, system: System) => void;
}

interface Read {
  readonly outcome: Outcome | undefined;
  readonly kept: ReadonlySet<string>;
  readonly requests: number;
  readonly list: List;
}

/** Reads a list to its end, `atOnce` pages side by side that come back in reverse. */
function read(system: System, atOnce = 1, limits: ListLimits = LIMITS, shelf?: Shelf): Read {
  const list = new List(limits, shelf);
  const byPass = new Map<number, string[]>();
  let requests = 0;
  while (list.outcome === undefined) {
    assert.ok(requests < 1000, "no end");
    const asks = [];
    for (let ask = list.next(); ask !== undefined; ask = list.next()) {
      asks.push(ask);
      if (asks.length === atOnce) break;
    }
    assert.ok(asks.length > 0, "nothing to ask for, and no end");
    const told = asks.map((ask) => {
      requests += 1;
      system.before?.(requests, system);
      const { items, clamp = Infinity, total = items.length, ignoresSkip = false } = system;
      const from = ignoresSkip ? 0 : ask.skip;
      return { ...ask, total, pkids: items.slice(from, from + Math.min(ask.limit, clamp)) };
    });
    for (const page of told.toReversed()) {
      const isNew = list.take(page);
      const kept = byPass.get(page.pass) ?? [];
      kept.push(...page.pkids.filter((_, i) => isNew[i]));
      byPass.set(page.pass, kept);
    }
  }
  const counted = [...byPass].filter(([pass]) => pass >= list.firstPass).flatMap(([, kept]) => kept);
  assert.equal(new Set(counted).size, counted.length, "an instance is kept twice");
  return { outcome: list.outcome, kept: new Set(counted), requests, list };
}

const WHOLE: readonly (readonly [what: string, system: System])[] = [
  ["an empty list", { items: [] }],
  ["one page that is not full", { items: pkids(3) }],
  ["one full page", { items: pkids(10) }],
  ["several pages", { items: pkids(47) }],
  ["a clamped limit", { items: pkids(47), clamp: 4 }],
  ["a limit clamped to one", { items: pkids(7), clamp: 1 }],
  ["a total that is not said", { items: pkids(47), total: 0 }],
  ["a total that is not said and a clamped limit", { items: pkids(20), total: 0, clamp: 3 }],
];
for (const [what, system] of WHOLE) {
  for (const atOnce of [1, 4]) {
    test(`${what} is read whole, ${atOnce} at once`, () => {
      const { outcome, kept } = read(system, atOnce);
      assert.deepEqual(outcome, { kind: "whole" });
      assert.deepEqual([...kept].toSorted(), system.items.toSorted());
    });
  }
}

test("with a total the requests are no more than it takes, each sharing one instance with the next", () => {
  assert.equal(read({ items: pkids(46) }).requests, 5);
});

test("a limit that is clamped late loses nothing", () => {
  const system: System = {
    items: pkids(47),
    before: (request, one) => {
      if (request === 3) one.clamp = 4;
    },
  };
  assert.equal(read(system, 1).kept.size, 47);
});

/** Changes at the third request of a list of five pages; what stays must be there. */
const CHANGES: readonly (readonly [what: string, change: (items: string[]) => string[]])[] = [
  ["one goes from the front", (items) => items.slice(1)],
  ["one goes from the end", (items) => items.slice(0, -1)],
  ["one comes at the front", (items) => [...pkids(1, 900), ...items]],
  ["one comes at the end", (items) => [...items, ...pkids(1, 900)]],
  ["one moves to the front", (items) => [items[40] ?? "", ...items.filter((_, i) => i !== 40)]],
  ["one moves to the end", (items) => [...items.slice(1), items[0] ?? ""]],
  ["one goes from the front and one comes at the end", (items) => [...items.slice(1), ...pkids(1, 900)]],
];
for (const [what, change] of CHANGES) {
  test(`when ${what} while the list is read, what stays is there`, () => {
    const first = pkids(47);
    const system: System = {
      items: first,
      before: (request, one) => {
        if (request === 3) one.items = change(one.items);
      },
    };
    const { outcome, kept } = read(system);
    assert.equal(outcome?.kind, "whole");
    const lost = system.items.filter((pkid) => first.includes(pkid) && !kept.has(pkid));
    assert.deepEqual(lost, []);
  });
}

test("what went is forgotten when the list is read again", () => {
  const system: System = {
    items: pkids(47),
    before: (request, one) => {
      if (request === 3) one.items = one.items.slice(1);
    },
  };
  assert.deepEqual([...read(system).kept].toSorted(), system.items.toSorted());
});

test("a list that changes with each request is given up after four readings", () => {
  const system: System = {
    items: pkids(47),
    before: (_, one) => {
      one.items = one.items.slice(1);
    },
  };
  const { outcome, list } = read(system);
  assert.equal(outcome?.kind, "changing");
  assert.equal(list.pass, 4);
});

test("rows that come twice, as often as announced, are dropped and told", () => {
  const items = pkids(30);
  const { outcome, kept } = read({ items: [...items.slice(0, 5), ...items.slice(3)] });
  assert.deepEqual(outcome, { kind: "duplicates", count: 2 });
  assert.equal(kept.size, 30);
});

test("a list that does not heed skip is given up, with a total and without", () => {
  assert.equal(read({ items: pkids(30), ignoresSkip: true }).outcome?.kind, "endless");
  assert.equal(read({ items: pkids(30), ignoresSkip: true, total: 0 }).outcome?.kind, "endless");
});

test("a list that brings ever new instances is given up", () => {
  const limits = { ...LIMITS, maxInstances: 100 };
  const system: System = {
    items: pkids(50),
    total: 0,
    before: (request, one) => {
      one.items = pkids(50 + request * 20);
    },
  };
  assert.equal(read(system, 1, limits).outcome?.kind, "endless");
});

test("a total that is too high is not passed over", () => {
  assert.equal(read({ items: pkids(30), total: 40 }).outcome?.kind, "changing");
});

test("a total without a single row is not an empty list", () => {
  assert.equal(read({ items: [], total: 40 }).outcome?.kind, "changing");
});

test("replay() goes on where the pages of an earlier run ended", () => {
  const items = pkids(47);
  const first = new List(LIMITS);
  const kept: Parameters<List["replay"]>[0][] = [];
  for (let i = 0; i < 3; i++) {
    const ask = first.next();
    assert.ok(ask);
    const told = { ...ask, total: 47, pkids: items.slice(ask.skip, ask.skip + ask.limit) };
    first.take(told);
    kept.push(told);
  }
  const second = new List(LIMITS);
  for (const told of kept) assert.ok(second.replay(told).some(Boolean));
  assert.deepEqual(second.progress, first.progress);
  assert.deepEqual(second.next(), first.next());
});

test("replay() leaves out a page that is not to be asked for", () => {
  const list = new List(LIMITS);
  assert.deepEqual(list.replay({ skip: 70, limit: 10, pass: 1, total: 80, pkids: pkids(2) }), [false, false]);
  assert.equal(list.progress.seen, 0);
});

test("prefer() puts a page before the others", () => {
  const list = new List(LIMITS);
  const ask = list.next();
  assert.ok(ask);
  list.take({ ...ask, total: 47, pkids: pkids(10) });
  assert.ok(list.prefer({ skip: 27, limit: 10, pass: 1 }));
  assert.equal(list.next()?.skip, 27);
  assert.ok(!list.prefer({ skip: 1, limit: 10, pass: 1 }));
});

test("duplicates far apart in a list that is longer than what is held of it are told", () => {
  const bytes: Uint8Array[] = [];
  const shelf: Shelf = {
    append: (more) => (bytes.push(more.slice()) - 1) * more.length,
    read: (at, into) => {
      const size = bytes[0]?.length ?? 1;
      const from = at % size;
      into.set((bytes[Math.floor(at / size)] as Uint8Array).subarray(from, from + into.length));
    },
  };
  const items = Array.from({ length: 200_000 }, (_, i) => (2 ** 40 + i).toString(16).padStart(24, "5"));
  const limits = { ...LIMITS, pageSize: 1000 };
  assert.deepEqual(read({ items }, 8, limits, shelf).outcome, { kind: "whole" });
  assert.ok(bytes.length > 0);
  // Three instances of the beginning, of which the rows at the end are the second ones.
  const twice = [...items.slice(0, -3), ...items.slice(0, 3)];
  const { outcome, kept } = read({ items: twice }, 8, limits, shelf);
  assert.deepEqual(outcome, { kind: "duplicates", count: 3 });
  assert.equal(kept.size, twice.length - 3);
});
