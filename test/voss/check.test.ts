/** `vlf-collect voss --check`: the first day at a new site. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { MODELS } from "@vlf/common/models";
import { collect, failed, serve } from "./_collect.ts";

/** What the table says of a model: its columns. */
function rowOf(stdout: string, model: string): string[] {
  const line = stdout.split("\n").find((one) => one.startsWith(`${model} `));
  assert.ok(line !== undefined, `no line for ${model}`);
  return line.split(/ {2,}/);
}

test("--check reads one page of each model and says how many instances there are", async (t) => {
  const server = await serve(t);
  const ran = await collect(t, server, ["--check", "--page-size", "20"]);
  assert.equal(ran.status, 0, ran.stderr);
  const models = Object.values(MODELS).map(({ model }) => model);
  for (const model of models) assert.equal(rowOf(ran.stdout, model)[1], "ok");
  const users = server.store.page("device/cucm/User", "sys", "below", 0, 1).total;
  assert.deepEqual(rowOf(ran.stdout, "device/cucm/User").slice(0, 3), [
    "device/cucm/User",
    "ok",
    String(users),
  ]);
  assert.equal(server.stats.requests, new Set(models).size);
  assert.deepEqual(ran.records, []);
});

test("--check says which models are closed, and fails where counts rest on one", async (t) => {
  const server = await serve(t, {
    faults: [
      { model: "device/spark/Device", act: { status: 404 } },
      { model: "device/cucm/Phone", act: { status: 403 } },
    ],
  });
  const ran = await collect(t, server, ["--check"]);
  failed(ran, 2, /device\/cucm\/Phone/);
  assert.equal(rowOf(ran.stdout, "device/spark/Device")[1], "404");
  assert.equal(rowOf(ran.stdout, "device/cucm/Phone")[1], "403");
  const allowed = await collect(t, server, ["--check", "--allow-missing", "device/cucm/Phone"]);
  assert.equal(allowed.status, 0, allowed.stderr);
});

test("--check says which fields a list lacks", async (t) => {
  const ran = await collect(t, await serve(t, { fullData: "never" }), ["--check"]);
  assert.match(rowOf(ran.stdout, "device/cucm/User").at(-1) ?? "", /absent: .*associatedDevices\.device/);
});

test("--check of a refused account ends after one request", async (t) => {
  const server = await serve(t);
  const ran = await collect(t, { ...server, username: "somebody" }, ["--check"]);
  failed(ran, 2, /401/);
  assert.equal(server.stats.requests, 1);
});
