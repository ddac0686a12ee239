import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, NOW } from "../pipelines/_run.ts";
import { hooked, openAlerts, recordsIn } from "./_alerts.ts";

const begin = {
  type: "begin",
  schema: 1,
  tool: "vlf-audit",
  version: "0.1.0",
  run_id: "e3b0c442-98fc-8c14-9afb-f4c8996fb924",
  started_at: NOW,
  collected_at: NOW,
  platform: {},
};
const finding = (code: string, severity: string, customer = "", count?: number): Record<string, unknown> => ({
  type: "finding",
  code,
  severity,
  message: `about ${code}`,
  customer_pkid: customer,
  ...(count === undefined ? {} : { count }),
});
const unknown = { type: "new-thing", left: ["alone"], n: 1 };

/** Writes a stream into the folder, without an end record where it was cut off. */
function stream(folder: string, records: readonly { type?: unknown }[], isWhole = true): void {
  const counts: Record<string, number> = {};
  for (const { type } of records) counts[String(type)] = (counts[String(type)] ?? 0) + 1;
  const all = [begin, ...records, ...(isWhole ? [{ type: "end", tool: "vlf-audit", counts }] : [])];
  writeFileSync(join(folder, "in"), all.map((record) => `${JSON.stringify(record)}\n`).join(""));
}

const RECORDS = [
  finding("a", "info"),
  finding("b", "warning", "c1", 3),
  unknown,
  finding("b", "warning", "c2", 4),
  finding("c", "error", "c1"),
];

test("the filter passes all records on, raises from its level up, one alert for each kind of finding", async (t) => {
  const { folder, hook } = await hooked(t);
  stream(folder, RECORDS);
  const { status, stdout, stderr } = await bash(`vlf-notify --level warn --now ${NOW} < in`, folder);
  assert.equal(status, 0, stderr);
  const records = recordsIn(stdout);
  assert.deepEqual(records.slice(1, 1 + RECORDS.length), RECORDS);
  assert.deepEqual(records[0], { ...begin, via: [{ tool: "vlf-notify", version: "0.1.0" }] });
  assert.deepEqual(records.at(-1)?.["counts"], { finding: 4, "new-thing": 1, alert: 2 });
  assert.deepEqual(
    records
      .filter(({ type }) => type === "alert")
      .map(({ id, code, severity, message, target, status: how }) => [
        id,
        code,
        severity,
        message,
        target,
        how,
      ]),
    [
      [
        "finding c",
        "c",
        "error",
        "ERROR: Finding c: about c (1 times, first at customer c1)",
        "hook",
        "acknowledged",
      ],
      [
        "finding b",
        "b",
        "warning",
        "WARNING: Finding b: about b (7 times in 2 findings, first at customer c1)",
        "hook",
        "acknowledged",
      ],
    ],
  );
  assert.equal(hook.alerts().length, 2);
});

test("the filter raises errors alone unless told otherwise, and nothing of a good stream", async (t) => {
  const { folder, hook } = await hooked(t);
  stream(folder, RECORDS.slice(0, -1));
  const { status, stdout } = await bash("vlf-notify < in", folder);
  assert.equal(status, 0);
  assert.equal(recordsIn(stdout).filter(({ type }) => type === "alert").length, 0);
  assert.equal(hook.posts.length, 0);
  stream(folder, RECORDS);
  await bash("vlf-notify < in", folder);
  assert.deepEqual(
    hook.alerts().map(({ id }) => id),
    ["finding c"],
  );
});

test("a stream that was cut off is an alert with what it said before, and fails; below run it is run's", async (t) => {
  const { folder, hook } = await hooked(t);
  stream(folder, RECORDS, false);
  const cut = await bash(`vlf-notify --now ${NOW} < in`, folder);
  assert.equal(cut.status, 2);
  assert.match(cut.stderr, /error: read stdin: input ends after line 6 without an end record\n/);
  assert.deepEqual(recordsIn(cut.stdout).slice(1), RECORDS, "what passed has passed, and lacks its end");
  assert.deepEqual(
    hook.posts.splice(0).map(({ body }) => (JSON.parse(body) as { id: string }).id),
    ["finding c", "license-audit"],
  );
  assert.deepEqual(
    openAlerts(folder).map(({ id, code }) => [id, code]),
    [
      ["finding c", "c"],
      ["license-audit", "job-failed"],
    ],
  );
  const inner = await bash("vlf-notify run --name nightly -- sh -c 'vlf-notify < in > out'", folder);
  assert.equal(inner.status, 2);
  assert.deepEqual(
    hook.alerts().map(({ id }) => id),
    ["finding c", "nightly"],
  );
});

test("a channel that fails changes neither the status of the filter nor its records", async (t) => {
  const { folder, hook } = await hooked(t);
  stream(folder, RECORDS);
  const settings = `[notify]\nstate = "state"\n[notify.targets.dead]\ntype = "webhook"\nurl = "http://127.0.0.1:9/"\n[notify.targets.hook]\ntype = "webhook"\nurl = "${hook.url}/hook"\n`;
  writeFileSync(join(folder, "vlf.toml"), settings);
  const { status, stdout, stderr } = await bash("vlf-notify < in", folder);
  assert.equal(status, 0);
  assert.match(stderr, /error: .*127\.0\.0\.1:9.*ECONNREFUSED/);
  assert.deepEqual(
    recordsIn(stdout)
      .filter(({ type }) => type === "alert")
      .map(({ target, status: how }) => [target, how]),
    [
      ["dead", "failed"],
      ["hook", "acknowledged"],
    ],
  );
});

test("a reader that goes away stops no alert", async (t) => {
  const { folder, hook } = await hooked(t);
  stream(folder, [...Array.from({ length: 20_000 }, () => unknown), finding("c", "error")]);
  await bash("vlf-notify < in | head -1", folder);
  assert.deepEqual(
    hook.alerts().map(({ id }) => id),
    ["finding c"],
  );
  const full = await bash("vlf-notify < in > /dev/full", folder);
  assert.equal(full.status, 2, "a full disk is a failure");
  assert.equal(hook.alerts().length, 2);
});
