/** The threads that export whole scopes. */
import type { ModelOverrides } from "@vlf/common/models";
import { Threads } from "@vlf/common/threads";
import type { ExportedScope } from "../engine/apart.ts";
import type { ReportOptions } from "../reports/report.ts";

/** Given to a thread when it starts. */
export interface WorkerSettings extends Omit<ReportOptions, "table"> {
  readonly types: readonly string[];
  readonly compress: boolean;
  /** Corrections of the table of models, as in `vlf.toml`. */
  readonly overrides: ModelOverrides;
}

/** Beside a bundle stands a bundle of the worker; from source, Node needs the loader of TypeScript first. */
function workerUrl(): URL {
  const here = import.meta.url;
  const fromSource = "Deno" in globalThis ? "./worker.ts" : "./start.mjs";
  return new URL(here.endsWith(".ts") ? fromSource : "./worker.cjs", here);
}

/**
 * What a scope is read into lives until its rows are made, longer than Node expects of new values (48 MB). Three
 * times as much saved hardly any time, and took 50 MB more for each thread (docs/adr/0014). Deno has no such setting.
 */
const YOUNG_GENERATION_MB = 64;

export function startThreads(size: number, settings: WorkerSettings): Threads<ExportedScope> {
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB };
  return new Threads(workerUrl, size, { workerData: settings, resourceLimits });
}
