/** What is needed to make a target of a table. */
import type { Config, ConfigTable } from "@vlf/common/config";
import type { Level } from "../alert.ts";
import type { Env } from "../settings.ts";

export interface TargetTable {
  readonly config: Config;
  /** For messages: `[notify.targets.nms]`. */
  readonly where: string;
  readonly name: string;
  readonly table: ConfigTable;
  readonly env: Env;
  readonly levels: readonly Level[];
}

/** Keys that every target has; `levels` is read before. */
export const TARGET_KEYS = { type: "text", levels: "texts" } as const;
