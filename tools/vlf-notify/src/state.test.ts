import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
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
  await state.addReceipts(
    "a",
    [receipt("old", "failed", "2026-09-01T03:00:00Z"), receipt("x", "queued", "2026-11-01T03:00:00Z")],
    new Date("2026-11-01T03:00:00Z"),
  );
  await state.addReceipts(
    "a",
    [receipt("x", "delivered", "2026-11-03T03:00:00Z")],
    new Date("2026-11-03T03:00:00Z"),
  );
  assert.deepEqual(state.receipts("a"), [receipt("x", "delivered", "2026-11-03T03:00:00Z")]);
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
