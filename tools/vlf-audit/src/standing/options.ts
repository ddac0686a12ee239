/** The options of `vlf-audit standing`. Loaded by every start of the tool: nothing heavy here. */
import type { ParsedArgs } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import type { Shared } from "../cli.ts";

export interface StandingOptions extends Shared {
  readonly command: "standing";
  /** Files of systems. */
  readonly systems: readonly string[];
  /** Read usage, and facts of a VOSS platform, on standard input. */
  readonly usage: boolean;
  /** A page to read instead of records. */
  readonly asText: boolean;
  readonly exitStatus: boolean;
  /** Nothing but the settings as they are without a file of settings. */
  readonly printDefaults: boolean;
}

/** Options it takes besides the common ones. */
export const STANDING_TAKES: readonly string[] = ["system", "usage", "text", "exit-status", "print-defaults"];

/** @throws {UsageError} without anything to look at */
export function standingOptions(args: ParsedArgs, isTerminal: boolean): Omit<StandingOptions, keyof Shared> {
  const systems = args.list("system");
  const usage = args.flag("usage");
  const printDefaults = args.flag("print-defaults");
  if (systems.length === 0 && !usage && !printDefaults) {
    throw new UsageError("read options: standing wants --system FILE", {
      hint: "a TOML file of the system: see docs/entitlements.md",
    });
  }
  return {
    command: "standing",
    systems,
    usage,
    asText: args.flag("text") || isTerminal,
    exitStatus: args.flag("exit-status"),
    printDefaults,
  };
}
