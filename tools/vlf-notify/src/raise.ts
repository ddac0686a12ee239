/** Raising: each alert counted, and told to every target of its level, all at once and each for itself. */
import { uptime } from "node:os";
import { type Clock, formatTime } from "@vlf/common/clock";
import { asToolError, type ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { AlertRecord } from "@vlf/common/records";
import { type Alert, headline, levelOf, oneText } from "./alert.ts";
import type { Settings } from "./settings.ts";
import { type Entry, State } from "./state.ts";
import { readTargets, type Targets } from "./targets/index.ts";
import type { SendContext, Target } from "./targets/target.ts";

export interface RaiseOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly dryRun: boolean;
  /** A test is sent and leaves no entry. */
  readonly isTest?: boolean;
}

export interface Raised {
  /** One for each target, or one without a target where none has the level. */
  readonly records: readonly AlertRecord[];
  /** What went wrong; reported already. */
  readonly failures: readonly ToolError[];
}

/** A moment later than the clock's: a run of hours ends when it ends. */
function timeOf({ clock }: RaiseOptions): Date {
  return clock.fixed ? clock.now : new Date();
}

/** Raises alerts in turn. Never throws: what fails is on stderr and in `failures`. */
export async function raise(alerts: readonly Alert[], options: RaiseOptions): Promise<Raised> {
  if (alerts.length === 0) return { records: [], failures: [] };
  const { settings, log } = options;
  let known: Targets;
  try {
    known = await readTargets(settings.config, settings.env);
  } catch (error) {
    known = { targets: [], problems: [asToolError("read targets", error)] };
  }
  for (const problem of known.problems) report(log, problem);
  const records: AlertRecord[] = [];
  const failures: ToolError[] = [...known.problems];
  for (const alert of alerts) {
    const targets = known.targets.filter(({ levels }) => levels.includes(levelOf(alert.severity)));
    if (targets.length === 0) {
      log.warning(`no target for level ${levelOf(alert.severity)}: nobody is told "${headline(alert)}"`);
    }
    const raised = await raiseOne(alert, targets, known.problems.length === 0, options);
    records.push(...raised.records);
    failures.push(...raised.failures);
  }
  return { records, failures };
}

async function raiseOne(
  alert: Alert,
  targets: readonly Target[],
  allTargetsRead: boolean,
  options: RaiseOptions,
): Promise<Raised> {
  const { settings, clock, log, dryRun } = options;
  if (dryRun) {
    for (const target of targets) log.info(`would send to ${target.address}: ${oneText(alert)}`);
    return { records: [], failures: [] };
  }
  const now = timeOf(options);
  const state = new State(settings.state);
  const isKept = options.isTest !== true;
  const count = isKept ? await guarded(log, 1, () => countUp(state, alert, now)) : 1;
  const context: SendContext = {
    sysName: settings.sysName,
    now,
    raiseId: clock.runId([alert.id, alert.code, count].join("\n")),
    state: settings.state,
    upTime: Math.floor(100 * uptime()) % 2 ** 32,
  };
  const failures: ToolError[] = [];
  const about = {
    type: "alert",
    id: alert.id,
    code: alert.code,
    category: alert.category,
    severity: alert.severity,
    message: oneText(alert),
    count,
    raised_at: formatTime(now),
  } as const;
  const records = await Promise.all(
    targets.map(async (target): Promise<AlertRecord> => {
      const to = { target: target.name, channel: target.channel } as const;
      try {
        const { status, answer } = await target.send(alert, context);
        log.info(`told "${target.name}": ${headline(alert)}: ${answer}`);
        return { ...about, ...to, status, answer };
      } catch (error) {
        const failure = asToolError(`tell "${target.name}"`, error);
        failures.push(failure);
        report(log, failure);
        return { ...about, ...to, status: "failed", answer: failure.message };
      }
    }),
  );
  if (isKept && targets.length > 0 && allTargetsRead && failures.length === 0) {
    await guarded(log, undefined, () => markTold(state, alert));
  }
  return { records: records.length > 0 ? records : [{ ...about }], failures };
}

/** Counts an alert in the entry of its id and code. Gives the count. */
function countUp(state: State, alert: Alert, now: Date): Promise<number> {
  return state.changeEntries((entries) => {
    const known = entries.find((entry) => isSame(entry, alert));
    const entry: Entry = {
      id: alert.id,
      code: alert.code,
      category: alert.category,
      severity: alert.severity,
      message: oneText(alert),
      count: (known?.count ?? 0) + 1,
      first_at: known?.first_at ?? formatTime(now),
      latest_at: formatTime(now),
      told: false,
    };
    return { entries: [...entries.filter((other) => other !== known), entry], result: entry.count };
  });
}

function markTold(state: State, alert: Alert): Promise<undefined> {
  return state.changeEntries((entries) => ({
    entries: entries.map((entry) => (isSame(entry, alert) ? { ...entry, told: true } : entry)),
    result: undefined,
  }));
}

function isSame(entry: Entry, { id, code }: Alert): boolean {
  return entry.id === id && entry.code === code;
}

/** A state that cannot be kept silences no alert. */
async function guarded<T>(log: Log, fallback: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    report(log, asToolError("keep the state", error));
    return fallback;
  }
}

/** A failure on stderr, with what helps. */
export function report(log: Log, error: ToolError): void {
  log.error(error.message);
  if (error.hint !== undefined) log.hint(error.hint);
}
