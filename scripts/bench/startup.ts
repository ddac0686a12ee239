/**
 * How fast the tools start, beside a bare `node -e 0`: medians of one run, in which all take turns.
 * Usage: startup.ts [--rounds N] [--built FOLDER]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: { rounds: { type: "string", default: "11" }, built: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "vlf-startup-"));
const built = values.built ?? join(folder, "dist");
if (values.built === undefined) {
  execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts"), built], { cwd: root });
}
const env: NodeJS.ProcessEnv = {
  ...process.env,
  HOME: folder,
  PATH: [join(built, "bin"), process.env["PATH"] ?? ""].join(delimiter),
};
// It costs Node 20 some 80 ms a process, and is no part of what is measured.
delete env["NODE_EXTRA_CA_CERTS"];

const EMPTY = "vlf-collect demo --customers 1 --subscribers 0 --now 2026-11-01T03:00:00Z";
const run = (command: string): void => {
  const { status } = spawnSync("sh", ["-c", command], { cwd: folder, env, stdio: "ignore" });
  if (status !== 0) throw new Error(`measure "${command}": status ${status}`);
};
run("mkdir to; vlf-collect demo --customers 1 --subscribers 10 --now 2026-11-01T03:00:00Z > small");

const bare = "exec node -e 0";
const five = Array.from({ length: 5 }, () => "node -e 0").join(" | ");
const jobs: Readonly<Record<string, string>> = {
  [bare]: bare,
  "vlf-audit --version": "exec vlf-audit --version",
  "vlf-audit, one customer of 10 subscribers": "exec vlf-audit < small",
  "collect demo, audit, pack, ship and notify in a pipe, an empty system": `rm -rf media to/*; ${EMPTY} | vlf-audit -q | vlf-pack -q | vlf-ship -q --to to | vlf-notify -q`,
  "five times node -e 0 in a pipe": five,
  true: "exec true",
  "vlf-notify run -- true": "exec vlf-notify run -- true",
  "sleep 0.3": "exec sleep 0.3",
  "vlf-notify run -- sleep 0.3": "exec vlf-notify run -- sleep 0.3",
};

const times = new Map<string, number[]>(Object.keys(jobs).map((name) => [name, []]));
for (const command of Object.values(jobs)) run(command); // files into memory
for (let round = 0; round < Number(values.rounds); round += 1) {
  for (const [name, command] of Object.entries(jobs)) {
    const started = performance.now();
    run(command);
    times.get(name)?.push(performance.now() - started);
  }
}
rmSync(folder, { recursive: true });

const median = (name: string): number =>
  (times.get(name) ?? []).toSorted((a, b) => a - b)[Math.floor(Number(values.rounds) / 2)] ?? Number.NaN;
const unit = median(bare);
console.log(
  `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}, load ${loadavg()[0]?.toFixed(1)}; medians of ${values.rounds}.\n`,
);
console.log("| command | ms | times `node -e 0` |\n| --- | --: | --: |");
for (const name of Object.keys(jobs)) {
  console.log(`| ${name} | ${median(name).toFixed(1)} | ${(median(name) / unit).toFixed(2)} |`);
}
for (const command of ["true", "sleep 0.3"]) {
  const added = median(`vlf-notify run -- ${command}`) - median(command);
  console.log(
    `| added by vlf-notify run to ${command} | ${added.toFixed(1)} | ${(added / unit).toFixed(2)} |`,
  );
}
