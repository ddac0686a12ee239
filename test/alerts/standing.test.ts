/** What `vlf-audit standing` and `reconcile` find is raised by vlf-notify. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash } from "../pipelines/_run.ts";
import { hooked, openAlerts } from "./_alerts.ts";

const NOW = "2026-11-23T12:00:00Z";

test("a license that was not refreshed for 21 days is an alert, and one in error mode a graver one", async (t) => {
  const { folder, hook } = await hooked(t);
  const system = (id: string, refreshed: string): string =>
    `[[system]]\nid = "${id}"\n[[system.weblm]]\nname = "weblm-${id}"\nrefreshed_at = ${refreshed}\n`;
  writeFileSync(
    join(folder, "systems.toml"),
    system("SUB-1", "2026-11-02T12:00:00Z") +
      system("SUB-2", "2026-10-01T12:00:00Z") +
      system("SUB-3", "2026-11-20T12:00:00Z"),
  );
  const ran = await bash(
    `vlf-audit standing --system systems.toml --now ${NOW} | vlf-notify --level warn --now ${NOW} > out`,
    folder,
  );
  assert.equal(ran.status, 0, ran.stderr);
  assert.deepEqual(
    hook.alerts().map(({ code, severity, message }) => [code, severity, message]),
    [
      [
        "license-expired",
        "error",
        'license "weblm-SUB-2" of "SUB-2" was not refreshed for 53 days, it was valid for 30: applications run in license error mode (1 times)',
      ],
      [
        "license-not-refreshed",
        "warning",
        'license "weblm-SUB-1" of "SUB-1" was not refreshed for 21 days, wanted after 20; error mode begins after day 30 (1 times)',
      ],
    ],
  );
  assert.deepEqual(
    openAlerts(folder)
      .map(({ code }) => code)
      .toSorted(),
    ["license-expired", "license-not-refreshed"],
  );
});
