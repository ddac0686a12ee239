/** What a what-if tells is for people: no tool takes it for a month. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bash, emptyFolder, filesBelow } from "./_run.ts";

const DEMO = "vlf-collect demo --customers 2 --subscribers 60 --quiet --now 2026-11-01T03:00:00Z";

/** A standalone phone of the first customer goes. */
const CHANGES = `name=$(vlf-audit explain --column 18 < demo | jq -r 'select(.type == "evidence") | .name' | head -1)
  printf '[[change]]\\nphone = "%s"\\nremove = true\\n' "$name" > changes.toml`;

test("the stream of a what-if is never packed, joined, counted, exported or delivered", async (t) => {
  const folder = emptyFolder(t);
  const { status, stdout, stderr } = await bash(
    `${DEMO} > demo && ${CHANGES} && vlf-audit --what-if changes.toml < demo > what-if
      for command in "vlf-pack --output license" "vlf-audit" "vlf-audit merge what-if what-if" "vlf-sde --output sde" \\
        "vlf-ship --to archive" "vlf-collect files -"; do
        $command < what-if > out; echo $?
      done`,
    folder,
  );
  assert.equal(status, 0);
  assert.equal(stdout, "2\n".repeat(6));
  assert.equal(stderr.match(/a what-if: nothing in this stream is real$/gm)?.length, 6, stderr);
  assert.deepEqual(filesBelow(folder), ["changes.toml", "demo", "out", "what-if"]);
});

test("no difference and no people are packed as a month without users either", async (t) => {
  const folder = emptyFolder(t);
  const { stdout, stderr } = await bash(
    `${DEMO} > demo && sed 's/"CTI Port"/"Cisco 8841"/' demo > later
      (vlf-audit explain < demo | vlf-pack --output license > out); echo $?
      (vlf-audit diff demo later | vlf-pack --output license > out); echo $?`,
    folder,
  );
  assert.equal(stdout, "2\n2\n", stderr);
  assert.match(stderr, /read stdin:\d+: "evidence" record, wanted counts\n/);
  assert.match(stderr, /read stdin:\d+: "license-change" record, wanted counts\n/);
  assert.deepEqual(filesBelow(folder), ["demo", "later", "out"]);
});

test("a what-if is the same whatever the threads, and tells what diff tells of the edited input", async (t) => {
  const { status, stdout, stderr } = await bash(
    `${DEMO} > demo && ${CHANGES}
      for jobs in 1 4; do vlf-audit --jobs $jobs --what-if changes.toml --scheme voss-4,voss-5 < demo > jobs$jobs; done
      cmp jobs1 jobs4
      grep -iv "\\"name\\":\\"$name\\"" demo | grep '"type":"instance"' | vlf-collect files - > edited
      for scheme in voss-4 voss-5; do
        vlf-audit diff --scheme $scheme demo edited | jq -c 'select(.type == "license-change")'
      done > diff
      jq -c 'select(.type == "license-change")' jobs1 | cmp - diff && wc -l < diff`,
    emptyFolder(t),
  );
  assert.equal(stderr, "");
  assert.equal(status, 0);
  assert.ok(Number(stdout) >= 4, stdout);
});
