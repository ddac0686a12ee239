import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { strictRecordProblem } from "@vlf/common/records";
import { run } from "./_stream.ts";

const FILES = [
  "vlf_Z_H_license_2020-01-01_0000.zip",
  "vlf_A_H_detailed_2021-06-01_0000.csv",
  "vlf_A_H_detailed_2021-06-01_0000.csv.hash",
  "vlf_A_H_license_2021-06-01_0000.zip",
];

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-folder-"));
  try {
    for (const name of [...FILES, "notes.txt"]) await writeFile(join(folder, name), name);
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("vlf-pack list gives a record for each file, by date and name", () =>
  inFolder(async (folder) => {
    await mkdir(join(folder, "vlf_F_H_license_2021-06-01_0000.zip"));
    const { status, records } = await run(["list", "-o", folder]);
    assert.equal(status, 0);
    const [first, ...rest] = records.filter(({ type }) => type === "file");
    const name = FILES[0] ?? "";
    assert.deepEqual(first, {
      type: "file",
      format: "anonymous-zip",
      path: join(folder, name),
      name,
      size_bytes: name.length,
      sha256: createHash("sha256").update(name).digest("hex"),
    });
    assert.deepEqual(
      rest.map((record) => [record["name"], record["format"]]),
      [
        [FILES[1], "detailed-csv"],
        [FILES[3], "anonymous-zip"],
      ],
    );
    assert.deepEqual(records.at(-1), { type: "end", tool: "vlf-pack", counts: { file: 3 } });
    for (const record of records) assert.equal(strictRecordProblem(record), undefined);
  }));

test("vlf-pack list of a folder that is not there gives an empty list", async () => {
  const { status, records } = await run(["list", "-o", "/nowhere/at/all"]);
  assert.equal(status, 0);
  assert.deepEqual(
    records.map(({ type }) => type),
    ["begin", "end"],
  );
});

test("vlf-pack list fails on a folder that it cannot read", () =>
  inFolder(async (folder) => {
    const { status, stderr } = await run(["list", "-o", join(folder, "notes.txt")]);
    assert.equal(status, 2);
    assert.match(stderr, /error: read folder ".*": is not a folder \(ENOTDIR\)$/m);
  }));

test("vlf-pack prune removes what is older than two years by --now, and says so", () =>
  inFolder(async (folder) => {
    const { status, stderr, stdout } = await run(["prune", "-o", folder, "--now", "2023-01-01T00:00:00Z"]);
    assert.equal(status, 0);
    assert.equal(stdout, "");
    assert.equal(stderr, `vlf-pack: removed "${join(folder, FILES[0] ?? "")}": older than two years\n`);
    assert.deepEqual((await readdir(folder)).toSorted(), ["notes.txt", ...FILES.slice(1)].toSorted());
  }));

test("vlf-pack prune --dry-run removes nothing", () =>
  inFolder(async (folder) => {
    const { stderr } = await run(["prune", "-o", folder, "--dry-run", "--now", "2024-01-01T00:00:00Z"]);
    assert.deepEqual(
      stderr.trim().split("\n"),
      FILES.map((name) => `vlf-pack: would remove "${join(folder, name)}"`),
    );
    assert.equal((await readdir(folder)).length, FILES.length + 1);
  }));
