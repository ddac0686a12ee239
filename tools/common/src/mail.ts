/**
 * Mail over SMTP, on nodemailer's connection: one message to all of its recipients or to none, STARTTLS or
 * TLS, login, web proxies, and failures told apart by what helps. What `sendMail()` of nodemailer takes for a
 * success and is none: a message that only some of the recipients get, and a login that the server did not
 * offer and that was left out for it.
 */
import { isIP, type Socket } from "node:net";
import { Readable } from "node:stream";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { mailError, MailError, oneLine, refusedError } from "./_mail-errors.ts";
import { type MailMessage, messageBytes, sizeOf } from "./_mail-message.ts";
import type { MailServer } from "./_mail-server.ts";
import { openTunnel } from "./tunnel.ts";

export { MailError, type MailFailure } from "./_mail-errors.ts";
export { type MailServer, mailServerOf } from "./_mail-server.ts";
export type { MailAttachment, MailMessage } from "./_mail-message.ts";

/** The server took the message for all recipients. That is no proof that it reaches them. */
export interface MailReceipt {
  /** The server's words, as "250 OK id=1x2y3z". */
  readonly response: string;
  /** Of the whole message, with headers and encoded attachments. */
  readonly sizeBytes: number;
}

const CONNECT_TIMEOUT_MS = 30_000;

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
  const { host, port } = server;
  const socket = await throughProxy(server);
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

async function throughProxy(server: MailServer): Promise<Socket | undefined> {
  const { host, port, proxy } = server;
  if (proxy === undefined) return undefined;
  try {
    return await openTunnel(proxy, host, port, CONNECT_TIMEOUT_MS);
  } catch (error) {
    throw mailError(server, error, false);
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

/** A call with a callback, as a promise. */
function call<T>(start: (done: (error: Error | null | undefined, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, result) => {
      if (error === null || error === undefined) resolve(result as T);
      else reject(error);
    });
  });
}
