/** What `vlf-collect voss` is told: its options, and those of them that `[voss]` of vlf.toml gives. */
import type { Config, ConfigTable } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { proxyOf, type Proxy } from "@vlf/common/http";
import { readSecret, type Secret, secretKeys, secretOf } from "@vlf/common/secrets";
import { ASSUMPTIONS, type Protocol, type ProtocolKey, protocolOf } from "./protocol.ts";

export const LOGINS = ["basic", "session"] as const;
export type Login = (typeof LOGINS)[number];

/** The options of the command line; what is not given is `undefined`. */
export interface VossCommand {
  readonly command: "voss";
  readonly check: boolean;
  readonly url: string | undefined;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  readonly caFile: string | undefined;
  readonly hierarchy: string | undefined;
  readonly proxy: string | undefined;
  readonly login: Login | undefined;
  readonly checkpoint: string | undefined;
  readonly rate: number | undefined;
  readonly connections: number | undefined;
  readonly pageSize: number | undefined;
  readonly timeout: number | undefined;
  readonly retries: number | undefined;
  readonly allowMissing: readonly string[];
}

/** What a run goes by. */
export interface Settings {
  readonly check: boolean;
  /** Scheme, host and port. */
  readonly origin: string;
  readonly username: string;
  readonly password: Secret;
  readonly caFile: string | undefined;
  /** Node whose branch is read. */
  readonly hierarchy: string;
  readonly proxy: Proxy | undefined;
  readonly login: Login;
  readonly checkpoint: string | undefined;
  /** Requests a second; 0 for no limit. */
  readonly rate: number;
  /** Most requests at once. */
  readonly connections: number;
  readonly pageSize: number;
  readonly timeoutSeconds: number;
  /** How often a request is tried again. */
  readonly retries: number;
  readonly allowMissing: readonly string[];
  readonly protocol: Protocol;
}

/** Numbers with their least, greatest and default value. The rate is half of VOSS's throttle. */
export const NUMBERS: Readonly<Record<NumberKey, readonly [min: number, max: number, fallback: number]>> = {
  rate: [0, 1000, 10],
  connections: [1, 64, 8],
  page_size: [1, 10_000, ASSUMPTIONS.page_size.value],
  timeout: [1, 3600, 60],
  retries: [0, 20, 8],
};

export type NumberKey = "rate" | "connections" | "page_size" | "timeout" | "retries";

const KEYS = {
  url: "text",
  username: "text",
  ...secretKeys("password"),
  ca_file: "text",
  hierarchy: "text",
  proxy: "text",
  login: LOGINS,
  checkpoint: "text",
  rate: "whole-number",
  connections: "whole-number",
  page_size: "whole-number",
  timeout: "whole-number",
  retries: "whole-number",
  allow_missing: "texts",
} as const;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Joins options and `[voss]`; options go first.
 * @throws {UsageError} for what is missing or wrong
 */
export function readSettings(command: VossCommand, config: Config, env: Env): Settings {
  const { api, ...table } = config.table("voss");
  const values = config.values("[voss]", table, KEYS);
  const number = (key: NumberKey, given: number | undefined): number => {
    const [min, max, fallback] = NUMBERS[key];
    const value = given ?? values[key] ?? fallback;
    if (value < min || value > max) {
      throw config.problem(`[voss] ${key}`, `a whole number from ${min} to ${max}`);
    }
    return value;
  };
  const protocol = readProtocol(config, api);
  const url = needed(command.url ?? values.url, "url", "--url https://voss.example.com");
  const proxy = command.proxy ?? values.proxy;
  return {
    check: command.check,
    origin: originOf(url),
    username: needed(command.username ?? values.username, "username", "--username NAME"),
    password: readPassword(command, config, values, env),
    caFile: command.caFile ?? values.ca_file,
    hierarchy: command.hierarchy ?? values.hierarchy ?? protocol.root,
    proxy: proxy === undefined ? undefined : proxyOf(config, proxy, env),
    login: command.login ?? values.login ?? "basic",
    checkpoint: command.checkpoint ?? values.checkpoint,
    rate: number("rate", command.rate),
    connections: number("connections", command.connections),
    pageSize: number("page_size", command.pageSize ?? values.page_size ?? protocol.page_size),
    timeoutSeconds: number("timeout", command.timeout),
    retries: number("retries", command.retries),
    allowMissing: command.allowMissing.length > 0 ? command.allowMissing : (values.allow_missing ?? []),
    protocol,
  };
}

function readPassword(
  command: VossCommand,
  config: Config,
  values: Readonly<Record<string, unknown>>,
  env: Env,
): Secret {
  const file = command.passwordFile;
  const password =
    file === undefined
      ? secretOf(config, "[voss]", "password", values, env)
      : readSecret("--password-file", { file }, env);
  if (password !== undefined) return password;
  throw new UsageError("read options: no password", {
    hint: "give --password-file FILE, or password_file, password_env or password_credential in [voss] of vlf.toml",
  });
}

function needed(value: string | undefined, key: string, example: string): string {
  if (value !== undefined) return value;
  throw new UsageError(`read options: no ${key}`, {
    hint: `give ${example}, or ${key} in [voss] of vlf.toml`,
  });
}

/** Scheme, host and port of the system: never with credentials, and plain HTTP only to this machine. */
function originOf(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch (error) {
    throw new UsageError("read options: --url is no URL, wanted https://HOST", { cause: error });
  }
  if (url.username !== "" || url.password !== "") {
    throw new UsageError("read options: --url holds credentials", {
      hint: "give --username, and the password in a file",
    });
  }
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isHere)) {
    throw new UsageError(`read options: --url begins with ${url.protocol}//, wanted https://`);
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    throw new UsageError(`read options: --url goes on after the host, wanted ${url.origin}`);
  }
  return url.origin;
}

/** Corrections of the table of assumptions, `[voss.api]`. */
function readProtocol(config: Config, api: unknown): Protocol {
  if (api === undefined) return protocolOf();
  if (typeof api !== "object" || api === null || Array.isArray(api)) {
    throw config.problem("[voss.api]", "a table");
  }
  const corrections: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(api as ConfigTable)) {
    if (!Object.hasOwn(ASSUMPTIONS, key)) {
      throw new UsageError(`read ${config.path}: [voss.api] ${key}: unknown key`, {
        hint: `known keys: ${Object.keys(ASSUMPTIONS).join(", ")}`,
      });
    }
    const wanted = typeof ASSUMPTIONS[key as ProtocolKey].value;
    if (typeof value !== wanted) {
      throw config.problem(`[voss.api] ${key}`, wanted === "number" ? "a whole number" : "a text in quotes");
    }
    corrections[key] = value as string | number;
  }
  const protocol = protocolOf(corrections);
  if (protocol.traversal !== "below" && protocol.traversal !== "node") {
    throw config.problem("[voss.api] traversal", '"below" or "node"');
  }
  return protocol;
}
