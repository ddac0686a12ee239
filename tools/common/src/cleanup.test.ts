import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { removeStale } from "./cleanup.ts";
import { Staging } from "./files.ts";

const now = new Date();
const old = new Date(now.getTime() - 2 * 86_400_000);

/** A process id that was in use and is not any more. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? assert.fail("no process id");
}

test("removeStale() removes the old staging folder of a dead run, and nothing else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-stale-"));
  try {
    const dead = await deadPid();
    const stale = `.vlf-${dead}-00000001.tmp`;
    const stays = [
      `.vlf-${process.pid}-00000002.tmp`, // alive
      `.vlf-${dead}-00000003.tmp`, // young
      `.vlf-${dead}-00000004.tmp`, // a file
      `.vlf-${dead}-00000005.tmp`, // a link
      `.vlf-${dead}-xyz.tmp`, // not our pattern
      `vlf-${dead}-00000006.tmp`,
    ];
    for (const name of [stale, stays[0] ?? "", stays[1] ?? "", stays[4] ?? "", stays[5] ?? ""]) {
      await mkdir(join(folder, name));
      await writeFile(join(folder, name, "half.zip"), "x");
    }
    await writeFile(join(folder, stays[2] ?? ""), "x");
    await symlink(stays[4] ?? "", join(folder, stays[3] ?? ""));
    for (const name of [stale, ...stays]) {
      if (name !== stays[1]) await utimes(join(folder, name), old, old);
    }

    assert.deepEqual(await removeStale(folder, now), [stale]);
    assert.deepEqual((await readdir(folder)).toSorted(), stays.toSorted());
    assert.ok(existsSync(join(folder, stays[4] ?? "", "half.zip")));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("removeStale() of a folder that is not there removes nothing", async () => {
  assert.deepEqual(await removeStale("/nowhere/at/all", now), []);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`undoOnSignal() undoes, waits for the work, and dies of ${signal}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "vlf-signal-"));
    try {
      const script = join(folder, "work.mts");
      await writeFile(
        script,
        `import { undoOnSignal } from ${JSON.stringify(import.meta.resolve("./cleanup.ts"))};
        let fail;
        await undoOnSignal(
          async () => { process.stdout.write("undone,"); setTimeout(() => fail(new Error("gone")), 20); },
          () => new Promise((resolve, reject) => {
            fail = (error) => { process.stdout.write("ended,"); reject(error); };
            setTimeout(resolve, 20_000);
            process.stdout.write("ready,");
          }),
        );
        process.stdout.write("went on,");`,
      );
      const loader = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
      const child = spawn(process.execPath, ["--import", loader, script]);
      let said = "";
      child.stdout.on("data", (chunk) => {
        said += String(chunk);
        if (said === "ready,") child.kill(signal);
      });
      const [, died] = (await once(child, "exit")) as [number | null, string | null];
      assert.equal(died, signal);
      assert.equal(said, "ready,undone,ended,");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

test("withStaging() does no work when the signal comes while the folder is made", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-signal-"));
  try {
    const script = join(folder, "work.mts");
    await writeFile(
      script,
      `import { withStaging } from ${JSON.stringify(import.meta.resolve("./cleanup.ts"))};
      const done = withStaging(${JSON.stringify(join(folder, "out"))}, new Date(), async () => {
        process.stdout.write("worked");
      });
      process.emit("SIGTERM", "SIGTERM");
      await done;`,
    );
    const loader = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
    const child = spawn(process.execPath, ["--import", loader, script]);
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += String(chunk);
    });
    const [, died] = (await once(child, "close")) as [number | null, string | null];
    assert.equal(died, "SIGTERM");
    assert.equal(said, "");
    assert.deepEqual(await readdir(join(folder, "out")), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("Staging.add() stops in the middle of a file when its folder is discarded", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-signal-"));
  try {
    const staging = await Staging.open(folder);
    let pieces = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; pieces < 1000; pieces += 1) {
        if (pieces === 2) await staging.discard();
        yield new Uint8Array(10);
      }
    }
    await assert.rejects(staging.add("a", endless()), /^ToolError: write ".*a": given up$/);
    assert.equal(pieces, 2);
    assert.deepEqual(await readdir(folder), []);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a file that does not fit is told of, at its first piece, a later one and the last", async () => {
  const folder = await mkdtemp(join(tmpdir(), "vlf-limit-"));
  try {
    const script = join(folder, "add.mts");
    await writeFile(
      script,
      `import { Staging } from ${JSON.stringify(import.meta.resolve("./files.ts"))};
      const staging = await Staging.open(${JSON.stringify(join(folder, "out"))});
      const piece = () => Buffer.alloc(100_000);
      for (const [name, pieces] of Object.entries({ one: 6, two: 7, all: 20 }))
        await staging
          .add(name, Array.from({ length: pieces }, piece))
          .then(() => console.log(name, "fits"), ({ message }) => console.log(message));
      console.log((await staging.publish()).length);`,
    );
    const loader = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
    // Blocks of 512 bytes: six pieces and a half. By Node alone, as Deno does not start with such a limit.
    const limited = `ulimit -f 1269; exec node --import "${loader}" "${script}"`;
    const { stdout, stderr } = spawnSync("sh", ["-c", limited], { encoding: "utf8" });
    const failed = (name: string): string => `write "${join(folder, "out", name)}": file too large (EFBIG)`;
    assert.deepEqual(
      [stderr, stdout.trim().split("\n")],
      ["", ["one fits", failed("two"), failed("all"), "1"]],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
