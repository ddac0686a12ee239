/**
 * `vlf-notify health`: VOSS's line at login until the report succeeded, and nothing when all is well; or
 * one line for a monitoring plug-in, with the statuses that those expect (docs/adr/0022).
 */
import { EXIT, systemMessage, ToolError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { LICENSE_JOB, monthName } from "./alert.ts";
import type { HealthOptions } from "./cli.ts";
import { gatherEvidence } from "./evidence.ts";
import { dueMonth, type Evidence, judge } from "./judge.ts";
import { jobNames, jobSettings, type Settings } from "./settings.ts";
import { State } from "./state.ts";

/** Of the Monitoring Plugins guidelines, which Nagios, Icinga and others follow. */
const PLUGIN = { ok: 0, warning: 1, critical: 2, unknown: 3 } as const;

/** What is wrong with one job. */
interface Trouble {
  readonly line: string;
  readonly why: string;
}

export async function runHealth(options: HealthOptions, settings: Settings, io: Io): Promise<number> {
  const troubles: Trouble[] = [];
  const names = new Set([options.job, ...jobNames(settings.config)]);
  for (const name of names) {
    const trouble = await lookAt(name, options, settings);
    if (trouble !== undefined) troubles.push(trouble);
  }
  if (options.plugin) return plugin(options, settings, troubles, io);
  for (const { line } of troubles) await io.stdout.write(`${line}\n`);
  return troubles.length > 0 && options.exitStatus ? EXIT.no : EXIT.ok;
}

/** For `--plugin`: what would be an error is a state that is not known. */
export async function pluginFailure(error: unknown, io: Io): Promise<number> {
  const message = error instanceof ToolError ? error.message : systemMessage(error);
  await io.stdout.write(`LICENSE REPORT UNKNOWN - ${oneLine(message)}\n`);
  return PLUGIN.unknown;
}

async function plugin(
  { clock }: HealthOptions,
  settings: Settings,
  troubles: readonly Trouble[],
  io: Io,
): Promise<number> {
  const [first] = troubles;
  if (first !== undefined) {
    const why = troubles.map((trouble) => trouble.why).join("; ");
    await io.stdout.write(`LICENSE REPORT CRITICAL - ${oneLine(why)}\n`);
    return PLUGIN.critical;
  }
  const open = new State(settings.state).entries().filter(({ severity }) => severity !== "info");
  const month = monthName(dueMonth(clock.now, settings.dueMinutes, settings.graceSeconds));
  if (open.length > 0) {
    const latest = open.at(-1);
    const text = `${month} is there; open alerts: ${open.length}, the latest: ${latest?.message ?? ""}`;
    await io.stdout.write(`LICENSE REPORT WARNING - ${oneLine(text)}\n`);
    return PLUGIN.warning;
  }
  await io.stdout.write(`LICENSE REPORT OK - ${month} is there\n`);
  return PLUGIN.ok;
}

/** A vertical bar begins performance data; lines after the first are not shown. */
function oneLine(text: string): string {
  return text.replaceAll(/[\s|]+/g, " ").trim();
}

async function lookAt(
  name: string,
  { clock }: HealthOptions,
  settings: Settings,
): Promise<Trouble | undefined> {
  const { command } = jobSettings(settings.config, name);
  const evidence = await gatherEvidence(
    name === LICENSE_JOB ? settings : { ...settings, archives: [] },
    name,
  );
  const please = `Please run '${command ?? `vlf-notify run --name ${name} -- COMMAND`}'`;
  if (name === LICENSE_JOB) {
    const month = dueMonth(clock.now, settings.dueMinutes, settings.graceSeconds);
    const verdict = judge(month, evidence);
    const why = [
      ...(verdict.isProduced && verdict.isDelivered ? [] : verdict.reasons),
      ...lastFailure(evidence),
    ][0];
    // The guide's line, 1.6.3.
    return why === undefined
      ? undefined
      : { line: `LICENSE REPORT: FAILED - ${please}`, why: `${monthName(month)}: ${why}` };
  }
  const [why] = lastFailure(evidence);
  return why === undefined ? undefined : { line: `JOB ${name}: FAILED - ${please}`, why: `${name}: ${why}` };
}

function lastFailure({ job: { last } }: Evidence): string[] {
  return last?.result === "failure"
    ? [`the run that ended at ${last.ended_at} failed with status ${last.status}`]
    : [];
}
