/**
 * All benchmarks by one command: runs those that are named, or `all`, one after another, and passes options on. `all`
 * writes what comes into docs/benchmarks.md, each section at its markers; with --quick (small systems, one round) only
 * into a page that --page names. Without a name: the stages. Usage: bench.ts [all | NAME...] [--quick] [OPTION]...
 * Takes some 45 minutes, and wants a machine with nothing else to do.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { checkPage, NAMES, resultsFolder } from "./_page.ts";

const args = process.argv.slice(2);
const names = args.filter((arg) => arg === "all" || NAMES.includes(arg));
const options = args.filter((arg) => !names.includes(arg));
const isAll = names.includes("all");
if (isAll && !options.includes("--quick") && !options.some((option) => option.startsWith("--page"))) {
  options.push("--page", join(import.meta.dirname, "../../docs/benchmarks.md"));
}
const page = options[options.indexOf("--page") + 1];
if (options.includes("--page")) checkPage(page ?? "");

// The goals on the page are those of this run.
if (isAll) rmSync(resultsFolder(options.includes("--quick")), { recursive: true, force: true });

const failed: string[] = [];
for (const name of isAll ? NAMES : names.length > 0 ? names : ["stages"]) {
  console.log(`== ${name}`);
  const script = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, ["--import", "tsx", script, ...options], {
    stdio: "inherit",
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) console.error(`bench: error: failed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
