/**
 * Times explaining, and a what-if with one change, beside plain counting on one thread, on demo systems of two
 * sizes with customers of one size: what explaining costs, and whether its memory goes with the system. Takes
 * turns and prints medians. Usage: explain.ts [--rounds N] [--subscribers N]...
 * Needs GNU time; keeps its data in bench-data/, and builds into a folder of its own.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync } from "node:fs";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parseArgs } from "node:util";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "bench-data");
const built = mkdtempSync(join(tmpdir(), "vlf-bench-"));
process.on("exit", () => rmSync(built, { recursive: true, force: true }));
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    subscribers: { type: "string", multiple: true, default: ["100000", "1000000"] },
  },
});

const env: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [join(built, "bin"), process.env["PATH"] ?? ""].join(delimiter),
};
// It costs every start of Node 20 some 80 ms, on machines that have it.
delete env["NODE_EXTRA_CA_CERTS"];

interface Job {
  readonly name: string;
  readonly command: string;
  readonly samples: Sample[];
}

/** Seconds, seconds of processor time, MB at most. */
type Sample = readonly [seconds: number, cpu: number, peakMb: number];

/** Runs a command once under GNU time. */
function run(command: string): Sample {
  const report = join(built, "time.txt");
  const args = ["-f", "%e %U %S %M", "-o", report, "bash", "-c", `${command} > /dev/null`];
  const { status, stderr } = spawnSync("/usr/bin/time", args, { cwd: folder, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${command}: status ${status}\n${stderr}`);
  const line = readFileSync(report, "utf8").trim().split("\n").at(-1) ?? "";
  const [seconds = 0, user = 0, system = 0, peakKb = 0] = line.split(" ").map(Number);
  return [seconds, user + system, peakKb / 1024];
}

/** A demo system as a stream, made once; the same as that of bench.ts. */
function system(subscribers: number): string {
  const name = `lean-${subscribers}.ndjson`;
  if (existsSync(join(folder, name))) return name;
  const customers = Math.max(1, subscribers / 1000);
  const command = `vlf-collect demo --now 2026-11-01T03:00:00Z --customers ${customers} --subscribers ${subscribers}`;
  execFileSync("bash", ["-c", `${command} > ${name}.part && mv ${name}.part ${name}`], { cwd: folder, env });
  return name;
}

/** A file with one change: a phone comes at the first site of a system. */
function changes(input: string): string {
  const head = Buffer.alloc(1 << 20);
  const file = openSync(join(folder, input), "r");
  readSync(file, head);
  closeSync(file);
  const site = head
    .toString()
    .split("\n")
    .find((line) => line.includes('"node_type":"Site"'));
  const [, path] = /"hierarchy":"([^"]+)"/.exec(site ?? "") ?? [];
  const name = join(built, `${input}.toml`);
  writeFileSync(name, `[[change]]\nphone = "SEP-what-if"\nadd = true\nhierarchy = "${path ?? ""}"\n`);
  return name;
}

execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts"), built], { cwd: root });
mkdirSync(folder, { recursive: true });
const groups = values.subscribers
  .map(Number)
  .map((subscribers): [title: string, size: number, jobs: Job[]] => {
    const input = system(subscribers);
    const job = (name: string, command: string): Job => ({
      name,
      command: `${command} < ${input}`,
      samples: [],
    });
    return [
      `${subscribers} subscribers`,
      statSync(join(folder, input)).size,
      [
        job("vlf-audit --jobs 1", "vlf-audit --jobs 1"),
        job("vlf-audit --what-if", `vlf-audit --what-if ${changes(input)}`),
        job("vlf-audit explain", "vlf-audit explain"),
        job("vlf-audit explain, voss-5", "vlf-audit explain --scheme voss-5"),
      ],
    ];
  });
for (const [, , jobs] of groups) {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Taking turns: what else the machine does at the time falls on all alike.
    for (const { command, samples } of jobs) samples.push(run(command));
  }
}

function median({ samples }: Job, index: 0 | 1 | 2): number {
  const sorted = samples.map((sample) => sample[index]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const load = loadavg()[0]?.toFixed(1) ?? "?";
console.log(
  `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model ?? "?"}, load ${load}; medians of ${values.rounds}\n`,
);
for (const [title, size, jobs] of groups) {
  const counting = jobs[0] === undefined ? Number.NaN : median(jobs[0], 1);
  console.log(`| ${title} | MB | s | CPU s | peak MB | CPU / counting |`);
  console.log("| --- | --: | --: | --: | --: | --: |");
  for (const one of jobs) {
    const cells = [
      (size / 1e6).toFixed(0),
      median(one, 0).toFixed(2),
      median(one, 1).toFixed(2),
      median(one, 2).toFixed(0),
      (median(one, 1) / counting).toFixed(2),
    ];
    console.log(`| ${one.name} | ${cells.join(" | ")} |`);
  }
  console.log("");
}
