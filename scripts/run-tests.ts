/**
 * Runs test files with node's runner and fails when none ran: Node 20 expands no globs, and a folder
 * argument runs nothing and is green. Usage: run-tests.ts [--deno] [PATH-PART]...
 */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** All test files below a folder, sorted. */
function testFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts") && !name.includes("node_modules"))
    .map((name) => join(folder, name))
    .sort();
}

const args = process.argv.slice(2);
const deno = args.includes("--deno");
const parts = args.filter((arg) => arg !== "--deno");
const files = [...testFiles("tools"), ...testFiles("scripts"), ...testFiles("test")].filter(
  (file) => parts.length === 0 || parts.some((part) => file.includes(part)),
);
if (files.length === 0) {
  console.error(`run-tests: error: no test file matches ${parts.join(", ")}`);
  process.exitCode = 2;
} else {
  const env = { ...process.env, TZ: "Asia/Kolkata", NODE_EXTRA_CA_CERTS: "" };
  const [command, ...rest] = deno
    ? [join(root, "node_modules/deno/deno"), "test", "--no-check", "--allow-all", "--quiet", ...files]
    : [process.execPath, "--import", "tsx", "--test", "--test-concurrency=2", ...files];
  const { status } = spawnSync(command ?? "", rest, { cwd: root, env, stdio: "inherit" });
  process.exitCode = status ?? 2;
}
