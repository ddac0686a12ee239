/**
 * Mail over SMTP, on nodemailer's connection: one message to all of its recipients or to none, STARTTLS or
 * TLS, login, web proxies, and failures told apart by what helps. What `sendMail()` of nodemailer takes for a
 * success and is none: a message that only some of the recipients get, and a login that the server did not
 * offer and that was left out for it.
 */
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { mailError, MailError, oneLine, refusedError } from "./_mail-errors.ts";
import { type MailMessage, messageBytes, sizeOf } from "./_mail-message.ts";
import type { Config } from "./config.ts";
import { systemMessage, UsageError } from "./exit.ts";
import { type Proxy, proxyOf } from "./http.ts";
import { type Secret, secretKeys, secretOf } from "./secrets.ts";
import { openTunnel } from "./tunnel.ts";

export { MailError, type MailFailure } from "./_mail-errors.ts";
export type { MailAttachment, MailMessage } from "./_mail-message.ts";

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

/** The server took the message for all recipients. That is no proof that it reaches them. */
export interface MailReceipt {
  /** The server's words, as "250 OK id=1x2y3z". */
  readonly response: string;
  /** Of the whole message, with headers and encoded attachments. */
  readonly sizeBytes: number;
}

/** RFC 5321, 4.5.3.2.6: a server may take ten minutes to answer after the data. */
const DEFAULT_TIMEOUT_SECONDS = 600;
const CONNECT_TIMEOUT_MS = 30_000;

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

/** Whether a text is a plain mail address: `user@example.com`, nothing that could become another header. */
export function isAddress(text: string): boolean {
  return /^[^\s\p{Cc}<>()[\]\\,;:"@]+@[^\s\p{Cc}<>()[\]\\,;:"@]+$/u.test(text);
}

/**
 * Sends a message to all of its recipients, or to none: when the server refuses one of them, the
 * connection is broken off before the end of the message, which makes the server forget it.
 * @throws {MailError} for everything that mail can fail of; what `content()` of an attachment throws, as it is
 * @example
 * const { response } = await sendMail(server, { from, to, subject, text, messageId, date });
 */
export async function sendMail(
  server: MailServer,
  message: MailMessage,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<MailReceipt> {
  checkMessage(message);
  const sizeBytes = await sizeOf(message);
  const { signal } = options;
  return withConnection(server, signal, async (connection) => {
    const progress: Progress = { isDataSent: false, sourceError: undefined };
    // nodemailer notes the answers to RCPT here before it reads the first byte of the message.
    const envelope: Envelope = { from: message.from, to: [...message.to], size: sizeBytes };
    try {
      const sent = await call<SMTPConnection.SentMessageInfo>((done) =>
        connection.send(envelope, Readable.from(guarded(message, envelope, progress)), (error, info) =>
          done(error, info),
        ),
      );
      if (sent.rejected.length > 0) throw refusedError(server, sent.rejectedErrors ?? []);
      return { response: oneLine(sent.response), sizeBytes };
    } catch (error) {
      const refusals = envelope.rejectedErrors ?? [];
      if (refusals.length > 0) throw refusedError(server, refusals);
      throw progress.sourceError ?? mailError(server, error, progress.isDataSent);
    }
  });
}

/**
 * Connects and logs in, and sends nothing.
 * @throws {MailError}
 */
export async function checkMailServer(server: MailServer): Promise<void> {
  await withConnection(server, undefined, () => Promise.resolve());
}

interface Envelope {
  from: string;
  to: string[];
  size: number;
  rejectedErrors?: readonly Error[];
}

/** How far a message came. */
interface Progress {
  /** All of it is on its way: without an answer now, nobody knows whether it will be delivered. */
  isDataSent: boolean;
  sourceError: unknown;
}

/** Does `work` on a connection that is encrypted and logged in as the settings say. */
async function withConnection<T>(
  server: MailServer,
  signal: AbortSignal | undefined,
  work: (connection: SMTPConnection) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const { host, port, proxy } = server;
  const socket = proxy === undefined ? undefined : await openTunnel(proxy, host, port, CONNECT_TIMEOUT_MS);
  const connectMs = Math.min(CONNECT_TIMEOUT_MS, 1000 * server.timeoutSeconds);
  const connection = new SMTPConnection({
    host,
    port,
    secure: server.secure,
    requireTLS: server.requireTls,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: 1000 * server.timeoutSeconds,
    tls: {
      ...(isIP(host) === 0 ? { servername: host } : {}),
      ...(server.ca === undefined ? {} : { ca: server.ca }),
    },
    ...(socket === undefined ? {} : { connection: socket }),
  });
  const aborted = rejectOn((reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // Before a message is under way, an error comes as an event alone.
  const broken = rejectOn((reject) => {
    connection.on("error", reject);
    connection.once("end", () => reject(new Error("connection closed")));
  });
  const first = <R>(step: Promise<R>): Promise<R> => Promise.race([step, broken, aborted]);
  try {
    await first(call<void>((done) => connection.connect((error) => done(error))));
    await login(server, connection, first);
  } catch (error) {
    connection.close();
    throw signal?.aborted === true ? signal.reason : mailError(server, error, false);
  }
  try {
    const result = await Promise.race([work(connection), aborted]);
    connection.quit();
    return result;
  } finally {
    connection.close();
  }
}

/** A promise that only ever rejects, and whose error may stay unheard. */
function rejectOn(listen: (reject: (error: unknown) => void) => void): Promise<never> {
  const promise = new Promise<never>((_resolve, reject) => listen(reject));
  promise.catch(() => {});
  return promise;
}

async function login(
  server: MailServer,
  connection: SMTPConnection,
  first: <R>(step: Promise<R>) => Promise<R>,
): Promise<void> {
  const { username, password } = server;
  if (username === undefined) return;
  if (!connection.allowsAuth) {
    throw new MailError(
      "configuration",
      `log in to mail server ${server.host}:${server.port}: it offers no login, at least not on this connection`,
      { hint: "leave out username and password, or check port, secure and require_tls" },
    );
  }
  const credentials = { user: username, pass: password?.reveal() ?? "" };
  await first(
    call<void>((done) => connection.login({ credentials, ...credentials }, (error) => done(error))),
  );
}

/** The message as a stream that ends in an error, not in its end, where it must not be delivered. */
async function* guarded(
  message: MailMessage,
  envelope: Envelope,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  if ((envelope.rejectedErrors ?? []).length > 0) throw new Error("a recipient was refused");
  try {
    yield* messageBytes(message);
  } catch (error) {
    progress.sourceError = error;
    throw error;
  }
  progress.isDataSent = true;
}

function checkMessage(message: MailMessage): void {
  const wrong = [message.from, ...message.to].find((address) => !isAddress(address));
  if (wrong !== undefined) {
    throw new MailError("configuration", `send mail: ${JSON.stringify(wrong)} is no mail address`);
  }
  if (message.to.length === 0) throw new MailError("configuration", "send mail: no recipient");
}

function readPem(what: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`read ${what}: "${path}": ${systemMessage(error)}`, { cause: error });
  }
}

/** A call with a callback, as a promise. */
function call<T>(start: (done: (error: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result as T);
      else reject(error);
    });
  });
}
