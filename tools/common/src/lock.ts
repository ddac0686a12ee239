/**
 * A lock between processes, by the system's flock(2): it is free again as soon as its holder is dead,
 * however it died, and no clock or process id is guessed about. Node has no call for it, so flock(1)
 * of util-linux locks the open file that we hand it; the lock belongs to that file, not to the program.
 */
import { type FileHandle, mkdir, open } from "node:fs/promises";
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
  const file = await openLock(path);
  try {
    if (!(await flock(path, file.fd, options.waitSeconds ?? 0))) {
      await file.close();
      return undefined;
    }
    await file.truncate(0);
    await file.write(`${process.pid} ${options.holder ?? ""}\n`);
  } catch (error) {
    await file.close();
    throw asToolError(`lock "${path}"`, error);
  }
  let isHeld = true;
  return {
    path,
    fd: file.fd,
    async release() {
      if (isHeld) await file.close();
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
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
      const [, pid, holder = ""] = /^(\d+) (\P{Cc}*)\n/u.exec(buffer.toString("utf8", 0, bytesRead)) ?? [];
      return pid === undefined ? "" : ` by ${holder === "" ? "" : `${holder}, `}process ${pid}`;
    } finally {
      await file.close();
    }
  } catch {
    return "";
  }
}

async function openLock(path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    return await open(path, "a+", 0o600);
  } catch (error) {
    throw asToolError(`lock "${path}"`, error);
  }
}

/** Locks an open file. False when another holds it to the end of the wait. */
async function flock(path: string, fd: number, waitSeconds: number): Promise<boolean> {
  const how = waitSeconds > 0 ? ["-w", String(waitSeconds)] : ["-n"];
  // Loaded here: most runs take no lock, and it brings the network with it.
  const { spawn } = process.getBuiltinModule("node:child_process");
  const child = spawn("flock", [...how, "0"], { stdio: [fd, "ignore", "pipe"] });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", (error) => reject(spawnError(path, error)));
    child.on("close", resolve);
  });
  if (status === 0) return true;
  if (status === 1) return false;
  throw new ToolError(`lock "${path}": ${said.trim().split("\n").at(-1) || "flock was stopped"}`);
}

function spawnError(path: string, error: unknown): ToolError {
  const isMissing = errorCode(error) === "ENOENT";
  return isMissing
    ? new ToolError(`lock "${path}": the program flock is not there`, { hint: "install util-linux" })
    : asToolError(`lock "${path}": start flock`, error);
}
