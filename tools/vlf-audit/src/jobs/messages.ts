/** What the reading thread and the counting threads say to each other. */
import type { ModelOverrides } from "@vlf/common/models";
import type { SchemeId } from "@vlf/common/schemes";
import type { Rules5 } from "@vlf/common/voss5-services";
import type { NodeAt } from "../audit.ts";
import type { ScopeResult } from "./count-scope.ts";

/** Given to a counting thread when it starts. */
export interface Settings {
  /** Corrections of the table of models, as in `vlf.toml`. */
  readonly overrides: ModelOverrides;
  readonly schemes: readonly SchemeId[];
  readonly rules5: Rules5;
}

/** A scope in a block: where its lines end, and what is known of it. */
export interface ScopeTask {
  readonly scope: string;
  readonly end: number;
  readonly known: readonly NodeAt[];
}

/** The memory of the block changes hands with the message, and comes back with the answer. */
export interface Task {
  readonly memory: ArrayBuffer;
  readonly scopes: readonly ScopeTask[];
}

export interface Answer {
  readonly memory: ArrayBuffer;
  /** One for each scope; `undefined` for those to be read line by line. */
  readonly results: readonly (ScopeResult | undefined)[];
}
