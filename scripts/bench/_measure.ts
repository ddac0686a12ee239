/** Times commands with GNU time, in turns, and makes what they read: common to all benchmarks. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export const ROOT: string = join(import.meta.dirname, "../..");
/** Inputs are kept here: making the large ones takes minutes. */
export const FOLDER: string = join(ROOT, "bench-data");
const NOW = "2026-11-01T03:00:00Z";

/** With the built tools of a folder in front. */
export function environment(built: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PATH: [join(built, "bin"), process.env["PATH"] ?? ""].join(delimiter),
  };
  // It costs every start of Node 20 some 80 ms, on machines that have it.
  delete env["NODE_EXTRA_CA_CERTS"];
  return env;
}

/** The tools are built into a folder of its own: dist/ may change while this runs. */
const BUILT = join(tmpdir(), `vlf-bench-${process.pid}`);
export const ENV: NodeJS.ProcessEnv = environment(BUILT);
process.on("exit", () => rmSync(BUILT, { recursive: true, force: true }));

/** Builds the tools, as all else here runs them. */
export function build(folder: string = BUILT): void {
  mkdirSync(FOLDER, { recursive: true });
  execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "scripts/build.ts"), folder], { cwd: ROOT });
}

export interface Sample {
  readonly seconds: number;
  /** Of all processes of the command, user and system. */
  readonly cpuSeconds: number;
  /** Of the largest process. */
  readonly peakMb: number;
}

export interface Job {
  readonly name: string;
  readonly command: string;
  /** The file in bench-data/ that it reads or writes, for its size. */
  readonly input?: string;
  /** Takes away what it left; throws when that is not as it should be. */
  readonly check?: () => void;
  /** Runs in the first round alone: it takes minutes. */
  readonly once?: boolean;
  readonly samples: Sample[];
}

export function job(name: string, command: string, more: Partial<Job> = {}): Job {
  return { name, command, samples: [], ...more };
}

/** Runs a shell command once under GNU time. The event loop goes on: servers may be in this process. */
export async function measure(
  command: string,
  { env = ENV, cwd = FOLDER }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Sample> {
  const report = join(FOLDER, `time-${process.pid}`);
  // GNU time gives hundredths of a second, bash the time of day to the microsecond.
  const timed = `set -o pipefail; begun=$EPOCHREALTIME; { ${command}\n}; status=$?; echo $begun $EPOCHREALTIME > '${report}.wall'; exit $status`;
  const args = ["-f", "%U %S %M", "-o", report, "bash", "-c", timed];
  const [busyBefore, started] = [busySeconds(), performance.now()];
  const child = spawn("/usr/bin/time", args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = `${said}${chunk.toString()}`.slice(-2000)));
  const status = await new Promise((resolve) => void child.on("close", resolve));
  if (status !== 0) throw new Error(`measure "${command}": status ${String(status)}\n${said}`);
  const [begun = 0, ended = 0] = numbers(`${report}.wall`);
  const [user = 0, system = 0, peakKb = 0] = numbers(report);
  others.seconds += busySeconds() - busyBefore - user - system;
  others.of += ((performance.now() - started) / 1000) * cpus().length;
  return { seconds: ended - begun, cpuSeconds: user + system, peakMb: peakKb / 1024 };
}

/** Processor time that others took while commands were measured, of so much. */
const others = { seconds: 0, of: 0 };

/** Seconds in which the processors did something, since the machine started. */
function busySeconds(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;
}

/** Percent of the processors' time that others took while commands were measured: servers of a benchmark, and strangers. */
export function takenByOthers(): number {
  return (100 * Math.max(0, others.seconds)) / others.of;
}

/** The numbers of a file, which is removed; where they are written with commas, as some locales do. */
function numbers(file: string): number[] {
  const text = readFileSync(file, "utf8").trim().replaceAll(",", ".");
  rmSync(file);
  return text.split(" ").map(Number);
}

/** Runs all jobs so many times, one after another: what else the machine does at the time falls on all alike. */
export async function takeTurns(jobs: readonly Job[], rounds: number, cwd: string = FOLDER): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const { command, check, once, samples } of jobs) {
      if (once === true && round > 0) continue;
      samples.push(await measure(command, { cwd }));
      check?.();
    }
  }
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function of({ samples }: Job, what: keyof Sample): number {
  return median(samples.map((sample) => sample[what]));
}

/** How many times as long one takes: the median of the rounds in which both ran, else of the medians. */
export function ratio(one: Job, other: Job, what: keyof Sample = "seconds"): number {
  if (one.samples.length !== other.samples.length) return of(one, what) / of(other, what);
  return median(
    one.samples.map((sample, round) => sample[what] / (other.samples[round]?.[what] ?? Number.NaN)),
  );
}

export function megabytes(file: string): number {
  return statSync(join(FOLDER, file)).size / 1e6;
}

/** Makes a file in bench-data/ unless it is there. Gives its name. */
export function make(name: string, command: string): string {
  if (!existsSync(join(FOLDER, name))) {
    execFileSync("bash", ["-c", `set -o pipefail; ${command} > ${name}.part && mv ${name}.part ${name}`], {
      cwd: FOLDER,
      env: ENV,
    });
  }
  return name;
}

/** The command that writes a demo system of so many subscribers, 1,000 to a customer unless told otherwise. */
export function demo(
  subscribers: number,
  options = "",
  customers: number = Math.max(1, subscribers / 1000),
): string {
  const size = `--customers ${Math.ceil(customers)} --subscribers ${subscribers}`;
  return `vlf-collect demo --now ${NOW} ${size} ${options}`.trim();
}

/** A demo system with the fields that are needed, as a file. */
export function leanSystem(subscribers: number): string {
  return make(`lean-${subscribers}.ndjson`, demo(subscribers));
}

/** A demo system with all fields, as a file: some 13 kB for each subscriber. */
export function fullSystem(subscribers: number): string {
  return make(`full-${subscribers}.ndjson`, demo(subscribers, "--fields all"));
}

/** Reads standard input, cuts it into lines and calls `JSON.parse` on each: floor.ts. */
export const FLOOR: string = `node ${join(BUILT, "bench/floor.js")}`;
