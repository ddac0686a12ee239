/**
 * Times the data export with all types on demo systems, beside `jq` making one report (phones.jq) and beside
 * the floor (floor.ts: read, split, parse), taking turns, and prints medians and ratios; then the memory with
 * ten times as many customers of the same size. Usage: sde.ts [--rounds N] [--subscribers N]...
 * Needs jq and GNU time; keeps its data in bench-data/.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { cpus } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "bench-data");
const NOW = "2026-11-01T03:00:00Z";
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    subscribers: { type: "string", multiple: true, default: ["100000", "500000"] },
  },
});

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, "dist/bin"), process.env["PATH"] ?? ""].join(delimiter),
};
// It costs every start of Node 20 some 80 ms, on machines that have it.
delete env["NODE_EXTRA_CA_CERTS"];

interface Job {
  readonly name: string;
  readonly command: string;
  readonly input: string;
  /** Of each round: seconds, seconds of processor time of all processes, MB of the largest one. */
  readonly samples: (readonly [seconds: number, cpu: number, peakMb: number])[];
}

/** Runs a command once under GNU time, with the file as standard input. */
function run({ command, input, samples }: Job): void {
  const report = join(folder, "time.txt");
  const args = ["-f", "%e %U %S %M", "-o", report, "bash", "-c", `${command} < ${input}`];
  const { status, stderr } = spawnSync("/usr/bin/time", args, { cwd: folder, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: status ${status}\n${stderr}`);
  const line = readFileSync(report, "utf8").trim().split("\n").at(-1) ?? "";
  const [seconds = 0, user = 0, system = 0, peakKb = 0] = line.split(" ").map(Number);
  samples.push([seconds, user + system, peakKb / 1024]);
}

/** A demo system as a stream, made once. */
function system(subscribers: number, customers: number): string {
  const name = `sde-${subscribers}-${customers}.ndjson`;
  if (existsSync(join(folder, name))) return name;
  const command = `vlf-collect demo --for sde --now ${NOW} --customers ${customers} --subscribers ${subscribers}`;
  execFileSync("bash", ["-c", `${command} > ${name}.part && mv ${name}.part ${name}`], { cwd: folder, env });
  return name;
}

const job = (name: string, command: string, input: string): Job => ({ name, command, input, samples: [] });
const SDE = "rm -rf sde && vlf-sde --quiet --no-prune --output sde";

function jobsOf(input: string): Job[] {
  return [
    job("floor", `node ${join(root, "dist/bench/floor.js")} > /dev/null`, input),
    job("vlf-sde, 23 types", `${SDE} > /dev/null`, input),
    job("vlf-sde --jobs 1, 23 types", `${SDE} --jobs 1 > /dev/null`, input),
    job("jq, 1 type", `jq -c -f ${join(root, "scripts/bench/phones.jq")} > phones.json`, input),
  ];
}

execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts")], { cwd: root });
mkdirSync(folder, { recursive: true });
const sizes = values.subscribers.map(Number);
const groups = sizes.map((subscribers): [title: string, jobs: Job[]] => [
  `${subscribers} subscribers`,
  jobsOf(system(subscribers, Math.max(1, subscribers / 1000))),
]);
const small = (sizes[0] ?? 100_000) / 10;
groups.push([
  "memory",
  [1, 10].map((times) => {
    const customers = Math.max(1, (small / 100) * times);
    return job(`${customers} customers`, `${SDE} > /dev/null`, system(small * times, customers));
  }),
]);

for (const [, jobs] of groups) {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Taking turns: what else the machine does at the time falls on all alike.
    for (const one of jobs) run(one);
  }
}

function median({ samples }: Job, index: 0 | 1 | 2): number {
  const sorted = samples.map((sample) => sample[index]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const jq = execFileSync("bash", ["-c", "jq --version"], { encoding: "utf8" }).trim();
console.log(
  `Node ${process.versions.node}, ${jq}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}; medians of ${values.rounds}\n`,
);
for (const [title, jobs] of groups) {
  const last = jobs.at(-1);
  const times = last === undefined ? Number.NaN : median(last, 0);
  console.log(`| ${title} | MB | s | CPU s | peak MB | time / ${last?.name ?? ""} |`);
  console.log("| --- | --: | --: | --: | --: | --: |");
  for (const one of jobs) {
    const cells = [
      (statSync(join(folder, one.input)).size / 1e6).toFixed(0),
      median(one, 0).toFixed(2),
      median(one, 1).toFixed(2),
      median(one, 2).toFixed(0),
      (median(one, 0) / times).toFixed(2),
    ];
    console.log(`| ${one.name} | ${cells.join(" | ")} |`);
  }
  console.log("");
}
// Time grows with the input where this stays the same.
for (const [index, subscribers] of sizes.entries()) {
  for (const one of groups[index]?.[1] ?? []) {
    const share = (median(one, 1) / subscribers) * 100_000;
    console.log(`${one.name}, ${subscribers}: ${share.toFixed(2)} CPU s for each 100,000 subscribers`);
  }
}
