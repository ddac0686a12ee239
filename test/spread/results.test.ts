/** What is joined, and what never is: parts that were changed, results of others, parts that were counted twice. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { environment, missing, ROOT } from "../pipelines/_run.ts";
import { type Bench, bench, until } from "./_spread.ts";

const partsOf = ({ folder }: Bench): string[] =>
  readdirSync(join(folder, "work/parts")).map((name) => name.replace(".ndjson", ""));

const countHere = ({ run }: Bench, ...more: string[]): ReturnType<Bench["run"]> =>
  run(`vlf-spread run -q --work work ${more.join(" ")}`);

async function joined({ run, whole }: Bench): Promise<void> {
  const { stdout, stderr, status } = await run("vlf-spread join --work work");
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.equal(stdout, whole);
}

describe("results of parts", () => {
  test("are joined to the bytes of one audit; a part that is counted twice at a time is taken once", async (t) => {
    const set = await bench(t);
    const parts = partsOf(set);
    const [first = ""] = parts;
    const [twice] = await Promise.all([countHere(set, first), countHere(set, ...parts)]);
    assert.equal(twice.status, 0, twice.stderr);
    assert.equal(readdirSync(join(set.folder, "work/results")).length, 2 * parts.length);
    await joined(set);
    const again = await set.run(`vlf-spread run --work work ${first}`);
    assert.equal(again.stderr, `vlf-spread: ${first}: was counted\n`);
    await joined(set);
  });

  test("that are missing are named, that were changed are refused, and are counted again", async (t) => {
    const set = await bench(t);
    const parts = partsOf(set);
    const [first = "", second = "", third = ""] = parts;
    await countHere(set, first, second);
    const missed = await set.run("vlf-spread join --work work");
    assert.deepEqual([missed.status, missed.stdout], [75, ""]);
    assert.match(missed.stderr, new RegExp(`1 parts have no result: ${third}\n`));
    await countHere(set, third);
    const results = join(set.folder, "work/results");
    const result = readdirSync(results).find((name) => name.startsWith(second) && name.endsWith(".ndjson"));
    const text = readFileSync(join(results, result ?? ""), "utf8");
    writeFileSync(join(results, result ?? ""), text.replace(/"count":1\b/, '"count":9'));
    const refused = await set.run("vlf-spread join --work work");
    assert.deepEqual([refused.status, refused.stdout], [2, ""]);
    assert.match(refused.stderr, new RegExp(`error: join "work": ${second}: its result was changed\n`));
    const { stdout } = await set.run("vlf-spread list --work work | cut -f 1,2");
    assert.equal(stdout, `${first}\tcounted\n${second}\tits result was changed\n${third}\tcounted\n`);
    assert.equal((await countHere(set, ...parts)).status, 0);
    await joined(set);
  });

  test("of another part, version, settings or schemes are never joined", async (t) => {
    const set = await bench(t);
    const parts = partsOf(set);
    await countHere(set, ...parts);
    const path = join(set.folder, "work/results", `${parts[0]}.json`);
    const good = readFileSync(path, "utf8");
    const changes: readonly (readonly [RegExp, string, string])[] = [
      [/"part_sha256": "./, '"part_sha256": "x', "it is of another part"],
      [/"version": "0.1.0"/, '"version": "0.0.9"', "it was counted by vlf-audit 0.0.9"],
      [/"settings": "./, '"settings": "x', "it was counted with other settings"],
      [/"voss-5",/, "", "it was counted by other schemes"],
      [/"result": "/, '"result": "x', "its result is gone"],
    ];
    for (const [from, to, problem] of changes) {
      writeFileSync(path, good.replace(from, to));
      const { status, stdout, stderr } = await set.run("vlf-spread join --work work");
      assert.deepEqual([status, stdout], [2, ""]);
      assert.equal(stderr.split("\n")[0], `vlf-spread: error: join "work": ${parts[0]}: ${problem}`);
    }
    writeFileSync(path, good);
    for (const file of ["settings.toml", "rest.ndjson"]) {
      const whole = readFileSync(join(set.folder, "work", file));
      appendFileSync(join(set.folder, "work", file), "\n");
      const { status, stderr } = await set.run("vlf-spread join --work work");
      assert.equal(status, 2);
      assert.match(stderr, new RegExp(`error: read work/${file}: not what was cut\n`));
      writeFileSync(join(set.folder, "work", file), whole);
    }
    await joined(set);
  });

  test("are not kept of a part that was changed, nor of an audit that is not ours", async (t) => {
    const set = await bench(t);
    const [first = "", second = ""] = partsOf(set);
    await countHere(set, second);
    const other = readdirSync(join(set.folder, "work/results")).find((name) => name.endsWith(".ndjson"));
    const odd: readonly (readonly [string, RegExp])[] = [
      ["printf {}", /the result:1: record has no "type"|ended/],
      ["true", /count part-0001-\w+ on this machine: the result: empty input, wanted a begin record\n/],
      [`cat work/results/${other}`, /the result has \d customers by voss-4, and not the \d of the part\n/],
      ["vlf-old", /it is vlf-audit 0\.0\.9 there, wanted vlf-audit 0\.1\.0\n/],
      ["vlf-nothing", /vlf-audit cannot be started there: .*vlf-nothing.*not found\n/],
    ];
    const old = `#!/bin/sh\nvlf-audit "$@" | sed 1s/0.1.0/0.0.9/g\n`;
    writeFileSync(join(set.folder, "vlf-old"), old, { mode: 0o755 });
    for (const [program, message] of odd) {
      writeFileSync(join(set.folder, "program"), `#!/bin/sh\n${program === "vlf-old" ? old : program}\n`, {
        mode: 0o755,
      });
      const words = program === "vlf-nothing" ? program : `${set.folder}/program`;
      const { status, stderr } = await countHere(set, first, "--program", words);
      assert.notEqual(status, 0);
      assert.match(stderr, message);
      assert.equal(existsSync(join(set.folder, "work/results", `${first}.json`)), false);
    }
    assert.equal(readdirSync(join(set.folder, "work/results")).length, 2);
    appendFileSync(join(set.folder, "work/parts", `${first}.ndjson`), "\n");
    const changed = await countHere(set, first);
    assert.equal(changed.status, 2);
    assert.match(changed.stderr, /error: read work\/parts\/part-0001-\w+\.ndjson: not what was cut\n/);
  });
});

describe("vlf-spread cut", () => {
  test("refuses a folder with a cut, and leaves none behind when its input was cut off", async (t) => {
    const set = await bench(t);
    const again = await set.run("vlf-spread cut --work work < in.ndjson");
    assert.equal(again.status, 2);
    assert.match(again.stderr, /error: cut into "work": it holds a cut already\n/);
    const { status, stdout } = await set.run("head -100 in.ndjson | vlf-spread cut --work other");
    assert.deepEqual([status, stdout], [2, ""]);
    assert.deepEqual(readdirSync(join(set.folder, "other")), []);
    const none = await set.run("vlf-spread join --work other");
    assert.match(none.stderr, /error: read the cut: "other" holds none\n/);
  });

  test("leaves nothing behind when it is stopped, also while it waits for its input", async (t) => {
    const set = await bench(t);
    const child = spawn("vlf-spread", ["cut", "--work", "other"], {
      cwd: set.folder,
      env: environment(),
      stdio: ["pipe", "ignore", "inherit"],
    });
    const ended = new Promise<string | null>((resolve) => {
      child.on("close", (_status, signal) => resolve(signal));
    });
    child.stdin?.write(readFileSync(join(set.folder, "in.ndjson")).subarray(0, 100_000));
    const other = join(set.folder, "other");
    await until(() => existsSync(other) && readdirSync(other, { recursive: true }).length > 3);
    child.kill("SIGTERM");
    assert.equal(await ended, "SIGTERM");
    assert.deepEqual(readdirSync(other), []);
  });

  test("gives the same parts for the same input, by pipe or file", async (t) => {
    const set = await bench(t);
    const { stdout } = await set.run(
      `cat in.ndjson | vlf-spread cut -q --work other --parts 2 --scheme cisco-ucm,voss-5,voss-4`,
    );
    assert.deepEqual(stdout.trim().split("\n"), partsOf(set));
    rmSync(join(set.folder, "other"), { recursive: true });
  });
});

describe("the files of other engines", () => {
  test("the script for Slurm counts the part of each task", async (t) => {
    const set = await bench(t);
    const script = join(ROOT, "scripts/spread/examples/slurm.sh");
    for (const task of [1, 2, 3, 4]) {
      const { status, stderr } = await set.run(`sh ${script} work`, { SLURM_ARRAY_TASK_ID: String(task) });
      assert.equal(status, 0, stderr);
      if (task === 4) assert.match(stderr, /no part has the number 4: nothing to do/);
    }
    await joined(set);
  });

  test("the job of Kubernetes counts the part of each index", { skip: missing("python3") }, async (t) => {
    const set = await bench(t);
    const text = readFileSync(join(ROOT, "scripts/spread/examples/kubernetes.yaml"), "utf8");
    const [, command = ""] = /^ +- (exec vlf-spread .*)$/m.exec(text) ?? [];
    assert.match(text, /completionMode: Indexed\n {2}completions: \d+\n/);
    writeFileSync(join(set.folder, "command"), command.replace("/spread", "work"));
    for (const index of [0, 1, 2]) {
      const { status, stderr } = await set.run('sh -c "$(cat command)"', {
        JOB_COMPLETION_INDEX: String(index),
      });
      assert.equal(status, 0, stderr);
    }
    await joined(set);
  });
});
