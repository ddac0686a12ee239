/** The dead man's switch of a job, by its settings. */
import type { Log } from "@vlf/common/log";
import { ping, type PingEvent } from "./ping.ts";
import type { JobSettings, Settings } from "./settings.ts";
import { httpOf, urlOf } from "./targets/webhook.ts";

/** @throws {UsageError} for settings that are wrong; a ping that fails is a warning */
export async function pingJob(
  { config, env }: Settings,
  job: JobSettings,
  event: PingEvent,
  runId: string,
  log: Log,
): Promise<void> {
  const url = urlOf(config, `[notify.jobs.${job.name}]`, "ping_url", { ...job.ping }, env);
  if (url === undefined) return;
  await ping(
    { url, http: { ...(await httpOf(config, env, job.ping)), timeoutSeconds: 10 } },
    event,
    runId,
    log,
  );
}
