/** The keys of an HTTP destination in vlf.toml, in the words of the guide's form (guide, 1.8.1). */
import type { Config, TableValues } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { basic, HttpClient, proxyOf } from "@vlf/common/http";
import { secretOf } from "@vlf/common/secrets";
import type { Context } from "../destinations/destination.ts";

/** Keys of every destination that is reached by HTTP. */
export const CONNECTION_KEYS = {
  host: "text",
  port: "whole-number",
  secure: "flag",
  username: "text",
  password_file: "text",
  password_env: "text",
  password_credential: "text",
  token_file: "text",
  token_env: "text",
  token_credential: "text",
  ca_file: "text",
  cert_file: "text",
  key_file: "text",
  key_passphrase_file: "text",
  key_passphrase_env: "text",
  key_passphrase_credential: "text",
  proxy: "text",
  timeout_seconds: "whole-number",
} as const;

/** Their values. */
export type ConnectionValues = TableValues<typeof CONNECTION_KEYS, "host">;

/** How the server is reached, without having been asked anything yet. */
export interface Connection {
  /** `https://files.example.com:8443` */
  readonly origin: string;
  /** With the login, where there is one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Made at the first request: a wrong certificate file is an error of the settings all the same. */
  readonly client: HttpClient;
}

/**
 * The connection that a table describes.
 * @throws {UsageError} for keys that do not go together, secrets and certificates that cannot be read
 */
export function connectionOf(
  config: Config,
  where: string,
  values: ConnectionValues,
  context: Context,
): Connection {
  const { host, port, secure = true } = values;
  const password = secretOf(config, where, "password", values, context.env);
  const token = secretOf(config, where, "token", values, context.env);
  if (token !== undefined && (values.username !== undefined || password !== undefined)) {
    throw config.problem(`${where} token`, "a token or username and password, not both");
  }
  if ((values.username === undefined) !== (password === undefined)) {
    throw config.problem(`${where} username`, "username and password together, or neither");
  }
  if (values.key_file !== undefined && values.cert_file === undefined) {
    throw config.problem(`${where} cert_file`, "the certificate that belongs to key_file");
  }
  if (values.cert_file !== undefined && values.key_file === undefined) {
    throw config.problem(`${where} key_file`, "the private key that belongs to cert_file");
  }
  if (!secure && (values.ca_file ?? values.cert_file) !== undefined) {
    throw config.problem(`${where} secure`, "true: certificates mean nothing on a plain connection");
  }
  const authorization =
    token !== undefined
      ? `Bearer ${token.reveal()}`
      : values.username === undefined
        ? undefined
        : basic(values.username, password);
  return {
    origin: originOf(config, where, host, port, secure),
    headers: authorization === undefined ? {} : { authorization },
    client: new HttpClient({
      caFile: values.ca_file,
      certFile: values.cert_file,
      keyFile: values.key_file,
      keyPassphrase: secretOf(config, where, "key_passphrase", values, context.env),
      proxy: values.proxy === undefined ? undefined : proxyOf(config, values.proxy, context.env),
      timeoutSeconds: values.timeout_seconds,
      connections: 1,
    }),
  };
}

function originOf(
  config: Config,
  where: string,
  host: string,
  port: number | undefined,
  secure: boolean,
): string {
  if (port !== undefined && (port < 1 || port > 65_535)) {
    throw config.problem(`${where} port`, "a port from 1 to 65535");
  }
  const scheme = secure ? "https" : "http";
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const text = `${scheme}://${bracketed}${port === undefined ? "" : `:${port}`}`;
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    url = undefined;
  }
  const isPlain = url?.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
  if (url === undefined || !isPlain || /[/?#@\s]/.test(host)) {
    throw config.problem(`${where} host`, 'a host name or address alone, as "files.example.com"');
  }
  return url.origin;
}

/**
 * The URL of a file: `{name}` in the endpoint stands for its name; an endpoint that ends with a slash gets
 * it appended. Gives undefined where the name has no place in it.
 */
export function urlOfFile(origin: string, endpoint: string, name: string): URL {
  const encoded = encodeURIComponent(name);
  const path = endpoint.includes("{name}")
    ? endpoint.replaceAll("{name}", encoded)
    : endpoint.endsWith("/")
      ? endpoint + encoded
      : endpoint;
  return new URL(path, origin);
}

/** Whether the file's name is part of its URL. */
export function namesFile(endpoint: string): boolean {
  return endpoint.includes("{name}") || endpoint.endsWith("/");
}

/**
 * Checks an endpoint.
 * @throws {UsageError} unless it is a path from the root of the host
 */
export function checkEndpoint(config: Config, where: string, endpoint: string): void {
  if (endpoint.startsWith("/") && !endpoint.startsWith("//") && !/[\s#\p{Cc}]/u.test(endpoint)) return;
  throw new UsageError(`read ${config.path}: ${where}: wanted a path from the root of the host`, {
    hint: 'write it as "/upload/{name}"; the host has its own key',
  });
}
