/** Nothing half done stays behind: not after a signal, and not from runs that were killed outright. */
import { lstatSync, readdirSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";
import { errorCode, ToolError } from "./exit.ts";
import { Staging } from "./files.ts";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Does `work`; when SIGINT or SIGTERM comes meanwhile, calls `undo`, waits for the work to end one way or
 * the other, and lets the process die of that signal, so that its parent sees the true cause. `undo` has
 * to make the work fail soon (`Staging.discard()` does: what is staged is gone).
 * @throws whatever `work` throws; {ToolError} where the runtime may not signal itself
 */
export async function undoOnSignal<T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  let came: NodeJS.Signals | undefined;
  let undone: Promise<void> = Promise.resolve();
  const onSignal = (signal: NodeJS.Signals): void => {
    came ??= signal;
    undone = undone.then(undo).catch(() => {}); // the signal is what is reported
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work();
  } finally {
    // A signal that is pending when the work ends is heard before the listeners go.
    await signalsHeard();
    await undone;
    for (const signal of SIGNALS) process.off(signal, onSignal);
    if (came !== undefined) dieOf(came);
  }
}

/** Lets those in that came meanwhile. */
function signalsHeard(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

function dieOf(signal: NodeJS.Signals): never {
  let cause: unknown;
  try {
    process.kill(process.pid, signal); // no listener is left: the default action ends the process
  } catch (error) {
    cause = error; // Deno without --allow-run
  }
  throw new ToolError(`stopped by ${signal}`, { cause });
}

/**
 * Does `work` with a staging folder inside `folder` that is gone afterwards, however the work ends. Folders
 * that dead runs left there are removed as well.
 * @param now the system's time
 * @param label see `Staging.open()`
 * @example
 * const published = await withStaging(folder, io.now(), async (staging) => {
 *   await staging.add("a.csv", bytes);
 *   return staging.publish();
 * });
 */
export async function withStaging<T>(
  folder: string,
  now: Date,
  work: (staging: Staging) => Promise<T>,
  label?: string,
): Promise<T> {
  let staging: Staging | undefined;
  let isStopped = false;
  const stop = async (): Promise<void> => {
    isStopped = true;
    await staging?.discard();
  };
  return undoOnSignal(stop, async () => {
    staging = await Staging.open(folder, label);
    await signalsHeard();
    try {
      // The signal may have come while the folder was being made.
      if (isStopped) throw new ToolError(`write to folder "${folder}": stopped`);
      await removeStale(folder, now);
      return await work(staging);
    } finally {
      await staging.discard();
    }
  });
}

const STAGING_NAME = /^\.vlf-(\d{1,10})-[0-9a-f]{8}(?:-([0-9a-f]{16}))?\.tmp$/;
const DAY_MS = 86_400_000;

/**
 * Removes staging folders in `folder` whose run is dead: no process has their id any more, and they are
 * older than a day (on a shared disk the id may be one of another machine). Gives the names removed.
 * A runtime that may not look at other processes removes none.
 */
export async function removeStale(folder: string, now: Date): Promise<string[]> {
  const removed: string[] = [];
  for (const name of namesIn(folder)) {
    const pid = STAGING_NAME.exec(name)?.[1];
    if (pid === undefined || !isGone(Number(pid))) continue;
    const path = join(folder, name);
    const found = statsOf(path);
    if (found?.isDirectory() !== true || now.getTime() - found.mtimeMs <= DAY_MS) continue;
    rmSync(path, { recursive: true, force: true });
    removed.push(name);
  }
  return removed;
}

/**
 * Removes the staging folders of a label, whoever made them and however young they are: for when what they
 * were for is done. A run that still writes into one of them finds it gone.
 */
export async function removeLabelled(folder: string, label: string): Promise<void> {
  for (const name of namesIn(folder)) {
    if (STAGING_NAME.exec(name)?.[2] === label) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errorCode(error) === "ESRCH";
  }
}
