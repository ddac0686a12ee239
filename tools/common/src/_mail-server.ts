/** The settings of a mail server: `[smtp_servers.NAME]` of vlf.toml. */
import { readFileSync } from "node:fs";
import type { Config } from "./config.ts";
import { systemMessage, UsageError } from "./exit.ts";
import { type Proxy, proxyOf } from "./http.ts";
import { type Secret, secretKeys, secretOf } from "./secrets.ts";

/** A mail server, as `[smtp_servers.NAME]` describes it (guide, 1.8.2). */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the start; otherwise STARTTLS where the server offers it (guide, 1.8.2 "Secure"). */
  readonly secure: boolean;
  /** Sends nothing, and no password, without TLS. */
  readonly requireTls: boolean;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  /** Certificates to trust instead of the system's, in PEM. */
  readonly ca: string | undefined;
  readonly proxy: Proxy | undefined;
  /** Longest silence of the server, seconds. */
  readonly timeoutSeconds: number;
}

/** RFC 5321, 4.5.3.2.6: a server may take ten minutes to answer after the data. */
const DEFAULT_TIMEOUT_SECONDS = 600;

const SERVER_KEYS = {
  description: "text",
  host: "text",
  port: "whole-number",
  secure: "flag",
  require_tls: "flag",
  username: "text",
  ...secretKeys("password"),
  ca_file: "text",
  proxy: "text",
  timeout_seconds: "whole-number",
} as const;

/**
 * The mail server of `[smtp_servers.NAME]`.
 * @throws {UsageError} when there is none of that name, a key is wrong, or a file cannot be read
 * @example const server = mailServerOf(config, "relay", io.env);
 */
export function mailServerOf(
  config: Config,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): MailServer {
  const tables = config.tables("smtp_servers");
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    throw new UsageError(`read ${config.path}: no SMTP server "${name}"`, {
      hint: `known: ${Object.keys(tables).join(", ") || "none"}; add [smtp_servers.${name}]`,
    });
  }
  const where = `[smtp_servers.${name}]`;
  const values = config.values(where, table, SERVER_KEYS, ["host"]);
  const password = secretOf(config, where, "password", values, env);
  if ((values.username === undefined) !== (password === undefined)) {
    throw config.problem(`${where} username`, "username and password together, or neither");
  }
  const secure = values.secure ?? false;
  const port = values.port ?? (secure ? 465 : 587);
  if (port < 1 || port > 65_535) throw config.problem(`${where} port`, "a port from 1 to 65535");
  return {
    host: values.host,
    port,
    secure,
    // A password in clear is for who asks for it: one "require_tls = false" does.
    requireTls: values.require_tls ?? values.username !== undefined,
    username: values.username,
    password,
    ca: values.ca_file === undefined ? undefined : readPem(`${where} ca_file`, values.ca_file),
    proxy: values.proxy === undefined ? undefined : proxyOf(config, values.proxy, env),
    timeoutSeconds: Math.max(1, values.timeout_seconds ?? DEFAULT_TIMEOUT_SECONDS),
  };
}

function readPem(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`read ${what}: "${path}": ${systemMessage(error)}`, { cause: error });
  }
}
