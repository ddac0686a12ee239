/** Counting on several threads gives what counting on one gives: output, messages and status. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { runInMemory, streamOf, type Ran } from "@vlf/common/_testing";
import type { Tool } from "@vlf/common/main";
import { MODELS } from "@vlf/common/models";
import { SCHEMES } from "@vlf/common/schemes";
import type { Instance } from "@vlf/common/records";
import { type Answer, answerTask, type Task } from "@vlf/common/scopes";
import type { CountedScope } from "../audit.ts";
import { type Options, readOptions, tool } from "../cli.ts";
import { run } from "../run.ts";
import { randomSystem } from "../_random.ts";
import { CUSTOMER, instance, node, nodes, OTHER_SITE, phone, PROVIDER, SITE, user } from "../_system.ts";
import { ScopeCounter } from "./count-scope.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

/** Every scheme there is. */
const ALL = SCHEMES.join();
const COUNTER = new ScopeCounter(MODELS);
const ALL_COUNTER = new ScopeCounter(MODELS, SCHEMES);

interface Both {
  readonly one: Ran;
  readonly several: Ran;
  /** Scopes that were counted apart. */
  readonly apart: number;
}

/** Runs the tool on one thread, and as on several: the threads are played by this one. */
async function both(
  text: string,
  chunk = 4096,
  limits = { blockBytes: 1, scopeLimitBytes: 1 << 20 },
  ...argv: string[]
): Promise<Both> {
  const bytes = Buffer.from(text);
  const stdin = (): Buffer[] =>
    Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
      bytes.subarray(at * chunk, (at + 1) * chunk),
    );
  let apart = 0;
  const threads = {
    run: ({ memory, scopes }: Task): Promise<Answer<CountedScope>> => {
      // As between threads: the message is a copy, and the memory changes hands.
      const task = structuredClone({ memory, scopes }, { transfer: [memory] });
      const counter = argv.includes(ALL) ? ALL_COUNTER : COUNTER;
      const answer = answerTask(task, (scope, known) => counter.open(scope, known));
      apart += answer.results.filter((result) => result !== undefined).length;
      return Promise.resolve(structuredClone(answer, { transfer: [answer.memory] }));
    },
  };
  const threaded: Tool = {
    ...tool,
    run: (args, io) => run(readOptions([...args, "--jobs", "2"], io) as Options, io, { threads, limits }),
  };
  const one = await runInMemory(tool, [...argv, "--jobs", "1"], { stdin: stdin() });
  return { one, several: await runInMemory(threaded, argv, { stdin: stdin() }), apart };
}

function assertSame({ one, several }: Both): void {
  assert.deepEqual(
    { status: several.status, stderr: several.stderr, stdout: several.stdout },
    { status: one.status, stderr: one.stderr, stdout: one.stdout },
  );
}

const end = (hierarchy: string): { type: string; hierarchy: string } => ({ type: "scope-end", hierarchy });
const ABOVE = nodes().filter(({ hierarchy }) => !hierarchy.startsWith(CUSTOMER));
const OWN = nodes().filter(({ hierarchy }) => hierarchy.startsWith(CUSTOMER));
const USERS = [user("anna"), user("bert", {}, OTHER_SITE), phone("SEP1", { ownerUserName: "anna" })];

/** A second customer, `before` being what comes ahead of it. */
function second(...before: { type: string }[]): { type: string }[] {
  const path = `${PROVIDER}.Resel.Other`;
  const own = [node(path, "Customer", "0ther"), node(`${path}.S`, "Site")];
  return [...before, ...own, user("cleo", {}, `${path}.S`), end(path)];
}

/** A first customer: what stands before it, which opens the frame, is read line by line. */
const FIRST = second(...ABOVE);

const MANY = Array.from({ length: 60 }, (_, index) => user(`user-${index}`));

describe("counting apart", () => {
  test("counts a customer apart that has everything in its scope", async () => {
    const ran = await both(streamOf(BEGIN, [...FIRST, ...OWN, ...MANY, end(CUSTOMER)]), 50);
    assertSame(ran);
    assert.equal(ran.one.status, 0);
    assert.equal(ran.apart, 2);
  });

  test("knows nodes that came before the scope", async () => {
    const ran = await both(streamOf(BEGIN, [...second(...ABOVE, ...OWN), ...MANY, end(CUSTOMER)]), 50);
    assertSame(ran);
    assert.equal(ran.apart, 2);
  });

  const odd: Record<string, readonly { type: string }[]> = {
    "instances of the customer that came before its scope": [
      USERS[0] as Instance,
      ...FIRST,
      ...OWN,
      end(CUSTOMER),
    ],
    "instances of another customer inside the scope": [
      ...OWN,
      ...USERS,
      user("dora", {}, `${PROVIDER}.X`),
      end(CUSTOMER),
    ],
    "nodes of another customer inside the scope": [
      ...OWN,
      node(`${PROVIDER}.X`, "Customer", "x"),
      end(CUSTOMER),
    ],
    "records to pass on inside the scope": [
      ...OWN,
      { type: "finding", code: "c", severity: "warning", message: "m", customer_pkid: "", count: 1 } as never,
      instance("data/Patch", SITE, { name: "P" }),
      { type: "unheard-of" },
      end(CUSTOMER),
    ],
    "the end of a site inside the scope": [
      ...OWN,
      ...USERS,
      end(SITE),
      user("dora", {}, OTHER_SITE),
      end(CUSTOMER),
    ],
    "an instance after the end of its site": [...OWN, end(SITE), user("dora"), end(CUSTOMER)],
    "an instance after the end of its customer": [...OWN, end(CUSTOMER), user("dora"), ...second()],
    "a scope that ends twice": [...OWN, ...USERS, end(CUSTOMER), end(CUSTOMER)],
    "the end of a provider": [...OWN, ...USERS, end(PROVIDER)],
    "a customer within the customer": [
      ...OWN,
      node(`${CUSTOMER}.In`, "Customer", "in"),
      ...USERS,
      end(CUSTOMER),
    ],
    "a scope of which the node comes later": [...USERS, end(CUSTOMER), ...OWN],
    "two nodes of one path": [...OWN, node(SITE, "Customer"), end(CUSTOMER)],
    "two nodes of one path, one before the scope": [node(SITE, "Customer"), ...FIRST, ...OWN, end(CUSTOMER)],
    "two customers with one pkid": [...OWN.map((one) => ({ ...one, pkid: "0ther" })), end(CUSTOMER)],
    "an instance that comes twice": [...OWN, USERS[0] as Instance, USERS[0] as Instance, end(CUSTOMER)],
    "an instance at a node that nobody knows": [...OWN, user("dora", {}, `${CUSTOMER}.Lost`), end(CUSTOMER)],
    "a record that is wrong": [...OWN, { type: "instance", model: 1 } as never, end(CUSTOMER)],
    "a record without a type": [...OWN, { model: "x" } as never, end(CUSTOMER)],
    "a second begin record": [...OWN, BEGIN, end(CUSTOMER)],
    "an end record before the end": [
      ...OWN,
      { type: "end", tool: "x", counts: {} } as never,
      ...USERS,
      end(CUSTOMER),
    ],
    "a scope-end record that is wrong": [...OWN, { type: "scope-end", hierarchy: 7 } as never],
    "a scope without a path": [...OWN, ...USERS, end("")],
  };
  for (const [name, records] of Object.entries(odd)) {
    test(`gives the same for ${name}`, async () => {
      for (const chunk of [64, 100_000]) {
        assertSame(await both(streamOf(BEGIN, [...FIRST, ...records]), chunk));
        assertSame(await both(streamOf(BEGIN, records), chunk));
      }
    });
  }

  test("gives the same for lines that are wrong, and names the same line", async () => {
    const good = streamOf(BEGIN, [...FIRST, ...OWN, ...USERS, end(CUSTOMER)]);
    const lines = good.split("\n");
    for (const bad of ["{", "[]", "null", "\uFEFF{}", " ", "{}{}"]) {
      for (const at of [0, 3, lines.length - 4, lines.length - 2]) {
        const text = lines.toSpliced(at, 0, bad).join("\n");
        const ran = await both(text, 100);
        assertSame(ran);
        assert.equal(ran.one.status, bad === " " ? 0 : 2);
      }
    }
  });

  test("gives the same for a stream that is cut off anywhere, also where that is allowed", async () => {
    const good = streamOf(BEGIN, [...FIRST, ...OWN, ...USERS, end(CUSTOMER)]);
    for (let length = 0; length < good.length; length += 37) {
      assertSame(await both(good.slice(0, length), 500));
      assertSame(await both(good.slice(0, length), 500, undefined, "--allow-partial"));
    }
  });

  test("gives the same for random systems in random order, whatever the chunks and limits", async () => {
    let apart = 0;
    await fc.assert(
      fc.asyncProperty(
        randomSystem(40),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 50, max: 5000 }),
        fc.integer({ min: 1, max: 4000 }),
        fc.boolean(),
        async (system, shuffled, dice, chunk, scopeLimitBytes, bySchemes) => {
          const all = [...system.nodes, ...system.instances];
          const customers = system.nodes.filter(({ data }) => data["node_type"] === "Customer");
          const records: { type: string }[] = [];
          const isOf = (path: string, { hierarchy }: Instance): boolean =>
            `${hierarchy}.`.startsWith(`${path}.`);
          const above = all.filter((one) => !customers.some(({ hierarchy }) => isOf(hierarchy, one)));
          records.push(...above);
          for (const { hierarchy, pkid } of customers) {
            // VOSS's own counts, which are compared where voss-5 is counted.
            const theirs = instance("data/LicenseAuditCounts", hierarchy, {
              customer_pkid: pkid,
              user_licenses: 1,
            });
            records.push(...all.filter((one) => isOf(hierarchy, one)), theirs, end(hierarchy));
          }
          if (shuffled) {
            // One record moves somewhere else: most places are right, some are errors.
            const [moved] = records.splice(dice.next().value % records.length, 1);
            if (moved !== undefined) records.splice(dice.next().value % records.length, 0, moved);
          }
          const limits = { blockBytes: 1, scopeLimitBytes };
          const argv = bySchemes ? ["--scheme", ALL] : [];
          const ran = await both(streamOf(BEGIN, records), chunk, limits, ...argv);
          assertSame(ran);
          apart += ran.apart;
        },
      ),
      { numRuns: 300 },
    );
    assert.ok(apart > 50, `only ${apart} scopes were counted apart`);
  });
});
