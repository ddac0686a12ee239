/** `[notify]` of `vlf.toml`: the state, the schedule, the jobs. Targets are read apart, when they are needed. */
import { delimiter, join } from "node:path";
import type { Config, ConfigTable } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { secretKeys } from "@vlf/common/secrets";
import { secondsOf } from "./duration.ts";

export type Env = Readonly<Record<string, string | undefined>>;

const NOTIFY_KEYS = {
  state: "text",
  sysname: "text",
  due_time: "text",
  grace: "text",
  archive: "texts",
  emailrelay: "text",
  smtp_server: "text",
  from: "text",
  ...secretKeys("targets"),
} as const;

/** Tables below `[notify]`. */
const SUBTABLES = ["targets", "jobs"];

const JOB_KEYS = {
  timeout: "text",
  wait: "text",
  groups: "texts",
  command: "text",
  ping_url: "text",
  ...secretKeys("ping_url"),
  proxy: "text",
  ca_file: "text",
} as const;

/** Runs of one group never overlap. All jobs are in this one unless the settings say otherwise. */
const DEFAULT_GROUPS: readonly string[] = ["exports"];
/** A job that finds its group taken waits: the monthly audit must not be lost to a long data export. */
const DEFAULT_WAIT = "2h";
/** The guide, 1.4: 3 AM UTC on the first day of the month. */
const DEFAULT_DUE_TIME = "03:00";
const DEFAULT_GRACE = "2h";

export interface JobSettings {
  readonly name: string;
  readonly timeoutSeconds: number | undefined;
  readonly waitSeconds: number;
  /** Sorted, so that two jobs never wait for each other. */
  readonly groups: readonly string[];
  /** What a person types to run it. */
  readonly command: string | undefined;
  /** The keys of its ping, which are looked at when it is sent. */
  readonly ping: PingValues;
}

/** The keys of a dead man's switch. Those of the secret are read by `secretOf()`. */
export interface PingValues {
  readonly ping_url?: string;
  readonly proxy?: string;
  readonly ca_file?: string;
}

export interface Settings {
  readonly config: Config;
  readonly env: Env;
  /** Folder of the state. */
  readonly state: string;
  readonly sysName: string;
  /** When on day 1 the report is due, minutes after midnight UTC. */
  readonly dueMinutes: number;
  readonly graceSeconds: number;
  /** Folders that hold the delivered files. */
  readonly archives: readonly string[];
}

/** @throws {UsageError} for a wrong key, and when no folder for the state can be told */
export function readSettings(config: Config, env: Env): Settings {
  const values = notifyValues(config);
  const due = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(values.due_time ?? DEFAULT_DUE_TIME);
  if (due === null) throw config.problem("[notify] due_time", 'a time in UTC, as "03:00"');
  return {
    config,
    env,
    state: values.state ?? defaultState(env),
    get sysName() {
      return values.sysname ?? platformHostname(config) ?? process.getBuiltinModule("node:os").hostname();
    },
    dueMinutes: 60 * Number(due[1]) + Number(due[2]),
    graceSeconds: secondsOf("[notify] grace", values.grace ?? DEFAULT_GRACE),
    archives: values.archive ?? [],
  };
}

/** The keys of `[notify]` itself. Those of secrets are read by `secretOf()`. */
export interface NotifyValues {
  readonly state?: string;
  readonly sysname?: string;
  readonly due_time?: string;
  readonly grace?: string;
  readonly archive?: readonly string[];
  readonly emailrelay?: string;
  readonly smtp_server?: string;
  readonly from?: string;
}

/** @throws {UsageError} for a wrong key */
export function notifyValues(config: Config): NotifyValues {
  const table = Object.entries(config.table("notify")).filter(([key]) => !SUBTABLES.includes(key));
  return config.values("[notify]", Object.fromEntries(table), NOTIFY_KEYS);
}

/**
 * The tables `[notify.KIND.NAME]`.
 * @throws {UsageError} for one that is no table
 */
export function subtables(config: Config, kind: "targets" | "jobs"): ReadonlyMap<string, ConfigTable> {
  const tables = config.table("notify")[kind] ?? {};
  const result = new Map<string, ConfigTable>();
  if (!isTable(tables)) throw config.problem(`[notify.${kind}]`, "a table");
  for (const [name, table] of Object.entries(tables)) {
    if (!isTable(table)) throw config.problem(`[notify.${kind}] ${name}`, "a table");
    result.set(name, table);
  }
  return result;
}

/**
 * The settings of a job; one that the file does not name has the defaults.
 * @throws {UsageError} for a wrong key, or a name that cannot be one of a file
 */
export function jobSettings(config: Config, name: string): JobSettings {
  if (!/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(name)) {
    throw new UsageError(`read the name of the job: "${name}", wanted letters, digits, "-", "_" and "."`);
  }
  const table = subtables(config, "jobs").get(name) ?? {};
  const where = `[notify.jobs.${name}]`;
  const values = config.values(where, table, JOB_KEYS);
  const seconds = (key: string, text: string): number => secondsOf(`${where} ${key}`, text);
  return {
    name,
    timeoutSeconds: values.timeout === undefined ? undefined : seconds("timeout", values.timeout),
    waitSeconds: seconds("wait", values.wait ?? DEFAULT_WAIT),
    groups: checkGroups(config, where, values.groups ?? DEFAULT_GROUPS),
    command: values.command,
    ping: values,
  };
}

function checkGroups(config: Config, where: string, groups: readonly string[]): readonly string[] {
  const wrong = groups.find((group) => !/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(group));
  if (wrong !== undefined) throw config.problem(`${where} groups`, 'letters, digits, "-", "_" and "."');
  return [...new Set(groups)].sort();
}

/** The names of all jobs in the settings, in their order there. */
export function jobNames(config: Config): string[] {
  return [...subtables(config, "jobs").keys()];
}

/** systemd's `StateDirectory=`, then the place that the XDG specification has for state. */
function defaultState(env: Env): string {
  const systemd = env["STATE_DIRECTORY"]?.split(delimiter)[0] ?? "";
  if (systemd !== "") return systemd;
  const xdg = env["XDG_STATE_HOME"] ?? "";
  if (xdg !== "") return join(xdg, "vlf-notify");
  const home = env["HOME"] ?? "";
  if (home !== "") return join(home, ".local/state/vlf-notify");
  throw new UsageError("find the folder of the state: neither STATE_DIRECTORY nor HOME is set", {
    hint: "give [notify] state",
  });
}

function platformHostname(config: Config): string | undefined {
  const value = config.table("platform")["hostname"];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isTable(value: unknown): value is ConfigTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
