import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bootEngine } from "./engine.ts";

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-engine-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("bootEngine() makes an id once and counts up from there, privately", async (t) => {
  const folder = await folderOf(t);
  const first = await bootEngine(folder, undefined);
  assert.match(first.id, /^8000b98305[0-9a-f]{16}$/);
  assert.equal(first.boots, 1);
  assert.deepEqual(await bootEngine(folder, undefined), { id: first.id, boots: 2 });
  assert.equal((await stat(join(folder, "snmp-engine.json"))).mode & 0o777, 0o600);
});

test("bootEngine() counts each engine apart, whatever the case of its digits", async (t) => {
  const folder = await folderOf(t);
  const own = await bootEngine(folder, undefined);
  assert.deepEqual(await bootEngine(folder, "80001F8880AA"), { id: "80001f8880aa", boots: 1 });
  assert.deepEqual(await bootEngine(folder, "80001f8880aa"), { id: "80001f8880aa", boots: 2 });
  assert.deepEqual(await bootEngine(folder, undefined), { id: own.id, boots: 2 });
});

test("bootEngine() never gives one count to two that start at once", async (t) => {
  const folder = await folderOf(t);
  const engines = await Promise.all(Array.from({ length: 5 }, () => bootEngine(folder, "8000000001")));
  assert.deepEqual(
    engines.map(({ boots }) => boots).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5],
  );
});

test("bootEngine() refuses a count at its end, and a file that holds no state", async (t) => {
  const folder = await folderOf(t);
  const path = join(folder, "snmp-engine.json");
  await writeFile(path, JSON.stringify({ own: "8000000001", boots: { "8000000001": 2_147_483_646 } }));
  await assert.rejects(bootEngine(folder, undefined), {
    name: "DataError",
    message: /boot count of engine 8000000001 is used up/,
  });
  await writeFile(path, "[]");
  await assert.rejects(bootEngine(folder, undefined), {
    name: "DataError",
    message: `read "${path}": not a JSON object`,
  });
  assert.equal(await readFile(path, "utf8"), "[]");
});
