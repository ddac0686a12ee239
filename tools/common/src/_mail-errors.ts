/** What nodemailer and mail servers say when something failed, in our words and by what helps. */
import { errorCode, EXIT, type ExitStatus, ToolError } from "./exit.ts";
import { ProxyError } from "./tunnel.ts";

/** As the failures of deliveries: waiting helps, nothing does, other settings, another login. */
export type MailFailure = "temporary" | "permanent" | "configuration" | "authentication";

/** A message that was not taken for all of its recipients. */
export class MailError extends ToolError {
  readonly failure: MailFailure;
  override readonly status: ExitStatus;
  /** The recipients that the server refused. */
  readonly refused: readonly string[];
  /** True when the whole message was sent and no answer came: it may be delivered all the same. */
  readonly isOutcomeUnknown: boolean;

  constructor(
    failure: MailFailure,
    message: string,
    options: { hint?: string; cause?: unknown; refused?: readonly string[]; isOutcomeUnknown?: boolean } = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.status = failure === "temporary" ? EXIT.temporary : EXIT.failed;
    this.refused = options.refused ?? [];
    this.isOutcomeUnknown = options.isOutcomeUnknown ?? false;
  }
}

interface Peer {
  readonly host: string;
  readonly port: number;
}

/** What nodemailer puts on its errors. */
interface SmtpFields {
  readonly response?: string;
  readonly responseCode?: number;
  readonly recipient?: string;
  readonly originalCode?: string;
}

/** A server's answer on one line, without what could move the cursor of who reads it. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
}

/** All refused recipients by name, each with the server's answer. One lasting refusal makes all of it lasting. */
export function refusedError(peer: Peer, refusals: readonly Error[]): MailError {
  const named = refusals.map((error) => {
    const { recipient = "?", response = error.message } = error as SmtpFields;
    return { recipient, text: `${recipient} (${oneLine(response)})`, isLasting: isLasting(error) };
  });
  const failure = named.some(({ isLasting }) => isLasting) ? "permanent" : "temporary";
  return new MailError(
    failure,
    `send mail through ${peer.host}:${peer.port}: refused for ${named.map(({ text }) => text).join(", ")}; ` +
      `sent to nobody`,
    {
      refused: named.map(({ recipient }) => recipient),
      ...(failure === "permanent" ? { hint: "correct or remove these recipients" } : {}),
    },
  );
}

/** Any other error of the connection. */
export function mailError(peer: Peer, error: unknown, isDataSent: boolean): ToolError {
  if (error instanceof ProxyError) {
    return new MailError(error.failure, error.message, { cause: error, ...hinted(error.hint) });
  }
  if (error instanceof ToolError) return error;
  const at = `${peer.host}:${peer.port}`;
  const { response, responseCode, originalCode } = error as SmtpFields;
  const code = errorCode(error);
  const said = response === undefined ? systemText(error) : oneLine(response);
  if (responseCode === undefined && isDataSent) {
    return new MailError(
      "temporary",
      `send mail through ${at}: no answer after the whole message was sent (${said}): it may arrive all the same`,
      { cause: error, isOutcomeUnknown: true, hint: "a second try carries the same Message-ID" },
    );
  }
  const make = (failure: MailFailure, action: string, hint?: string): MailError =>
    new MailError(failure, `${action} ${at}: ${said}`, { cause: error, ...hinted(hint) });
  if (code === "EAUTH" || responseCode === 530 || responseCode === 535) {
    return responseCode !== undefined && responseCode < 500
      ? make("temporary", "log in to mail server")
      : make("authentication", "log in to mail server", "check username and password of the SMTP server");
  }
  if (responseCode !== undefined && code !== "ETLS") {
    return make(isLasting(error) ? "permanent" : "temporary", "send mail through");
  }
  if (code === "ETLS" && responseCode !== undefined && responseCode < 500) {
    return make("temporary", "start TLS with mail server");
  }
  if (code === "ETLS" || isTlsCode(originalCode ?? "") || isTlsCode(code)) {
    return make("configuration", "start TLS with mail server", TLS_HINT);
  }
  if (
    code === "EDNS" &&
    originalCode !== "EAI_AGAIN" &&
    !/TIMEOUT|SERVFAIL|REFUSED/.test(originalCode ?? "")
  ) {
    return make("configuration", "connect to mail server", "check the host name");
  }
  if (code === "EMESSAGE") return make("permanent", "send mail through", SIZE_HINT);
  if (code === "EENVELOPE" || code === "EPROTOCOL") return make("configuration", "send mail through");
  return make("temporary", "connect to mail server", code === "ETIMEDOUT" ? SILENT_HINT : undefined);
}

const TLS_HINT =
  "check host and secure (true: TLS from the start, mostly port 465; false: STARTTLS), and ca_file for an own CA";
const SILENT_HINT = "the server may be down, behind a firewall, or want TLS from the start (secure = true)";
const SIZE_HINT = "the message is larger than the server takes: use another destination for this file";

function hinted(hint: string | undefined): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** RFC 5321, 4.2.1: 5yz lasts, 4yz passes; 503 is about the order of commands, not about the message. */
function isLasting(error: unknown): boolean {
  const { responseCode } = error as SmtpFields;
  return responseCode === undefined || (responseCode >= 500 && responseCode !== 503);
}

function isTlsCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL|EPROTO$/.test(code);
}

/** On Deno a refused connection has no message, only a code. */
function systemText(error: unknown): string {
  const { originalCode } = error as SmtpFields;
  const message = error instanceof Error ? oneLine(error.message) : String(error);
  const code = originalCode ?? errorCode(error);
  if (message === "") return code;
  return code === "" || message.includes(code) ? message : `${message} (${code})`;
}
