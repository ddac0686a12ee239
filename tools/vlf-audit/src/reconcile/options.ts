/** The options of `vlf-audit reconcile`. Loaded by every start of the tool: nothing heavy here. */
import type { ParsedArgs } from "@vlf/common/args";
import { words } from "@vlf/common/args";
import { timeOf } from "@vlf/common/clock";
import { UsageError } from "@vlf/common/exit";
import type { Statistic } from "@vlf/common/records";
import type { Shared } from "../cli.ts";

const STATISTICS: readonly Statistic[] = ["last", "average", "peak"];

export interface ReconcileOptions extends Shared {
  readonly command: "reconcile";
  /** Files of orders. */
  readonly entitlements: readonly string[];
  /** Folder of the history of counts. */
  readonly history: string | undefined;
  /** Keep the input in it. */
  readonly keep: boolean;
  /** Days up to the last measure, or exact times. */
  readonly period: number | { readonly start: Date; readonly end: Date } | undefined;
  readonly statistic: Statistic;
  /** Only what is over. */
  readonly over: boolean;
  /** Only this customer: name or pkid. */
  readonly customer: string | undefined;
  /** A page to read instead of records. */
  readonly asText: boolean;
  readonly exitStatus: boolean;
  /** Nothing but the settings as they are without a file of settings. */
  readonly printDefaults: boolean;
}

/** Options it takes besides the common ones. */
export const RECONCILE_TAKES: readonly string[] =
  "entitlements history record period from to statistic over customer text exit-status print-defaults".split(
    " ",
  );

/** @throws {UsageError} for options that do not go together, or hold something else */
export function reconcileOptions(
  args: ParsedArgs,
  isTerminal: boolean,
): Omit<ReconcileOptions, keyof Shared> {
  const history = args.text("history");
  const period = periodOption(args.text("period"), args.text("from"), args.text("to"));
  const printDefaults = args.flag("print-defaults");
  const entitlements = args.list("entitlements");
  if (entitlements.length === 0 && !printDefaults) {
    throw new UsageError("read options: reconcile wants --entitlements FILE", {
      hint: "a CSV or TOML file of what was ordered: see docs/entitlements.md",
    });
  }
  if (history === undefined && args.flag("record")) {
    throw new UsageError("read options: --record wants --history FOLDER");
  }
  if (history === undefined && typeof period === "number") {
    throw new UsageError("read options: --period wants --history FOLDER: the input is of one time");
  }
  const [statistic = "last"] = words("statistic", [args.text("statistic") ?? "last"], STATISTICS);
  return {
    command: "reconcile",
    entitlements,
    history,
    keep: args.flag("record"),
    period,
    statistic,
    over: args.flag("over"),
    customer: args.text("customer"),
    asText: args.flag("text") || isTerminal,
    exitStatus: args.flag("exit-status"),
    printDefaults,
  };
}

/**
 * The period by the options.
 * @throws {UsageError} for days outside 7 to 90, half a pair of times, and a period without a history
 */
function periodOption(
  days: string | undefined,
  from: string | undefined,
  to: string | undefined,
): ReconcileOptions["period"] {
  if (days !== undefined && (from !== undefined || to !== undefined)) {
    throw new UsageError("read options: --period does not go with --from and --to");
  }
  if (days !== undefined) {
    const number = /^\d{1,3}$/.test(days) ? Number(days) : Number.NaN;
    if (number >= 7 && number <= 90) return number;
    throw new UsageError(`read options: --period is "${days}", wanted days from 7 to 90`, {
      hint: "for other periods give --from and --to",
    });
  }
  if (from === undefined && to === undefined) return undefined;
  const [start, end] = [timeOption("from", from), timeOption("to", to)];
  if (end <= start) throw new UsageError("read options: --to is not after --from");
  return { start, end };
}

function timeOption(name: string, text: string | undefined): Date {
  if (text === undefined)
    throw new UsageError(`read options: --from and --to go together, --${name} is missing`);
  const time = timeOf(text);
  if (time !== undefined) return time;
  throw new UsageError(`read options: --${name} is "${text}", wanted a time with a zone (RFC 3339)`, {
    hint: "write it as 2026-11-01T00:00:00Z",
  });
}
