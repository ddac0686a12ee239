import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Entry, State } from "./state.ts";
import { readState, writeState } from "./state-file.ts";

async function stateOf(t: TestContext): Promise<State> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-state-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return new State(join(folder, "state"));
}

const entry = (id: string, code = "c"): Entry => ({
  id,
  code,
  category: "x",
  severity: "error",
  message: "m",
  count: 1,
  first_at: "2026-11-01T03:00:00Z",
  latest_at: "2026-11-01T03:00:00Z",
  told: true,
});

test("a state that was never written is empty", async (t) => {
  const state = await stateOf(t);
  assert.deepEqual(state.job("a"), {});
  assert.deepEqual(state.receipts("a"), []);
  assert.deepEqual(state.entries(), []);
});

test("files of the state are private, and no draft is left beside them", async (t) => {
  const state = await stateOf(t);
  await state.writeJob("a", { running: { started_at: "x", pid: 1 } });
  await state.writeJob("a", {});
  assert.deepEqual(await readdir(join(state.folder, "jobs")), ["a.json"]);
  assert.equal((await stat(join(state.folder, "jobs/a.json"))).mode & 0o777, 0o600);
  assert.equal((await stat(state.folder)).mode & 0o777, 0o700);
});

test("what was shown is read at once, and brought to the disk where it still stands", async (t) => {
  const state = await stateOf(t);
  state.showJob("a", { running: { started_at: "x", pid: 1 } });
  assert.deepEqual(state.job("a"), { running: { started_at: "x", pid: 1 } });
  await state.syncJob("a");
  await assert.rejects(
    state.syncJob("b"),
    /^ToolError: write ".*b\.json": no such file or folder \(ENOENT\)$/,
  );
});

test("a write that fails leaves what was there", async (t) => {
  const state = await stateOf(t);
  const path = join(state.folder, "jobs/a.json");
  await state.writeJob("a", { running: { started_at: "x", pid: 1 } });
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  await assert.rejects(writeState(path, circle));
  assert.deepEqual(readState(path), { running: { started_at: "x", pid: 1 } });
  assert.deepEqual(await readdir(join(state.folder, "jobs")), ["a.json"]);
});

test("receipts keep the last word about a file and destination, and forget after 62 days", async (t) => {
  const state = await stateOf(t);
  const receipt = (
    file: string,
    status: string,
    at: string,
  ): { destination: string; file: string; status: string; at: string } => ({
    destination: "d",
    file,
    status,
    at,
  });
  await state.addReceipts("a", [
    receipt("old", "failed", "2026-09-01T03:00:00Z"),
    receipt("x", "queued", "2026-11-01T03:00:00Z"),
  ]);
  await state.addReceipts("a", [receipt("x", "delivered", "2026-11-03T03:00:00Z")]);
  assert.deepEqual(state.receipts("a"), [receipt("x", "delivered", "2026-11-03T03:00:00Z")]);
});

test("receipts are put together when there are many parts, and nothing is lost or told twice", async (t) => {
  const state = await stateOf(t);
  const at = (day: number): string => `2026-11-${String(day).padStart(2, "0")}T03:00:00Z`;
  const add = (file: string, status: string, when: string): Promise<void> =>
    state.addReceipts("a", [{ destination: "d", file, status, at: when }]);
  const words = (): string[] => state.receipts("a").map(({ file, status }) => `${file} ${status}`);
  await add("old", "delivered", "2026-09-01T03:00:00Z");
  for (let day = 1; day <= 23; day += 1) await add(`f${day % 10}`, `day ${day}`, at(day));
  const parts = join(state.folder, "receipts/a.d");
  assert.equal((await readdir(parts)).length, 24);
  const before = words();
  assert.equal(before.length, 10, "the old one is forgotten");
  const leftover = join(parts, (await readdir(parts)).toSorted().at(-1) ?? "");
  const text = await readFile(leftover, "utf8");
  await add("last", "delivered", at(24));
  assert.deepEqual(await readdir(parts), []);
  const after = [...before, "last delivered"];
  assert.deepEqual(words(), after);
  // As if the run that put them together had been killed before it removed the last.
  await writeFile(leftover, text);
  assert.deepEqual(words().toSorted(), after.toSorted());
});

test("close() takes away an id's entries of some codes alone", async (t) => {
  const state = await stateOf(t);
  const all = [entry("a"), entry("a", "d"), entry("b")];
  await state.changeEntries(() => ({ entries: all, result: undefined }));
  await state.close("a", ["c"]);
  assert.deepEqual(state.entries(), [all[1], all[2]]);
});

test("of more than 1000 open alerts the oldest go", async (t) => {
  const state = await stateOf(t);
  const entries = Array.from({ length: 1001 }, (_, index) => entry(`a${index}`));
  await state.changeEntries(() => ({ entries, result: undefined }));
  const kept = state.entries();
  assert.deepEqual([kept.length, kept[0]?.id], [1000, "a1"]);
});

test("changes at the same time are made one after the other", async (t) => {
  const state = await stateOf(t);
  await Promise.all(
    ["a", "b", "c", "d"].map((id) =>
      state.changeEntries((entries) => ({ entries: [...entries, entry(id)], result: undefined })),
    ),
  );
  assert.deepEqual(
    state
      .entries()
      .map(({ id }) => id)
      .toSorted(),
    ["a", "b", "c", "d"],
  );
});
