import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, NOW } from "../pipelines/_run.ts";
import { hooked, jobFile, LICENSE_ALERT, openAlerts } from "./_alerts.ts";

const STAGES = [
  "vlf-collect demo --customers 1 --quiet",
  "vlf-audit --quiet",
  "vlf-pack --quiet",
  "vlf-ship --quiet --to archive",
];

/** The monthly run in a script of the folder, with one stage replaced. */
function script(folder: string, at: number, stage: string, isPipefail: boolean): void {
  const stages = STAGES.with(at, stage);
  const lines = [
    "#!/bin/bash",
    ...(isPipefail ? ["set -o pipefail"] : []),
    "mkdir -p archive",
    `${stages.join(" | ")} > receipts`,
  ];
  writeFileSync(join(folder, "monthly"), `${lines.join("\n")}\n`, { mode: 0o755 });
}

for (const [at, stage] of STAGES.entries()) {
  const name = stage.split(" ")[0] ?? "";
  const isLast = at === STAGES.length - 1;
  for (const [what, failing, status, isPipefail] of [
    ["by status without pipefail", "sh -c 'exit 9'", isLast ? 9 : 2, false],
    ["by status with pipefail", "sh -c 'exit 9'", isLast ? 9 : 2, true],
    ["by signal", "sh -c 'kill -9 $$'", isLast ? 137 : 2, false],
  ] as const) {
    test(`run tells of the monthly run when ${name} fails ${what}, and keeps its status`, async (t) => {
      const { folder, hook } = await hooked(t);
      script(folder, at, failing, isPipefail);
      const ran = await bash(`vlf-notify run --now ${NOW} -- ./monthly`, folder);
      assert.equal(ran.status, status, ran.stderr);
      assert.equal(ran.stdout, "");
      const [alert, ...more] = hook.alerts();
      assert.deepEqual(more, []);
      assert.equal(alert?.["text"], LICENSE_ALERT);
      assert.deepEqual(alert["details"], [
        "Job: license-audit",
        `Started: ${NOW}`,
        `Ended: ${NOW}, it ended with status ${status}`,
      ]);
      const [open] = openAlerts(folder);
      const { id, code, severity, message, count, told } = open ?? {};
      assert.deepEqual(
        { id, code, severity, message, count, told },
        {
          id: "license-audit",
          code: "job-failed",
          severity: "error",
          message: LICENSE_ALERT,
          count: 1,
          told: true,
        },
      );
      const last = { started_at: NOW, ended_at: NOW, result: "failure", status };
      assert.deepEqual(jobFile(folder), { last });
    });
  }
}

test("run says nothing of a success, passes its output on, and closes the alert of before", async (t) => {
  const { folder, hook } = await hooked(t);
  script(folder, 0, "false", false);
  await bash("vlf-notify run -- ./monthly", folder);
  assert.equal(openAlerts(folder).length, 1);
  script(folder, 0, STAGES[0] ?? "", true);
  const ran = await bash(
    `vlf-notify run --now ${NOW} -- sh -c './monthly && cat receipts && echo done >&2'`,
    folder,
  );
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stdout, readFileSync(join(folder, "receipts"), "utf8"));
  assert.match(ran.stdout, /"type":"delivery".*"status":"delivered"/);
  assert.equal(ran.stderr, "done\n");
  assert.equal(hook.posts.length, 1, "the failure alone");
  assert.deepEqual(openAlerts(folder), []);
  assert.deepEqual(jobFile(folder).last_success, {
    started_at: NOW,
    ended_at: NOW,
    result: "success",
    status: 0,
  });
});
