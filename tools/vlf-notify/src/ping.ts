/**
 * A dead man's switch: a service that raises the alarm when a job does not report in time, which also sees
 * what no alert from here can tell, a machine that is down. The forms are those of healthchecks.io:
 * URL/start, URL for success, URL/STATUS with the exit status, URL/fail.
 */
import { ToolError } from "@vlf/common/exit";
import { HttpClient, type HttpSettings } from "@vlf/common/http";
import type { Log } from "@vlf/common/log";
import type { Secret } from "@vlf/common/secrets";
import { webhookAddress, withoutUrl } from "./channels/webhook.ts";

export interface PingSettings {
  /** The address is a secret: whoever knows it can report success. */
  readonly url: Secret;
  readonly http: HttpSettings;
}

export type PingEvent = "start" | "fail" | number;

/** How long a ping may take; nobody waits longer for it. */
const LIMIT_MS = 10_000;

/**
 * The address of an event: `https://hc-ping.com/UUID/start?rid=RUN`.
 * @internal exported for its tests
 */
export function pingUrl(base: string, event: PingEvent, runId: string): string {
  const url = new URL(base);
  if (event !== 0) url.pathname = `${url.pathname.replace(/\/$/, "")}/${event}`;
  url.searchParams.set("rid", runId);
  return url.href;
}

/** Pings; what fails is a warning, since a ping must never stop a job. Never throws. */
export async function ping(settings: PingSettings, event: PingEvent, runId: string, log: Log): Promise<void> {
  let client: HttpClient | undefined;
  try {
    client = new HttpClient(settings.http);
    const url = pingUrl(settings.url.reveal(), event, runId);
    const answer = await client.request(url, { method: "POST", signal: AbortSignal.timeout(LIMIT_MS) });
    await answer.discard();
    if (answer.status < 200 || answer.status > 299) {
      throw new ToolError(`ping ${webhookAddress(settings.url)}: HTTP ${answer.status}, wanted 2xx`);
    }
  } catch (error) {
    log.warning(pingProblem(settings, error));
  } finally {
    await client?.destroy();
  }
}

function pingProblem({ url }: PingSettings, error: unknown): string {
  const address = webhookAddress(url);
  const shown = withoutUrl(error, url, address);
  if (shown instanceof ToolError) return shown.message;
  return `ping ${address}: no answer within ${LIMIT_MS / 1000} s`;
}
