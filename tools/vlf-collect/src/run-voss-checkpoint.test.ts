import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Checkpoint, type Entry, type Identity } from "./run-voss-checkpoint.ts";

const IDENTITY: Omit<Identity, "form"> = { version: "1", url: "https://v", username: "u", options: "o" };
const BEGUN = { started_at: "2026-11-01T03:00:00Z", run_id: "first" };
const ENTRIES: readonly Entry[] = [
  { head: { nodes: "sys", skip: 0, limit: 2, pass: 1, total: 2 }, lines: ['{"name":"Zoë"}', "{}"] },
  { head: { list: "data/User@sys", source: "list" }, lines: [] },
  { head: { list: "data/User@sys", skip: 0, limit: 2, pass: 1, total: 9 }, lines: ["a\t{}", "b\t{}"] },
];

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "vlf-checkpoint-"));
  try {
    await use(join(root, "state"));
  } finally {
    rmSync(root, { recursive: true });
  }
}

async function open(
  folder: string,
  identity = IDENTITY,
): Promise<{ checkpoint: Checkpoint; entries: Entry[] }> {
  const entries: Entry[] = [];
  const begun = { ...BEGUN, run_id: "later" };
  const checkpoint = await Checkpoint.open(folder, identity, begun, (entry) => {
    entries.push(entry);
    return undefined;
  });
  return { checkpoint, entries };
}

async function fill(folder: string): Promise<void> {
  const checkpoint = await Checkpoint.open(folder, IDENTITY, BEGUN, () => undefined);
  for (const entry of ENTRIES) await checkpoint.add(entry);
  await checkpoint.close();
}

function plain(entries: readonly Entry[]): unknown[] {
  return entries.map(({ head, lines }) => {
    const { lines: _lines, sha256: _sha256, ...rest } = head as Record<string, unknown>;
    return { head: rest, lines };
  });
}

test("a later run is given every entry, and the time and id of the first one", async () => {
  await inFolder(async (folder) => {
    await fill(folder);
    const { checkpoint, entries } = await open(folder);
    assert.deepEqual(plain(entries), ENTRIES);
    assert.deepEqual(checkpoint.begun, BEGUN);
    await checkpoint.close();
  });
});

test("folder and files are the user's alone", async () => {
  await inFolder(async (folder) => {
    await fill(folder);
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  });
});

test("an entry that is cut off anywhere is left out, and what comes after it stands in its place", async () => {
  await inFolder(async (folder) => {
    await fill(folder);
    const path = join(folder, "pages");
    const whole = readFileSync(path);
    const two = ENTRIES.slice(0, 2);
    for (let cut = 1; cut < 150; cut += 7) {
      writeFileSync(path, whole.subarray(0, whole.length - cut));
      const first = await open(folder);
      assert.deepEqual(plain(first.entries), two, `cut ${cut}`);
      await first.checkpoint.add(ENTRIES[2] as Entry);
      await first.checkpoint.close();
      assert.deepEqual(readFileSync(path), whole, `cut ${cut}`);
    }
  });
});

test("an entry that reads otherwise than it was written is left out", async () => {
  await inFolder(async (folder) => {
    await fill(folder);
    const path = join(folder, "pages");
    writeFileSync(path, readFileSync(path, "utf8").replace("b\t{}", "b\t[]"));
    appendFileSync(path, "\0\0\0\n");
    const { checkpoint, entries } = await open(folder);
    assert.equal(entries.length, 2);
    await checkpoint.close();
  });
});

for (const [key, value, message] of [
  ["version", "2", /it is of another version: "1", wanted "2"/],
  ["url", "https://w", /it is of another url/],
  ["username", "v", /it is of another username/],
  ["options", "p", /it is of other options$/],
] as const) {
  test(`a checkpoint of another ${key} is refused and stays`, async () => {
    await inFolder(async (folder) => {
      await fill(folder);
      const before = readFileSync(join(folder, "pages"));
      await assert.rejects(open(folder, { ...IDENTITY, [key]: value }), message);
      assert.deepEqual(readFileSync(join(folder, "pages")), before);
    });
  });
}

test("a folder with other files, or open to others, is refused", async () => {
  await inFolder(async (folder) => {
    await fill(folder);
    rmSync(join(folder, "state.json"));
    await assert.rejects(open(folder), /the folder holds other files/);
    chmodSync(folder, 0o755);
    await assert.rejects(open(folder), /open to others/);
  });
});

test("a folder that another run uses is refused, and free again when that has ended", async () => {
  await inFolder(async (folder) => {
    const { checkpoint } = await open(folder);
    await assert.rejects(
      open(folder),
      /^TemporaryError: open checkpoint ".*": another run uses it by vlf-collect, process \d+$/,
    );
    await checkpoint.close();
    await (await open(folder)).checkpoint.close();
  });
});

test("remove() takes everything away", async () => {
  await inFolder(async (folder) => {
    const { checkpoint } = await open(folder);
    await checkpoint.add(ENTRIES[0] as Entry);
    await checkpoint.remove();
    assert.throws(() => statSync(folder), /ENOENT/);
  });
});
