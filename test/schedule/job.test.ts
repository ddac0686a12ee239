import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { State } from "../../tools/vlf-notify/src/state.ts";
import { filesBelow } from "../pipelines/_run.ts";
import { homeFolder, script } from "./_schedule.ts";

const JOB = (home: string, ...more: string[]): string =>
  `vlf-job --home '${home}' --log '${home}/log/nightly.log' ${more.join(" ")}`;

test("in maintenance nothing starts: it is logged, and told when it is over", async (t) => {
  const home = homeFolder(t);
  const on = await script("vlf-schedule maintenance on --now 2026-12-01T02:00:00Z", home);
  assert.equal(on.stdout, "maintenance is on: no scheduled job starts; those that run go on\n");
  const skipped = await script(JOB(home, "nightly -- touch started"), home);
  assert.deepEqual([skipped.status, skipped.stdout, skipped.stderr], [0, "", ""]);
  const unwatched = await script(`vlf-job --home '${home}' report-check --unwatched -- touch started`, home);
  assert.deepEqual(
    [unwatched.status, unwatched.stdout],
    [0, "report-check: not started, maintenance is on\n"],
  );
  assert.equal(existsSync(join(home, "started")), false);
  assert.match(
    readFileSync(join(home, "log/nightly.log"), "utf8"),
    /^\S+Z nightly: not started, maintenance is on\n$/,
  );
  const asked = await script("vlf-schedule maintenance; vlf-schedule maintenance on", home);
  assert.equal(asked.stdout, "maintenance is on since 2026-12-01T02:00:00Z\n".repeat(2));
  const off = await script("vlf-schedule maintenance off", home);
  assert.match(
    off.stdout,
    /^maintenance is off; it was on since 2026-12-01T02:00:00Z\nnot started: \S+Z nightly\nnot started: \S+Z report-check\n$/,
  );
  const ran = await script(JOB(home, "nightly -- touch started"), home);
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(existsSync(join(home, "started")), true);
  const next = await script("vlf-schedule maintenance on; vlf-schedule maintenance off", home);
  assert.doesNotMatch(next.stdout, /not started:/, "what was left out before is an old story");
});

test("commands typed by hand run in maintenance, as on VOSS", async (t) => {
  const home = homeFolder(t);
  const { status, stdout } = await script("vlf-schedule maintenance on && voss export type line", home);
  assert.equal(status, 0);
  assert.match(stdout, /^Completed line export/m);
});

test("a job is silent when it succeeds; when it fails, what this run said goes to whom cron mails", async (t) => {
  const home = homeFolder(t);
  const good = await script(JOB(home, "nightly -- sh -c 'echo fine; echo warned >&2'"), home);
  assert.deepEqual([good.status, good.stdout, good.stderr], [0, "", ""]);
  const bad = await script(JOB(home, "nightly -- sh -c 'echo why >&2; exit 75'"), home);
  assert.equal(bad.status, 75);
  assert.equal(bad.stdout, "");
  assert.match(
    bad.stderr,
    /^vlf-job: error: run job "nightly": it ended with status 75; all that it said is in ".*\/log\/nightly\.log"\n/,
  );
  assert.match(bad.stderr, /\nwhy\n/);
  assert.doesNotMatch(bad.stderr, /fine|warned/, "that was the run before");
  const log = readFileSync(join(home, "log/nightly.log"), "utf8");
  assert.match(
    log,
    /^\S+Z nightly: started\nfine\nwarned\n\S+Z nightly: ended with status 0\n\S+Z nightly: started\nwhy\n/,
  );
});

test("a job finds its folder, its programs and its credentials without the variables of a shell", async (t) => {
  const home = homeFolder(t);
  mkdirSync(join(home, "a b"));
  const command = `env -i HOME=/nowhere PATH=/usr/bin:/bin "$(command -v vlf-job)" --home '${join(home, "a b")}' --credentials /etc/c --deno j --unwatched -- sh -c 'pwd; echo $VLF_HOME $CREDENTIALS_DIRECTORY $VLF_RUNTIME; for x in voss vlf-audit vlf-schedule; do command -v $x; done'`;
  const { stdout, stderr } = await script(command, home);
  const lines = stdout.split("\n");
  assert.equal(stderr, "");
  assert.match(lines[0] ?? "", /\/a b$/);
  assert.match(lines[1] ?? "", /\/a b \/etc\/c deno$/);
  assert.equal(lines.length, 6, stdout);
});

for (const [what, args, message] of [
  ["no job", "", "read options: no name of a job"],
  ["an option without a value", "--home", "read options: --home has no value"],
  ["an unknown option", "--hom x", "read options: no name of a job"],
  ["a folder that is not there", "--home /not/there j -- true", 'start job "j": cannot enter "/not/there"'],
  [
    "a log that cannot be written",
    "--log /dev/null/x j -- true",
    'start job "j": cannot write "/dev/null/x"',
  ],
] as const) {
  test(`vlf-job refuses ${what}: status 2, which cron mails and systemd tells of`, async (t) => {
    const { status, stderr } = await script(`vlf-job ${args}`, homeFolder(t));
    assert.equal(status, 2);
    assert.ok(stderr.includes(`vlf-job: error: ${message}\n`), stderr);
  });
}

test("what waits in the spool is delivered by the hourly job, and its receipt known to the check", async (t) => {
  const home = homeFolder(
    t,
    '[ship]\ndestinations = ["a"]\nspool = "spool"\nattempts = 1\n[destinations.a]\ntype = "http"\nhost = "127.0.0.1"\nport = 1\nsecure = false\nmethod = "PUT"\nurl = "/in/"\n',
  );
  const ran = await script("voss export group license --now 2026-12-01T03:00:00Z", home);
  assert.equal(ran.status, 75, ran.stderr);
  const receipts = (): string =>
    JSON.stringify(new State(join(home, "state/vlf-notify")).receipts("license-audit"));
  assert.match(receipts(), /"queued"/);
  const down = await script("vlf-schedule retry", home);
  assert.equal(down.status, 0, "it waits on, and that is no news");
  const toml = readFileSync(join(home, "vlf.toml"), "utf8");
  writeFileSync(join(home, "vlf.toml"), toml.replace(/type = "http"[^[]*/, 'type = "file"\npath = "b"'));
  mkdirSync(join(home, "b"));
  const up = await script("vlf-schedule retry", home);
  assert.equal(up.status, 0, up.stderr);
  assert.equal(filesBelow(join(home, "b")).length, 2);
  assert.doesNotMatch(receipts(), /"queued"/);
});
