/**
 * Times each stage on demo systems beside `jq -c .` and beside the floor (floor.ts: read, split, parse),
 * taking turns in one run, and prints medians and ratios. All are built (scripts/build.ts) and started by
 * Node alone, as users start them. Usage: bench.ts [--rounds N] [--subscribers N]
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
  options: { rounds: { type: "string", default: "5" }, subscribers: { type: "string", default: "100000" } },
});
const rounds = Number(values.rounds);
const subscribers = Number(values.subscribers);

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(root, "dist/bin"), process.env["PATH"] ?? ""].join(delimiter),
};
// It costs every start of Node 20 some 80 ms, on machines that have it.
delete env["NODE_EXTRA_CA_CERTS"];

/** A command that takes longer is run once, not once a round. */
const SLOW_SECONDS = 8;

interface Sample {
  seconds: number;
  /** Of all processes of the command, user and system. */
  cpuSeconds: number;
  peakMb: number;
}

interface Job {
  readonly name: string;
  readonly command: string;
  /** The file the command reads or, for the first stage, writes. */
  readonly input: string;
  readonly samples: Sample[];
}

function job(name: string, command: string, input: string): Job {
  return { name, command, input: join(folder, input), samples: [] };
}

/** Runs a command once under GNU time. */
function run(command: string): Sample {
  const report = join(folder, "time.txt");
  const { status, stderr } = spawnSync(
    "/usr/bin/time",
    ["-f", "%e %U %S %M", "-o", report, "bash", "-c", command],
    { cwd: folder, env, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${command}: status ${status}\n${stderr}`);
  const [seconds = 0, user = 0, system = 0, peakKb = 0] = readFileSync(report, "utf8")
    .trim()
    .split(" ")
    .map(Number);
  return { seconds, cpuSeconds: user + system, peakMb: peakKb / 1024 };
}

function make(name: string, command: string): void {
  if (existsSync(join(folder, name))) return;
  run(`${command} > ${name}.part && mv ${name}.part ${name}`);
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const ofJob = (one: Job, what: keyof Sample): number => median(one.samples.map((sample) => sample[what]));

execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts")], { cwd: root });
mkdirSync(folder, { recursive: true });
const customers = Math.max(1, subscribers / 1000);
const demo = (options: string): string => `vlf-collect demo --now ${NOW} ${options}`;
const lean = `lean-${subscribers}.ndjson`;
const full = `full-${subscribers / 5}.ndjson`;
make(lean, demo(`--customers ${customers} --subscribers ${subscribers}`));
make(full, demo(`--customers ${customers / 5} --subscribers ${subscribers / 5} --fields all`));
const many = `lean-${subscribers * 10}.ndjson`;
make(many, demo(`--customers ${customers * 10} --subscribers ${subscribers * 10}`));
make("counts.ndjson", `vlf-audit < ${lean}`);
make("files.ndjson", `vlf-pack --output license --now ${NOW} < counts.ndjson`);
mkdirSync(join(folder, "delivered"), { recursive: true });

const floor = `node ${join(root, "dist/bench/floor.js")}`;
const groups: readonly (readonly [title: string, floor: Job, others: readonly Job[]])[] = [
  [
    `${subscribers} subscribers, the fields that are needed`,
    job("floor", `${floor} < ${lean}`, lean),
    [
      job(
        "vlf-collect demo",
        `${demo(`--customers ${customers} --subscribers ${subscribers}`)} > /dev/null`,
        lean,
      ),
      job("vlf-collect files", `vlf-collect files ${lean} > /dev/null`, lean),
      job("vlf-audit", `vlf-audit < ${lean} > /dev/null`, lean),
      job("vlf-audit --jobs 1", `vlf-audit --jobs 1 < ${lean} > /dev/null`, lean),
      job("jq -c .", `jq -c . < ${lean} > /dev/null`, lean),
    ],
  ],
  [
    `${subscribers / 5} subscribers, all fields`,
    job("floor", `${floor} < ${full}`, full),
    [
      job("vlf-collect files", `vlf-collect files ${full} > /dev/null`, full),
      job("vlf-audit", `vlf-audit < ${full} > /dev/null`, full),
      job("vlf-audit --jobs 1", `vlf-audit --jobs 1 < ${full} > /dev/null`, full),
      job("jq -c .", `jq -c . < ${full} > /dev/null`, full),
    ],
  ],
  [
    `the counts of ${subscribers} subscribers`,
    job("floor", `${floor} < counts.ndjson`, "counts.ndjson"),
    [
      job(
        "vlf-pack",
        `rm -rf license && vlf-pack --output license --now ${NOW} < counts.ndjson > files.ndjson`,
        "counts.ndjson",
      ),
      job(
        "vlf-ship",
        "rm -rf delivered/* && vlf-ship --quiet --to delivered < files.ndjson > /dev/null",
        "files.ndjson",
      ),
    ],
  ],
  [
    `memory of vlf-audit: ${customers} customers, and ten times as many of the same size`,
    job(`${customers} customers`, `vlf-audit < ${lean} > /dev/null`, lean),
    [job(`${customers * 10} customers`, `vlf-audit < ${many} > /dev/null`, many)],
  ],
];

for (const [, first, others] of groups) {
  for (let round = 0; round < rounds; round += 1) {
    // Taking turns: what else the machine does at the time falls on all alike. What takes long runs once.
    for (const one of [first, ...others]) {
      if (round === 0 || (one.samples[0]?.seconds ?? 0) < SLOW_SECONDS) one.samples.push(run(one.command));
    }
  }
}

const version = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { encoding: "utf8" }).trim();
console.log(
  `Node ${process.versions.node}, ${version("jq", "--version")}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}; medians of ${rounds}\n`,
);
for (const [title, first, others] of groups) {
  console.log(
    `| ${title} | MB | s | CPU s | MB/s | peak MB | time / ${first.name} |\n| --- | --: | --: | --: | --: | --: | --: |`,
  );
  for (const one of [first, ...others]) {
    const mb = statSync(one.input).size / 1e6;
    const seconds = ofJob(one, "seconds");
    const cells = [
      mb.toFixed(mb < 10 ? 2 : 0),
      seconds.toFixed(2),
      ofJob(one, "cpuSeconds").toFixed(2),
      (mb / seconds).toFixed(1),
      ofJob(one, "peakMb").toFixed(0),
      (seconds / ofJob(first, "seconds")).toFixed(2),
    ];
    console.log(`| ${one.name} | ${cells.join(" | ")} |`);
  }
  console.log("");
}
