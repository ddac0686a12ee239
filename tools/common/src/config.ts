/** `vlf.toml`: the settings of all tools in one file, a table per tool and some shared ones. */
import { readFileSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { errorCode, systemMessage, UsageError } from "./exit.ts";

export const DEFAULT_CONFIG = "vlf.toml";

/** Tables that some tool reads. A name outside this list is a slip of the pen and refused. */
const TABLES: readonly string[] = [
  "platform",
  "models",
  "voss",
  "collect",
  "audit",
  "voss5",
  "cisco",
  "usage",
  "sde",
  "pack",
  "ship",
  "destinations",
  "file_transfer_destinations",
  "license_audit_settings",
  "smtp_servers",
  "proxies",
  "notify",
  "export",
  "reconcile",
  "standing",
];

export type ConfigTable = Readonly<Record<string, unknown>>;

/** What a key may hold: one text (not empty, or any), a list of texts (or one), a flag, a whole number, one of some words. */
export type KeyKind = "text" | "any-text" | "texts" | "flag" | "whole-number" | readonly string[];

/** The keys that a table may have. */
export type TableSpec = Readonly<Record<string, KeyKind>>;

type ValueOf<K extends KeyKind> = K extends "text" | "any-text"
  ? string
  : K extends "texts"
    ? readonly string[]
    : K extends "flag"
      ? boolean
      : K extends "whole-number"
        ? number
        : K extends readonly (infer T)[]
          ? T
          : never;

/** A table read by a spec: what is required is there, the rest may be. */
export type TableValues<S extends TableSpec, R extends keyof S = never> = {
  readonly [K in Exclude<keyof S, R>]?: ValueOf<S[K]>;
} & { readonly [K in R]: ValueOf<S[K]> };

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

  /**
   * The values of a table, checked key by key: `values("[proxies.dmz]", table, {host: "text"}, ["host"])`.
   * @throws {UsageError} for a key that is unknown, missing or of the wrong kind; never shows a value
   */
  values<const S extends TableSpec, const R extends keyof S & string = never>(
    where: string,
    table: ConfigTable,
    spec: S,
    required: readonly R[] = [],
  ): TableValues<S, R> {
    const result: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(table)) {
      const kind = Object.hasOwn(spec, key) ? spec[key] : undefined;
      if (kind === undefined) {
        const hint = `known keys: ${Object.keys(spec).join(", ")}`;
        throw new UsageError(`read ${this.path}: ${where} ${key}: unknown key`, { hint });
      }
      const read = valueOf(value, kind);
      if (read === undefined) throw this.problem(`${where} ${key}`, wantedOf(kind));
      result[key] = read;
    }
    for (const key of required) {
      if (result[key] === undefined) throw this.problem(`${where} ${key}`, wantedOf(spec[key] ?? "text"));
    }
    return result as TableValues<S, R>;
  }

  /** An error about a key: what stands there is not what was wanted. */
  problem(where: string, wanted: string): UsageError {
    return new UsageError(`read ${this.path}: ${where}: wanted ${wanted}`);
  }
}

function valueOf(value: unknown, kind: KeyKind): unknown {
  if (kind === "flag") return typeof value === "boolean" ? value : undefined;
  if (kind === "whole-number") {
    return Number.isSafeInteger(value) && Number(value) >= 0 ? value : undefined;
  }
  if (kind === "texts") {
    const list = Array.isArray(value) ? value : [value];
    return list.every((one) => typeof one === "string" && one !== "") ? list : undefined;
  }
  if (kind === "any-text") return typeof value === "string" ? value : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  return kind === "text" || kind.includes(value) ? value : undefined;
}

function wantedOf(kind: KeyKind): string {
  if (kind === "flag") return "true or false";
  if (kind === "whole-number") return "a whole number from 0";
  if (kind === "texts") return 'a text in quotes, or a list of them: ["a", "b"]';
  if (kind === "text" || kind === "any-text") return "a text in quotes";
  return kind.map((word) => `"${word}"`).join(" or ");
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
  const tables = parseToml(path, text);
  const unknown = Object.keys(tables).find((name) => !TABLES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`read ${path}: unknown table or key "${unknown}"`, {
      hint: `known: ${TABLES.join(", ")}`,
    });
  }
  return new Config(path, tables);
}

/**
 * Parses TOML; `path` is for messages.
 * @throws {UsageError} when it is none, with the line
 */
export function parseToml(path: string, text: string): ConfigTable {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first] = error.message.split("\n");
    const reason = (first ?? "").replace(/^Invalid TOML document: /, "");
    throw new UsageError(`read ${path}:${error.line}: not TOML: ${reason}`, { cause: error });
  }
}
