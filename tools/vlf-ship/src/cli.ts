/** The command line of vlf-ship, as options. */
import { parseArgs } from "@vlf/common/args";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import type { Wanted } from "./destinations/index.ts";
import { HELP } from "./help.ts";
import { run } from "./run.ts";

const NAME = "vlf-ship";
const VERSION = "0.1.0";

export interface Options extends CommonOptions {
  readonly tool: string;
  readonly version: string;
  readonly wanted: Wanted;
  readonly dryRun: boolean;
  /** Files given by path; without any, file records are read from standard input. */
  readonly paths: readonly string[];
}

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown or has no value
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, {
    to: { type: "list" },
    delivery: { type: "list" },
    "dry-run": { type: "flag" },
  });
  return {
    ...commonOptions({ name: NAME }, argv, io),
    tool: NAME,
    version: VERSION,
    wanted: { targets: args.list("to"), names: args.list("delivery") },
    dryRun: args.flag("dry-run"),
    paths: args.positionals,
  };
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  run: (argv, io) => run(readOptions(argv, io), io),
};
