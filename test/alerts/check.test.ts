import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash } from "../pipelines/_run.ts";
import { hooked, LICENSE_ALERT, openAlerts, recordsIn } from "./_alerts.ts";

const DUE = "2026-11-01T05:00:00Z";
const PIPELINE =
  "vlf-collect demo --customers 1 --now 2026-11-01T03:00:00Z --quiet | vlf-audit --quiet |" +
  " vlf-pack --now 2026-11-01T03:00:00Z --quiet | vlf-ship --quiet";

test("check raises a report that was never started, once, in the guide's words", async (t) => {
  const { folder, hook } = await hooked(t);
  const first = await bash(`vlf-notify check --now ${DUE}`, folder);
  assert.equal(first.status, 0, first.stderr);
  assert.match(
    first.stderr,
    /^vlf-notify: report of November 2026: no run has started since November 2026 began\n/,
  );
  assert.equal(hook.alerts()[0]?.["text"], LICENSE_ALERT);
  assert.deepEqual(hook.alerts()[0]?.["details"], [
    "Job: license-audit",
    "Found: no run has started since November 2026 began",
  ]);
  const [begin, alert, end] = recordsIn(first.stdout);
  assert.deepEqual(
    [
      begin?.["type"],
      alert?.["type"],
      alert?.["code"],
      alert?.["target"],
      alert?.["status"],
      end?.["counts"],
    ],
    ["begin", "alert", "report-missing", "hook", "acknowledged", { alert: 1 }],
  );
  const second = await bash("vlf-notify check --exit-status --now 2026-11-01T06:00:00Z", folder);
  assert.equal(second.status, 1);
  assert.match(second.stderr, /missing, and raised already; vlf-notify check --again raises it once more\n/);
  assert.equal(hook.alerts().length, 1);
  await bash("vlf-notify check --again --now 2026-11-01T06:00:00Z", folder);
  assert.equal(hook.alerts().length, 2);
  assert.equal(openAlerts(folder)[0]?.count, 2);
});

test("check raises again what no target took", async (t) => {
  const { folder, hook } = await hooked(t);
  const settings = readFileSync(join(folder, "vlf.toml"), "utf8");
  writeFileSync(join(folder, "vlf.toml"), settings.replace(hook.url, "http://127.0.0.1:9"));
  const lost = await bash(`vlf-notify check --now ${DUE}`, folder);
  assert.equal(lost.status, 75, "a check that cannot tell anybody has failed");
  writeFileSync(join(folder, "vlf.toml"), settings);
  const told = await bash(`vlf-notify check --now ${DUE}`, folder);
  assert.equal(told.status, 0);
  assert.equal(hook.alerts().length, 1);
});

test("before day 1, time and grace are over, the month before is asked for", async (t) => {
  const { folder } = await hooked(t, 'due_time = "02:00"\ngrace = "30m"');
  const before = await bash("vlf-notify check --dry-run --now 2026-11-01T02:29:59Z", folder);
  assert.match(before.stderr, /report of October 2026: no run/);
  const after = await bash("vlf-notify check --dry-run --now 2026-11-01T02:30:00Z", folder);
  assert.match(after.stderr, /report of November 2026: no run/);
});

test("a monthly run with its receipts read satisfies check, and health says nothing", async (t) => {
  const { folder, hook } = await hooked(
    t,
    'archive = "archive"',
    '[ship]\ndestinations = ["store"]\n[destinations.store]\ntype = "file"\npath = "archive"',
  );
  mkdirSync(join(folder, "archive"));
  const ran = await bash(
    `vlf-notify run --now 2026-11-01T03:00:00Z -- bash -c 'set -o pipefail; ${PIPELINE} | vlf-notify > receipts'`,
    folder,
  );
  assert.equal(ran.status, 0, ran.stderr);
  const receipts = readFileSync(join(folder, "receipts"), "utf8");
  assert.match(receipts, /"via":\[.*"tool":"vlf-notify"/);
  assert.equal(recordsIn(receipts).at(-1)?.["tool"], "vlf-notify");
  const check = await bash(`vlf-notify check --exit-status --now ${DUE}`, folder);
  assert.equal(check.status, 0, check.stderr);
  assert.deepEqual(check.stderr.split("\n"), [
    "vlf-notify: report of November 2026: a run succeeded at 2026-11-01T03:00:00Z",
    "vlf-notify: report of November 2026: 2 receipts say that all files arrived",
    'vlf-notify: report of November 2026: a report of November 2026 is in "archive"',
    "",
  ]);
  const health = await bash(
    `vlf-notify health --exit-status --now ${DUE} && vlf-notify health --plugin --now ${DUE}`,
    folder,
  );
  assert.deepEqual([health.status, health.stdout], [0, "LICENSE REPORT OK - November 2026 is there\n"]);
  assert.equal(hook.posts.length, 0);

  const emptied = await bash(`rm archive/*license*; vlf-notify check --exit-status --now ${DUE}`, folder);
  assert.equal(emptied.status, 1);
  assert.match(emptied.stderr, /report of November 2026: no report of November 2026 is in "archive"\n/);
});

test("a delivery that failed is raised with VOSS's code, keeps check unsatisfied, and closes when it arrives", async (t) => {
  const { folder, hook } = await hooked(
    t,
    "",
    '[ship]\ndestinations = ["store"]\n[destinations.store]\ntype = "file"\npath = "archive"',
  );
  const run = `vlf-notify run --now 2026-11-01T03:00:00Z -- bash -c '${PIPELINE} | vlf-notify > receipts'`;
  const failed = await bash(run, folder);
  assert.equal(failed.status, 0, "without pipefail nobody sees the status of vlf-ship");
  const alerts = hook.alerts();
  assert.equal(alerts.length, 2, failed.stderr);
  for (const alert of alerts) {
    const { id, code, category, severity, title } = alert;
    assert.deepEqual(
      { id, code, category, severity, title },
      {
        id: "store",
        code: "36100",
        category: "License Audit File Transfer",
        severity: "error",
        title: "ERROR: License file transfer failed",
      },
    );
    assert.match(String(alert["message"]), /^The file vlf_.* did not arrive at store: .*archive/);
  }
  assert.deepEqual(
    openAlerts(folder).map(({ id, code, count }) => [id, code, count]),
    [["store", "36100", 2]],
  );
  const check = await bash(`vlf-notify check --exit-status --dry-run --now ${DUE}`, folder);
  assert.equal(check.status, 1);
  assert.match(check.stderr, /"vlf_.*" is failed at "store" since /);
  const health = await bash(`vlf-notify health --now ${DUE}`, folder);
  assert.match(
    health.stdout,
    /^LICENSE REPORT: FAILED - Please run 'vlf-notify run --name license-audit -- COMMAND'\n$/,
  );

  mkdirSync(join(folder, "archive"));
  await bash(`rm -r media; ${run}`, folder);
  assert.deepEqual(openAlerts(folder), []);
  assert.equal((await bash(`vlf-notify check --exit-status --now ${DUE}`, folder)).status, 0);
});

test("health prints the guide's line with the command of the settings until a run succeeds", async (t) => {
  const { folder } = await hooked(
    t,
    "",
    '[notify.jobs.license-audit]\ncommand = "systemctl start vlf-audit"\n[notify.jobs.export]\n',
  );
  await bash(
    "vlf-notify run --now 2026-11-01T03:00:00Z -- false; vlf-notify run --name export -- false",
    folder,
  );
  const failed = await bash("vlf-notify health --exit-status --now 2026-11-01T03:30:00Z", folder);
  assert.equal(failed.status, 1);
  assert.deepEqual(failed.stdout.split("\n"), [
    "LICENSE REPORT: FAILED - Please run 'systemctl start vlf-audit'",
    "JOB export: FAILED - Please run 'vlf-notify run --name export -- COMMAND'",
    "",
  ]);
  assert.equal(failed.stderr, "");
  const plugin = await bash("vlf-notify health --plugin --now 2026-11-01T03:30:00Z", folder);
  assert.equal(plugin.status, 2);
  assert.match(plugin.stdout, /^LICENSE REPORT CRITICAL - October 2026: [^\n]* failed with status 1\n$/);
  await bash(
    "vlf-notify run --now 2026-11-01T04:00:00Z -- true; vlf-notify run --name export -- true",
    folder,
  );
  const good = await bash(`vlf-notify health --exit-status --now ${DUE}`, folder);
  assert.deepEqual([good.status, good.stdout], [0, ""]);
});

test("health --plugin never takes a wrong command line or state for critical", async (t) => {
  const { folder } = await hooked(t);
  const wrong = await bash("vlf-notify health --plugin --lovel x", folder);
  assert.deepEqual(
    [wrong.status, wrong.stdout],
    [3, 'LICENSE REPORT UNKNOWN - read options: unknown option "--lovel"\n'],
  );
  const state = await bash(
    "mkdir -p state/jobs && echo x > state/jobs/license-audit.json && vlf-notify health --plugin",
    folder,
  );
  assert.deepEqual(
    [state.status, state.stdout],
    [3, 'LICENSE REPORT UNKNOWN - read "state/jobs/license-audit.json": not a JSON object\n'],
  );
});
