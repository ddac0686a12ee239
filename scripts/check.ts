/** Everything that must hold before a change is handed in, in the order of what fails soonest. CI runs this. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = (name: string): string => join(root, "node_modules/.bin", name);
const script = (name: string, ...args: string[]): string[] => [
  process.execPath,
  "--import",
  "tsx",
  join(root, "scripts", name),
  ...args,
];

/** Tests of whole tools run what users get, not the sources. */
const BUILT = { VLF_BUILT: "1" };

const STEPS: readonly (readonly [name: string, command: readonly string[], env?: Record<string, string>])[] =
  [
    ["types", [bin("tsc"), "-p", "."]],
    ["lint", [bin("oxlint"), "--type-aware", "--quiet"]],
    ["format", [bin("oxfmt"), "--check", "."]],
    ["workspace", script("check-workspace.ts")],
    ["unused code", [bin("knip"), "--no-progress"]],
    ["unused code in what users get", [bin("knip"), "--no-progress", "--production", "--strict"]],
    ["list of breaks", script("break-rules.ts", "--stale")],
    ["scanner", script("build-scanner.ts", "--check")],
    ["page of models", script("models-page.ts", "--check")],
    ["page of report types", script("sde-types-page.ts", "--check")],
    ["build", script("build.ts")],
    ["tests on Node", script("run-tests.ts"), BUILT],
    ["tests on Deno", script("run-tests.ts", "--deno", "tools/")],
    ["pipelines on Deno", script("run-tests.ts", "test/"), { ...BUILT, VLF_RUNTIME: "deno" }],
    ["examples of the READMEs", script("check-docs.ts"), BUILT],
  ];

const only = process.argv.slice(2);
const failed: string[] = [];
for (const [name, [command, ...args], env] of STEPS) {
  if (only.length > 0 && !only.some((part) => name.includes(part))) continue;
  const started = performance.now();
  console.log(`\n== ${name}`);
  const { status, error } = spawnSync(command ?? "", args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  if (error !== undefined) console.error(error.message);
  if (status !== 0) failed.push(name);
  console.log(
    `== ${name}: ${status === 0 ? "ok" : "FAILED"} (${((performance.now() - started) / 1000).toFixed(1)} s)`,
  );
}
console.log(failed.length === 0 ? "\nall checks passed" : `\nfailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
