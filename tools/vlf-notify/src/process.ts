/**
 * A command as a group of processes of its own: its streams are ours, signals to us go on to all of it, and
 * a time limit ends all of it, so that nothing goes on behind the back of the next run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { errorCode, systemMessage } from "@vlf/common/exit";

export interface ProcessOptions {
  readonly timeoutSeconds: number | undefined;
  /** Time between SIGTERM and SIGKILL at the limit. */
  readonly graceSeconds: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Open files that the command inherits: locks, which it keeps holding when we are killed. */
  readonly inherit: readonly number[];
}

export interface Ending {
  /** As the shell has it: 128+n for signal n, 127 for a command that is not there, 126 for one that does not start. */
  readonly status: number;
  /** That the command died of. */
  readonly signal: NodeJS.Signals | undefined;
  readonly isTimedOut: boolean;
  /** Why it did not start. */
  readonly problem: string | undefined;
  /** That we were sent, and it died of. */
  readonly passedOn: NodeJS.Signals | undefined;
}

/** Those that a program is stopped by or spoken to with; SIGPIPE and SIGCHLD are between us and the system. */
const PASSED_ON: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  "SIGQUIT",
  "SIGUSR1",
  "SIGUSR2",
  "SIGWINCH",
  "SIGCONT",
];

const NOT_FOUND = 127;
const NOT_STARTED = 126;

/** Runs a command to its end. Never throws. */
export async function runProcess(command: readonly string[], options: ProcessOptions): Promise<Ending> {
  const [program = "", ...args] = command;
  const sent = new Set<NodeJS.Signals>();
  let group: number | undefined;
  const listeners = new Map<NodeJS.Signals, () => void>(
    PASSED_ON.map((signal) => [
      signal,
      () => {
        sent.add(signal);
        signalGroup(group, signal);
      },
    ]),
  );
  // A group that is not the terminal's is not stopped by Ctrl-Z: we stop it, and then ourselves.
  listeners.set("SIGTSTP", () => {
    signalGroup(group, "SIGSTOP");
    process.kill(process.pid, "SIGSTOP");
  });
  for (const [signal, listener] of listeners) process.on(signal, listener);
  try {
    const child = spawn(program, args, {
      stdio: ["inherit", "inherit", "inherit", ...options.inherit],
      detached: true,
      env: options.env,
    });
    group = child.pid;
    return await endingOf(child, options, sent);
  } catch (error) {
    return notStarted(error);
  } finally {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  }
}

async function endingOf(
  child: ChildProcess,
  { timeoutSeconds, graceSeconds }: ProcessOptions,
  sent: ReadonlySet<NodeJS.Signals>,
): Promise<Ending> {
  const group = child.pid;
  let isTimedOut = false;
  let killAt: NodeJS.Timeout | undefined;
  const atLimit = (): void => {
    isTimedOut = true;
    signalGroup(group, "SIGTERM");
    signalGroup(group, "SIGCONT"); // one that is stopped would not hear of it
    killAt = setTimeout(() => signalGroup(group, "SIGKILL"), 1000 * graceSeconds);
  };
  const limit = timeoutSeconds === undefined ? undefined : setTimeout(atLimit, 1000 * timeoutSeconds);
  try {
    const [code, signal] = await new Promise<readonly [number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (...how) => resolve(how));
      },
    );
    clearTimeout(limit);
    if (isTimedOut) await groupGone(group, Date.now() + 1000 * graceSeconds);
    return {
      status: signal === null ? (code ?? NOT_STARTED) : 128 + numberOf(signal),
      signal: signal ?? undefined,
      isTimedOut,
      problem: undefined,
      passedOn: signal !== null && sent.has(signal) ? signal : undefined,
    };
  } catch (error) {
    return notStarted(error);
  } finally {
    clearTimeout(limit);
    clearTimeout(killAt);
  }
}

function numberOf(signal: NodeJS.Signals): number {
  return process.getBuiltinModule("node:os").constants.signals[signal] ?? 0;
}

/** How long to wait for what was killed. What is left then is dead as well, and nobody has taken note of it. */
const LAST_WAIT_MS = 1000;

/** Waits for those that the command started, and kills what is left after the deadline. */
async function groupGone(group: number | undefined, deadline: number): Promise<void> {
  let isKilled = false;
  while (signalGroup(group, 0)) {
    if (Date.now() >= deadline && !isKilled) {
      signalGroup(group, "SIGKILL");
      isKilled = true;
    }
    if (Date.now() >= deadline + LAST_WAIT_MS) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** False when nobody of the group is left. */
function signalGroup(group: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (group === undefined) return false;
  try {
    process.kill(-group, signal);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM"; // there, but under another user
  }
}

function notStarted(error: unknown): Ending {
  const isMissing = errorCode(error) === "ENOENT";
  return {
    status: isMissing ? NOT_FOUND : NOT_STARTED,
    signal: undefined,
    isTimedOut: false,
    problem: isMissing ? "no such command" : systemMessage(error),
    passedOn: undefined,
  };
}

/** Lets this process die as the command did, so that whoever waits for it sees the true cause. */
export function dieOf(signal: NodeJS.Signals): void {
  process.kill(process.pid, signal);
}
