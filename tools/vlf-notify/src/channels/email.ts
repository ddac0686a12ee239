/** Mail: VOSS's text, then what else a person wants to know. */
import { hostname } from "node:os";
import { type MailServer, sendMail } from "@vlf/common/mail";
import { type Alert, headline } from "../alert.ts";
import type { Receipt, SendContext } from "../targets/target.ts";

export interface EmailSettings {
  readonly server: MailServer;
  readonly from: string;
  readonly to: readonly string[];
}

/** VOSS's sender is `platform@<hostname>`; this is the tool's, so that nobody takes one for the other. */
export function defaultSender(): string {
  return `vlf-notify@${hostname()}`;
}

/**
 * The message, in the lines of the guide (1.6.3). Which of them VOSS puts into the subject is not
 * documented: here the first is both.
 * @internal exported for its tests
 */
export function mailText(alert: Alert, sysName: string): { readonly subject: string; readonly text: string } {
  const sentences = alert.text.split("\n").map((line) => line.trimEnd());
  const rest = [`System: ${sysName}`, `Alert: ${alert.id}, code ${alert.code}`, ...alert.details];
  const lines = [headline(alert), ...sentences, "", ...rest, ""];
  return { subject: headline(alert), text: lines.join("\n") };
}

/** @throws {MailError} when the server did not take it for all recipients */
export async function sendEmail(
  { server, from, to }: EmailSettings,
  alert: Alert,
  { sysName, now, raiseId }: SendContext,
): Promise<Receipt> {
  const messageId = `${raiseId}@${from.slice(from.lastIndexOf("@") + 1)}`;
  const { response } = await sendMail(server, {
    from,
    to,
    ...mailText(alert, sysName),
    messageId,
    date: now,
  });
  return { status: "acknowledged", answer: response };
}
