import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { BrokenPipeError, ToolError } from "@vlf/common/exit";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import { type AnyRecord, strictRecordProblem } from "@vlf/common/records";
import { tool } from "./cli.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "0.1.0",
  run_id: "r",
  started_at: "2022-11-19T13:11:00Z",
  collected_at: "2022-11-19T13:11:00Z",
  platform: {},
  via: [{ tool: "vlf-pack", version: "0.1.0" }],
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** An empty folder for one test, with the folders `from` and `to` in it. */
async function inFolder(work: (folder: string, from: string, to: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-ship-"));
  try {
    const [from, to] = [join(folder, "from"), join(folder, "to")];
    await mkdir(from);
    await mkdir(to);
    await work(folder, from, to);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Writes a file and gives its record. */
async function packed(folder: string, name: string, content: string): Promise<AnyRecord> {
  const path = join(folder, name);
  await writeFile(path, content);
  return {
    type: "file",
    format: "f",
    path,
    name,
    size_bytes: Buffer.byteLength(content),
    sha256: sha256(content),
  };
}

function stream(records: readonly AnyRecord[], end: readonly AnyRecord[] = records): string {
  return streamOf(BEGIN, records, end);
}

interface Outcome extends Ran {
  deliveries: readonly AnyRecord[];
}

async function ship(argv: readonly string[], input: string, io: Partial<Io> = {}): Promise<Outcome> {
  const ran = await runInMemory(tool, argv, { stdin: [Buffer.from(input)], ...io });
  return { ...ran, deliveries: ran.records.filter(({ type }) => type === "delivery") };
}

test("vlf-ship delivers every file and gives a receipt for each", () =>
  inFolder(async (_, from, to) => {
    const files = [await packed(from, "a.csv", "aaa"), await packed(from, "b.zip", "b".repeat(200_000))];
    const { status, records, deliveries } = await ship(["--to", to], stream(files));
    assert.equal(status, 0);
    assert.deepEqual(await readdir(to), ["a.csv", "b.zip"]);
    assert.equal(await readFile(join(to, "b.zip"), "utf8"), "b".repeat(200_000));
    assert.deepEqual(deliveries[0], {
      type: "delivery",
      destination: to,
      file: "a.csv",
      status: "delivered",
      attempts: 1,
      location: join(to, "a.csv"),
      sha256: sha256("aaa"),
      message: "",
      proof: "read-back",
    });
    for (const record of records) assert.equal(strictRecordProblem(record), undefined);
    assert.deepEqual(records[0]?.["via"], [...BEGIN.via, { tool: "vlf-ship", version: "0.1.0" }]);
    assert.deepEqual(records.at(-1), { type: "end", tool: "vlf-ship", counts: { delivery: 2 } });
  }));

test("vlf-ship passes on findings and records it does not know", () =>
  inFolder(async (_, from, to) => {
    const finding = {
      type: "finding",
      code: "c",
      severity: "info",
      message: "m",
      customer_pkid: "",
      more: 1,
    };
    const later = { type: "later", field: { a: [null] } };
    const input = stream([finding, await packed(from, "a", "x"), later]);
    const { records } = await ship(["--to", to], input);
    assert.deepEqual(
      records.map(({ type }) => type),
      ["begin", "finding", "later", "delivery", "end"],
    );
    assert.deepEqual(records.slice(1, 3), [finding, later]);
  }));

test("vlf-ship takes the same file at the destination for delivered", () =>
  inFolder(async (_, from, to) => {
    const input = stream([await packed(from, "a", "x")]);
    await ship(["--to", to], input);
    const { status, deliveries } = await ship(["--to", to], input);
    assert.equal(status, 0);
    assert.equal(deliveries[0]?.["status"], "already-delivered");
    assert.equal(deliveries[0]["location"], join(to, "a"));
  }));

test("vlf-ship overwrites nothing", () =>
  inFolder(async (_, from, to) => {
    await writeFile(join(to, "a"), "other");
    const { status, deliveries, stderr } = await ship(["--to", to], stream([await packed(from, "a", "x")]));
    assert.equal(status, 2);
    assert.equal(deliveries[0]?.["status"], "failed");
    assert.match(String(deliveries[0]["message"]), /a file of that name with other content exists$/);
    assert.match(stderr, /^vlf-ship: error: publish ".*": a file of that name with other content exists$/m);
    assert.equal(await readFile(join(to, "a"), "utf8"), "other");
    assert.deepEqual(await readdir(to), ["a"]);
  }));

/** What a source can suffer between packing and shipping. */
const SOURCES: Readonly<Record<string, [spoil: (path: string) => Promise<void>, message: RegExp]>> = {
  "that changed and kept its size": [
    (path) => writeFile(path, "y"),
    /^read ".*": changed since it was packed: found 1 bytes with sha256 \w+, wanted 1 bytes with sha256 \w+$/,
  ],
  "that grew": [(path) => writeFile(path, "xx"), /changed since it was packed: found more than 1 bytes, /],
  "that is gone": [(path) => rm(path), /^read ".*": no such file or folder \(ENOENT\)$/],
  "that became a folder": [
    async (path) => {
      await rm(path);
      await mkdir(path);
    },
    /^read ".*": not a regular file$/,
  ],
};

for (const [what, [spoil, message]] of Object.entries(SOURCES)) {
  test(`vlf-ship does not deliver a file ${what}, but the others`, () =>
    inFolder(async (_, from, to) => {
      const files = [await packed(from, "a", "x"), await packed(from, "b", "x")];
      await spoil(join(from, "a"));
      const { status, deliveries } = await ship(["--to", to], stream(files));
      assert.equal(status, 2);
      assert.deepEqual(
        deliveries.map((delivery) => delivery["status"]),
        ["failed", "delivered"],
      );
      assert.match(String(deliveries[0]?.["message"]), message);
      assert.deepEqual(await readdir(to), ["b"]);
    }));
}

test("vlf-ship goes on to the next destination when one fails", () =>
  inFolder(async (folder, from, to) => {
    const missing = join(folder, "missing");
    const notFolder = join(from, "a");
    const input = stream([await packed(from, "a", "x")]);
    const { status, deliveries, stderr } = await ship(
      ["--to", missing, "--to", notFolder, "--to", pathToFileURL(to).href],
      input,
    );
    assert.equal(status, 2);
    assert.deepEqual(
      deliveries.map((delivery) => [delivery["status"], delivery["message"], delivery["location"]]),
      [
        ["failed", `open folder "${missing}": no such file or folder (ENOENT)`, ""],
        ["failed", `open folder "${notFolder}": is not a folder`, ""],
        ["delivered", "", join(to, "a")],
      ],
    );
    assert.match(stderr, /^vlf-ship: hint: make the folder, or mount the disk that it is on$/m);
    assert.deepEqual((await readdir(folder)).toSorted(), ["from", "to"]);
  }));

test("vlf-ship delivers nothing of a stream that is cut off or short", () =>
  inFolder(async (_, from, to) => {
    const files = [await packed(from, "a", "x"), await packed(from, "b", "x")];
    for (const input of [
      stream(files).replace(/\{"type":"end".*\n/, ""),
      stream(files.slice(0, 1), files),
      stream(files).slice(0, -3),
    ]) {
      const { status, deliveries } = await ship(["--to", to], input);
      assert.equal(status, 2);
      assert.deepEqual(deliveries, []);
      assert.deepEqual(await readdir(to), []);
    }
  }));

test("vlf-ship fails when there is nothing to deliver", () =>
  inFolder(async (_folder, _from, to) => {
    const { status, stderr } = await ship(["--to", to], stream([]));
    assert.equal(status, 2);
    assert.match(stderr, /error: read stdin: no file record, so there is nothing to deliver$/m);
  }));

for (const name of ["../a", "/a", "a/b", "..", ".", "a\nb", "a\0b"]) {
  test(`vlf-ship refuses a record with the name ${JSON.stringify(name)}`, () =>
    inFolder(async (folder, from, to) => {
      const good = await packed(from, "good", "x");
      const { status, stderr } = await ship(["--to", to], stream([good, { ...good, name }]));
      assert.equal(status, 2);
      assert.match(stderr, /read stdin:3: file record has the name ".*", wanted a plain file name$/m);
      assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), ["from", "from/good", "to"]);
    }));
}

test("vlf-ship delivers files given by their paths", () =>
  inFolder(async (_, from, to) => {
    await packed(from, "a.csv.hash", "x");
    const missing = join(from, "missing");
    const { status, records, deliveries } = await ship(
      ["--to", to, "--now", "2022-12-01T00:00:00Z", join(from, "a.csv.hash"), missing],
      "not a stream",
    );
    assert.equal(status, 2);
    assert.equal(records[0]?.["started_at"], "2022-12-01T00:00:00Z");
    assert.deepEqual(
      deliveries.map((delivery) => [delivery["file"], delivery["status"], delivery["sha256"]]),
      [
        ["a.csv.hash", "delivered", sha256("x")],
        ["missing", "failed", ""],
      ],
    );
    for (const record of records) assert.equal(strictRecordProblem(record), undefined);
    assert.deepEqual(await readdir(to), ["a.csv.hash"]);
  }));

test("vlf-ship --dry-run says what would go where and touches nothing", () =>
  inFolder(async (folder, from, to) => {
    const input = stream([await packed(from, "a", "x")]);
    const missing = join(folder, "missing");
    const { status, stderr, deliveries } = await ship(["--to", to, "--to", missing, "--dry-run"], input);
    assert.equal(status, 0);
    assert.deepEqual(deliveries, []);
    for (const target of [to, missing]) {
      assert.ok(stderr.includes(`would deliver "${join(from, "a")}" to "${join(target, "a")}"\n`), stderr);
    }
    assert.deepEqual((await readdir(folder, { recursive: true })).toSorted(), ["from", "from/a", "to"]);
  }));

test("vlf-ship takes its destinations from vlf.toml, by default or by name", () =>
  inFolder(async (folder, from, to) => {
    const config = join(folder, "vlf.toml");
    const second = join(folder, "second");
    await mkdir(second);
    await writeFile(
      config,
      `[ship]\ndestinations = ["one"]\n[destinations.one]\ntype = "file"\npath = ${JSON.stringify(to)}\n` +
        `[destinations.two]\ntype = "file"\npath = ${JSON.stringify(second)}\n`,
    );
    const input = stream([await packed(from, "a", "x")]);
    const names = async (...argv: string[]): Promise<unknown[]> =>
      (await ship(["--config", config, ...argv], input)).deliveries.map(
        (delivery) => delivery["destination"],
      );
    assert.deepEqual(await names(), ["one"]);
    assert.deepEqual(await names("--delivery", "two", "--delivery", "two"), ["two"]);
    assert.deepEqual(await names("--to", to), [to]);
    assert.deepEqual(await names("--to", to, "--delivery", "one"), [to, "one"]);
  }));

/** Settings and arguments that cannot be right. */
const USAGE: Readonly<Record<string, [toml: string, argv: string[], message: RegExp]>> = {
  "no destination": ["", [], /read options: no destination$/m],
  "a name that is not in vlf.toml": ["", ["--delivery", "x"], /read .*vlf\.toml: no destination "x"$/m],
  "an unknown type": [
    '[destinations.x]\ntype = "fax"',
    ["--delivery", "x"],
    /\[destinations\.x\] type: wanted "email" or "file" or "http" or "sftp" or "voss-cloud"$/m,
  ],
  "no path": [
    '[destinations.x]\ntype = "file"',
    ["--delivery", "x"],
    /\[destinations\.x\] path: wanted a text in quotes$/m,
  ],
  "a path that is no text": [
    '[destinations.x]\ntype = "file"\npath = 1',
    ["--delivery", "x"],
    /\[destinations\.x\] path: wanted a text in quotes$/m,
  ],
  "an unknown key": [
    '[destinations.x]\ntype = "file"\npath = "a"\nmode = "b"',
    ["--delivery", "x"],
    /\[destinations\.x\] mode: unknown key$/m,
  ],
  "an unknown key of [ship]": ["[ship]\nretries = 1", [], /\[ship\] retries: unknown key$/m],
  "destinations that are no names": [
    "[ship]\ndestinations = [1]",
    [],
    /\[ship\] destinations: wanted a text in quotes, or a list of them/,
  ],
  "no attempts": ["[ship]\nattempts = 0", [], /\[ship\] attempts: wanted a whole number from 1$/m],
  "a URL of another kind": [
    "",
    ["--to", "sftp://h/x"],
    /--to is "sftp:\/\/h\/x", wanted a folder or a file: URL$/m,
  ],
  "a file URL with a host": [
    "",
    ["--to", "file://host/x"],
    /--to is "file:\/\/host\/x", wanted a URL such as/,
  ],
};

for (const [what, [toml, argv, message]] of Object.entries(USAGE)) {
  test(`vlf-ship refuses ${what} before it reads any input`, () =>
    inFolder(async (folder) => {
      const config = join(folder, "vlf.toml");
      await writeFile(config, toml);
      // eslint-disable-next-line require-yield
      const stdin = (function* (): Generator<Uint8Array> {
        assert.fail("input was read");
      })();
      const { status, stderr } = await ship(["--config", config, ...argv], "", { stdin });
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.match(stderr, /hint: /);
    }));
}

test("vlf-ship finishes its deliveries when nobody reads the receipts", () =>
  inFolder(async (_, from, to) => {
    const input = stream([await packed(from, "a", "x"), await packed(from, "b", "x")]);
    const stdout = {
      isTerminal: false,
      write: () => Promise.reject(new BrokenPipeError("write stdout: the reader went away")),
    };
    assert.equal((await ship(["--to", to], input, { stdout })).status, 0);
    assert.deepEqual(await readdir(to), ["a", "b"]);
    await rm(join(from, "b"));
    assert.equal((await ship(["--to", to], input, { stdout })).status, 2);
  }));

test("vlf-ship finishes its deliveries, and fails, when receipts cannot be written", () =>
  inFolder(async (_, from, to) => {
    const input = stream([await packed(from, "a", "x"), await packed(from, "b", "x")]);
    const stdout = { isTerminal: false, write: () => Promise.reject(new ToolError("write stdout: full")) };
    const { status, stderr } = await ship(["--to", to], input, { stdout });
    assert.equal(status, 2);
    assert.match(stderr, /error: write stdout: full$/m);
    assert.deepEqual(await readdir(to), ["a", "b"]);
  }));

test("vlf-ship removes the staging folder of a dead run", () =>
  inFolder(async (_, from, to) => {
    const stale = join(to, ".vlf-4194305-0123abcd.tmp"); // beyond the highest process id of Linux
    await mkdir(stale);
    await utimes(stale, new Date("2022-11-20"), new Date("2022-11-20"));
    await ship(["--to", to], stream([await packed(from, "a", "x")]));
    assert.deepEqual(await readdir(to), ["a"]);
  }));

test("vlf-ship removes what a killed run left of the same file, however young, and of no other", () =>
  inFolder(async (_, from, to) => {
    const label = createHash("sha256")
      .update(`a\0${sha256("x")}`)
      .digest("hex")
      .slice(0, 16);
    const ours = `.vlf-1-0123abcd-${label}.tmp`;
    const other = `.vlf-1-0123abcd-${label.slice(1)}f.tmp`;
    for (const name of [ours, other]) {
      await mkdir(join(to, name));
      await writeFile(join(to, name, "a"), "half");
    }
    await ship(["--to", to], stream([await packed(from, "a", "x")]));
    assert.deepEqual((await readdir(to)).toSorted(), [other, "a"].toSorted());
  }));

test("vlf-ship delivers a file that another run delivers at the same moment", () =>
  inFolder(async (_, from, to) => {
    for (let n = 0; n < 10; n += 1) {
      const input = stream([await packed(from, `a${n}`, "x".repeat(500_000))]);
      const runs = await Promise.all([1, 2, 3].map(() => ship(["--to", to], input)));
      const statuses = runs.map(({ deliveries }) => String(deliveries[0]?.["status"])).toSorted();
      assert.deepEqual(statuses, ["already-delivered", "already-delivered", "delivered"]);
    }
    assert.deepEqual((await readdir(to)).length, 10);
  }));

test("vlf-ship shows how far it is to a person who watches, and takes it away", () =>
  inFolder(async (_, from, to) => {
    const input = stream([await packed(from, "a", "x".repeat(1_500_000))]);
    let shown = "";
    await ship(["--to", to], input, { stderr: { isTerminal: true, write: (text) => void (shown += text) } });
    const lines = shown.split("\r\u001b[K");
    assert.match(lines[1] ?? "", /^vlf-ship: "a" to ".*": 1\.\d of 1\.5 MB$/);
    assert.match(lines[2] ?? "", /^vlf-ship: delivered: /);
  }));

test("vlf-ship does not take a file for delivered that it cannot read, although it lies there", () =>
  inFolder(async (_, from, to) => {
    const input = stream([await packed(from, "a", "x")]);
    await ship(["--to", to], input);
    await rm(join(from, "a"));
    const { status, deliveries } = await ship(["--to", to], input);
    assert.deepEqual([status, deliveries[0]?.["status"]], [2, "failed"]);
  }));

test("vlf-ship does not write through a link at the destination", () =>
  inFolder(async (folder, from, to) => {
    await symlink(join(folder, "elsewhere"), join(to, "a"));
    const { status } = await ship(["--to", to], stream([await packed(from, "a", "x")]));
    assert.equal(status, 2);
    assert.deepEqual((await readdir(folder)).toSorted(), ["from", "to"]);
  }));

const ROOT = join(import.meta.dirname, "../../..");
const LOADER = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
const BIN = fileURLToPath(import.meta.resolve("../bin.ts"));

/** Starts the real tool. */
function start(argv: readonly string[], options: { uid?: number; stdout?: number } = {}): ChildProcess {
  return spawn(process.execPath, ["--import", LOADER, BIN, ...argv], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"], LC_ALL: "C" },
    stdio: ["pipe", options.stdout ?? "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  });
}

async function finish(child: ChildProcess, input: string): Promise<{ status: number; stderr: string }> {
  let stderr = "";
  child.stderr?.on("data", (chunk) => (stderr += String(chunk)));
  child.stdout?.resume();
  child.stdin?.end(input);
  const [status] = (await once(child, "close")) as [number];
  return { status, stderr };
}

test("vlf-ship fails, after its deliveries, when standard output is a full disk", () =>
  inFolder(async (_, from, to) => {
    const full = await open("/dev/full", "w");
    try {
      const child = start(["--to", to], { stdout: full.fd });
      const { status, stderr } = await finish(child, stream([await packed(from, "a", "x")]));
      assert.equal(status, 2);
      assert.match(stderr, /error: write stdout: no space left on the device \(ENOSPC\)$/m);
      assert.deepEqual(await readdir(to), ["a"]);
    } finally {
      await full.close();
    }
  }));

test("vlf-ship publishes nothing at a destination that is full", (context) =>
  inFolder(async (_, from, to) => {
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", to]);
    if (mounted.status !== 0) {
      assert.notEqual(process.env["VLF_NEED_MOUNT"], "true", String(mounted.stderr));
      context.skip("cannot mount a small disk here");
      return;
    }
    try {
      const input = stream([
        await packed(from, "big", "x".repeat(100_000)),
        await packed(from, "small", "x"),
      ]);
      const { status, deliveries } = await ship(["--to", to], input);
      assert.equal(status, 2);
      assert.match(
        String(deliveries[0]?.["message"]),
        /^write ".*big": no space left on the device \(ENOSPC\)$/,
      );
      assert.deepEqual(
        deliveries.map((delivery) => delivery["status"]),
        ["failed", "delivered"],
      );
      assert.deepEqual(await readdir(to), ["small"]);
    } finally {
      assert.equal(spawnSync("umount", [to]).status, 0);
    }
  }));

test("vlf-ship fails at a destination that is read-only for it", () =>
  inFolder(async (folder, from, to) => {
    const input = stream([await packed(from, "a", "x")]);
    await chmod(folder, 0o755);
    await chmod(to, 0o555);
    // Root may write anywhere: become nobody.
    const child = start(["--to", to], process.getuid?.() === 0 ? { uid: 65_534 } : {});
    const { status, stderr } = await finish(child, input);
    assert.equal(status, 2);
    assert.match(stderr, /error: make folder ".*": permission denied \(EACCES\)$/m);
    assert.deepEqual(await readdir(to), []);
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`vlf-ship leaves nothing behind when ${signal} comes in the middle of a delivery`, () =>
    inFolder(async (_, from, to) => {
      // Sparse at the source, and too large to be through before the signal comes.
      const path = join(from, "big");
      const file = await open(path, "w");
      await file.truncate(4 * 1024 ** 3);
      await file.close();
      const child = start(["--to", to, path]);
      let staged = false;
      while (!staged) {
        const [hidden] = await readdir(to);
        const inside = hidden === undefined ? [] : await readdir(join(to, hidden)).catch(() => []);
        staged = inside.length > 0;
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
      child.kill(signal);
      const [, died] = (await once(child, "exit")) as [number | null, string | null];
      assert.equal(died, signal);
      assert.deepEqual(await readdir(to), []);
    }));
}
