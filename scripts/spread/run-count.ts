/** `vlf-spread count`: has GNU parallel count the parts that have no result. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { asToolError, DataError, EXIT, TemporaryError, ToolError, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { CountOptions } from "./cli.ts";
import { carriedLogin, loginsIn } from "./logins.ts";
import { quoted, SETTINGS_LIMIT_BYTES } from "./remote.ts";
import { type Failure, type Task, TASK } from "./run-carry.ts";
import { isCounted, readSettings } from "./run-part.ts";
import { BIN } from "./run-run.ts";
import { type PartEntry, readReceipt, readSpread, type Spread } from "./work.ts";

const CARRIER = "vlf-spread carry";

export async function runCount(options: CountOptions, io: Io): Promise<number> {
  const { log } = options;
  const work = resolve(options.work);
  const spread = readSpread(work);
  const logins = loginsOf(options).map((login) => carriedLogin(login, CARRIER));
  if (logins.length === 0) throw new UsageError(`read the hosts: "${options.loginFile}" names none`);
  const settings = await readSettings(work, spread);
  if (settings.length > SETTINGS_LIMIT_BYTES)
    throw new ToolError(`count: the settings have ${settings.length} bytes, more than a command takes`);
  const missing = await missingParts(work, spread);
  if (missing.length === 0) {
    log.info(`all ${spread.parts.length} parts are counted`);
    return EXIT.ok;
  }
  const args = parallelArguments(options, work, missing);
  if (options.dryRun) {
    for (const login of logins) await io.stdout.write(`host\t${login}\n`);
    for (const { name, size_bytes: size } of missing) await io.stdout.write(`part\t${name}\t${size}\n`);
    await io.stdout.write(`command\t${["parallel", ...args].map(quoted).join(" ")}\n`);
    return EXIT.ok;
  }
  checkParallel(io.env);
  const failures = join(work, `.failures-${process.pid}`);
  writeFileSync(join(work, "hosts"), `${logins.join("\n")}\n`, { mode: 0o600 });
  rmSync(failures, { force: true });
  const task: Task = { work, parts: missing.map(({ name }) => name), program: options.program, failures };
  let noted: Failure[];
  let said: string;
  try {
    said = await runParallel(args, task, options, io);
    noted = failuresIn(failures);
    for (const { message } of noted) log.warning(message);
  } finally {
    rmSync(failures, { force: true });
  }
  const left = await missingParts(work, spread);
  if (left.length > 0) throw leftError(work, left, noted, said);
  log.info(`counted ${missing.length} parts, all ${spread.parts.length} have a result`);
  return EXIT.ok;
}

function loginsOf({ logins, loginFile }: CountOptions): string[] {
  if (loginFile === undefined) return [...logins];
  try {
    return [...logins, ...loginsIn(readFileSync(loginFile, "utf8"))];
  } catch (error) {
    throw asToolError(`read ${loginFile}`, error);
  }
}

async function missingParts(work: string, spread: Spread): Promise<PartEntry[]> {
  const missing: PartEntry[] = [];
  for (const part of spread.parts) if (!(await isCounted(work, spread, part))) missing.push(part);
  return missing;
}

/** Receipts say what is left, so its own memory of jobs (`--resume`) is not asked; the log is for people. */
function parallelArguments(
  { retries, timeout }: CountOptions,
  work: string,
  parts: readonly PartEntry[],
): string[] {
  return [
    "--plain", // no settings of this user, and no notice that waits for a key
    "--sshloginfile",
    join(work, "hosts"),
    "--jobs", // of the numbers that the logins have
    "100%",
    "--retries",
    String(retries),
    ...(timeout === undefined ? [] : ["--timeout", timeout]),
    "--halt",
    "never", // what can be counted is counted: then there is less to do again
    "--joblog",
    join(work, "joblog"),
    "vlf-audit {}",
    ":::",
    ...parts.map(({ name }) => name),
  ];
}

/** Another program bears the name too. */
function checkParallel(env: Io["env"]): void {
  const { stdout, error } = spawnSync("parallel", ["--version"], { encoding: "utf8", env: { ...env } });
  if (error === undefined && stdout.startsWith("GNU parallel")) return;
  const what = error === undefined ? "it is not GNU parallel" : "the program is not there";
  throw new ToolError(`start parallel: ${what}`, {
    hint: "install GNU parallel; Debian's package is called parallel",
  });
}

/** Gives what it said on standard error, where audits had nothing to say; its status does not matter, since receipts tell what is done. */
async function runParallel(
  args: readonly string[],
  task: Task,
  { log }: CountOptions,
  io: Io,
): Promise<string> {
  const env = {
    ...io.env,
    PATH: [BIN, io.env["PATH"] ?? ""].join(delimiter),
    PARALLEL_SHELL: "/bin/sh",
    [TASK]: JSON.stringify(task),
  };
  const child = spawn("parallel", args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4096);
    log.done();
    io.stderr.write(chunk.toString());
  });
  const total = task.parts.length;
  const look = setInterval(() => {
    log.progress(() => {
      const done = task.parts.filter((name) => readReceipt(task.work, name) !== undefined).length;
      return `${done} of ${total} parts`;
    });
  }, 1000);
  // The second signal has parallel stop its jobs, the first one no new ones (parallel(1)).
  const stop = (signal: NodeJS.Signals): void => {
    child.kill(signal);
    child.kill(signal);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  try {
    const signal = await new Promise<NodeJS.Signals | null>((resolve_, reject) => {
      child.on("error", reject);
      child.on("close", (_status, signal_) => resolve_(signal_));
    });
    if (signal !== null) throw new TemporaryError(`count: parallel was stopped by ${signal}`);
  } finally {
    clearInterval(look);
    log.done();
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
  }
  return said;
}

function failuresIn(path: string): Failure[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Failure);
}

/** Trying again helps unless the attempts for some part failed for good, all of them. */
function leftError(
  work: string,
  left: readonly PartEntry[],
  failures: readonly Failure[],
  said: string,
): ToolError {
  const names = left.map(({ name }) => name);
  const shown = names.slice(0, 5).join(", ") + (names.length > 5 ? " ..." : "");
  const message = `count: ${names.length} parts have no result: ${shown}`;
  const own = (name: string): Failure[] => failures.filter(({ part }) => part === name);
  if (failures.length === 0 && said !== "")
    return new ToolError(`${message}: parallel failed: ${said.trim().split("\n").at(-1) ?? ""}`);
  const hopeless = names.find(
    (name) => own(name).length > 0 && own(name).every(({ status }) => status !== EXIT.temporary),
  );
  if (hopeless !== undefined) {
    return new DataError(`${message}: ${own(hopeless).at(-1)?.message ?? ""}`, {
      hint: `vlf-spread list --work ${work} says what is counted`,
    });
  }
  return new TemporaryError(message, { hint: "run the same command again: it counts what is missing" });
}
