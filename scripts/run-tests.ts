/**
 * Runs test files with node's runner and fails when none ran: Node 20 expands no globs, and a folder
 * argument runs nothing and is green. In CI a skipped test is a failure as well.
 * Usage: run-tests.ts [--deno] [PATH-PART]...
 * In CI the cases of properties are the same in each run; `VLF_SEED=N` makes them so anywhere.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const root = join(import.meta.dirname, "..");

const SEED = join(root, "scripts/property-seed.ts");

/** A file that hangs is a failure, not an evening: the longest one takes two minutes. */
const HOW = ["--test-concurrency=2", "--test-timeout=600000"];

/** All test files below a folder, sorted. */
function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name))
    .sort();
}

/** The figure of a closing line of the TAP report: `# skipped 0`. */
function figure(report: string, name: string): number {
  return Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(report)?.[1] ?? Number.NaN);
}

function onNode(files: readonly string[], env: NodeJS.ProcessEnv): number {
  const folder = mkdtempSync(join(tmpdir(), "vlf-tests-"));
  const report = join(folder, "report.tap");
  const reporters = [
    "--test-reporter=dot",
    "--test-reporter-destination=stdout",
    "--test-reporter=tap",
    `--test-reporter-destination=${report}`,
  ];
  const { status } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--import", pathToFileURL(SEED).href, "--test", ...HOW, ...reporters, ...files],
    {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  const text = readFileSync(report, "utf8");
  rmSync(folder, { recursive: true });
  const [tests, passed, failed, skipped] = ["tests", "pass", "fail", "skipped"].map((name) =>
    figure(text, name),
  );
  console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  for (const [, name] of text.matchAll(/^\s*ok \d+ - (.* # SKIP.*)$/gm)) console.log(`skipped: ${name}`);
  if (!(Number(tests) > 0)) console.error("run-tests: error: no test ran");
  const skippedInCi = process.env["CI"] === "true" && skipped !== 0;
  if (skippedInCi) console.error("run-tests: error: tests were skipped, in CI none may be");
  return status === 0 && Number(tests) > 0 && !skippedInCi ? 0 : 1;
}

function onDeno(files: readonly string[], env: NodeJS.ProcessEnv): number {
  const deno = join(root, "node_modules/deno/deno");
  const { status } = spawnSync(
    deno,
    ["test", "--no-check", "--allow-all", "--quiet", "--reporter=dot", "--preload", SEED, ...files],
    {
      cwd: root,
      env: { ...env, NO_COLOR: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  return status ?? 2;
}

const args = process.argv.slice(2);
const parts = args.filter((arg) => arg !== "--deno");
const files = ["tools", "scripts", "test"]
  .flatMap(testFiles)
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
// A time zone that is not UTC, and no start-up cost that only this machine has.
const env: NodeJS.ProcessEnv = { ...process.env, TZ: "Asia/Kolkata" };
delete env["NODE_EXTRA_CA_CERTS"];
if (env["CI"] === "true") env["VLF_SEED"] ??= "20261101";
if (files.length === 0) {
  console.error(`run-tests: error: no test file matches ${parts.join(", ")}`);
  process.exitCode = 2;
} else {
  process.exitCode = args.includes("--deno") ? onDeno(files, env) : onNode(files, env);
}
