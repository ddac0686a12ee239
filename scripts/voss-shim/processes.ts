/** Commands as one pipeline with branches: started together, each knowing how it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { Readable, type Writable } from "node:stream";
import { errorCode, systemMessage } from "@vlf/common/exit";
import type { Command } from "./plan.ts";

/** How a command ended. */
export interface Ending {
  readonly program: string;
  /** As the shell has it: 128+n for signal n, 127 for a program that is not there. */
  readonly status: number;
  readonly problem?: string;
}

export type Env = Readonly<Record<string, string | undefined>>;

/** Stages that are started: the first one reads `input`, the last one writes `output`. */
export interface Started {
  readonly input: Writable;
  readonly output: Readable;
  /** When all have ended, in the order of the stages. */
  readonly ended: Promise<readonly Ending[]>;
}

/** Starts a pipeline; its standard error is ours. */
export function startStages(stages: readonly Command[], env: Env): Started {
  const children = stages.map((stage) => start(stage, env, "pipe"));
  for (const [index, { child }] of children.entries()) {
    const next = children[index + 1];
    if (next !== undefined) void feed(outputOf(child), [inputOf(next.child)]);
  }
  const first = children[0]?.child;
  const last = children.at(-1)?.child;
  if (first === undefined || last === undefined) throw new Error("a pipeline of no stages");
  return {
    input: inputOf(first),
    output: outputOf(last),
    ended: Promise.all(children.map(({ ended }) => ended)),
  };
}

/** Starts the command that all branches read from. */
export function startSource(
  command: Command,
  env: Env,
): { readonly output: Readable; readonly ended: Promise<Ending> } {
  const { child, ended } = start(command, env, "ignore");
  return { output: outputOf(child), ended };
}

/**
 * Hands all that comes to every branch, no faster than the slowest takes it. A branch that went away is
 * left out; when all have, the reading ends and the source gets SIGPIPE.
 */
export async function feed(from: Readable, branches: readonly Writable[]): Promise<void> {
  try {
    for await (const chunk of from) {
      const open = branches.filter((branch) => !branch.destroyed && branch.writable);
      if (open.length === 0) break;
      await Promise.all(open.map((branch) => write(branch, chunk as Uint8Array)));
    }
  } catch {
    // The stage before died; its readers see the stream cut off.
  }
  for (const branch of branches) branch.end();
}

function write(to: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    to.write(chunk, () => resolve()); // one that went away is seen as destroyed before the next chunk
  });
}

function start(
  command: Command,
  env: Env,
  stdin: "pipe" | "ignore",
): { readonly child: ChildProcess; readonly ended: Promise<Ending> } {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, stdio: [stdin, "pipe", "inherit"] });
  const ended = new Promise<Ending>((resolve) => {
    child.on("error", (error) => {
      const isMissing = errorCode(error) === "ENOENT";
      const problem = isMissing ? "no such program" : systemMessage(error);
      resolve({ program, status: isMissing ? 127 : 126, problem });
    });
    child.on("close", (code, signal) => {
      const status = signal === null ? (code ?? 126) : 128 + (constants.signals[signal] ?? 0);
      resolve({ program, status });
    });
  });
  // A reader that died is known by its status.
  child.stdin?.on("error", () => {});
  return { child, ended };
}

function inputOf({ stdin }: ChildProcess): Writable {
  if (stdin === null) throw new Error("a stage without standard input");
  return stdin;
}

/** Empty for a program that could not be started. */
function outputOf({ stdout }: ChildProcess): Readable {
  return stdout ?? Readable.from([]);
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a command on our own streams and gives its status; signals to us go on to it, and when it dies of
 * one, so do we.
 */
export async function runInPlace(command: Command, env: Env): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, { env, stdio: "inherit" });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (...how) => resolve(how));
      },
    );
    if (signal === null) return code ?? 2;
    for (const one of SIGNALS) process.off(one, passOn);
    process.kill(process.pid, signal);
    return 128 + (constants.signals[signal] ?? 0);
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}
