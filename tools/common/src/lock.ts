/**
 * A lock between processes, by the system's flock(2): it is free again as soon as its holder is dead,
 * however it died, and no clock or process id is guessed about. Node has no call for it, so flock(1)
 * of util-linux locks the open file that we hand it; the lock belongs to that file, not to the program.
 */
import type { StdioOptions } from "node:child_process";
import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { asToolError, errorCode, TemporaryError, ToolError } from "./exit.ts";

export interface LockOptions {
  /** Who takes it, for the message of those who find it taken: `vlf-ship`. */
  readonly holder?: string | undefined;
  /** How long to wait for it; without it not at all. */
  readonly waitSeconds?: number | undefined;
}

/** A lock that is held, until `release()` or the end of the process. */
export interface Lock {
  readonly path: string;
  /**
   * The open file that the lock belongs to. A program that inherits it holds the lock as well, until it
   * ends: for work that goes on when the one who started it was killed.
   */
  readonly fd: number;
  release(): Promise<void>;
}

/**
 * Takes the lock of a file, or gives `undefined` when another holds it. The file is made where it is
 * missing, and stays: removing it would let two processes lock two files of one name.
 * @throws {ToolError} when the file cannot be made or locked, or flock(1) is not there
 */
export async function tryLock(path: string, options: LockOptions = {}): Promise<Lock | undefined> {
  const fd = openLock(path);
  let isFree: boolean;
  try {
    isFree = await flock(path, fd, options.waitSeconds ?? 0);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  if (isFree) return held(path, fd, options.holder);
  closeSync(fd);
  return undefined;
}

/**
 * Takes the locks of several files in their order, up to the first that another holds or that cannot be taken;
 * `tryLock()` tells of that one why. Sooner than one by one: we start one program for all of them.
 */
export async function tryLocks(paths: readonly string[], holder: string): Promise<ReadonlyMap<string, Lock>> {
  const locks = new Map<string, Lock>();
  const files: { readonly path: string; readonly fd: number }[] = [];
  try {
    for (const path of paths) files.push({ path, fd: openLock(path) });
    const numbers = files.map((_, at) => String(at + 3));
    const fds = files.map(({ fd }) => fd);
    const args = ["-c", TAKE_IN_TURN, "sh", ...numbers];
    const left = await statusOf("sh", args, ["ignore", "ignore", "ignore", ...fds]);
    while (files.length > (left ?? files.length)) {
      const { path, fd } = files.shift() as (typeof files)[number];
      locks.set(path, held(path, fd, holder));
    }
  } catch {
    // What is not taken is tried one by one, which finds the reason.
  }
  for (const { fd } of files) closeSync(fd);
  return locks;
}

/** Locks the open files of these numbers, and ends with how many are left. */
const TAKE_IN_TURN = 'for fd do flock -n "$fd" || exit $#; shift; done';

/** A lock that was taken, with its holder in the file. */
function held(path: string, fd: number, holder: string | undefined): Lock {
  try {
    ftruncateSync(fd, 0);
    writeSync(fd, `${process.pid} ${holder ?? ""}\n`);
  } catch (error) {
    closeSync(fd);
    throw asToolError(`lock "${path}"`, error);
  }
  let isHeld = true;
  return {
    path,
    fd,
    async release() {
      if (isHeld) closeSync(fd);
      isHeld = false;
    },
  };
}

/**
 * Does `action` while holding the lock of a file.
 * @throws {TemporaryError} when another holds it, with its process id; whatever `action` throws
 * @example await withLock(join(spool, "lock"), { holder: "vlf-ship", waitSeconds: 60 }, () => flush(spool));
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  action: (lock: Lock) => Promise<T>,
): Promise<T> {
  const lock = await tryLock(path, options);
  if (lock === undefined) {
    const waited = options.waitSeconds ?? 0;
    const after = waited > 0 ? ` after ${waited} s` : "";
    throw new TemporaryError(`lock "${path}": still held${after}${await holderOf(path)}`, {
      hint: "wait for it to end: two at once would get in each other's way",
    });
  }
  try {
    return await action(lock);
  } finally {
    await lock.release();
  }
}

/** ` by vlf-ship, process 4711`: who took the lock last, for a message; empty when it says nothing. */
export async function holderOf(path: string): Promise<string> {
  try {
    const fd = openSync(path, "r");
    try {
      const buffer = Buffer.alloc(256);
      const length = readSync(fd, buffer, 0, buffer.length, 0);
      const [, pid, holder = ""] = /^(\d+) (\P{Cc}*)\n/u.exec(buffer.toString("utf8", 0, length)) ?? [];
      return pid === undefined ? "" : ` by ${holder === "" ? "" : `${holder}, `}process ${pid}`;
    } finally {
      closeSync(fd);
    }
  } catch {
    return "";
  }
}

function openLock(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return openSync(path, "a+", 0o600);
  } catch (error) {
    throw asToolError(`lock "${path}"`, error);
  }
}

/** Loaded when a lock is taken: most runs take none, and it brings the network with it. */
function childProcess(): typeof import("node:child_process") {
  return process.getBuiltinModule("node:child_process");
}

/** Locks an open file. False when another holds it to the end of the wait. */
async function flock(path: string, fd: number, waitSeconds: number): Promise<boolean> {
  const args = [...(waitSeconds > 0 ? ["-w", String(waitSeconds)] : ["-n"]), "0"];
  try {
    const status = await statusOf("flock", args, [fd, "ignore", "ignore"]);
    if (status === 0) return true;
    if (status === 1) return false;
  } catch (error) {
    throw spawnError(path, error);
  }
  throw new ToolError(`lock "${path}": ${await complaint(fd)}`);
}

/** The status of a program, started without a locale to read, which is sooner; null where a signal ended it. */
function statusOf(program: string, args: readonly string[], stdio: StdioOptions): Promise<number | null> {
  const env = { PATH: process.env["PATH"], LC_ALL: "C" };
  const child = childProcess().spawn(program, args, { stdio, env });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", resolve);
  });
}

/** What flock says where it cannot lock. It is asked again: to listen each time would take time. */
async function complaint(fd: number): Promise<string> {
  const child = childProcess().spawn("flock", ["-n", "0"], { stdio: [fd, "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return said.trim().split("\n").at(-1) || "flock was stopped";
}

function spawnError(path: string, error: unknown): ToolError {
  const isMissing = errorCode(error) === "ENOENT";
  return isMissing
    ? new ToolError(`lock "${path}": the program flock is not there`, { hint: "install util-linux" })
    : asToolError(`lock "${path}": start flock`, error);
}
