/** Small files of state: JSON, private to their owner, replaced as a whole so that none is ever half there. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { asToolError, DataError, errorCode } from "@vlf/common/exit";

/**
 * The object in a file, `undefined` where there is none.
 * @throws {ToolError} when it cannot be read; {DataError} when it holds something else
 */
export function readState(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw asToolError(`read "${path}"`, error);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DataError(`read "${path}": not a JSON object`, { hint: "move it away: what it held is lost" });
  }
  return value;
}

/** Writes an object beside its place, syncs it, and puts it in place. One writer at a time: callers hold a lock. */
export async function writeState(path: string, value: object): Promise<void> {
  replace(path, value, true);
}

/**
 * Writes as `writeState()` does, without waiting for the disk: whoever looks sees it, also when this process is
 * killed, but the machine may lose it when it stops.
 */
export function showState(path: string, value: object): void {
  replace(path, value, false);
}

/** Waits until what was shown is on the disk. */
export async function syncState(path: string): Promise<void> {
  const { open } = process.getBuiltinModule("node:fs/promises"); // most runs are over before
  try {
    const file = await open(path, "r");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asToolError(`write "${path}"`, error);
  }
}

function replace(path: string, value: object, isSynced: boolean): void {
  const draft = `${path}.tmp`; // what a killed run left is written over
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const fd = openSync(draft, "w", 0o600);
    try {
      writeFileSync(fd, textOf(value));
      if (isSynced) fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (error) {
    try {
      rmSync(draft, { force: true });
    } catch {
      // What failed first is what is told.
    }
    throw asToolError(`write "${path}"`, error);
  }
}

function textOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
