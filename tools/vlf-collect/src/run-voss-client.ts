/**
 * Requests to VOSS: log in, keep to the rate, try again what may work later, and tell what went wrong
 * without a word of the credentials.
 */
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { HttpClient, type HttpAnswer, shown, retryAfterMs } from "@vlf/common/http";
import type { Log } from "@vlf/common/log";
import { Bodies, type Body, parseBody, textOf } from "./run-voss-body.ts";
import { Session } from "./run-voss-session.ts";
import { FormError } from "./voss/answer.ts";
import { backoffMs } from "./voss/backoff.ts";
import { Limiter, type Timer } from "./voss/limiter.ts";
import type { Settings } from "./voss/settings.ts";

/** A model or instance that the system does not give: 403 or 404. */
export class RefusedError extends ToolError {
  readonly httpStatus: number;

  constructor(message: string, httpStatus: number) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

/** Longest time that a request waits in all before it is given up. */
const MAX_WAIT_MS = 900_000;
/** How often an answer of a wrong form is asked for again: it seldom is a passing trouble. */
const FORM_RETRIES = 2;
/** Answers that may be others the next time. */
const TEMPORARY_STATUS: readonly number[] = [408, 425, 429, 500, 502, 503, 504];

/** What went over the line. */
export interface Traffic {
  requests: number;
  retries: number;
  bytes: number;
}

/** Why a try failed, and how long to wait at least. */
interface Failure {
  readonly error: ToolError;
  readonly waitMs?: number | undefined;
  /** How often it is tried again at most, where that is less than asked for. */
  readonly most?: number;
}

export class VossClient {
  readonly traffic: Traffic = { requests: 0, retries: 0, bytes: 0 };
  readonly limiter: Limiter;
  readonly #settings: Settings;
  readonly #http: HttpClient;
  readonly #log: Log;
  readonly #timer: Timer;
  readonly #abort = new AbortController();
  readonly #session: Session;
  readonly #bodies: Bodies;

  constructor(settings: Settings, log: Log, timer: Timer) {
    this.#settings = settings;
    this.#log = log;
    this.#timer = timer;
    this.limiter = new Limiter(settings.rate, timer);
    this.#http = new HttpClient({
      caFile: settings.caFile,
      proxy: settings.proxy,
      connections: settings.connections,
      timeoutSeconds: settings.timeoutSeconds,
    });
    this.#bodies = new Bodies(settings.timeoutSeconds, () => timer.now());
    this.#session = new Session(
      settings,
      (url, body) => this.#postLogin(url, body),
      (status) => TEMPORARY_STATUS.includes(status),
    );
  }

  /** Breaks all requests off: they fail with `reason`. */
  stop(reason: unknown): void {
    this.#abort.abort(reason);
  }

  async close(): Promise<void> {
    await this.#http.destroy();
  }

  /**
   * The JSON of an answer, as `read` takes it.
   * @param path path and query
   * @param read throws FormError for another form
   * @param fromBytes takes it without parsing where it can, or else gives `undefined`
   * @throws {RefusedError} for 403 and 404; {TemporaryError} when trying again did not help;
   *   {ToolError} for all that trying again does not mend, first of all 401
   */
  async get<T>(
    path: string,
    read: (value: unknown) => T,
    fromBytes?: (body: Body) => T | undefined,
  ): Promise<T> {
    const started = this.#timer.now();
    for (let failures = 0; ;) {
      const found = await this.#try(path, read, fromBytes);
      if (found.kind === "read") return found.value;
      if (found.kind === "again") continue;
      failures += 1;
      const { error, waitMs, most = this.#settings.retries } = found.failure;
      const wait = Math.max(waitMs ?? 0, backoffMs(failures, Math.random()));
      if (failures > Math.min(most, this.#settings.retries)) throw error;
      if (this.#timer.now() - started + wait > MAX_WAIT_MS) {
        throw new TemporaryError(`${error.message}; it asks to wait ${Math.round(wait / 1000)} s`, {
          cause: error,
        });
      }
      this.traffic.retries += 1;
      this.#log.progress(() => `${error.message}, again in ${Math.ceil(wait / 1000)} s`);
      await this.#timer.sleep(wait, this.#abort.signal);
    }
  }

  async #try<T>(
    path: string,
    read: (value: unknown) => T,
    fromBytes: ((body: Body) => T | undefined) | undefined,
  ): Promise<{ kind: "read"; value: T } | { kind: "again" } | { kind: "failed"; failure: Failure }> {
    const url = `${this.#settings.origin}${path}`;
    try {
      await this.#session.open();
      const startedAt = await this.limiter.turn(this.#abort.signal);
      const { headers } = this.#session;
      this.traffic.requests += 1;
      const answer = await this.#http.request(url, {
        method: "GET",
        headers: { accept: "application/json", ...headers },
        signal: this.#abort.signal,
      });
      if (answer.status !== 200) {
        const text = await this.#text(answer, url);
        if (this.#session.isExpired(answer, headers)) return { kind: "again" };
        return { kind: "failed", failure: this.#refusal(answer, url, text, startedAt) };
      }
      const value = await this.#read(answer, url, (body) => fromBytes?.(body) ?? parseBody(body, read));
      this.#session.succeeded();
      this.limiter.succeeded();
      return { kind: "read", value };
    } catch (error) {
      this.#abort.signal.throwIfAborted();
      if (error instanceof FormError)
        return { kind: "failed", failure: { error: this.#wrongForm(url, error), most: FORM_RETRIES } };
      if (error instanceof TemporaryError) return { kind: "failed", failure: { error } };
      throw error;
    }
  }

  #text(answer: HttpAnswer, url: string): Promise<string> {
    return this.#read(answer, url, ({ text }) => text);
  }

  #read<T>(answer: HttpAnswer, url: string, use: (body: Body) => T): Promise<T> {
    const count = (bytes: number): void => void (this.traffic.bytes += bytes);
    return this.#bodies.read(answer, `GET ${shown(url)}`, count, use);
  }

  /** What a status other than 200 means; throws where trying again cannot help. */
  #refusal(answer: HttpAnswer, url: string, text: string, startedAt: number): Failure {
    const { status, headers } = answer;
    const message = `GET ${shown(url)}: status ${status}${this.#session.excerpt(text)}`;
    if (status === 401) {
      throw new ToolError(message, {
        hint: `the user name or the password is wrong, or the account is locked; it was not tried again`,
      });
    }
    if (status >= 300 && status < 400) {
      const to = headers["location"];
      throw new ToolError(
        `${message}: it points to ${JSON.stringify(hostOf(to, url))}, which is not followed`,
        {
          hint: "give the URL of the system itself as --url",
        },
      );
    }
    if (status === 403 || status === 404) throw new RefusedError(message, status);
    if (!TEMPORARY_STATUS.includes(status)) throw new ToolError(message);
    const waitMs = retryAfterMs(headers["retry-after"], Date.now());
    if (status === 429) this.limiter.throttled(startedAt, waitMs);
    return { error: new TemporaryError(message), waitMs };
  }

  /** An answer of status 200 that is none. It is tried again as often as others, but is no passing trouble. */
  #wrongForm(url: string, error: FormError): ToolError {
    return new ToolError(`GET ${shown(url)}: ${error.message}${this.#session.excerpt(textOf(error))}`, {
      cause: error,
      hint: "is this the web proxy node of VOSS, and nothing in between that answers for it?",
    });
  }

  async #postLogin(url: string, body: string): Promise<{ answer: HttpAnswer; text: string }> {
    await this.limiter.turn(this.#abort.signal);
    this.traffic.requests += 1;
    const answer = await this.#http.request(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body,
      signal: this.#abort.signal,
    });
    return { answer, text: await this.#text(answer, url) };
  }
}

/** The host that a redirect points to: the rest of it may hold tokens. */
function hostOf(location: string | string[] | undefined, url: string): string {
  try {
    return new URL(typeof location === "string" ? location : (location?.[0] ?? ""), url).host;
  } catch {
    return "nowhere";
  }
}
