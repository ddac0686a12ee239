/** Node and Deno give the same bytes, and under Deno a tool may do no more than it needs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, emptyFolder, NOW, ROOT } from "./_run.ts";

test("the pipeline gives the same bytes on Node and on Deno", async (t) => {
  const folder = emptyFolder(t);
  for (const runtime of ["node", "deno"]) {
    const { status, stderr } = await bash(
      `mkdir -p ${runtime}/to && cd ${runtime} &&
       vlf-collect demo --customers 4 --subscribers 300 --fields all --now ${NOW} > collect &&
       vlf-collect files collect --now ${NOW} > files && vlf-audit < files > audit &&
       vlf-pack --output out --now ${NOW} --format detailed-csv --format anonymous-csv --format anonymous-zip < audit > pack &&
       vlf-ship --to to --now ${NOW} < pack > ship && vlf-pack verify out/*.zip out/*.csv --now ${NOW} > verify && vlf-pack list --output out --now ${NOW} > list`,
      folder,
      { VLF_RUNTIME: runtime },
    );
    assert.equal(status, 0, stderr);
  }
  const { stdout, status } = await bash("diff -r node deno && find node -type f | wc -l", folder);
  assert.deepEqual([status, stdout.trim()], [0, "15"]);
});

test("under Deno vlf-audit counts without network, write or run permission", async (t) => {
  const folder = emptyFolder(t);
  const deny = "--deny-net --deny-write --deny-run --deny-ffi --deny-sys";
  const deno = join(ROOT, "node_modules/deno/deno");
  const audit = `${deno} run --quiet --no-prompt --config ${ROOT}/deno.json ${deny} --allow-read --allow-env ${ROOT}/tools/vlf-audit/bin.ts`;
  const { status, stdout, stderr } = await bash(
    `vlf-collect demo --customers 2 --subscribers 50 --now ${NOW} > in && ${audit} < in > denied && vlf-audit < in | cmp - denied && echo same`,
    folder,
  );
  assert.deepEqual([status, stdout], [0, "same\n"], stderr);
});

test("the shim gives each tool what it needs: the network to those that speak to others, all to none", () => {
  const shim = readFileSync(join(ROOT, "scripts/bin/_run"), "utf8");
  const audit = /vlf-audit\)\n(.*?);;/s.exec(shim)?.[1] ?? "";
  assert.match(audit, /^\s*permissions="--allow-read --allow-env"\n/);
  // More for the one command that keeps something, and for it alone.
  assert.deepEqual(audit.match(/\[.*\] \|\| .*$/gm), [
    '[ "${1:-}" != reconcile ] || permissions="$permissions --allow-write --allow-run=flock"',
  ]);
  assert.equal(audit.match(/permissions=/g)?.length, 2);
  assert.match(shim, /\*\) permissions="--allow-read --allow-write --allow-env" ;;/);
  const withNetwork = shim
    .split("\n")
    .filter((line) => line.includes("--allow-net"))
    .map((line) => line.trim().split(")")[0]);
  assert.deepEqual(withNetwork, ["vlf-collect", "vlf-ship", "vlf-notify"]);
  assert.doesNotMatch(shim, /--allow-all|-A\b/);
});
