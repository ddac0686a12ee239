/** The command line of vlf-pack, as options. */
import { type ParsedArgs, parseArgs, words } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { type Format, FORMATS, isReport } from "./facts.ts";
import { HELP } from "./help.ts";

const NAME = "vlf-pack";

/** What every command of the tool gets. */
export interface Shared extends CommonOptions {
  readonly tool: string;
  readonly version: string;
}

export interface PackOptions extends Shared {
  readonly command: "pack";
  /** Undefined: `[pack] output` of vlf.toml, or the guide's folder. */
  readonly output: string | undefined;
  /** Undefined: those of each scheme. */
  readonly formats: readonly Format[] | undefined;
  /** Record streams that the reports show beside the counts. */
  readonly more: readonly string[];
  readonly locale: string | undefined;
  readonly dryRun: boolean;
}

export interface FolderOptions extends Shared {
  readonly command: "list" | "prune";
  readonly output: string | undefined;
  readonly dryRun: boolean;
}

export interface VerifyOptions extends Shared {
  readonly command: "verify";
  readonly files: readonly string[];
}

export type Options = PackOptions | FolderOptions | VerifyOptions;

const OPTIONS = {
  output: { type: "text", alias: "o" },
  format: { type: "list" },
  with: { type: "list" },
  locale: { type: "text" },
  "dry-run": { type: "flag" },
} as const;

/** Options each command takes besides the common ones. */
const TAKES: Readonly<Record<Options["command"], readonly (keyof typeof OPTIONS)[]>> = {
  pack: ["output", "format", "with", "locale", "dry-run"],
  list: ["output"],
  prune: ["output", "dry-run"],
  verify: [],
};

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown, missing, or does not go with the command
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  const [word, ...files] = args.positionals;
  const command = commandOf(word);
  refuseOthers(args, command);
  if (command !== "verify" && files.length > 0) {
    throw new UsageError(`read options: "${files[0]}" is one argument too many for ${command}`);
  }
  const shared = { ...commonOptions({ name: NAME }, argv, io), tool: NAME, version: VERSION };
  const output = args.text("output");
  const dryRun = args.flag("dry-run");
  switch (command) {
    case "pack": {
      const formats = words("format", args.list("format"), FORMATS);
      const wanted = formats.length === 0 ? undefined : FORMATS.filter((f) => formats.includes(f));
      const [more, locale] = [args.list("with"), args.text("locale")];
      if (wanted?.some(isReport) !== true && (more.length > 0 || locale !== undefined)) {
        const name = locale === undefined ? "with" : "locale";
        throw new UsageError(`read options: --${name} goes with --format html, anonymous-html or xlsx`);
      }
      return { ...shared, command, output, dryRun, formats: wanted, more, locale };
    }
    case "list":
    case "prune":
      return { ...shared, command, output, dryRun };
    case "verify":
      if (files.length === 0) throw new UsageError("read options: verify wants at least one file");
      return { ...shared, command, files };
  }
  return command satisfies never;
}

function commandOf(word: string | undefined): Options["command"] {
  if (word === undefined) return "pack";
  if (word === "list" || word === "prune" || word === "verify") return word;
  throw new UsageError(`read options: unknown command "${word}", wanted list, prune or verify`);
}

function refuseOthers(args: ParsedArgs, command: Options["command"]): void {
  const given = {
    output: args.text("output") !== undefined,
    format: args.list("format").length > 0,
    with: args.list("with").length > 0,
    locale: args.text("locale") !== undefined,
    "dry-run": args.flag("dry-run"),
  };
  for (const name of Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]) {
    if (given[name] && !TAKES[command].includes(name)) {
      throw new UsageError(`read options: --${name} does not go with ${command}`);
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
      case "pack":
        return (await import("./run-pack.ts")).runPack(options, io);
      case "list":
      case "prune":
        return (await import("./run-folder.ts")).runFolder(options, io);
      case "verify":
        return (await import("./run-verify.ts")).runVerify(options, io);
    }
    return options satisfies never;
  },
};
