/** A web hook: the alert as JSON by POST. */
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { HttpClient, type HttpSettings } from "@vlf/common/http";
import type { Secret } from "@vlf/common/secrets";
import { formatTime } from "@vlf/common/clock";
import { type Alert, headline, oneText } from "../alert.ts";
import type { Receipt, SendContext } from "../targets/target.ts";

export interface WebhookSettings {
  /** The address is a secret: whoever knows it may post. */
  readonly url: Secret;
  readonly http: HttpSettings;
  readonly token: Secret | undefined;
}

/** `https://hooks.example.com`: the path of a web hook is its password. */
export function webhookAddress(url: Secret): string {
  const { protocol, host } = new URL(url.reveal());
  return `${protocol}//${host}`;
}

/**
 * What is posted. `text` is what chat programs show.
 * @internal exported for its tests
 */
export function webhookBody(alert: Alert, { sysName, now, raiseId }: SendContext): string {
  return JSON.stringify({
    text: oneText(alert),
    raise_id: raiseId,
    id: alert.id,
    code: alert.code,
    category: alert.category,
    severity: alert.severity,
    title: headline(alert),
    message: alert.text.trim(),
    details: alert.details,
    system: sysName,
    raised_at: formatTime(now),
  });
}

/** Statuses that may be others the next time. */
const TEMPORARY = new Set([408, 425, 429, 500, 502, 503, 504]);

/** @throws {ToolError} for every answer but 2xx; a redirect is not followed, since it would lose the body */
export async function sendWebhook(
  settings: WebhookSettings,
  alert: Alert,
  context: SendContext,
): Promise<Receipt> {
  const address = webhookAddress(settings.url);
  const client = new HttpClient(settings.http);
  try {
    const answer = await client.request(settings.url.reveal(), {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "idempotency-key": context.raiseId,
        ...(settings.token === undefined ? {} : { authorization: `Bearer ${settings.token.reveal()}` }),
      },
      body: webhookBody(alert, context),
    });
    await answer.discard();
    const { status } = answer;
    if (status >= 200 && status < 300) return { status: "acknowledged", answer: `HTTP ${status}` };
    const message = `post to ${address}: HTTP ${status}, wanted 2xx`;
    if (TEMPORARY.has(status)) throw new TemporaryError(message);
    const hint = status >= 300 && status < 400 ? "give the address that it leads to" : undefined;
    throw new ToolError(message, hint === undefined ? {} : { hint });
  } catch (error) {
    throw withoutUrl(error, settings.url, address);
  } finally {
    await client.destroy();
  }
}

/** Errors of requests name the address with its path, which is the secret here. */
export function withoutUrl(error: unknown, url: Secret, address: string): unknown {
  if (!(error instanceof ToolError)) return error;
  const { protocol, host, pathname, search } = new URL(url.reveal());
  let message = error.message.replaceAll(`${protocol}//${host}${pathname}`, address);
  for (const part of [pathname, search]) {
    if (part.length > 1) message = message.replaceAll(part, "/...");
  }
  const hint = error.hint === undefined ? {} : { hint: error.hint };
  return error instanceof TemporaryError ? new TemporaryError(message, hint) : new ToolError(message, hint);
}
