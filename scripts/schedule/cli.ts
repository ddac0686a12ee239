/** The command line of vlf-schedule, as options. */
import { type OptionSpecs, parseArgs, type ParsedArgs } from "@vlf/common/args";
import { UsageError } from "@vlf/common/exit";
import { commonOptions, type CommonOptions, type Io, type Tool } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import { HELP } from "./help.ts";
import type { Times, When } from "./jobs.ts";

const NAME = "vlf-schedule";

/** @internal exported for the test of the help text */
export const OPTIONS: OptionSpecs = {
  audit: { type: "text" },
  count: { type: "text" },
  export: { type: "text" },
  check: { type: "text" },
  systemd: { type: "flag" },
  install: { type: "flag" },
  remove: { type: "flag" },
  home: { type: "text" },
  credentials: { type: "text" },
  zone: { type: "text" },
  as: { type: "text" },
  units: { type: "text" },
};

interface Base extends CommonOptions {
  readonly env: Io["env"];
  readonly home: string | undefined;
}

export interface ScheduleOptions extends Base {
  readonly verb: "show" | "install" | "remove";
  readonly times: Times;
  readonly isSystemd: boolean;
  readonly credentials: string | undefined;
  readonly zone: string | undefined;
  readonly user: string | undefined;
  readonly units: string | undefined;
}

export interface MaintenanceOptions extends Base {
  readonly verb: "maintenance";
  /** `undefined` asks. */
  readonly turn: "on" | "off" | undefined;
}

export interface UnitFailedOptions extends Base {
  readonly verb: "unit-failed";
  readonly unit: string;
}

export interface RetryOptions extends Base {
  readonly verb: "retry";
}

export type Options = ScheduleOptions | MaintenanceOptions | UnitFailedOptions | RetryOptions;

/**
 * Reads the arguments.
 * @throws {UsageError} for what is unknown, does not go together or is no time
 * @internal exported for its tests
 */
export function readOptions(argv: readonly string[], io: Io): Options {
  const args = parseArgs(argv, OPTIONS);
  const common = commonOptions({ name: NAME }, argv, io);
  if (common.config !== undefined) {
    throw new UsageError("read options: the jobs read vlf.toml in --home, and no --config");
  }
  const base: Base = { ...common, env: io.env, home: args.text("home") };
  const [word, value, ...more] = args.positionals;
  if (word === undefined) return scheduleOptions(args, base);
  const others = Object.keys(OPTIONS).find(
    (name) => name !== "home" && (args.flag(name) || args.text(name) !== undefined),
  );
  if (others !== undefined) throw new UsageError(`read options: --${others} does not go with "${word}"`);
  if (more.length > 0) throw new UsageError(`read options: what is "${more[0]}"?`);
  if (word === "unit-failed" && value !== undefined) return { ...base, verb: word, unit: value };
  if (word === "retry" && value === undefined) return { ...base, verb: word };
  if (word === "maintenance" && (value === undefined || value === "on" || value === "off")) {
    return { ...base, verb: word, turn: value };
  }
  throw new UsageError(`read options: what is "${[word, value ?? ""].join(" ").trim()}"?`, {
    hint: 'wanted no command, or "maintenance on", "maintenance off"',
  });
}

function scheduleOptions(args: ParsedArgs, base: Base): ScheduleOptions {
  if (args.flag("install") && args.flag("remove")) {
    throw new UsageError("read options: --install and --remove do not go together");
  }
  const isSystemd = args.flag("systemd");
  for (const name of ["as", "units"]) {
    if (args.text(name) !== undefined && !isSystemd) {
      throw new UsageError(`read options: --${name} goes with --systemd`);
    }
  }
  if (args.text("zone") !== undefined && isSystemd) {
    throw new UsageError("read options: --zone is for cron, units say that their times are UTC");
  }
  return {
    ...base,
    verb: args.flag("install") ? "install" : args.flag("remove") ? "remove" : "show",
    times: timesOf(args),
    isSystemd,
    credentials: args.text("credentials"),
    zone: args.text("zone"),
    user: args.text("as"),
    units: args.text("units"),
  };
}

const DAY_MINUTES = 1440;
/** Two hours of grace, as `vlf-notify check` has them, and half an hour more. */
const CHECK_AFTER_MINUTES = 150;

function timesOf(args: ParsedArgs): Times {
  const audit = clockTime("audit", args.text("audit") ?? "03:00");
  const after = (60 * audit.hour + audit.minute + CHECK_AFTER_MINUTES) % DAY_MINUTES;
  const daily = (name: string, fallback: Clock): When | undefined => {
    const text = args.text(name);
    if (text === "no") return undefined;
    return { every: "day", ...(text === undefined ? fallback : clockTime(name, text)) };
  };
  return {
    audit: { every: "month", day: 1, ...audit },
    count: daily("count", { hour: 1, minute: 0 }),
    export: exportTime(args.text("export") ?? "weekly 0 06:00"),
    check: daily("check", { hour: Math.floor(after / 60), minute: after % 60 }),
  };
}

interface Clock {
  readonly hour: number;
  readonly minute: number;
}

function clockTime(name: string, text: string): Clock {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) {
    throw new UsageError(`read options: --${name} is "${text}", wanted a time in UTC, as 03:00`);
  }
  return { hour: Number(hour), minute: Number(minute) };
}

/** In the guide's words: `weekly 0` (2.2.2). */
function exportTime(text: string): When | undefined {
  if (text === "no") return undefined;
  const [, weekday, weekly] = /^weekly ([0-6]) (\S+)$/.exec(text) ?? [];
  if (weekly !== undefined)
    return { every: "week", weekday: Number(weekday), ...clockTime("export", weekly) };
  const daily = /^daily (\S+)$/.exec(text)?.[1];
  if (daily !== undefined) return { every: "day", ...clockTime("export", daily) };
  throw new UsageError(`read options: --export is "${text}", wanted "weekly 0 06:00", "daily 06:00" or no`);
}

export const tool: Tool = {
  name: NAME,
  version: VERSION,
  help: HELP,
  async run(argv, io) {
    const options = readOptions(argv, io);
    const { run } = await import("./run.ts");
    return run(options, io);
  },
};
