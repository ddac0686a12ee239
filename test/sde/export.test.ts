import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  bash,
  emptyFolder,
  environment,
  filesBelow,
  missing,
  NOW,
  ROOT,
  RUNTIME,
} from "../pipelines/_run.ts";

const COLLECT = `vlf-collect demo --customers 3 --subscribers 300 --now ${NOW} --for sde`;
const SDE = "vlf-sde --quiet --output";
const DAY = "2026-11-01";

describe("the files", () => {
  test(
    "open with gzip and Python's json, hold every row, and are small where there is none",
    { skip: missing("gzip", "python3", "jq") },
    async (t) => {
      const folder = emptyFolder(t);
      await bash(`${COLLECT} > in; ${SDE} out < in > files`, folder);
      const files = filesBelow(join(folder, "out"));
      assert.equal(files.length, 23);
      const python = `import glob, gzip, json
for name in sorted(glob.glob("out/${DAY}/*.gz")):
    with gzip.open(name, "rt", encoding="utf-8") as file: rows = json.load(file)
    assert isinstance(rows, list) and all(isinstance(row, dict) for row in rows), name
    print(name.split("0300_")[1].split(".")[0], len(rows))`;
      const { status, stdout, stderr } = await bash(
        `gzip -t out/${DAY}/*.gz && python3 -c '${python}'`,
        folder,
      );
      assert.equal(status, 0, stderr);
      const rows = new Map(
        stdout
          .trim()
          .split("\n")
          .map((line) => line.split(" ") as [string, string]),
      );
      for (const [type, model] of [
        ["phones", "device/cucm/Phone"],
        ["subscriber", "device/cucm/User"],
        ["ms_teams", "device/msteamsonline/CsOnlineUser"],
      ] as const) {
        const count = await bash(`jq -r 'select(.model == "${model}").pkid' in | wc -l`, folder);
        assert.equal(rows.get(type), count.stdout.trim(), type);
      }
    },
  );

  test("are those that their records say, and a delivery takes them", async (t) => {
    const folder = emptyFolder(t);
    mkdirSync(join(folder, "to"));
    const { status, stderr } = await bash(
      `${COLLECT} | ${SDE} out | vlf-ship --quiet --to to > receipts`,
      folder,
    );
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      filesBelow(join(folder, "to")),
      filesBelow(join(folder, "out")).map((path) => path.slice(DAY.length + 1)),
    );
    assert.equal(
      (await bash(`cd out/${DAY} && for f in *; do cmp "$f" "../../to/$f"; done`, folder)).status,
      0,
    );
  });

  test("are the same on both runtimes", async (t) => {
    const folder = emptyFolder(t);
    await bash(`${COLLECT} > in; ${SDE} here < in`, folder);
    const other = RUNTIME === "deno" ? "node" : "deno";
    await bash(`${SDE} there < in`, folder, { VLF_RUNTIME: other });
    const { status, stdout, stderr } = await bash("diff -r here there && ls there", folder);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, `${DAY}\n`);
  });

  test("are the same on any number of threads", async (t) => {
    const folder = emptyFolder(t);
    await bash(
      `${COLLECT.replace("--customers 3", "--customers 30")} > in; ${SDE} one --jobs 1 < in`,
      folder,
    );
    const { status, stderr } = await bash(`${SDE} three --jobs 3 < in && diff -r one three`, folder);
    assert.equal(status, 0, stderr);
  });

  test("are the same whatever the order of the input, and with next to nothing waiting in memory", async (t) => {
    const folder = emptyFolder(t);
    // Lines sorted by their text are in no order that a collector would choose.
    const shuffle = `(head -1 in; sed '1d;$d' in | grep -v '"scope-end"' | LC_ALL=C sort -t: -k4; tail -1 in | sed 's/,"scope-end":[0-9]*//') > mixed`;
    await bash(`${COLLECT} > in; ${SDE} a < in; ${shuffle}`, folder);
    for (const options of ["", "--buffer-size 1K"]) {
      const { status, stderr } = await bash(`rm -rf b; ${SDE} b ${options} < mixed && diff -r a b`, folder);
      assert.equal(status, 0, stderr);
    }
    assert.equal((await bash(`rm -rf b; ${SDE} b --buffer-size 1K < in && diff -r a b`, folder)).status, 0);
  });

  test("of parts that are joined are those of the whole", { skip: missing("jq") }, async (t) => {
    const folder = emptyFolder(t);
    const part = (n: number): string =>
      `jq -c --slurp 'map(select(.type == "instance")) | to_entries[] | select(.key % 2 == ${n}).value' in > part${n}`;
    const { status, stderr } = await bash(
      `${COLLECT} > in; ${part(0)}; ${part(1)}; ${SDE} whole < in;
       vlf-collect files --for sde --now ${NOW} --collected-at ${NOW} part1 part0 | ${SDE} joined && diff -r whole joined`,
      folder,
    );
    assert.equal(status, 0, stderr);
  });

  test(
    "by type are those of the group, and rows on standard output are theirs",
    { skip: missing("jq", "zcat") },
    async (t) => {
      const folder = emptyFolder(t);
      const types = "phones site";
      const { status, stderr } = await bash(
        `${COLLECT} > in; ${SDE} all < in
       for type in ${types}; do
         ${SDE} one --type $type < in && cmp {all,one}/${DAY}/${DAY}_0300_$type.json.gz &&
         zcat all/${DAY}/${DAY}_0300_$type.json.gz | jq -c '.[]' > rows &&
         vlf-sde --type $type --stdout < in | jq -c 'select(.type == "sde-row").row' | cmp - rows || exit 1
       done`,
        folder,
      );
      assert.equal(status, 0, stderr);
    },
  );
});

/** Waits until a file has so many bytes. */
const UNTIL = 'until [ "$(stat -c %s copy 2> /dev/null || echo 0)" -gt 5000000 ]; do sleep 0.1; done';
const BIG = `vlf-collect demo --customers 200 --subscribers 100000 --now ${NOW} --for sde`;

/** A running export that is sent a signal in mid-stream; gives its status and what it says. */
async function interrupted(folder: string, signal: string): Promise<string> {
  const script = `${BIG} | tee copy | (vlf-sde --output out > files & echo $! > pid; wait $!; echo "status $?")`;
  const child = spawn("bash", ["-c", script], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const kill = spawn("bash", ["-c", `${UNTIL}; kill -${signal} $(cat pid)`], {
    cwd: folder,
    stdio: "ignore",
  });
  await new Promise((resolve) => child.on("close", resolve));
  kill.kill();
  return output;
}

describe("a run that does not reach its end", () => {
  for (const signal of ["TERM", "INT"]) {
    test(`stopped by SIG${signal}: dies of it, nothing is left and nothing removed`, async (t) => {
      const folder = emptyFolder(t);
      const old = "out/2020-01-01/2020-01-01_0000_line.json.gz";
      await bash(`mkdir -p out/2020-01-01 && touch ${old}`, folder);
      const output = await interrupted(folder, signal);
      // Deno may not signal itself without a permission more: then it says so and fails.
      assert.match(output, RUNTIME === "deno" ? /^status (2|130|143)$/m : /^status (130|143)$/m);
      assert.deepEqual(filesBelow(join(folder, "out")), [old.slice(4)]);
      assert.equal(readFileSync(join(folder, "files"), "utf8").includes('"end"'), false);
    });
  }

  test("killed outright: no file under its name; what is hidden goes after a day", async (t) => {
    const folder = emptyFolder(t);
    assert.match(await interrupted(folder, "KILL"), /^status 137$/m);
    const left = filesBelow(join(folder, "out"));
    assert.ok(
      left.every((path) => path.startsWith(".vlf-")),
      left.join(),
    );
    await bash(`touch -d "3 days ago" out/.vlf-*; ${COLLECT} | ${SDE} out`, folder);
    const after = filesBelow(join(folder, "out")).filter((path) => path.startsWith(".vlf-"));
    // A runtime that may not look at other processes removes none.
    if (RUNTIME !== "deno") assert.deepEqual(after, []);
  });

  test("stopped while it waits for input", async (t) => {
    const folder = emptyFolder(t);
    // The pipe is held open by the shell that writes to it until the export is gone.
    const script = `mkfifo in; vlf-sde --output out < in > files & pid=$!
      exec 3> in; head -c 3000 whole >&3
      until [ -n "$(ls -A out 2> /dev/null)" ]; do sleep 0.1; done
      kill -TERM $pid; wait $pid; echo "status $?"`;
    await bash(`${COLLECT} > whole`, folder);
    const { stdout, stderr } = await bash(script, folder);
    assert.match(stdout, RUNTIME === "deno" ? /^status (2|143)$/m : /^status 143$/m, stderr);
    assert.deepEqual(filesBelow(join(folder, "out")), []);
  });

  test("an upstream that fails: status 2, no file, no Completed line", async (t) => {
    const folder = emptyFolder(t);
    await bash(`${COLLECT} > in`, folder);
    for (const damage of ["sed '$d' in", "head -c 20000 in", "sed 5d in", "true"]) {
      const { status, stderr } = await bash(`(${damage}) | vlf-sde --output out --type line`, folder);
      assert.equal(status, 2, damage);
      assert.match(stderr, /^Starting line export, please wait\.\.\.\nvlf-sde: error: read stdin/);
      assert.deepEqual(filesBelow(join(folder, "out")), []);
    }
  });

  test("a full disk under the files", { skip: cannotMount() }, async (t) => {
    const folder = emptyFolder(t);
    mkdirSync(join(folder, "out"));
    const mount = "mount -t tmpfs -o size=64k tmpfs out";
    const script = `${mount} && ${COLLECT} | ${SDE} out; echo "status $?"; find out -type f; umount out`;
    const { stdout, stderr } = await bash(`unshare --mount bash -c '${script}'`, folder);
    assert.deepEqual(
      stdout.split("\n").filter((line) => !line.startsWith("{")),
      ["status 2", ""],
      stderr,
    );
    assert.match(stderr, /^vlf-sde: error: write ".*": no space left on the device \(ENOSPC\)$/m);
  });

  test("a full disk behind standard output: nothing is published", async (t) => {
    const folder = emptyFolder(t);
    const { status, stderr } = await bash(`${COLLECT} | ${SDE} out > /dev/full`, folder);
    assert.equal(status, 2);
    assert.match(stderr, /^vlf-sde: error: write stdout: no space left on the device \(ENOSPC\)$/m);
    assert.deepEqual(filesBelow(join(folder, "out")), []);
  });

  test("a reader of the records that goes away: the files are published all the same", async (t) => {
    const folder = emptyFolder(t);
    const { status, stderr } = await bash(`${COLLECT} | ${SDE} out | true`, folder);
    assert.equal(status, 0, stderr);
    assert.equal(filesBelow(join(folder, "out")).length, 23);
  });

  test("a reader of rows that has enough: quietly, with 0", async (t) => {
    const { status, stderr } = await bash(
      `vlf-collect demo --customers 5 --subscribers 5000 --now ${NOW} --for sde | vlf-sde --stdout | head -1 > line`,
      emptyFolder(t),
    );
    assert.deepEqual([status, stderr], [0, ""]);
  });
});

/** Mounting a small disk takes a mount namespace of one's own. */
function cannotMount(): string | false {
  return missing("unshare", "mount") || (process.getuid?.() !== 0 && "needs root to mount a small disk");
}

// Deno is not started by this name, and has its flags elsewhere.
if (RUNTIME === "node") {
  test("a runtime without WebAssembly: status 2, a line that says so, no file, on one thread as on two", async (t) => {
    const folder = emptyFolder(t);
    const bin = join(ROOT, "tools/vlf-sde/bin.ts");
    const node = `node --jitless --import ${import.meta.resolve("tsx")} ${bin}`;
    await bash(`${COLLECT} > in`, folder);
    for (const jobs of [1, 2]) {
      const { status, stderr } = await bash(`${node} --quiet --jobs ${jobs} --output out < in`, folder);
      assert.equal(status, 2, stderr);
      assert.match(stderr, /^vlf-sde: error: start WebAssembly: .*\nvlf-sde: hint: .*WebAssembly/m);
      assert.deepEqual(filesBelow(folder), ["in"]);
    }
  });
}
