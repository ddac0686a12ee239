/**
 * Whatever goes wrong in the pipeline: a status, one line that says what and where, and no file published.
 * Each case is a pipeline that ends in `vlf-pack --output out`.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { bash, emptyFolder, environment, filesBelow, missing, NOW } from "./_run.ts";

const COLLECT = `vlf-collect demo --customers 2 --subscribers 20 --now ${NOW}`;
const PACK = `vlf-pack --output out --now ${NOW}`;

interface Case {
  readonly name: string;
  /** Makes the stream of `$COLLECT` into a bad one; `collect.ndjson` holds the good one. */
  readonly damage: string;
  readonly error: RegExp;
}

const DAMAGES: readonly Case[] = [
  {
    name: "a missing end",
    damage: "sed '$d' collect.ndjson",
    error: /^vlf-audit: error: read stdin: input ends after line \d+ without an end record$/m,
  },
  {
    name: "an upstream that wrote nothing",
    damage: "true",
    error: /^vlf-audit: error: read stdin: empty input, wanted a begin record$/m,
  },
  {
    name: "a wrong count",
    damage: "sed '5d' collect.ndjson",
    error: /^vlf-audit: error: read stdin: the end record announces \d+ "instance" records, but \d+ came$/m,
  },
  {
    name: "a count that is too high",
    damage: "sed '5{p}' collect.ndjson",
    error: /^vlf-audit: error: read stdin: the end record announces \d+ "instance" records, but \d+ came$/m,
  },
  {
    name: "a stream cut in a line",
    damage: "head -c 20000 collect.ndjson",
    error: /^vlf-audit: error: read stdin:\d+: the last line is cut off: "/m,
  },
  {
    name: "a truncated line in the middle",
    damage: `awk 'NR == 30 { $0 = substr($0, 1, length($0) - 7) } { print }' collect.ndjson`,
    error: /^vlf-audit: error: read stdin:30: not JSON, wanted one JSON object: "/m,
  },
  {
    name: "bytes that are not UTF-8",
    damage: `awk 'NR == 40 { sub(/"pkid":"/, "&\\xff") } { print }' collect.ndjson`,
    error: /^vlf-audit: error: read stdin:40: bytes that are not UTF-8$/m,
  },
  {
    name: "a line of 100 MB",
    damage: `head -n 10 collect.ndjson; head -c 100000000 /dev/zero | tr '\\0' x; echo; sed 1,10d collect.ndjson`,
    error: /^vlf-audit: error: read stdin:11: line is longer than 16777216 bytes$/m,
  },
  {
    name: "an instance after its scope has ended",
    damage: `awk '{ print } /"type":"scope-end"/ { print line } /HierarchyNode/ { line = $0 }' collect.ndjson`,
    error: /^vlf-audit: error: read stdin:\d+: an instance at "[^"]+", but the scope of "[^"]+" has ended$/m,
  },
];

describe("a damaged stream", () => {
  for (const { name, damage, error } of DAMAGES) {
    test(`${name}: status 2, one line, no file`, async (t) => {
      const folder = emptyFolder(t);
      await bash(`${COLLECT} > collect.ndjson`, folder);
      const { status, stderr, stdout } = await bash(`(${damage}) | vlf-audit | ${PACK}`, folder, {
        LC_ALL: "C",
      });
      assert.equal(status, 2, stderr);
      assert.match(stderr, error);
      assert.match(
        stderr,
        /^vlf-pack: error: read stdin: .*$/m,
        "the packer says that its input is no whole",
      );
      assert.equal(stdout, "");
      assert.deepEqual(filesBelow(folder), ["collect.ndjson"]);
      assert.equal(stderr.split("\n").filter((line) => line.includes(" error: ")).length, 2, stderr);
    });
  }

  test("between audit and packer: status 2, no file", async (t) => {
    const folder = emptyFolder(t);
    await bash(`${COLLECT} | vlf-audit > counts.ndjson`, folder);
    const { status, stderr } = await bash(`head -n 5 counts.ndjson | ${PACK}`, folder);
    assert.equal(status, 2);
    assert.match(stderr, /^vlf-pack: error: read stdin: input ends after line 5 without an end record$/m);
    assert.deepEqual(filesBelow(folder), ["counts.ndjson"]);
  });

  test("between packer and delivery: status 2, nothing delivered", async (t) => {
    const folder = emptyFolder(t);
    mkdirSync(join(folder, "to"));
    await bash(`${COLLECT} | vlf-audit | ${PACK} > files.ndjson`, folder);
    const { status, stderr } = await bash("sed '$d' files.ndjson | vlf-ship --to to", folder);
    assert.equal(status, 2);
    assert.match(stderr, /^vlf-ship: error: read stdin: input ends after line \d+ without an end record$/m);
    assert.deepEqual(filesBelow(join(folder, "to")), []);
  });

  test("a part that is accepted with --allow-partial is never packed", async (t) => {
    const folder = emptyFolder(t);
    const { status, stderr } = await bash(
      `${COLLECT} | sed '$d' | vlf-audit --allow-partial | ${PACK}`,
      folder,
    );
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^vlf-audit: warning: read stdin: input ends after line \d+ without an end record: the counts are of a part/m,
    );
    assert.match(stderr, /^vlf-pack: error: read stdin: input ends after line \d+ without an end record$/m);
    assert.deepEqual(filesBelow(folder), []);
  });
});

const KILL_LATER =
  'until [ "$(stat -c %s copy 2> /dev/null || echo 0)" -gt 5000000 ]; do sleep 0.1; done; kill -KILL $(cat pid)';

describe("a process that dies", () => {
  test("a collector killed in mid-stream: status 137 by pipefail, 2 of the others, no file", async (t) => {
    const folder = emptyFolder(t);
    const big = `vlf-collect demo --customers 200 --subscribers 200000 --now ${NOW}`;
    const script = `(${big} & echo $! > pid; wait $!) | tee copy | vlf-audit | ${PACK}; echo "statuses \${PIPESTATUS[*]}"`;
    const child = spawn("bash", ["-c", script], {
      cwd: folder,
      env: environment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    // When some megabytes came through it is well under way: the whole has hundreds.
    const kill = spawn("bash", ["-c", KILL_LATER], { cwd: folder, stdio: "ignore" });
    await new Promise((resolve) => child.on("close", resolve));
    kill.kill();
    assert.match(output, /^statuses 137 0 2 2$/m, output);
    assert.match(
      output,
      /^vlf-audit: error: read stdin(:\d+)?: (input ends after line \d+ without an end record|the last line is cut off: .*)$/m,
    );
    assert.deepEqual(filesBelow(folder), ["copy", "pid"]);
  });

  test("an auditor that finds bad input stops the collector quietly", async (t) => {
    const folder = emptyFolder(t);
    const big = `vlf-collect demo --customers 50 --subscribers 50000 --now ${NOW}`;
    const { stdout, stderr } = await bash(
      `${big} | vlf-audit --scheme voss-9 | ${PACK}; echo "\${PIPESTATUS[*]}"`,
      folder,
    );
    assert.equal(stdout, "0 2 2\n", stderr);
    assert.deepEqual(filesBelow(folder), []);
  });
});

describe("a disk that is full", () => {
  for (const [tool, command] of [
    ["vlf-collect", `${COLLECT} > /dev/full`],
    ["vlf-audit", `${COLLECT} | vlf-audit > /dev/full`],
    ["vlf-pack", `${COLLECT} | vlf-audit | ${PACK} > /dev/full`],
  ] as const) {
    test(`under the output of ${tool}: status 2`, async (t) => {
      const { status, stderr } = await bash(command, emptyFolder(t));
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        new RegExp(`^${tool}: error: write stdout: no space left on the device \\(ENOSPC\\)$`, "m"),
      );
    });
  }

  test(
    "under the published files: status 2, nothing published, nothing left over",
    { skip: cannotMount() },
    async (t) => {
      const folder = emptyFolder(t);
      mkdirSync(join(folder, "out"));
      const mount = "mount -t tmpfs -o size=8k tmpfs out";
      const script = `${mount} && ${COLLECT} | vlf-audit | ${PACK}; echo "status $?"; find out -type f; umount out`;
      const { stdout, stderr } = await bash(`unshare --mount bash -c '${script}'`, folder);
      const said = stdout.split("\n").filter((line) => !/^\{"type":"(begin|finding)"/.test(line));
      assert.deepEqual(said, ["status 2", ""], stderr); // no file record, no end record, no file found
      assert.match(stderr, /^vlf-pack: error: write ".*": no space left on the device \(ENOSPC\)$/m);
    },
  );
});

describe("a reader that goes away", () => {
  for (const [tool, command] of [
    ["vlf-collect", `vlf-collect demo --customers 20 --subscribers 20000 --now ${NOW} | head -1 > line`],
    [
      "vlf-audit",
      `vlf-collect demo --customers 400 --subscribers 2000 --now ${NOW} | vlf-audit | head -1 > line`,
    ],
  ] as const) {
    test(`of ${tool}: it ends quietly with status 0`, async (t) => {
      const { status, stderr } = await bash(command, emptyFolder(t));
      assert.deepEqual([status, stderr], [0, ""]);
    });
  }

  test("of vlf-pack and vlf-ship: the files are published and delivered all the same", async (t) => {
    const folder = emptyFolder(t);
    mkdirSync(join(folder, "to"));
    const { status, stderr } = await bash(
      `${COLLECT} | vlf-audit | ${PACK} | tee files.ndjson | vlf-ship --quiet --to to | true`,
      folder,
    );
    assert.equal(status, 0, stderr);
    assert.equal(filesBelow(join(folder, "out")).length, 3);
    assert.equal(filesBelow(join(folder, "to")).length, 2);
    await bash(`${COLLECT} | vlf-audit | ${PACK.replace("output out", "output out2")} | true`, folder);
    assert.deepEqual(filesBelow(join(folder, "out2")), filesBelow(join(folder, "out")));
  });

  test("a reader that is slow gets every byte", async (t) => {
    const folder = emptyFolder(t);
    const { stdout } = await bash(
      `${COLLECT} > whole; ${COLLECT} | (sleep 2; cat) | cmp - whole && echo same`,
      folder,
    );
    assert.equal(stdout, "same\n");
  });
});

/** Mounting a small disk takes a mount namespace of one's own. */
function cannotMount(): string | false {
  return missing("unshare", "mount") || (process.getuid?.() !== 0 && "needs root to mount a small disk");
}
