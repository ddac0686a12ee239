/** `vlf-notify run`: a command, watched. Its exit status is the only thing that comes of it for the caller. */
import { formatTime } from "@vlf/common/clock";
import { asToolError, EXIT, type ToolError } from "@vlf/common/exit";
import { holderOf, type Lock, tryLock, tryLocks } from "@vlf/common/lock";
import type { Alert } from "./alert.ts";
import type { RunOptions } from "./cli.ts";
import { failedAlert, JOB_CODES, notStartedAlert, outcomeText } from "./job-alert.ts";
import type { PingEvent } from "./ping.ts";
import { dieOf, runProcess } from "./process.ts";
import type { JobSettings, Settings } from "./settings.ts";
import { type JobState, type Outcome, State } from "./state.ts";

/** A command that is over sooner has its outcome on the disk about as soon as the mark that it runs would be. */
const SYNC_AFTER_MS = 1000;

/** Gives the status of the command; 75 when it was not started because another run is under way. */
export async function runJob(options: RunOptions, settings: Settings, job: JobSettings): Promise<number> {
  const { command, clock, log } = options;
  if (options.dryRun) {
    log.info(`would run ${JSON.stringify(command)} as job "${job.name}", state in "${settings.state}"`);
    return EXIT.ok;
  }
  const state = new State(settings.state);
  const locks = await takeLocks(options, state, job);
  if (typeof locks === "string") {
    log.error(`start job "${job.name}": ${locks}`);
    await told(options, settings, notStartedAlert(job.name, clock.now, locks));
    return EXIT.temporary;
  }
  try {
    return await runLocked(options, settings, job, state, locks);
  } finally {
    for (const lock of locks) await lock.release();
  }
}

async function runLocked(
  options: RunOptions,
  settings: Settings,
  job: JobSettings,
  state: State,
  locks: readonly Lock[],
): Promise<number> {
  const { command, clock, log } = options;
  const startedAt = formatTime(clock.fixed ? clock.now : new Date());
  const runId = once(() => clock.runId(job.name));
  const before = await kept(options, () => state.job(job.name));
  const running: JobState = { ...before, running: { started_at: startedAt, pid: process.pid } };
  const isShown = await kept(options, () => {
    state.showJob(job.name, running);
    return true;
  });
  const ended = runProcess(command, {
    timeoutSeconds: options.timeoutSeconds ?? job.timeoutSeconds,
    graceSeconds: options.killAfterSeconds,
    env: { ...options.env, VLF_NOTIFY_JOB: job.name },
    inherit: locks.map(({ fd }) => fd),
  });
  // What takes longer is done while the command runs.
  const sync = (): void => void kept(options, () => state.syncJob(job.name));
  const syncing = isShown === true ? setTimeout(sync, SYNC_AFTER_MS) : undefined;
  const pinging = pinged(options, settings, job, "start", runId);
  const ending = await ended;
  clearTimeout(syncing);
  const isFailure = ending.status !== 0 || ending.isTimedOut;
  const outcome: Outcome = {
    started_at: startedAt,
    ended_at: formatTime(clock.fixed ? clock.now : new Date()),
    result: isFailure ? "failure" : "success",
    // Cut short is not done, whatever the command says.
    status: ending.status === 0 && isFailure ? EXIT.failed : ending.status,
    ...(ending.signal === undefined ? {} : { signal: ending.signal }),
    ...(ending.isTimedOut ? { timed_out: true } : {}),
  };
  await kept(options, () => state.writeJob(job.name, afterwards(before, outcome)));
  if (!isFailure) await kept(options, () => state.close(job.name, JOB_CODES));
  if (isFailure) {
    const how = outcomeText(outcome, options.timeoutSeconds ?? job.timeoutSeconds, ending.problem);
    log.error(`run job "${job.name}": the command ${how}`);
    await told(options, settings, failedAlert(job.name, outcome, how));
  }
  await pinging;
  await pinged(options, settings, job, outcome.status & 255, runId);
  if (ending.passedOn !== undefined) dieOf(ending.passedOn);
  return outcome.status;
}

function afterwards(before: JobState | undefined, outcome: Outcome): JobState {
  const lastSuccess = outcome.result === "success" ? outcome : before?.last_success;
  return { last: outcome, ...(lastSuccess === undefined ? {} : { last_success: lastSuccess }) };
}

/**
 * Takes the lock of the job and those of its groups, waiting for these. Gives why not when another run
 * holds one. A lock that cannot be made at all is reported and left out: a full disk must not cost the report.
 */
async function takeLocks(options: RunOptions, state: State, job: JobSettings): Promise<Lock[] | string> {
  const { log } = options;
  const holder = `job ${job.name}`;
  const waitSeconds = options.waitSeconds ?? job.waitSeconds;
  // The job first: its own second run would do the same work again, and need not wait.
  const own = state.lockPath("jobs", job.name);
  const groups = (options.groups ?? job.groups).map(
    (group) => [group, state.lockPath("groups", group)] as const,
  );
  const atOnce = await tryLocks([own, ...groups.map(([, path]) => path)], holder);
  const locks: Lock[] = [...atOnce.values()];
  const take = async (path: string, wait: number): Promise<"taken" | "held"> => {
    if (atOnce.has(path)) return "taken";
    // An error gives undefined, where a lock that is held gives null.
    const work = async (): Promise<Lock | null> =>
      (await tryLock(path, { holder, waitSeconds: wait })) ?? null;
    const lock = await reported(options, "lock", work);
    if (lock === null) return "held";
    if (lock !== undefined) locks.push(lock);
    return "taken";
  };
  const refuse = async (what: string, path: string): Promise<string> => {
    const who = await holderOf(path);
    for (const lock of locks) await lock.release();
    return `${what}${who === "" ? "" : `, held${who}`}`;
  };
  if ((await take(own, 0)) === "held") return refuse("the run before is still under way", own);
  for (const [group, path] of groups) {
    let how = await take(path, 0);
    if (how === "held" && waitSeconds > 0) {
      log.info(`waiting for group "${group}", held${await holderOf(path)}`);
      how = await take(path, waitSeconds);
    }
    if (how === "held") {
      return refuse(`another run of group "${group}" is still under way after ${waitSeconds} s`, path);
    }
  }
  return locks;
}

/** A state that cannot be kept stops no job: the report matters more than the memory of it. */
function kept<T>(options: RunOptions, work: () => Promise<T> | T): Promise<T | undefined> {
  return reported(options, "keep the state", work);
}

/** Raises an alert. Whatever comes of it, the status stays that of the command. */
async function told({ clock, log }: RunOptions, settings: Settings, alert: Alert): Promise<void> {
  await reported({ log }, "raise the alert", async () => {
    const { raise } = await import("./raise.ts");
    await raise([alert], { settings, clock, log, dryRun: false });
  });
}

/** Does what may fail without consequence; says so when it does. */
async function reported<T>(
  { log }: Pick<RunOptions, "log">,
  action: string,
  work: () => Promise<T> | T,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    const failure: ToolError = asToolError(action, error);
    log.error(failure.message);
    if (failure.hint !== undefined) log.hint(failure.hint);
    return undefined;
  }
}

/** Makes a value when it is first asked for. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Pings where the job has an address for it. Never throws. */
async function pinged(
  { log }: RunOptions,
  settings: Settings,
  job: JobSettings,
  event: PingEvent,
  runId: () => string,
): Promise<void> {
  if (!Object.keys(job.ping).some((key) => key.startsWith("ping_url"))) return;
  try {
    const { pingJob } = await import("./ping-job.ts");
    await pingJob(settings, job, event, runId(), log);
  } catch (error) {
    log.warning(asToolError("ping", error).message);
  }
}
