/**
 * What a tool needs when its input is over is loaded while the tools before it still start. What is loaded only then, all
 * that come after it wait for, with a processor doing nothing.
 */
import { loadNdjson } from "./ndjson.ts";

/** Loads what hashes. To be called before the first read, which keeps the whole process waiting. */
export function loadHashing(): void {
  process.getBuiltinModule("node:crypto");
}

/** Loads what hashes, and what `writeRecords()` writes with. */
export async function loadHashingAndWriting(): Promise<void> {
  loadHashing();
  await loadNdjson();
}
