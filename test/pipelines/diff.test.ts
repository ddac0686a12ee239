/** The months that vlf-pack keeps are months that vlf-audit compares. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bash, emptyFolder } from "./_run.ts";

const DEMO = "vlf-collect demo --customers 2 --subscribers 60 --quiet";

test("packed files of a month and its instances are the same month", async (t) => {
  const { status, stdout, stderr } = await bash(
    `${DEMO} --now 2026-10-01T03:00:00Z > october &&
      vlf-audit < october | vlf-pack --quiet --output license --format detailed-csv,anonymous-csv,anonymous-zip > files &&
      for file in license/*.csv license/*.zip; do
        vlf-audit diff "$file" october | jq -c .counts | tail -1
        vlf-audit diff october "$file" | jq -c .counts | tail -1
      done`,
    emptyFolder(t),
  );
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.deepEqual(
    stdout.trim().split("\n"),
    Array.from({ length: 6 }, () => "{}"),
  );
});

test("two packed months differ by what changed", async (t) => {
  const { status, stdout, stderr } = await bash(
    `${DEMO} --now 2026-10-01T03:00:00Z > october &&
      sed 's/2026-10-01/2026-11-01/g; s/"device.cucm.Phone"/"device\\/cucm\\/NoPhone"/' october > november &&
      for month in october november; do
        vlf-audit < $month | vlf-pack --quiet --output license > files
      done
      vlf-audit diff license/*_license_2026-1[01]-01_0300.zip |
        jq -r 'select(.type == "license-change" and .tier == "essential") | [.column, .after] | @tsv' | sort -u`,
    emptyFolder(t),
  );
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.match(stdout, /^one_phone\t0$/m);
  assert.match(stdout, /^standalone_phones\t0$/m);
});
