/** The command line of the shim: VOSS's words to the types that are exported. */
import { type OptionSpecs, parseArgs } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { HELP } from "./help.ts";
import { COUNT_TYPE, GROUPS, LICENSE_TYPE, SUBSCRIBER_TYPES } from "./types.ts";

const NAME = "voss";

/** @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = { force: { type: "flag" }, delivery: { type: "list" } };

export interface Options extends CommonOptions {
  /** As given, to run the same again. */
  readonly argv: readonly string[];
  readonly env: Io["env"];
  /** In the order in which they were asked for, each once. */
  readonly types: readonly string[];
  /** Name of the group, when one was asked for. */
  readonly group: string | undefined;
  /** Names of vlf.toml that all files of the command go to. */
  readonly deliveries: readonly string[];
  /** Tools below have nobody to show their progress to. */
  readonly isQuiet: boolean;
}

/**
 * Reads the arguments.
 * @throws {UsageError} for a command, type or group that VOSS does not have
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  return {
    ...commonOptions({ name: NAME }, argv, io),
    ...what(args.positionals),
    argv,
    env: io.env,
    deliveries: args.list("delivery"),
    isQuiet: args.flag("quiet") || !io.stderr.isTerminal,
  };
}

function what(words: readonly string[]): Pick<Options, "types" | "group"> {
  const [verb, kind, ...rest] = words;
  if (verb === "subscriber_data_export" && kind === undefined) return groupOf("subscriber");
  if (verb === "license-audit-counting" && kind === undefined)
    return { types: [COUNT_TYPE], group: undefined };
  if (verb !== "export") {
    throw new UsageError(
      verb === undefined
        ? "read the command: nothing is there"
        : `read the command: unknown "${words.join(" ")}"`,
      { hint: 'the commands of this shim are those of "voss help"' },
    );
  }
  if (kind === "group") {
    if (rest.length !== 1) throw new UsageError(`read the command: ${rest.length} groups, wanted one`);
    return groupOf(rest[0] ?? "");
  }
  return { types: typesOf(words.slice(1)), group: undefined };
}

function groupOf(name: string): Pick<Options, "types" | "group"> {
  const types = Object.hasOwn(GROUPS, name) ? GROUPS[name] : undefined;
  if (types === undefined) {
    throw new UsageError(
      `read the command: unknown group "${name}", wanted ${Object.keys(GROUPS).join(" or ")}`,
    );
  }
  return { types, group: name };
}

/** `type line type site`: the word before each, as VOSS wants it. */
function typesOf(words: readonly string[]): string[] {
  const types: string[] = [];
  for (let at = 0; at === 0 || at < words.length; at += 2) {
    if (words[at] !== "type") {
      const found = words[at] === undefined ? "nothing" : `"${words[at]}"`;
      throw new UsageError(
        `read the command: ${found} ${at === 0 ? 'after "export"' : `after "${words[at - 1]}"`}`,
        {
          hint: 'write "type" before each type: voss export type line type site',
        },
      );
    }
    const type = words[at + 1];
    if (type === undefined) throw new UsageError('read the command: no type after "type"');
    types.push(checkType(type));
  }
  return [...new Set(types)];
}

function checkType(type: string): string {
  if (type === LICENSE_TYPE || SUBSCRIBER_TYPES.includes(type)) return type;
  throw new UsageError(`read the command: unknown type "${type}"`, {
    hint:
      type === "nbi-subscriber"
        ? "it is internal to VOSS, and what it holds is not public (guide, 2.2.1)"
        : `types: ${[...SUBSCRIBER_TYPES, LICENSE_TYPE].join(", ")}`,
  });
}

/** VOSS has `voss export help`; it is our `--help`. */
function isHelp(argv: readonly string[]): boolean {
  return argv.at(-1) === "help" && (argv.length === 1 || (argv.length === 2 && argv[0] === "export"));
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  async run(argv, io) {
    if (isHelp(argv)) {
      await io.stdout.write(HELP);
      return 0;
    }
    const options = readOptions(argv, io);
    const { run } = await import("./run.ts");
    return run(options, io);
  },
};
