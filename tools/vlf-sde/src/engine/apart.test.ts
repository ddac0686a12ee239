/** Exporting scopes apart gives what exporting line by line gives: files, findings, errors. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { streamOf } from "@vlf/common/_testing";
import { type RecordHandlers, readRecords } from "@vlf/common/ndjson";
import type { AnyRecord, Instance } from "@vlf/common/records";
import { type Answer, readScopes, type Task } from "@vlf/common/scopes";
import { instance, type Line, MemoryStore, node, phone, PHONES, ROW, SITES, user } from "./_testing.ts";
import { type ExportedScope, ScopeExporter, takerOf } from "./apart.ts";
import { AllBlocks } from "./blocks.ts";
import { Export } from "./export.ts";
import { planOf } from "./plan.ts";

const BEGIN: AnyRecord = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

const REPORTS = [PHONES, SITES];
const PLAN = planOf(REPORTS, ROW, true);

interface Outcome {
  /** Everything that can be seen: files, findings, records passed on, or the error. */
  readonly seen: unknown;
  /** Scopes that were exported apart. */
  readonly apart: number;
  /** Bytes that threads had at one time, at most. */
  readonly inFlightBytes: number;
}

interface Limits {
  readonly inFlightBytes?: number;
  readonly whileIdleBytes?: number;
  /** How many threads there are. */
  readonly size?: number;
}

/** Without more of any, the threads may have one block at a time. */
async function outcome(
  text: string,
  isThreaded: boolean,
  chunk = 200,
  { size = 1, ...most }: Limits = {},
): Promise<Outcome> {
  const output = new AllBlocks(REPORTS, () => new MemoryStore());
  const exported = new Export({ plan: PLAN, bufferBytes: 1e9, openStore: () => new MemoryStore(), output });
  const passed: string[] = [];
  let apart = 0;
  let inFlight = 0;
  let mostInFlight = 0;
  const handlers: RecordHandlers = {
    record(record, line, bytes) {
      if (record.type === "instance") exported.add(record as unknown as Instance, bytes, "stdin", line);
      else if (record.type === "scope-end") exported.endScope(String(record["hierarchy"]));
      else passed.push(JSON.stringify(record));
    },
  };
  const exporter = new ScopeExporter(PLAN);
  const threads = {
    size,
    async run({ memory, scopes }: Task): Promise<Answer<ExportedScope>> {
      const bytes = memory.byteLength;
      inFlight += bytes;
      mostInFlight = Math.max(mostInFlight, inFlight);
      // As between threads: the message is a copy, and the memory changes hands.
      const task = structuredClone({ memory, scopes }, { transfer: [memory] });
      const answer = exporter.answer(task);
      apart += answer.results.filter((result) => result !== undefined).length;
      await new Promise(setImmediate); // answers come while more is read
      inFlight -= bytes;
      return structuredClone(answer, { transfer: [answer.memory] });
    },
  };
  const bytes = Buffer.from(text);
  const source = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  try {
    const limits = { blockBytes: 1, scopeLimitBytes: 1 << 20 };
    const taker = takerOf(exported, PLAN, output);
    if (isThreaded) {
      const options = {
        name: "stdin",
        taker,
        threads,
        limits,
        inFlightBytes: 0,
        ...most,
        onAdopted: () => {},
      };
      await readScopes(source, options, handlers);
    } else {
      await readRecords(source, { name: "stdin" }, handlers);
    }
    const findings = exported.finish();
    const files = REPORTS.map((report) => ({
      rows: output.of(report).rows,
      bytes: Buffer.concat([...output.of(report).file()]).toString("base64"),
    }));
    return {
      seen: { files, findings, passed, customers: exported.customers },
      apart,
      inFlightBytes: mostInFlight,
    };
  } catch (error) {
    return { seen: String(error), apart, inFlightBytes: mostInFlight };
  }
}

/** How many scopes were exported apart, when the outcome is the same. */
async function apartOf(text: string, chunk?: number): Promise<number> {
  const [one, several] = [
    await outcome(text, false, chunk),
    await outcome(text, true, chunk, { inFlightBytes: chunk ?? 0 }),
  ];
  assert.deepEqual(several.seen, one.seen);
  assert.equal(one.apart, 0);
  return several.apart;
}

const P = "sys.hcs.P";
const ABOVE: readonly Line[] = [
  node(P, "Provider"),
  phone(P, "SEP-P"),
  instance("data/Countries", "sys", { country_name: "Norway" }, "c-1"),
];

/** A customer with all that belongs to it, closed by its scope-end. */
function customer(name: string, phones = 2): Line[] {
  const path = `${P}.${name}`;
  return [
    node(path, "Customer"),
    node(`${path}.S1`, "Site"),
    ...Array.from({ length: phones }, (_, i) => phone(`${path}.S1`, `SEP${i}`)),
    user(path, `user-${name}`),
    { type: "scope-end", hierarchy: path },
  ];
}

const FIRST: Line = { type: "scope-end", hierarchy: "sys.other" };
const text = (lines: readonly { type: string }[]): string => streamOf(BEGIN, [...ABOVE, FIRST, ...lines]);

describe("scopes are exported apart", () => {
  test("where each is one customer by itself", async () => {
    assert.equal(await apartOf(text(["A", "B", "C"].flatMap((name) => customer(name)))), 3);
  });

  test("but not where a site of it has ended before: an instance behind that end is an error with its line", async () => {
    const path = `${P}.A`;
    const lines: Line[] = [
      node(path, "Customer"),
      node(`${path}.S1`, "Site"),
      { type: "scope-end", hierarchy: `${path}.S1` },
      phone(`${path}.S1`, "SEP1"),
      { type: "scope-end", hierarchy: path },
    ];
    // The end of the site closes the first block, which is read line by line: all of it is known to what follows.
    const stream = streamOf(BEGIN, [...ABOVE, ...lines]);
    await apartOf(stream, 50);
    assert.match(String((await outcome(stream, true, 50)).seen), /has ended/);
  });

  test("with nodes that came before", async () => {
    const lines = ["A", "B"].flatMap((name) => customer(name));
    const isNode = (line: Line): boolean => line.type === "instance" && line.model === "data/HierarchyNode";
    const nodes = lines.filter(isNode);
    const all = [...ABOVE, ...nodes, FIRST, ...lines.filter((line) => !isNode(line))];
    assert.equal(await apartOf(streamOf(BEGIN, all)), 2);
  });

  test("with records between that are passed on, and instances elsewhere that are looked at at the end", async () => {
    const finding = { type: "finding", code: "x", severity: "info", message: "m", customer_pkid: "" };
    const late = instance("data/Countries", "sys", { country_name: "Iceland" });
    const [first, ...rest] = customer("A");
    assert.ok(first);
    assert.equal(await apartOf(text([first, finding, late, { type: "later" }, ...rest] as Line[])), 1);
  });

  test("with findings of their own", async () => {
    const lines = customer("A");
    const twin = phone(`${P}.A.S1`, "SEP0");
    const unknown = phone(`${P}.A.S9`, "x");
    assert.equal(await apartOf(text([twin, unknown, ...lines])), 1);
  });
});

describe("scopes are read line by line", () => {
  const CASES: readonly (readonly [name: string, lines: readonly Line[]])[] = [
    ["with a customer below another one", [node(`${P}.A.S1.N`, "Customer"), ...customer("A")]],
    ["that are no customer", [phone(`${P}.X`, "x"), { type: "scope-end", hierarchy: `${P}.X` }]],
    [
      "of a site",
      [
        node(`${P}.A`, "Customer"),
        phone(`${P}.A.S`, "x"),
        { type: "scope-end", hierarchy: `${P}.A.S` },
        { type: "scope-end", hierarchy: `${P}.A` },
      ],
    ],
    [
      "that ended before",
      [...customer("A"), phone(`${P}.A.S1`, "late"), { type: "scope-end", hierarchy: `${P}.A` }],
    ],
    ["with a node that is another one", [node(`${P}.A`, "Site"), ...customer("A")]],
    ["below no provider", [node("sys.x.A", "Customer"), { type: "scope-end", hierarchy: "sys.x.A" }]],
    ["with an instance elsewhere", [phone(P, "late"), ...customer("A")]],
    ["with an instance that is none", [{ type: "instance", hierarchy: P } as Line, ...customer("A")]],
  ];
  for (const [name, lines] of CASES) {
    test(name, async () => {
      for (const chunk of [1, 100, 100_000]) await apartOf(text(lines), chunk);
    });
  }

  test("when the stream is cut off or its counts are wrong", async () => {
    const whole = text([...customer("A"), ...customer("B")]);
    for (const cut of [300, 700, 1500, whole.length - 3]) await apartOf(whole.slice(0, cut));
    await apartOf(whole.replace('"instance":', '"instance":1'));
    await apartOf(whole.replace('"SEP1"', '"SEP1'));
  });
});

describe("bytes that threads have at a time", () => {
  const lines = text(["A", "B", "C", "D", "E"].flatMap((name) => customer(name)));
  const most = async (limits: Limits): Promise<number> => {
    const { apart, inFlightBytes } = await outcome(lines, true, 50, limits);
    assert.equal(apart, 5);
    return inFlightBytes;
  };

  test("are no more than is said, but for one block", async () => {
    const one = await most({});
    const three = await most({ inFlightBytes: 3 * one });
    assert.ok(three > one && three <= 3 * one, `${three}`);
  });

  test("are a block for each thread in any case", async () => {
    const one = await most({});
    assert.equal(await most({ size: 2 }), 2 * one);
    assert.equal(await most({ size: 3, inFlightBytes: one }), 3 * one);
    assert.equal(await most({ size: 5, whileIdleBytes: 3 * one }), 3 * one);
  });
});

test("lines in any order, cut into chunks of any length: the same as on one thread", async () => {
  const lines = [...ABOVE, ...customer("A", 3), ...customer("B", 1), ...customer("C", 0)];
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(lines, { minLength: lines.length - 2 }),
      fc.nat(20),
      fc.integer({ min: 1, max: 3000 }),
      async (order, swaps, chunk) => {
        // From a good order to a wild one.
        const mixed = lines.filter((line) => order.includes(line));
        for (let i = 0; i < Math.min(swaps, mixed.length); i += 1) {
          const line = order[i];
          const at = line === undefined ? -1 : mixed.indexOf(line);
          if (line !== undefined) mixed.splice((at * 7) % mixed.length, 0, ...mixed.splice(at, 1));
        }
        await apartOf(streamOf(BEGIN, mixed), chunk);
      },
    ),
    { numRuns: 200 },
  );
});
