import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow } from "../pipelines/_run.ts";
import { GUIDE_NOW, homeFolder, script, scriptEnvironment, SOURCE } from "./_schedule.ts";

const NOW = `--now ${GUIDE_NOW}`;

test("a type that is unknown is refused before anything is read or told: status 2", async (t) => {
  const home = homeFolder(t);
  const { status, stdout, stderr } = await script("voss export type line type linee", home);
  assert.deepEqual([status, stdout], [2, ""]);
  assert.match(
    stderr,
    /^voss: error: read the command: unknown type "linee"\nvoss: hint: types: analogue_line_mgcp, /,
  );
  assert.equal(existsSync(join(home, "reads")), false);
  assert.equal(existsSync(join(home, "state")), false, "no run, no alert");
});

for (const [what, source, status, cause] of [
  ["the system is down", "exit 75", 75, "the source: ended with status 75"],
  ["the source fails", "echo {; exit 3", 2, "the source: ended with status 3"],
  ["the source dies", `${SOURCE} | head -30; kill -TERM $$`, 2, "the source: ended with status 143"],
  ["the source is cut off", `${SOURCE} | head -30`, 2, "vlf-sde: ended with status 2"],
] as const) {
  test(`no file, no line Completed and the cause when ${what}: status ${status}`, async (t) => {
    const home = homeFolder(t, "", source);
    const ran = await script(`voss export type line ${NOW}`, home);
    assert.deepEqual(
      [ran.status, ran.stdout],
      [status, "Starting line export, please wait...\n"],
      ran.stderr,
    );
    assert.ok(ran.stderr.includes(`voss: error: export line: ${cause}\n`), ran.stderr);
    assert.ok(
      ran.stderr.includes(
        `vlf-notify: error: run job "export-line": the command ended with status ${status}\n`,
      ),
      ran.stderr,
    );
    assert.deepEqual(existsSync(join(home, "media")) ? filesBelow(join(home, "media")) : [], []);
  });
}

test("one family that fails leaves the files of the other: told apart, status 2", async (t) => {
  const home = homeFolder(t, '[sde]\noutput = "taken"\n');
  writeFileSync(join(home, "taken"), "a file, no folder");
  const ran = await script(`voss export type line type license_initial_audit ${NOW}`, home);
  assert.equal(ran.status, 2);
  assert.match(
    ran.stdout,
    /^Starting line export, please wait\.\.\.\nStarting license_initial_audit export, please wait\.\.\.\nCompleted license_initial_audit export, created vlf_\S+\.zip, vlf_\S+\.csv\.\n$/,
    ran.stderr,
  );
  assert.ok(
    ran.stderr.includes("voss: error: export line, license_initial_audit: vlf-sde: ended with status 2\n"),
  );
});

test("a delivery that fails does not take back the line Completed, and is the status", async (t) => {
  const home = homeFolder(
    t,
    '[ship]\ndestinations = ["a"]\n[destinations.a]\ntype = "file"\npath = "not/there"\n',
  );
  const ran = await script(`voss export type license_initial_audit ${NOW}`, home);
  assert.equal(ran.status, 2);
  assert.match(ran.stdout, /\nCompleted license_initial_audit export, created /);
  assert.match(ran.stderr, /^voss: error: export license_initial_audit: vlf-ship: ended with status 2$/m);
});

test("commands typed by hand wait for the schedule: never two readings at a time", async (t) => {
  const slow = "if ! mkdir busy; then echo overlap >&2; fi; sleep 1; rmdir busy";
  const home = homeFolder(t, "", `${slow}; ${SOURCE}`);
  const both = await script(
    `voss export type line ${NOW} & voss export type site ${NOW}; first=$?; wait $!; echo $first $?`,
    home,
  );
  assert.match(both.stdout, /^0 0$/m, both.stderr);
  assert.doesNotMatch(both.stderr, /overlap/);
});

test("counts that cannot be kept are a failure, told and over at once", async (t) => {
  const home = homeFolder(t);
  mkdirSync(join(home, "media/data_export"), { recursive: true });
  writeFileSync(join(home, "media/data_export/count"), "a file, no folder");
  const ran = await script(`voss license-audit-counting ${NOW}`, home);
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /^voss: error: make folder "media\/data_export\/count": /m);
  assert.doesNotMatch(ran.stdout, /Completed/);
});

test("a reader of the lines that went away stops no export", async (t) => {
  const home = homeFolder(t);
  const ran = await script(`voss export type line type site ${NOW} | true; echo \${PIPESTATUS[0]}`, home);
  assert.equal(ran.stdout, "0\n", ran.stderr);
  assert.equal(filesBelow(join(home, "media")).length, 2);
});

test("a signal ends the command and all that it started", async (t) => {
  const home = homeFolder(t, "", "echo $$ > pid; exec sleep 600");
  const child = spawn("voss", ["export", "type", "line"], {
    cwd: home,
    env: scriptEnvironment(home),
    stdio: ["ignore", "ignore", "ignore"],
  });
  t.after(() => void child.kill("SIGKILL"));
  while (!existsSync(join(home, "pid")) || readFileSync(join(home, "pid"), "utf8") === "") {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  child.kill("SIGTERM");
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  assert.deepEqual([code, signal], [null, "SIGTERM"]);
  const stat = `/proc/${readFileSync(join(home, "pid"), "utf8").trim()}/stat`;
  assert.ok(!existsSync(stat) || / Z /.test(readFileSync(stat, "utf8")), "the source is gone");
  assert.match(readFileSync(join(home, "state/vlf-notify/jobs/export-line.json"), "utf8"), /"failure"/);
});
