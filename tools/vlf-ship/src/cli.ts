/** The command line of vlf-ship, as options. */
import { type ParsedArgs, parseArgs } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { HELP } from "./help.ts";
import type { Wanted } from "./routes.ts";

const NAME = "vlf-ship";

/** What every command of the tool gets. */
export interface Shared extends CommonOptions {
  readonly tool: string;
  readonly version: string;
}

export interface ShipOptions extends Shared {
  readonly command: "ship";
  readonly wanted: Wanted;
  /** Before `[ship] spool`. */
  readonly spool: string | undefined;
  readonly dryRun: boolean;
  /** Files given by path; without any, file records are read from standard input. */
  readonly paths: readonly string[];
}

export interface TestOptions extends Shared {
  readonly command: "test";
  readonly wanted: Wanted;
  readonly dryRun: boolean;
}

export interface SpoolOptions extends Shared {
  readonly command: "retry" | "list" | "forget";
  readonly spool: string | undefined;
  /** Destinations; none means all of them. */
  readonly names: readonly string[];
  /** Names of files, for `forget`. */
  readonly files: readonly string[];
  readonly failed: boolean;
  readonly all: boolean;
  readonly dryRun: boolean;
}

export interface ExportOptions extends Shared {
  readonly command: "export";
  readonly wanted: Wanted;
  readonly output: string;
  readonly paths: readonly string[];
}

export type Options = ShipOptions | TestOptions | SpoolOptions | ExportOptions;

const OPTIONS = {
  to: { type: "list" },
  delivery: { type: "list" },
  "dry-run": { type: "flag" },
  spool: { type: "text" },
  failed: { type: "flag" },
  all: { type: "flag" },
  output: { type: "text", alias: "o" },
} as const;

/** Options each command takes besides the common ones. */
const TAKES: Readonly<Record<Options["command"], readonly (keyof typeof OPTIONS)[]>> = {
  ship: ["to", "delivery", "dry-run", "spool"],
  test: ["to", "delivery", "dry-run"],
  retry: ["delivery", "dry-run", "spool", "failed"],
  list: ["delivery", "spool", "all"],
  forget: ["delivery", "dry-run", "spool"],
  export: ["to", "delivery", "output"],
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown, missing, or does not go with the command
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  const command = commandOf(args.positionals[0]);
  const paths = command === "ship" ? args.positionals : args.positionals.slice(1);
  refuseOthers(args, command);
  if (paths.length > 0 && (command === "test" || command === "retry" || command === "list")) {
    throw new UsageError(`read options: "${paths[0]}" is one argument too many for ${command}`);
  }
  const shared = { ...commonOptions({ name: NAME }, argv, io), tool: NAME, version: VERSION };
  const wanted = { targets: args.list("to"), names: args.list("delivery") };
  const spool = args.text("spool");
  const dryRun = args.flag("dry-run");
  switch (command) {
    case "ship":
      return { ...shared, command, wanted, spool, dryRun, paths };
    case "test":
      return { ...shared, command, wanted, dryRun };
    case "export": {
      const output = args.text("output");
      if (output === undefined) throw new UsageError("read options: export wants --output FILE.zip");
      return { ...shared, command, wanted, output, paths };
    }
    case "retry":
    case "list":
    case "forget": {
      const { names } = wanted;
      if (command === "forget" && (names.length === 0 || paths.length === 0)) {
        throw new UsageError("read options: forget wants --delivery NAME and the names of files");
      }
      const flags = { failed: args.flag("failed"), all: args.flag("all"), dryRun };
      return { ...shared, command, spool, names, files: paths, ...flags };
    }
  }
  return command satisfies never;
}

/** A file that is named as a command is written `./list`. */
function commandOf(word: string | undefined): Options["command"] {
  const known = (["test", "retry", "list", "forget", "export"] as const).find((one) => one === word);
  return known ?? "ship";
}

function refuseOthers(args: ParsedArgs, command: Options["command"]): void {
  for (const [name, { type }] of Object.entries(OPTIONS)) {
    const isGiven =
      type === "flag"
        ? args.flag(name)
        : type === "list"
          ? args.list(name).length > 0
          : args.text(name) !== undefined;
    if (isGiven && !TAKES[command].includes(name as keyof typeof OPTIONS)) {
      throw new UsageError(
        `read options: --${name} does not go with ${command === "ship" ? "delivering files" : command}`,
      );
    }
  }
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  // Each command is loaded when it is asked for: the tool has to start fast.
  async run(argv, io) {
    const options = readOptions(argv, io);
    switch (options.command) {
      case "ship":
        return (await import("./run-ship.ts")).runShip(options, io);
      case "test":
        return (await import("./run-test.ts")).runTest(options, io);
      case "retry":
        return (await import("./run-retry.ts")).runRetry(options, io);
      case "list":
        return (await import("./run-list.ts")).runList(options, io);
      case "forget":
        return (await import("./run-list.ts")).runForget(options);
      case "export":
        return (await import("./run-export.ts")).runExport(options, io);
    }
    return options satisfies never;
  },
};
