/**
 * HTTP as the tools need it, on undici: TLS with the user's CA and client certificate, web proxies with
 * credentials, time limits, no redirects, and errors told apart by whether trying again can help.
 * Node's `fetch` has none of these: it knows no proxy, and turns a POST into a GET on a 302.
 */
import { readFileSync } from "node:fs";
import type { Dispatcher } from "undici";
import type { Config } from "./config.ts";
import { errorCode, systemMessage, TemporaryError, ToolError, UsageError } from "./exit.ts";
import { checkPrivate, type Secret, secretKeys, secretOf } from "./secrets.ts";

/**
 * A refusal that other settings mend, not time: `tls` (certificate or handshake), `proxy` (it will not
 * connect there), `proxy-login` (it wants another login).
 */
export class ConnectionError extends ToolError {
  readonly reason: "tls" | "proxy" | "proxy-login";

  constructor(
    reason: "tls" | "proxy" | "proxy-login",
    message: string,
    options: { hint?: string; cause?: unknown } = {},
  ) {
    super(message, options);
    this.reason = reason;
  }
}

/** A web proxy, as `[proxies.NAME]` describes it (guide, 1.8 "Web Proxies"). */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: Secret | undefined;
}

export interface HttpSettings {
  /** Certificates to trust instead of the system's, in PEM. */
  readonly caFile?: string | undefined;
  /** The client's own certificate and key, in PEM. */
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly keyPassphrase?: Secret | undefined;
  readonly proxy?: Proxy | undefined;
  /** Most connections at once to one host. */
  readonly connections?: number | undefined;
  /** Time to connect, and the longest silence of the peer; seconds. */
  readonly timeoutSeconds?: number | undefined;
}

export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; a list for one that came several times. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** To be read to its end, or dropped by `discard()`, before the next request on this connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Hands on the body part by part, to its end; each part is good until `take` is done. What `take` throws ends it. */
  read(take: (part: Uint8Array) => void): Promise<void>;
  /** The body as text, cut after `limit` bytes. */
  text(limit?: number): Promise<string>;
  /** Reads the body to its end and forgets it; an answer that was cut off is an error. */
  discard(): Promise<void>;
}

const DEFAULT_TIMEOUT_SECONDS = 60;

/** Requests that share connections and settings. */
export class HttpClient {
  readonly #open: () => Promise<Dispatcher>;
  /** Made by the first request: undici takes longer to load than a run without one. */
  #dispatcher: Promise<Dispatcher> | undefined;

  /** @throws {UsageError} for certificate files that cannot be read, and a private key open to others */
  constructor(settings: HttpSettings) {
    const timeout = 1000 * (settings.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS);
    const tls = {
      ...(settings.caFile === undefined ? {} : { ca: readPem("CA file", settings.caFile) }),
      ...(settings.certFile === undefined ? {} : { cert: readPem("certificate", settings.certFile) }),
      ...(settings.keyFile === undefined ? {} : { key: readKey(settings.keyFile) }),
      ...(settings.keyPassphrase === undefined ? {} : { passphrase: settings.keyPassphrase.reveal() }),
    };
    const common = {
      connections: settings.connections ?? null,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      connectTimeout: timeout,
    };
    const { proxy } = settings;
    this.#open = async () => {
      const { Agent, connector, ProxyAgent } = await import("./_undici.ts");
      if (proxy === undefined) return new Agent({ ...common, connect: connector({ ...tls, timeout }) });
      return new ProxyAgent({
        ...common,
        uri: `http://${proxy.host.includes(":") ? `[${proxy.host}]` : proxy.host}:${proxy.port}`,
        ...(proxy.username === undefined ? {} : { token: basic(proxy.username, proxy.password) }),
        requestTls: { ...tls, timeout },
        // Plain HTTP goes through CONNECT as well: one way for all.
        proxyTunnel: true,
      });
    };
  }

  /**
   * Sends one request. An answer of any status is an answer: 3xx are not followed.
   * @throws {TemporaryError} when the peer could not be reached or went away; {ConnectionError} for TLS and
   *   proxy refusals that trying again does not mend. Messages hold neither URL credentials nor headers.
   */
  async request(url: string | URL, what: HttpRequest): Promise<HttpAnswer> {
    const target = new URL(url);
    let answer: Dispatcher.ResponseData;
    try {
      this.#dispatcher ??= this.#open();
      const dispatcher = await this.#dispatcher;
      answer = await dispatcher.request({
        origin: target.origin,
        path: `${target.pathname}${target.search}`,
        method: what.method,
        headers: { ...what.headers },
        ...(what.body === undefined ? {} : { body: what.body as never }),
        ...(what.signal === undefined ? {} : { signal: what.signal }),
      });
    } catch (error) {
      if (what.signal?.aborted === true) throw what.signal.reason;
      throw httpError(`${what.method} ${shown(target)}`, error);
    }
    return answerOf(`${what.method} ${shown(target)}`, answer);
  }

  /** Closes idle connections, and the others when they are done. */
  async close(): Promise<void> {
    await (await this.#dispatcher)?.close();
  }

  /** Breaks all connections at once. */
  async destroy(): Promise<void> {
    await (await this.#dispatcher)?.destroy();
  }
}

/** The value of an `Authorization` header of the scheme Basic. */
export function basic(username: string, password: Secret | undefined): string {
  return `Basic ${Buffer.from(`${username}:${password?.reveal() ?? ""}`).toString("base64")}`;
}

/** A URL for messages: without credentials, query and fragment. */
export function shown(url: string | URL): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

/** The keys of `[proxies.NAME]`, in the words of the guide's form. */
const PROXY_KEYS = {
  web_protocol: ["http", "https"],
  proxy_protocol: ["http"],
  address: "text",
  port: "whole-number",
  username: "text",
  ...secretKeys("password"),
} as const;

/**
 * The proxy of `[proxies.NAME]`.
 * @throws {UsageError} when there is none of that name, or a key is wrong
 */
export function proxyOf(
  config: Config,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): Proxy {
  const tables = config.tables("proxies");
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    throw new UsageError(`read ${config.path}: no web proxy "${name}"`, {
      hint: `known: ${Object.keys(tables).join(", ") || "none"}; add [proxies.${name}]`,
    });
  }
  const where = `[proxies.${name}]`;
  const values = config.values(where, table, PROXY_KEYS, ["address", "port"]);
  return {
    host: values.address,
    port: values.port,
    username: values.username,
    password: secretOf(config, where, "password", values, env),
  };
}

function readKey(path: string): Buffer {
  checkPrivate("private key", path);
  return readPem("private key", path);
}

function readPem(what: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(`read ${what} "${path}": ${systemMessage(error)}`, { cause: error });
  }
}

/** Failures of a connection that may be gone the next time. */
const TEMPORARY = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** What undici says when a proxy answers CONNECT with another status than 200. */
const PROXY_ANSWER = /^Proxy response \((\d+)\)/;

/** An error of a request in our words. @internal exported for its tests */
export function httpError(action: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const cause = (error as { cause?: unknown } | null)?.cause;
  const proxied = [error, cause].find((one) => one instanceof Error && PROXY_ANSWER.test(one.message));
  if (proxied instanceof Error) {
    return proxyError(action, Number(PROXY_ANSWER.exec(proxied.message)?.[1]), error);
  }
  const code = errorCode(error) || errorCode(cause);
  const message = `${action}: ${systemMessage(error)}`;
  if (TEMPORARY.has(code)) return new TemporaryError(message, { cause: error });
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO/.test(code)) {
    return new ConnectionError("tls", message, {
      cause: error,
      hint: "check the host name, the CA file that signed its certificate, and the client certificate",
    });
  }
  return new ToolError(message, { cause: error });
}

function proxyError(action: string, status: number, cause: unknown): ToolError {
  const message = `${action}: the web proxy answered ${status}`;
  // 401 is what tinyproxy says to a wrong login.
  if (status === 407 || status === 401) {
    return new ConnectionError("proxy-login", message, {
      cause,
      hint: "check username and password of the web proxy",
    });
  }
  if (status === 408 || status === 429 || status >= 500) return new TemporaryError(message, { cause });
  return new ConnectionError("proxy", message, {
    cause,
    hint: "the proxy does not connect to this host and port: ask who runs it",
  });
}

function answerOf(action: string, { statusCode, headers, body }: Dispatcher.ResponseData): HttpAnswer {
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of body) yield chunk as Uint8Array;
    } catch (error) {
      throw httpError(action, error);
    }
  }
  // To its end: an answer that was cut off is none.
  async function discard(): Promise<void> {
    const rest = chunks();
    while ((await rest.next()).done !== true);
  }
  return {
    status: statusCode,
    headers,
    body: { [Symbol.asyncIterator]: chunks },
    read: (take) =>
      new Promise((resolve, reject) => {
        // Without a promise a part, as a loop has them: bodies come in parts of 16 KiB at most.
        body.on("data", (part: Uint8Array) => {
          try {
            take(part);
          } catch (error) {
            reject(error);
            body.destroy();
          }
        });
        body.on("end", resolve);
        body.on("error", (error) => reject(httpError(action, error)));
        body.on("close", () => reject(new TemporaryError(`${action}: the answer has no end`)));
      }),
    async text(limit = Number.POSITIVE_INFINITY) {
      const parts: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of chunks()) {
        parts.push(chunk);
        size += chunk.length;
        if (size >= limit) break;
      }
      return Buffer.concat(parts).subarray(0, limit).toString("utf8");
    },
    discard,
  };
}

/** `Retry-After` as milliseconds: seconds or an HTTP date; `undefined` where it says nothing (RFC 9110, 10.2.3). */
export function retryAfterMs(
  header: string | readonly string[] | undefined,
  now: number,
): number | undefined {
  const text = (typeof header === "string" ? header : header?.[0])?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2}, /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(at - now, 0);
}
