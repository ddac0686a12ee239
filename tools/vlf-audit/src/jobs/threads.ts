/** The threads that count whole scopes. */
import type { CiscoRules } from "@vlf/common/cisco-settings";
import type { ModelOverrides } from "@vlf/common/models";
import type { SchemeId } from "@vlf/common/schemes";
import { Threads } from "@vlf/common/threads";
import type { Rules5 } from "@vlf/common/voss5-services";
import type { CountedScope } from "../audit.ts";

/** Given to a thread when it starts. */
export interface WorkerSettings {
  /** Corrections of the table of models, as in `vlf.toml`. */
  readonly overrides: ModelOverrides;
  readonly schemes: readonly SchemeId[];
  readonly rules5: Rules5;
  readonly cisco: CiscoRules;
}

/** Beside a bundle stands a bundle of the worker; from source, Node needs the loader of TypeScript first. */
function workerUrl(): URL {
  const here = import.meta.url;
  const fromSource = "Deno" in globalThis ? "./worker.ts" : "./start.mjs";
  return new URL(here.endsWith(".ts") ? fromSource : "./worker.cjs", here);
}

export function startThreads(size: number, settings: WorkerSettings): Threads<CountedScope> {
  return new Threads(workerUrl, size, { workerData: settings });
}
