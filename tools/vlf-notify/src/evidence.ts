/** What is known of a job: its outcomes, its receipts, and the folders that its files should lie in. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemMessage } from "@vlf/common/exit";
import type { Archive, Evidence } from "./judge.ts";
import type { Settings } from "./settings.ts";
import { State } from "./state.ts";

/** @throws {ToolError} when the state cannot be read */
export async function gatherEvidence({ state, archives }: Settings, job: string): Promise<Evidence> {
  const known = new State(state);
  return {
    job: known.job(job),
    receipts: known.receipts(job),
    archives: await Promise.all(archives.map(lookInto)),
  };
}

async function lookInto(folder: string): Promise<Archive> {
  try {
    const names: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (!entry.isFile()) continue;
      // One that ship or somebody else takes away meanwhile is not there.
      const found = await stat(join(folder, entry.name)).catch(() => undefined);
      if (found !== undefined && found.size > 0) names.push(entry.name);
    }
    return { folder, names: names.sort(), problem: undefined };
  } catch (error) {
    return { folder, names: [], problem: `cannot read "${folder}": ${systemMessage(error)}` };
  }
}
