/** `vlf-notify check`: after its time, is the report there? If not, that is raised. */
import { writeRecords } from "@vlf/common/ndjson";
import { EffectSink } from "@vlf/common/effect-sink";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { monthName } from "./alert.ts";
import type { CheckOptions } from "./cli.ts";
import { gatherEvidence } from "./evidence.ts";
import { beginOf } from "./frame.ts";
import { missingAlert } from "./job-alert.ts";
import { dueMonth, judge, restsOnStatus, type Verdict } from "./judge.ts";
import { raise, type Raised } from "./raise.ts";
import { jobSettings, type Settings } from "./settings.ts";
import { State } from "./state.ts";

/**
 * Writes the alert records. 0 when it was looked at, whatever was found; 1 with `--exit-status` when the
 * report is missing; 2 or 75 when it is missing and not all could be told.
 */
export async function runCheck(options: CheckOptions, settings: Settings, io: Io): Promise<number> {
  const { clock, log, job } = options;
  jobSettings(settings.config, job);
  const evidence = await gatherEvidence(settings, job);
  const verdict = judge(dueMonth(clock.now, settings.dueMinutes, settings.graceSeconds), evidence);
  const isThere = verdict.isProduced && verdict.isDelivered;
  const what = `report of ${monthName(verdict.month)}`;
  for (const reason of verdict.reasons) log.info(`${what}: ${reason}`);
  if (isThere && restsOnStatus(evidence)) {
    log.info(
      "that it arrived rests on the status of the run: give [notify] archive, or pipe the receipts in",
    );
  }
  const isTold = !isThere && !options.again && (await wasTold(settings, job, verdict));
  if (isTold) log.info(`${what}: missing, and raised already; vlf-notify check --again raises it once more`);
  const raised: Raised =
    isThere || isTold
      ? { records: [], failures: [] }
      : await raise([missingAlert(job, verdict.month, verdict.reasons)], {
          settings,
          clock,
          log,
          dryRun: options.dryRun,
        });
  if (!isThere && !isTold && !options.dryRun) await pingFailure(options, settings);
  const out = new EffectSink(io.stdout);
  await writeRecords(out, beginOf(options, job), raised.records, options.tool);
  out.settle();
  if (raised.failures.length > 0) {
    return raised.failures.every(({ status }) => status === EXIT.temporary) ? EXIT.temporary : EXIT.failed;
  }
  return !isThere && options.exitStatus ? EXIT.no : EXIT.ok;
}

/** True when everybody was told since the month began: by the run that failed, or a check before. */
async function wasTold(settings: Settings, job: string, { month }: Verdict): Promise<boolean> {
  const entries = new State(settings.state).entries();
  return entries.some(
    ({ id, code, latest_at: at, told }) =>
      id === job && ["job-failed", "report-missing"].includes(code) && told && at >= `${month}-01T00:00:00Z`,
  );
}

/** The dead man's switch hears of it as well, where the job has one. */
async function pingFailure({ clock, log, job }: CheckOptions, settings: Settings): Promise<void> {
  const { pingJob } = await import("./ping-job.ts");
  await pingJob(settings, jobSettings(settings.config, job), "fail", clock.runId(job), log);
}
