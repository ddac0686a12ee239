/** Lists that are not what they seem: clamped, moving, repeating, without totals or without end. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { emptyFolder } from "../pipelines/_run.ts";
import {
  collect,
  contentOf,
  failed,
  findings,
  serve,
  SMALL,
  succeeded,
  system,
  undisturbed,
} from "./_collect.ts";
import type { Collected } from "./_collect.ts";
import type { VossOptions } from "./options.ts";
import { pkidOf } from "./resources.ts";
import type { Item, Store } from "./store.ts";

const MODEL = "device/cucm/Phone";
const PAGES = ["--page-size", "20", "--connections", "1"];

function count(ran: Collected, model = MODEL): number {
  return ran.records.filter((one) => one["type"] === "instance" && one["model"] === model).length;
}

/** Reads a system with and without an oddity: the same has to come out. */
async function sameAs(t: TestContext, odd: Partial<VossOptions>, args = PAGES): Promise<Collected> {
  const ran = await collect(t, await serve(t, odd), args);
  succeeded(ran);
  assert.ok(count(ran) > 40);
  assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
  return ran;
}

test("a limit that is clamped loses nothing, said or unsaid", async (t) => {
  await sameAs(t, { maxLimit: 7 });
  await sameAs(t, { maxLimit: 7, tellsLimit: false });
});

test("a total of 0 is not taken for an empty list", async (t) => {
  await sameAs(t, { totals: false });
});

test("a total of 0 with a clamped limit loses nothing", async (t) => {
  await sameAs(t, { totals: false, maxLimit: 7, tellsLimit: false });
});

test("an instance that comes twice is written once", async (t) => {
  const twice = await serve(t);
  twice.store.edit(MODEL, (items) => [...items.slice(0, 30), ...items.slice(25, 30), ...items.slice(30)]);
  const ran = await collect(t, twice, PAGES);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
});

test("pages that overlap lose nothing", async (t) => {
  await sameAs(t, { faults: [{ model: MODEL, act: "overlap" }] });
});

/** Changes that others make between two pages, each time the second page is asked for. */
const CHANGES: readonly (readonly [what: string, change: (items: Item[]) => Item[]])[] = [
  ["an instance goes", (items) => items.slice(1)],
  ["an instance comes", (items) => [renewed(items[0] as Item, 1), ...items]],
  ["an instance moves to the front", (items) => [items[45] as Item, ...items.filter((_, i) => i !== 45)]],
  ["an instance moves to the end", (items) => [...items.slice(1), items[0] as Item]],
  ["one goes and another one comes", (items) => [...items.slice(1), renewed(items[0] as Item, 2)]],
];

/** The same instance under another pkid. */
function renewed({ node, bytes }: Item, number: number): Item {
  const pkid = pkidOf(bytes);
  const other = number.toString(16).padStart(24, "e");
  return { node, bytes: Buffer.from(bytes.toString().replaceAll(pkid, other)) };
}

for (const [what, change] of CHANGES) {
  test(`${what} while the list is read: what stays is there, once`, async (t) => {
    const server = await serve(t);
    let edited: Item[] = [];
    const edit = (store: Store): void => store.edit(MODEL, (items) => (edited = change(items)));
    server.faults.add({ model: MODEL, after: 1, times: 1, act: { edit } });
    const before = new Set(
      [...system()].filter((one) => one.type === "instance" && one.model === MODEL).map(pkidOfRecord),
    );
    const ran = await collect(t, server, PAGES);
    succeeded(ran);
    const read = ran.records.filter((one) => one["model"] === MODEL).map((one) => String(one["pkid"]));
    assert.equal(new Set(read).size, read.length);
    const after = new Set(edited.map(({ bytes }) => pkidOf(bytes)));
    assert.ok(after.size > 40);
    const stayed = [...before].filter((pkid) => after.has(pkid));
    assert.deepEqual(
      stayed.filter((pkid) => !read.includes(pkid)),
      [],
    );
    assert.deepEqual(
      read.filter((pkid) => !before.has(pkid) && !after.has(pkid)),
      [],
    );
  });
}

function pkidOfRecord(record: object): string {
  return (record as { pkid: string }).pkid;
}

test("a list that never stands still is given up", async (t) => {
  const server = await serve(t);
  const edit = (store: Store): void => store.edit(MODEL, (items) => items.slice(1));
  server.faults.add({ model: MODEL, act: { edit } });
  const ran = await collect(t, server, PAGES);
  failed(ran, 75, new RegExp(MODEL));
});

test("a total that is wrong, always by the same, is not passed over", async (t) => {
  const server = await serve(t, { faults: [{ model: MODEL, act: { totalOff: 3 } }] });
  failed(await collect(t, server, PAGES), 75, new RegExp(MODEL));
});

test("a list that gives its first page again and again is given up", async (t) => {
  for (const totals of [true, false]) {
    const server = await serve(t, { totals, faults: [{ model: MODEL, act: "same-page" }] });
    const ran = await collect(t, server, PAGES);
    assert.ok(ran.status === 2 || ran.status === 75, ran.stderr);
    failed(ran, ran.status, new RegExp(MODEL));
    assert.ok(server.stats.requests < 2000);
  }
});

test("a list that brings ever new instances is given up", async (t) => {
  const server = await serve(t, { faults: [{ model: MODEL, act: "endless-list" }] });
  const ran = await collect(t, server, PAGES);
  assert.ok(ran.status === 2 || ran.status === 75, ran.stderr);
  failed(ran, ran.status, new RegExp(MODEL));
});

test("lists that show columns alone are read instance by instance, with a warning", async (t) => {
  const server = await serve(t, { fullData: "never" });
  const ran = await collect(t, server);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
  assert.ok(findings(ran).some(({ severity }) => severity === "warning"));
});

test("lists that hold a node's own instances alone are noticed, not taken for the whole", async (t) => {
  for (const nodePath of ["own", "above"] as const) {
    const ran = await collect(t, await serve(t, { traversal: "node", nodePath }));
    failed(ran, 2, /lacks \d+ nodes below/);
    assert.match(ran.stderr, /hint: .*traversal = "node"/);
  }
});

test("every node is asked where lists hold its own instances alone, and vlf.toml says so", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "vlf.toml"), '[voss.api]\ntraversal = "node"\n');
  for (const nodePath of ["own", "above"] as const) {
    const ran = await collect(t, await serve(t, { traversal: "node", nodePath }), [], { folder });
    succeeded(ran);
    assert.deepEqual(contentOf(ran.lines), contentOf((await undisturbed()).lines));
  }
});

test("lists that hold what is below a node, where vlf.toml says that they do not, end the run", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "vlf.toml"), '[voss.api]\ntraversal = "node"\n');
  const ran = await collect(t, await serve(t), [], { folder });
  failed(ran, 2, /the list at "[^"]+" holds instances below it/);
  assert.match(ran.stderr, /hint: .*traversal = "below"/);
});

test("a system without customers has what lies above them", async (t) => {
  const server = await serve(t, { system: system({ customers: 0, subscribers: 0 }) });
  const ran = await collect(t, server);
  succeeded(ran);
  const wanted = [...system({ customers: 0, subscribers: 0 })].map((one) => JSON.stringify(one));
  assert.deepEqual(contentOf(ran.lines), contentOf(wanted));
  assert.ok(wanted.length > 5);
});

test("a system without a node is no empty system", async (t) => {
  const server = await serve(t, { system: [] });
  failed(await collect(t, server), 2, /data\/HierarchyNode|sys/);
});

test("10,000 customers are read with few requests", async (t) => {
  const options = { customers: 10_000, subscribers: 0 };
  const server = await serve(t, { system: system(options) });
  const ran = await collect(t, server, ["--page-size", "2000"]);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf([...system(options)].map((one) => JSON.stringify(one))));
  assert.ok(server.stats.requests < 1000, `${server.stats.requests} requests`);
});

test("an account that sees a part of the hierarchy reads that part", async (t) => {
  const records = [...system({ ...SMALL })];
  const customer = records.find(({ type }) => type === "scope-end")?.hierarchy ?? "";
  const part = records.filter(({ hierarchy }) => `${hierarchy}.`.startsWith(`${customer}.`));
  const server = await serve(t, { system: part });
  const ran = await collect(t, server, ["--hierarchy", customer]);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf(part.map((one) => JSON.stringify(one))));
});
