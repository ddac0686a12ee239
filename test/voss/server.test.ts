import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { basic, HttpClient } from "@vlf/common/http";
import { Secret } from "@vlf/common/secrets";
import { listPath, protocolOf } from "../../tools/vlf-collect/src/voss/protocol.ts";
import { contentOfSystem, serve, system } from "./_collect.ts";
import type { VossServer } from "./server.ts";

interface Resource {
  meta: {
    model_type: string;
    path: unknown;
    references: Record<"self" | "parent", { pkid: string; href: string }[]>;
  };
  data: Record<string, unknown>;
}

interface List {
  pagination: { skip: number; limit: number; total: number };
  resources: Resource[];
}

interface Asked {
  model?: string;
  hierarchy?: string;
  skip?: number;
  limit?: number;
}

function clientOf(t: TestContext, { caFile }: VossServer): HttpClient {
  const client = new HttpClient({ caFile });
  t.after(() => client.destroy());
  return client;
}

function ofList({ model = "device/cucm/User", hierarchy = "sys", skip = 0, limit = 20 }: Asked = {}): string {
  return listPath(protocolOf(), model, { hierarchy, skip, limit });
}

function headersOf({ username, password }: VossServer): Record<string, string> {
  return { authorization: basic(username, new Secret(password)) };
}

async function listOf(t: TestContext, server: VossServer, asked: Asked): Promise<List> {
  const answer = await clientOf(t, server).request(server.url + ofList(asked), {
    method: "GET",
    headers: headersOf(server),
  });
  assert.equal(answer.status, 200);
  return JSON.parse(await answer.text()) as List;
}

test("the server gives every instance of the system in pages, once", async (t) => {
  const server = await serve(t);
  const wanted = contentOfSystem(system()).map((line) => JSON.parse(line) as { model: string; pkid: string });
  const pkids: string[] = [];
  let total = 1;
  for (let skip = 0; skip < total; skip += 20) {
    const { pagination, resources } = await listOf(t, server, { skip });
    total = pagination.total;
    assert.deepEqual(pagination, { skip, limit: 20, total });
    for (const { meta } of resources) pkids.push(meta.references.self[0]?.pkid ?? "");
  }
  assert.deepEqual(
    pkids.toSorted(),
    wanted
      .filter(({ model }) => model === "device/cucm/User")
      .map(({ pkid }) => pkid)
      .toSorted(),
  );
});

test("the server gives what is at and below a node, by dotted path and by pkid", async (t) => {
  const server = await serve(t);
  const nodes = await listOf(t, server, { model: "data/HierarchyNode", limit: 500 });
  const customer = nodes.resources.find(({ data }) => data["node_type"] === "Customer");
  assert.ok(customer !== undefined);
  const path = String(customer.meta.path);
  const pkid = customer.meta.references.self[0]?.pkid ?? "";
  const all = [];
  for (const hierarchy of [path, path.replace("sys.", ""), pkid]) {
    all.push(await listOf(t, server, { hierarchy, limit: 500 }));
  }
  const [first] = all;
  assert.ok(first !== undefined && first.resources.length > 10);
  assert.ok(first.resources.every(({ meta }) => String(meta.path).startsWith(`${path}.`)));
  for (const list of all) assert.deepEqual(list, first);
});

test("the server gives a node's own instances alone where that is what a list holds", async (t) => {
  const server = await serve(t, { traversal: "node" });
  const { pagination } = await listOf(t, server, { model: "data/HierarchyNode", limit: 500 });
  assert.equal(pagination.total, 1);
});

test("the server says the place of an instance as a dotted path, by pkids and by hrefs", async (t) => {
  const places = [];
  for (const pathShape of ["dotted", "pkids", "hrefs"] as const) {
    const { resources } = await listOf(t, await serve(t, { pathShape }), { limit: 1 });
    places.push(resources[0]?.meta);
  }
  const [dotted, pkids, hrefs] = places.map((meta) => meta?.path);
  const parent = places[0]?.references.parent[0]?.pkid;
  assert.match(String(dotted), /^sys\.hcs\.CS-P\./);
  assert.equal((pkids as string[]).length, String(dotted).split(".").length);
  assert.equal((pkids as string[]).at(-1), parent);
  assert.deepEqual(
    hrefs,
    (pkids as string[]).map((pkid) => `/api/data/HierarchyNode/${pkid}`),
  );
});

test("the server shows the columns of a list view unless it is asked for all fields", async (t) => {
  const server = await serve(t);
  const client = clientOf(t, server);
  const full = await listOf(t, server, { limit: 1 });
  const url = server.url + ofList({ limit: 1 }).replace("&summary=false", "");
  const answer = await client.request(url, { method: "GET", headers: headersOf(server) });
  const { resources } = JSON.parse(await answer.text()) as List;
  const [short, long] = [resources[0], full.resources[0]].map((one) => Object.keys(one?.data ?? {}));
  assert.ok(short !== undefined && long !== undefined);
  assert.ok(short.length > 0 && short.length < long.length);
  assert.deepEqual(
    short.filter((name) => !long.includes(name)),
    [],
  );
});

test("the server gives one instance with all fields by its pkid", async (t) => {
  const server = await serve(t, { fullData: "never" });
  const { resources } = await listOf(t, server, { limit: 1 });
  const self = resources[0]?.meta.references.self[0];
  const answer = await clientOf(t, server).request(`${server.url}${self?.href}/?format=json`, {
    method: "GET",
    headers: headersOf(server),
  });
  const { meta, data } = JSON.parse(await answer.text()) as Resource;
  assert.deepEqual(meta, resources[0]?.meta);
  assert.ok("associatedDevices" in data && !("associatedDevices" in (resources[0]?.data ?? {})));
});

const REFUSED: readonly (readonly [what: string, path: string, status: number])[] = [
  ["a list without a hierarchy", "/api/data/User/?format=json", 400],
  ["a list without a format", "/api/data/User/?hierarchy=sys", 400],
  ["a version of the API", "/api/data/User/?hierarchy=sys&format=json&api_version=1", 400],
  ["a hierarchy that is not there", "/api/data/User/?hierarchy=sys.nowhere&format=json", 404],
  ["a model that is not there", "/api/data/Nothing/?hierarchy=sys&format=json", 404],
  ["a pkid that is not there", "/api/data/User/5135fc0f31790a3000a83b2b/?format=json", 404],
  ["a path outside the API", "/portal", 404],
];

for (const [what, path, status] of REFUSED) {
  test(`the server refuses ${what}`, async (t) => {
    const server = await serve(t);
    const answer = await clientOf(t, server).request(server.url + path, {
      method: "GET",
      headers: headersOf(server),
    });
    await answer.discard();
    assert.equal(answer.status, status);
  });
}

test("the server lets in a session until it ends, and nobody without a credential", async (t) => {
  const server = await serve(t);
  const client = clientOf(t, server);
  const { username, password } = server;
  const login = async (body: object): Promise<{ status: number; cookie: string }> => {
    const answer = await client.request(`${server.url}/noninteractivelogin/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await answer.discard();
    const cookies = [answer.headers["set-cookie"] ?? []].flat().map((cookie) => cookie.split(";")[0]);
    return { status: answer.status, cookie: cookies.join("; ") };
  };
  const list = async (headers: Record<string, string>): Promise<number> => {
    const answer = await client.request(server.url + ofList(), { method: "GET", headers });
    await answer.discard();
    return answer.status;
  };
  assert.equal((await login({ username, password: "wrong" })).status, 401);
  assert.equal(await list({}), 401);
  const { status, cookie } = await login({ username, password });
  assert.equal(status, 200);
  assert.equal(await list({ cookie }), 200);
  server.faults.add({ act: "expire", times: 1 });
  assert.equal(await list({ cookie }), 401);
  assert.equal(server.stats.logins, 2);
});

test("the server answers 429 over its rate, with the Retry-After it was given", async (t) => {
  const server = await serve(t, { throttle: 2, retryAfter: "7" });
  const client = clientOf(t, server);
  const answers = [];
  for (let i = 0; i < 3; i++) {
    const answer = await client.request(server.url + ofList(), { method: "GET", headers: headersOf(server) });
    await answer.discard();
    answers.push([answer.status, answer.headers["retry-after"]]);
  }
  assert.deepEqual(answers, [
    [200, undefined],
    [200, undefined],
    [429, "7"],
  ]);
});

test("the server strikes the requests that a fault names, and no others", async (t) => {
  const server = await serve(t, {
    faults: [{ model: "data/User", skip: 20, after: 1, times: 1, act: { status: 503, body: "later" } }],
  });
  const client = clientOf(t, server);
  const statuses = [];
  for (const asked of [
    { model: "data/User", skip: 20 },
    { model: "data/User", skip: 0 },
    { model: "device/cucm/User", skip: 20 },
    { model: "data/User", skip: 20 },
    { model: "data/User", skip: 20 },
  ]) {
    const url = server.url + ofList(asked);
    const answer = await client.request(url, { method: "GET", headers: headersOf(server) });
    await answer.discard();
    statuses.push(answer.status);
  }
  assert.deepEqual(statuses, [200, 200, 200, 503, 200]);
});

test("the server clamps the limit, moves lists, and lies about totals when told to", async (t) => {
  const clamped = await listOf(t, await serve(t, { maxLimit: 7 }), { limit: 20 });
  assert.deepEqual([clamped.pagination.limit, clamped.resources.length], [7, 7]);
  const silent = await listOf(t, await serve(t, { maxLimit: 7, tellsLimit: false }), { limit: 20 });
  assert.deepEqual([silent.pagination.limit, silent.resources.length], [20, 7]);
  const none = await listOf(t, await serve(t, { totals: false }), {});
  assert.deepEqual([none.pagination.total, none.resources.length], [0, 20]);
  const moving = await serve(t);
  const before = await listOf(t, moving, {});
  moving.store.edit("device/cucm/User", (items) => items.slice(1));
  const after = await listOf(t, moving, {});
  assert.equal(after.pagination.total, before.pagination.total - 1);
  assert.deepEqual(after.resources.slice(0, -1), before.resources.slice(1));
});
