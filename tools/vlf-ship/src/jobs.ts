/** One file for one destination, done: tried, written into the spool, told, and made a record. */
import { type Clock, formatTime } from "@vlf/common/clock";
import { EXIT, type ExitStatus, ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { Delivery } from "@vlf/common/records";
import { LONGEST_PAUSE_SECONDS, type Outcome, type Policy, sleep, tryToDeliver } from "./attempts.ts";
import type { Destination } from "./destinations/destination.ts";
import { DeliveryError, failureOf } from "./failure.ts";
import type { Rests } from "./rests.ts";
import type { ShipSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import type { Spool, State } from "./spool.ts";

export interface Job {
  /** Name of the destination. */
  readonly destination: string;
  readonly file: string;
  /** Of the content, where it is known. */
  readonly sha256: string | undefined;
  /** Where to. @throws {UsageError} when the settings have no such destination any more */
  readonly target: () => Destination;
  /** @throws {ToolError} when the file cannot be read */
  readonly source: () => Promise<Source>;
  /** The state before, where there is a spool. */
  readonly state: State | undefined;
  /** The state is a receipt that stands: nothing is sent. */
  readonly isDone?: boolean;
}

export interface JobContext {
  readonly settings: ShipSettings;
  readonly spool: Spool | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** What destinations asked for, in this run and in those before. */
  readonly rests: Rests;
}

/** What a destination did to the files before, in this run. */
interface Mood {
  /** Its login was refused: not tried again, since that could lock the account. */
  refused?: ToolError;
  /** It did not answer to the last try of a file: the next ones are tried once. */
  isTired?: boolean;
}

const DAY_MS = 86_400_000;

/** Does jobs, and remembers for the next ones how the destination behaved. */
export class Worker {
  readonly #context: JobContext;
  readonly #moods = new Map<string, Mood>();

  constructor(context: JobContext) {
    this.#context = context;
  }

  async do(job: Job): Promise<Delivery> {
    const { log } = this.#context;
    if (job.isDone === true && job.state !== undefined) return remembered(job.state);
    const outcome = await this.#try(job);
    const retryAt = this.#retryAt(job, outcome);
    const delivery = this.#delivery(job, outcome, retryAt);
    await this.#save(job, delivery, outcome.attempts, retryAt);
    if ("receipt" in outcome) {
      log.info(`${delivery.status}: "${delivery.location}"`);
      return delivery;
    }
    const told =
      delivery.status === "queued" ? `${delivery.message}: kept for a later run` : delivery.message;
    log.error(told);
    if (outcome.error.hint !== undefined) log.hint(outcome.error.hint);
    return delivery;
  }

  async #try(job: Job): Promise<Outcome> {
    const mood = this.#moods.get(job.destination) ?? {};
    this.#moods.set(job.destination, mood);
    if (mood.refused !== undefined) {
      const message = `${mood.refused.message}; not tried again`;
      return { error: new ToolError(message), failure: "authentication", attempts: 0 };
    }
    const rest = await this.#rest(job);
    if (rest !== undefined) return rest;
    let destination: Destination;
    let source: Source;
    try {
      destination = job.target();
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      return { error, failure: "configuration", attempts: 0 };
    }
    try {
      source = await job.source();
    } catch (error) {
      this.#context.signal.throwIfAborted();
      if (!(error instanceof ToolError)) throw error;
      return { error, failure: failureOf(error), attempts: 0 };
    }
    const outcome = await tryToDeliver(this.#watched(source, job), destination, this.#policy(mood));
    if ("failure" in outcome) {
      if (outcome.failure === "authentication") mood.refused = outcome.error;
      mood.isTired = outcome.failure === "temporary";
    }
    return outcome;
  }

  /** Waits as long as the destination asked to be left alone; an outcome where that is for a later run. */
  async #rest({ destination, file }: Job): Promise<Outcome | undefined> {
    const { rests, log, signal } = this.#context;
    const seconds = rests.left(destination);
    if (seconds === 0) return undefined;
    const message = `deliver "${file}" to "${destination}": it asked to be left alone`;
    if (seconds > LONGEST_PAUSE_SECONDS) {
      return { error: new DeliveryError("temporary", message), failure: "temporary", attempts: 0 };
    }
    log.warning(`${message}: waiting ${Math.ceil(seconds)} s`);
    await sleep(seconds * 1000, signal);
    return undefined;
  }

  /** The earliest time to come again, where the destination named one; empty otherwise. */
  #retryAt({ destination }: Job, outcome: Outcome): string {
    if ("receipt" in outcome) return "";
    const { rests } = this.#context;
    const { error } = outcome;
    const asked = error instanceof DeliveryError ? (error.retryAfterSeconds ?? 0) : 0;
    if (asked > 0) rests.ask(destination, asked);
    const until = rests.until(destination);
    return until === undefined ? "" : formatTime(until);
  }

  /** The source, with progress for a person who watches. */
  #watched(source: Source, { destination, file }: Job): Source {
    const { sizeBytes } = source.expected;
    const onProgress = (bytes: number): void =>
      this.#context.log.progress(
        () => `"${file}" to "${destination}": ${megabytes(bytes)} of ${megabytes(sizeBytes)} MB`,
      );
    return { ...source, onProgress };
  }

  #policy(mood: Mood): Policy {
    const { settings, signal, log } = this.#context;
    return {
      attempts: mood.isTired === true ? 1 : settings.attempts,
      pauseSeconds: settings.pauseSeconds,
      signal,
      random: Math.random,
      sleep,
      onPause: (error, seconds) => log.warning(`${error.message}: again in ${Math.ceil(seconds)} s`),
    };
  }

  #delivery({ destination, file, state, sha256 = "" }: Job, outcome: Outcome, retryAt: string): Delivery {
    const about = { type: "delivery", destination, file } as const;
    const { attempts } = outcome;
    if ("receipt" in outcome) {
      const { status, location, proof, message = "" } = outcome.receipt;
      return { ...about, status, attempts, location, sha256: outcome.receipt.sha256, message, proof };
    }
    const { error, failure } = outcome;
    const failed = { ...about, status: "failed", attempts, location: "", sha256 } as const;
    if (failure !== "temporary") return { ...failed, message: error.message, failure };
    const why = retryAt === "" ? error.message : `${error.message}; not before ${retryAt}`;
    if (state === undefined) return { ...failed, message: why, failure };
    const { clock, settings } = this.#context;
    const ageMs = clock.now.getTime() - Date.parse(state.queued_at);
    if (ageMs < settings.giveUpDays * DAY_MS) {
      return { ...failed, status: "queued", message: why, failure };
    }
    const tries = state.attempts + attempts;
    const message = `given up after ${tries} attempts since ${state.queued_at}: ${error.message}`;
    return { ...failed, message, failure: "permanent" };
  }

  async #save({ state }: Job, delivery: Delivery, attempts: number, retryAt: string): Promise<void> {
    const { spool, clock } = this.#context;
    if (spool === undefined || state === undefined) return;
    const { status, location, failure = "", message } = delivery;
    await spool.save({
      ...state,
      state: status === "already-delivered" ? "delivered" : status,
      attempts: state.attempts + attempts,
      tried_at: formatTime(clock.now),
      retry_at: status === "queued" ? retryAt : "",
      location,
      failure,
      message,
    });
  }
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** The receipt of an earlier run, for a destination that cannot be asked. */
function remembered({ destination, file, location, sha256, tried_at: at }: State): Delivery {
  const message = `delivered by the run of ${at}`;
  const status = "already-delivered";
  return {
    type: "delivery",
    destination,
    file,
    status,
    attempts: 0,
    location,
    sha256,
    message,
    proof: "remembered",
  };
}

/** The status of a run by its deliveries: 2 as soon as one needs a person, 75 when time alone is needed. */
export class Tally {
  #isFailed = false;
  #isWaiting = false;

  add({ status, failure }: Pick<Delivery, "status" | "failure">): void {
    if (status === "queued" || (status === "failed" && failure === "temporary")) this.#isWaiting = true;
    else if (status === "failed") this.#isFailed = true;
  }

  get status(): ExitStatus {
    if (this.#isFailed) return EXIT.failed;
    return this.#isWaiting ? EXIT.temporary : EXIT.ok;
  }
}
