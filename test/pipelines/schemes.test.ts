/** Both schemes through the real tools: counted in one pass, packed into one folder, verified, and merged. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bash, emptyFolder } from "./_run.ts";

const BOTH = "--scheme voss-4,voss-5";

test("both schemes come out of one pass, on several threads as on one, and each by itself is the same", async (t) => {
  const { status, stderr } = await bash(
    `vlf-collect demo --customers 8 --subscribers 4000 --now 2026-11-01T03:00:00Z --quiet > system &&
      vlf-audit ${BOTH} --jobs 1 < system > one && vlf-audit ${BOTH} --jobs 3 < system > three && cmp one three &&
      vlf-audit --scheme voss-5 < system | grep '"scheme":"voss-5"' > alone &&
      grep '"scheme":"voss-5"' one | cmp - alone`,
    emptyFolder(t),
  );
  assert.deepEqual([status, stderr], [0, ""]);
});

test("files of both schemes stand in one folder, and all of them verify", async (t) => {
  const { status, stdout, stderr } = await bash(
    `vlf-collect demo --customers 3 --subscribers 300 --now 2026-11-01T03:00:00Z --quiet | vlf-audit ${BOTH} > counts &&
      vlf-pack --output out --quiet < counts > packed && vlf-audit merge counts | tail -n +2 > merged &&
      tail -n +2 counts | cmp - merged && vlf-pack verify out/* > verified && ls out`,
    emptyFolder(t),
  );
  assert.equal(stderr, "");
  assert.equal(status, 0);
  const start = "vlf_CS-P_VOSS-DEMO-1";
  assert.deepEqual(stdout.trim().split("\n"), [
    `${start}_detailed_legacy_2026-11-01_0300.csv`,
    `${start}_detailed_legacy_2026-11-01_0300.csv.hash`,
    `${start}_license_2026-11-01_0300.zip`,
    `${start}_license_detailed_2026-11-01_0300.zip`,
    `${start}_license_legacy_2026-11-01_0300.zip`,
  ]);
});
