/**
 * Standard streams of every kind that a shell, cron or a program hands to a tool: the same bytes come out. Each kind is read
 * or written in a way of its own (tools/common/src/stdin.ts, stdout.ts).
 */
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync, type StdioOptions } from "node:child_process";
import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, before, describe, type TestContext, test } from "node:test";
import {
  bash as bashOf,
  type Result,
  emptyFolder,
  environment as environmentOf,
  missing,
  NOW,
  ROOT,
  RUNTIME,
} from "./_run.ts";

// What runs them from their sources on Node listens for signals, and so keeps them from waiting: they are built first.
const built = mkdtempSync(join(tmpdir(), "vlf-built-"));
before(() => {
  if (RUNTIME === "node") execFileSync("node", ["--import", "tsx", "scripts/build.ts", built], { cwd: ROOT });
});
after(() => rmSync(built, { recursive: true }));

const PATH = { PATH: [join(built, "bin"), environmentOf()["PATH"]].join(delimiter) };
const bash = (command: string, folder: string): Promise<Result> => bashOf(command, folder, PATH);
const environment = (): Record<string, string> => environmentOf(PATH);

/** Longer than what a pipe holds and what is read by waiting, 64 KiB each. */
const COLLECT = `vlf-collect demo --customers 2 --subscribers 150 --now ${NOW}`;
const COUNT = ["vlf-audit", "--quiet", "--now", NOW] as const;
/** Passes its input on, most of it: output that no pipe holds. */
const PASS = ["vlf-collect", "files", "--quiet", "--now", NOW, "--fields", "all", "-"] as const;

/** Hands a stream on as it is: one that Node hands on as the first three it has wait first. */
const SHELL = (redirection: string): string[] => ["sh", "-c", `exec "$@" ${redirection} 3>&-`, "sh"];

/** Until a tool is up, and finds nothing to read or no room. On a machine that takes longer for it the test shows less. */
const untilItWaits = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 2000));

/** The input, and what comes of it by way of files. */
async function given(t: TestContext): Promise<{ folder: string; input: string }> {
  const folder = emptyFolder(t);
  const input = join(folder, "input.ndjson");
  const made = await bash(`${COLLECT} > input.ndjson`, folder);
  assert.equal(made.status, 0, made.stderr);
  return { folder, input };
}

function start(command: readonly string[], folder: string, stdio: StdioOptions) {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { cwd: folder, env: environment(), stdio });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { child, ended };
}

async function byFiles(command: readonly string[], folder: string, input: string): Promise<Buffer> {
  const expected = join(folder, "expected");
  const [stdin, stdout] = [openSync(input, "r"), openSync(expected, "w")];
  const status = await start(command, folder, [stdin, stdout, "inherit"]).ended;
  closeSync(stdin);
  closeSync(stdout);
  assert.equal(status, 0);
  const bytes = readFileSync(expected);
  assert.ok(bytes.length > 0);
  return bytes;
}

/** A named pipe, whose ends need not wait for each other. */
function fifo(folder: string, name: string): string {
  const path = join(folder, name);
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

describe("standard input", () => {
  test(
    "a pipe that nobody can wait for (O_NONBLOCK), empty at first",
    { skip: missing("mkfifo") },
    async (t) => {
      const { folder, input } = await given(t);
      const expected = await byFiles(COUNT, folder, input);
      const path = fifo(folder, "in");
      const stdin = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const writer = openSync(path, "w");
      const { child, ended } = start([...SHELL("<&3"), ...COUNT], folder, [
        "ignore",
        "pipe",
        "inherit",
        stdin,
      ]);
      closeSync(stdin);
      const out = child.stdout?.toArray() as Promise<Buffer[]>;
      const bytes = readFileSync(input);
      // The tool is up, and finds nothing there.
      await new Promise((resolve) => void setTimeout(resolve, 300));
      writeSync(writer, bytes.subarray(0, 100));
      await new Promise((resolve) => void setTimeout(resolve, 300));
      await pipeline(createReadStream(input, { start: 100 }), createWriteStream("", { fd: writer }));
      assert.equal(await ended, 0);
      assert.deepEqual(Buffer.concat(await out), expected);
    },
  );

  test("a socket, as programs of Node hand it on", async (t) => {
    const { folder, input } = await given(t);
    const expected = await byFiles(COUNT, folder, input);
    const { child, ended } = start(COUNT, folder, ["pipe", "pipe", "inherit"]);
    const out = child.stdout?.toArray() as Promise<Buffer[]>;
    child.stdin?.end(readFileSync(input));
    assert.equal(await ended, 0);
    assert.deepEqual(Buffer.concat(await out), expected);
  });

  test("a file that another has read the beginning of", async (t) => {
    const { folder, input } = await given(t);
    const expected = await byFiles(COUNT, folder, input);
    writeFileSync(
      join(folder, "longer"),
      Buffer.concat([Buffer.from("a line of another\n"), readFileSync(input)]),
    );
    const { status, stdout, stderr } = await bash(`{ read -r line; ${COUNT.join(" ")}; } < longer`, folder);
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout, expected.toString());
  });

  test("closed, and /dev/null: status 2, and no month without users", async (t) => {
    const folder = emptyFolder(t);
    for (const redirection of ["<&-", "< /dev/null"]) {
      const { status, stdout, stderr } = await bash(`${COUNT.join(" ")} ${redirection}`, folder);
      assert.equal(status, 2, redirection);
      assert.equal(stdout, "");
      assert.match(stderr, /^vlf-audit: error: read stdin: /m);
    }
  });
});

describe("standard output", () => {
  test(
    "a pipe that does not wait (O_NONBLOCK), nearly full at first",
    { skip: missing("mkfifo") },
    async (t) => {
      const { folder, input } = await given(t);
      const expected = await byFiles(PASS, folder, input);
      assert.ok(expected.length > 200_000, "more than a pipe holds");
      const path = fifo(folder, "out");
      const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      const stdout = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      const before = Buffer.alloc(60_000, "x");
      assert.equal(writeSync(stdout, before), before.length);
      const stdin = openSync(input, "r");
      const { child, ended } = start([...SHELL(">&3"), ...PASS], folder, [stdin, "ignore", "pipe", stdout]);
      const said = child.stderr?.toArray() as Promise<Buffer[]>;
      closeSync(stdin);
      closeSync(stdout);
      await untilItWaits();
      const { child: cat, ended: read } = start(["cat"], folder, [reader, "pipe", "inherit"]);
      closeSync(reader);
      const out = (await cat.stdout?.toArray()) as Buffer[];
      await read;
      const written = Buffer.concat(out).subarray(before.length);
      const [status, stderr] = [await ended, Buffer.concat(await said).toString()];
      if (RUNTIME === "deno") {
        // Deno does not wait for room in such a pipe. It must not look like success.
        assert.equal(status, 2);
        assert.match(stderr, /^vlf-collect: error: write stdout: .*EAGAIN/);
        assert.ok(written.length < expected.length);
      } else {
        assert.deepEqual([status, stderr], [0, ""]);
        assert.deepEqual(written, expected);
      }
    },
  );

  test("a socket, a file that is appended to, /dev/null", async (t) => {
    const { folder, input } = await given(t);
    const expected = await byFiles(PASS, folder, input);
    const stdin = openSync(input, "r");
    const { child, ended } = start(PASS, folder, [stdin, "pipe", "inherit"]);
    closeSync(stdin);
    const out = (await child.stdout?.toArray()) as Buffer[];
    assert.equal(await ended, 0);
    assert.deepEqual(Buffer.concat(out), expected);
    const appended = await bash(`echo before > both; ${PASS.join(" ")} < input.ndjson >> both`, folder);
    assert.equal(appended.status, 0, appended.stderr);
    assert.deepEqual(readFileSync(join(folder, "both")), Buffer.concat([Buffer.from("before\n"), expected]));
    const dropped = await bash(`${PASS.join(" ")} < input.ndjson > /dev/null`, folder);
    assert.deepEqual([dropped.status, dropped.stderr], [0, ""]);
  });
});
