/** Small files of state: JSON, private to their owner, replaced as a whole so that none is ever half there. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
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
  const draft = `${path}.tmp`; // what a killed run left is written over
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(draft, "w", 0o600);
    try {
      await file.writeFile(textOf(value));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {}); // what failed first is what is told
    throw asToolError(`write "${path}"`, error);
  }
}

/**
 * Writes as `writeState()` does, at once and without waiting for the disk: whoever looks sees it, also when
 * this process is killed, but the machine may lose it when it stops.
 */
export function showState(path: string, value: object): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(`${path}.tmp`, textOf(value), { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  } catch (error) {
    throw asToolError(`write "${path}"`, error);
  }
}

function textOf(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
