/** `vlf.toml`: the settings of all tools in one file, a table per tool and some shared ones. */
import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { errorCode, systemMessage, UsageError } from "./exit.ts";

export const DEFAULT_CONFIG = "vlf.toml";

/** Tables that some tool reads. A name outside this list is a slip of the pen and refused. */
const TABLES: readonly string[] = ["platform", "models", "collect", "audit", "pack", "ship", "destinations"];

export type ConfigTable = Readonly<Record<string, unknown>>;

/** The parsed file, with readers that name file and key when a value is of the wrong kind. */
export class Config {
  readonly path: string;
  readonly #tables: ConfigTable;

  constructor(path: string, tables: ConfigTable) {
    this.path = path;
    this.#tables = tables;
  }

  /** A top-level table, empty when it is not there. */
  table(name: string): ConfigTable {
    const value = this.#tables[name] ?? {};
    if (!isTable(value)) throw this.problem(`[${name}]`, "a table");
    return value;
  }

  /** A table of which every value is a text, and of which every key is known. */
  texts<K extends string>(name: string, keys: readonly K[]): Partial<Record<K, string>> {
    const table = this.table(name);
    const result: Partial<Record<K, string>> = {};
    for (const [key, value] of Object.entries(table)) {
      const known = keys.find((candidate) => candidate === key);
      if (known === undefined) throw this.problem(`[${name}] ${key}`, `one of ${keys.join(", ")}`);
      if (typeof value !== "string") throw this.problem(`[${name}] ${key}`, "a text in quotes");
      result[known] = value;
    }
    return result;
  }

  /** A list of tables by name: `[models."data/User"]`. */
  tables(name: string): Readonly<Record<string, ConfigTable>> {
    const result: Record<string, ConfigTable> = {};
    for (const [key, value] of Object.entries(this.table(name))) {
      if (!isTable(value)) throw this.problem(`[${name}] ${key}`, "a table");
      result[key] = value;
    }
    return result;
  }

  /** An error about a key: what stands there is not what was wanted. */
  problem(where: string, wanted: string): UsageError {
    return new UsageError(`read ${this.path}: ${where}: wanted ${wanted}`);
  }
}

function isTable(value: unknown): value is ConfigTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/**
 * Reads the file named by `--config`, or `vlf.toml` where it exists.
 * @throws {UsageError} when a named file cannot be read, or the file is not TOML (with its line)
 */
export function loadConfig(option: string | undefined): Config {
  const path = option ?? DEFAULT_CONFIG;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (option === undefined && errorCode(error) === "ENOENT") return new Config(path, {});
    throw new UsageError(`read ${path}: ${systemMessage(error)}`, { cause: error });
  }
  return parseConfig(path, text);
}

/** Parses the text of a configuration file; `path` is for messages. */
export function parseConfig(path: string, text: string): Config {
  let tables: ConfigTable;
  try {
    tables = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first] = error.message.split("\n");
    const reason = (first ?? "").replace(/^Invalid TOML document: /, "");
    throw new UsageError(`read ${path}:${error.line}: not TOML: ${reason}`, { cause: error });
  }
  const unknown = Object.keys(tables).find((name) => !TABLES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`read ${path}: unknown table or key "${unknown}"`, {
      hint: `known: ${TABLES.join(", ")}`,
    });
  }
  return new Config(path, tables);
}
