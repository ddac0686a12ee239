import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { DataError, ToolError } from "./exit.ts";
import { hashFile, removeFile, Staging } from "./files.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Runs with a target folder inside an empty one. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-files-"));
  try {
    await work(join(folder, "out"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("Staging shows nothing under a file's name before publish(), and all of it after", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(join(folder, "deep"));
    await staging.add("a.csv", bytes("a\n"));
    await staging.add("b.csv", [bytes("b"), bytes("€\n")]);
    assert.deepEqual(
      (await readdir(join(folder, "deep"))).filter((name) => !name.startsWith(".")),
      [],
    );

    const published = await staging.publish();
    assert.deepEqual(published, [
      { name: "a.csv", sizeBytes: 2, sha256: sha256("a\n"), path: join(folder, "deep/a.csv"), isNew: true },
      { name: "b.csv", sizeBytes: 5, sha256: sha256("b€\n"), path: join(folder, "deep/b.csv"), isNew: true },
    ]);
    assert.deepEqual((await readdir(join(folder, "deep"))).toSorted(), ["a.csv", "b.csv"]);
    assert.equal(await readFile(join(folder, "deep/b.csv"), "utf8"), "b€\n");
    assert.equal((await stat(join(folder, "deep/a.csv"))).nlink, 1);
  });
});

test("Staging.add() gives size and SHA-256 of what it wrote, from bytes and from streams", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(folder);
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (let n = 0; n < 40; n += 1) {
        await Promise.resolve();
        yield Buffer.alloc(10_000, n);
      }
    }
    const wanted = createHash("sha256");
    for (let n = 0; n < 40; n += 1) wanted.update(Buffer.alloc(10_000, n));
    assert.deepEqual(await staging.add("s", stream()), {
      name: "s",
      sizeBytes: 400_000,
      sha256: wanted.digest("hex"),
    });
    assert.deepEqual(await staging.add("empty", []), { name: "empty", sizeBytes: 0, sha256: sha256("") });
    const [file] = await staging.publish();
    assert.equal(await hashFile(file?.path ?? ""), file?.sha256);
  });
});

test("Staging.add() writes many pieces in their order, one while the next is made", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(folder);
    const pieces = Array.from({ length: 200 }, (_, nth) => Buffer.alloc(50_000 + 100 * nth, nth));
    function* content(): Generator<Uint8Array> {
      let made = 0;
      for (const [nth, piece] of pieces.entries()) {
        const written = nth === 0 ? 0 : statSync(join(staging.hidden, "a")).size;
        assert.ok(written >= made - (pieces[nth - 1]?.length ?? 0), `${written} of ${made}`);
        yield piece;
        made += piece.length;
      }
    }
    await staging.add("a", content());
    const [file] = await staging.publish();
    assert.ok(Buffer.concat(pieces).equals(await readFile(join(folder, "a"))));
    assert.equal(file?.sha256, await hashFile(join(folder, "a")));
  });
});

test("Staging takes the same content under the same name for published", async () => {
  await inFolder(async (folder) => {
    const publish = async (): Promise<boolean[]> => {
      const staging = await Staging.open(folder);
      await staging.add("a", bytes("same"));
      return (await staging.publish()).map(({ isNew }) => isNew);
    };
    assert.deepEqual(await publish(), [true]);
    const before = await stat(join(folder, "a"));
    assert.deepEqual(await publish(), [false]);
    assert.equal((await stat(join(folder, "a"))).ino, before.ino);
    assert.deepEqual(await readdir(folder), ["a"]);
  });
});

test("Staging publishes none where one name is taken by other content, and leaves that as it is", async () => {
  await inFolder(async (folder) => {
    await mkdir(folder);
    await writeFile(join(folder, "kept"), "kept");
    for (const taken of ["Old!", "longer than new"]) {
      await writeFile(join(folder, "b"), taken);
      const staging = await Staging.open(folder);
      for (const name of ["a", "kept", "b", "c"])
        await staging.add(name, bytes(name === "b" ? "new!" : name));
      await assert.rejects(staging.publish(), (error: DataError) => {
        assert.ok(error instanceof DataError);
        assert.equal(
          error.message,
          `publish "${join(folder, "b")}": a file of that name with other content exists`,
        );
        assert.equal(error.hint, "move it away if the new one is right; nothing was published");
        return true;
      });
      await staging.discard();
      assert.deepEqual((await readdir(folder)).toSorted(), ["b", "kept"]);
      assert.equal(await readFile(join(folder, "b"), "utf8"), taken);
      assert.equal(await readFile(join(folder, "kept"), "utf8"), "kept");
    }
  });
});

test("Staging refuses a name that a folder has", async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, "b"), { recursive: true });
    const staging = await Staging.open(folder);
    await staging.add("a", bytes("a"));
    await staging.add("b", bytes(""));
    await assert.rejects(staging.publish(), DataError);
    await staging.discard();
    assert.deepEqual(await readdir(folder), ["b"]);
  });
});

test("Staging.discard() takes everything away, at any time and again", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(folder);
    await staging.add("a", bytes("a"));
    await staging.discard();
    assert.deepEqual(await readdir(folder), []);
    await staging.discard();
    const other = await Staging.open(folder);
    await other.add("a", bytes("a"));
    await other.publish();
    await other.discard();
    assert.deepEqual(await readdir(folder), ["a"]);
  });
});

test("Staging.add() passes on what its content fails with, and nothing of it can be published", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(folder);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield bytes("half");
      await Promise.resolve();
      throw new DataError("read stdin: cut off");
    }
    await assert.rejects(staging.add("a", broken()), { name: "DataError", message: "read stdin: cut off" });
    assert.deepEqual(await staging.publish(), []);
    assert.deepEqual(await readdir(folder), []);
  });
});

test("Staging refuses the same name twice", async () => {
  await inFolder(async (folder) => {
    const staging = await Staging.open(folder);
    await staging.add("a", bytes("1"));
    await assert.rejects(staging.add("a", bytes("2")), {
      name: "ToolError",
      message: `write "${join(folder, "a")}": exists already (EEXIST)`,
    });
    await staging.discard();
  });
});

test("Staging.open() refuses a target that is a file", async () => {
  await inFolder(async (folder) => {
    await writeFile(folder, "");
    await assert.rejects(Staging.open(folder), ToolError);
    await assert.rejects(Staging.open(folder), {
      message: `make folder "${folder}": exists already (EEXIST)`,
    });
  });
});

test("removeFile() removes a file and gives its name, and refuses one that is not there", async () => {
  await inFolder(async (folder) => {
    await mkdir(folder);
    await writeFile(join(folder, "a"), "");
    assert.equal(await removeFile(join(folder, "a")), "a");
    await assert.rejects(removeFile(join(folder, "a")), {
      name: "ToolError",
      message: `remove "${join(folder, "a")}": no such file or folder (ENOENT)`,
    });
  });
});
