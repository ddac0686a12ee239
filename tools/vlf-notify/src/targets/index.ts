/** The targets of `vlf.toml` and of the targets file. One that is wrong is reported and stops no other. */
import type { Config, ConfigTable } from "@vlf/common/config";
import { asToolError, type ToolError, UsageError } from "@vlf/common/exit";
import { secretOf } from "@vlf/common/secrets";
import { LEVELS, type Level } from "../alert.ts";
import { type Env, notifyValues, subtables } from "../settings.ts";
import { emailTarget } from "./email.ts";
import { snmpTarget, snmpUriTarget } from "./snmp.ts";
import type { Target } from "./target.ts";
import { parseTargetUri } from "./uri.ts";
import { webhookTarget, webhookUriTarget } from "./webhook.ts";

export interface Targets {
  readonly targets: readonly Target[];
  /** What is wrong with those that are not among them. */
  readonly problems: readonly ToolError[];
}

const KINDS = { snmp: snmpTarget, email: emailTarget, webhook: webhookTarget } as const;

/** Reads all targets with their secrets. Never throws for a single one. */
export async function readTargets(config: Config, env: Env): Promise<Targets> {
  const targets: Target[] = [];
  const problems: ToolError[] = [];
  const attempt = async (read: () => Promise<Target | readonly Target[]> | Target): Promise<void> => {
    try {
      targets.push(...[await read()].flat());
    } catch (error) {
      problems.push(asToolError("read targets", error));
    }
  };
  for (const [name, table] of subtables(config, "targets")) {
    await attempt(() => tableTarget(config, name, table, env));
  }
  let lines: readonly Line[] = [];
  try {
    lines = targetLines(config, env);
  } catch (error) {
    problems.push(asToolError("read targets", error));
  }
  for (const line of lines) await attempt(() => uriTarget(config, env, line));
  return { targets, problems };
}

function tableTarget(config: Config, name: string, table: ConfigTable, env: Env): Promise<Target> | Target {
  const type = table["type"];
  const kind = Object.entries(KINDS).find(([word]) => word === type);
  const where = `[notify.targets.${name}]`;
  if (kind === undefined) {
    throw config.problem(
      `${where} type`,
      Object.keys(KINDS)
        .map((word) => `"${word}"`)
        .join(" or "),
    );
  }
  return kind[1]({ config, where, name, table, env, levels: levelsOf(config, where, table["levels"]) });
}

/** @throws {UsageError} unless it is a list of levels, or one; `["error"]` when there is none */
function levelsOf(config: Config, where: string, value: unknown): readonly Level[] {
  const words = value === undefined ? ["error"] : [value].flat();
  const levels = words.map((word) => LEVELS.find((level) => level === word));
  if (levels.length === 0 || levels.includes(undefined)) {
    throw config.problem(`${where} levels`, 'a list of "info", "warn" and "error"');
  }
  return levels as Level[];
}

/** A URI of the targets file, with all levels that it stands at. */
interface Line {
  /** For messages: `[notify] targets:3`. */
  readonly where: string;
  readonly uri: string;
  readonly levels: readonly Level[];
}

/** The lines of the targets file: `LEVEL URI`, as `notify add LEVEL URI` has them. */
function targetLines(config: Config, env: Env): Line[] {
  const values = notifyValues(config);
  const text = secretOf(config, "[notify]", "targets", { ...values }, env)?.reveal() ?? "";
  const byUri = new Map<string, { where: string; levels: Level[] }>();
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) continue;
    const where = `[notify] targets:${index + 1}`;
    const [word = "", uri = "", ...rest] = line.split(/\s+/);
    const level = LEVELS.find((candidate) => candidate === word);
    if (level === undefined || uri === "" || rest.length > 0) {
      throw new UsageError(`read ${where}: wanted a level (info, warn or error), a blank, and a URI`);
    }
    const known = byUri.get(uri);
    if (known === undefined) byUri.set(uri, { where, levels: [level] });
    else if (!known.levels.includes(level)) known.levels.push(level);
  }
  return [...byUri].map(([uri, { where, levels }]) => ({ where, uri, levels }));
}

function uriTarget(config: Config, env: Env, { where, uri, levels }: Line): Promise<Target> | Target {
  const parsed = parseTargetUri(uri);
  if ("wanted" in parsed) throw new UsageError(`read ${where}: wanted ${parsed.wanted}`);
  if (parsed.type === "snmp") return snmpUriTarget(config, where, levels, parsed);
  if (parsed.type === "webhook") return webhookUriTarget(levels, parsed.place);
  const table = { type: "email", to: parsed.place };
  return emailTarget({ config, where, name: `mailto:${parsed.place}`, table, env, levels });
}
