/**
 * Requests to VOSS: log in, keep to the rate, try again what may work later, and tell what went wrong
 * without a word of the credentials.
 */
import { isUtf8 } from "node:buffer";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { basic, HttpClient, type HttpAnswer, shown, retryAfterMs } from "@vlf/common/http";
import type { Log } from "@vlf/common/log";
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

/** A body has this many times the longest silence to come to its end: one that trickles is never silent. */
const BODY_TIMES = 5;
/** Bytes of a page that no sane limit brings. */
const MAX_BODY_BYTES = 256 * 1024 * 1024;
/** Longest time that a request waits in all before it is given up. */
const MAX_WAIT_MS = 900_000;
/** How often an answer of a wrong form is asked for again: it seldom is a passing trouble. */
const FORM_RETRIES = 2;
/** Bytes of a body that an error shows. */
const EXCERPT = 80;
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
  #headers: Readonly<Record<string, string>> | undefined;
  #login: Promise<void> | undefined;
  /** Requests that went well since the last login: a session without any is not renewed. */
  #goodSinceLogin = 0;

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
    if (settings.login === "basic") {
      this.#headers = { authorization: basic(settings.username, settings.password) };
    }
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
   * @throws {RefusedError} for 403 and 404; {TemporaryError} when trying again did not help;
   *   {ToolError} for all that trying again does not mend, first of all 401
   */
  async get<T>(path: string, read: (value: unknown) => T): Promise<T> {
    const started = this.#timer.now();
    for (let failures = 0; ;) {
      const found = await this.#try(path, read);
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
  ): Promise<{ kind: "read"; value: T } | { kind: "again" } | { kind: "failed"; failure: Failure }> {
    const url = `${this.#settings.origin}${path}`;
    try {
      if (this.#headers === undefined) await this.#logIn();
      const startedAt = await this.limiter.turn(this.#abort.signal);
      const headers = this.#headers;
      this.traffic.requests += 1;
      const answer = await this.#http.request(url, {
        method: "GET",
        headers: { accept: "application/json", ...headers },
        signal: this.#abort.signal,
      });
      const text = await this.#body(answer, url);
      if (answer.status !== 200) {
        if (this.#isExpired(answer, headers)) return { kind: "again" };
        return { kind: "failed", failure: this.#refusal(answer, url, text, startedAt) };
      }
      const value = parse(text, read);
      this.#goodSinceLogin += 1;
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

  /** Reads the body to its end, as text. */
  async #body(answer: HttpAnswer, url: string): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    const seconds = BODY_TIMES * this.#settings.timeoutSeconds;
    const end = this.#timer.now() + 1000 * seconds;
    for await (const chunk of answer.body) {
      if (this.#timer.now() > end) {
        throw new TemporaryError(`GET ${shown(url)}: no end of the answer after ${seconds} s`);
      }
      parts.push(chunk);
      size += chunk.length;
      this.traffic.bytes += chunk.length;
      if (size > MAX_BODY_BYTES) {
        throw new ToolError(`GET ${shown(url)}: a body of more than ${MAX_BODY_BYTES} bytes`, {
          hint: "try a smaller --page-size",
        });
      }
    }
    const bytes = Buffer.concat(parts);
    if (!isUtf8(bytes) && answer.status === 200) throw new FormError("bytes that are not UTF-8");
    return bytes.toString("utf8");
  }

  /** What a status other than 200 means; throws where trying again cannot help. */
  #refusal(answer: HttpAnswer, url: string, text: string, startedAt: number): Failure {
    const { status, headers } = answer;
    const message = `GET ${shown(url)}: status ${status}${this.#excerpt(text)}`;
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
    return new ToolError(`GET ${shown(url)}: ${error.message}${this.#excerpt(textOf(error))}`, {
      cause: error,
      hint: "is this the web proxy node of VOSS, and nothing in between that answers for it?",
    });
  }

  /** The first bytes of a body, on one line and without what nobody may see. */
  #excerpt(text: string): string {
    const clean = this.#withoutSecrets(text.slice(0, 4096)).replace(/\s+/g, " ").trim();
    if (clean === "") return "";
    return `: ${JSON.stringify(clean.length > EXCERPT ? `${clean.slice(0, EXCERPT)}...` : clean)}`;
  }

  #withoutSecrets(text: string): string {
    const password = this.#settings.password.reveal();
    const secrets = [password, encodeURIComponent(password), ...Object.values(this.#headers ?? {})].flatMap(
      (value) => [value, ...value.split(/[ ;=]+/).filter((part) => part.length >= 8)],
    );
    return secrets.reduce((clean, secret) => clean.replaceAll(secret, "(secret)"), text);
  }

  /** Whether a session went out in mid-run: then the next request logs in again. */
  #isExpired({ status }: HttpAnswer, used: Readonly<Record<string, string>> | undefined): boolean {
    if (this.#settings.login !== "session" || !(status === 401 || (status >= 300 && status < 400)))
      return false;
    if (used !== this.#headers) return true; // another request has noticed before
    if (this.#goodSinceLogin === 0) return false;
    this.#headers = undefined;
    return true;
  }

  /** One login for all that wait for it. */
  #logIn(): Promise<void> {
    this.#login ??= this.#postLogin().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  async #postLogin(): Promise<void> {
    const { origin, protocol, username, password } = this.#settings;
    const url = `${origin}${protocol.login_path}`;
    await this.limiter.turn(this.#abort.signal);
    this.traffic.requests += 1;
    const answer = await this.#http.request(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({
        [protocol.login_username]: username,
        [protocol.login_password]: password.reveal(),
      }),
      signal: this.#abort.signal,
    });
    const text = await this.#body(answer, url);
    if (answer.status !== 200 && answer.status !== 204) {
      const message = `POST ${shown(url)}: status ${answer.status}${this.#excerpt(text)}`;
      if (TEMPORARY_STATUS.includes(answer.status)) throw new TemporaryError(message);
      throw new ToolError(message, {
        hint: "the user name or the password is wrong, or the release has no session login: try --login basic",
      });
    }
    const cookies = cookiesOf(answer.headers["set-cookie"]);
    const session = cookies.get(protocol.session_cookie);
    if (session === undefined) {
      throw new ToolError(`POST ${shown(url)}: no cookie "${protocol.session_cookie}" in the answer`, {
        hint: "try --login basic",
      });
    }
    const csrf = cookies.get(protocol.csrf_cookie);
    this.#headers = {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(csrf === undefined ? {} : { [protocol.csrf_header.toLowerCase()]: csrf }),
    };
    this.#goodSinceLogin = 0;
  }
}

/** Where a text stands that was no answer: with its form error. */
const TEXTS = new WeakMap<FormError, string>();

function textOf(error: FormError): string {
  return TEXTS.get(error) ?? "";
}

function parse<T>(text: string, read: (value: unknown) => T): T {
  try {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      throw new FormError("not JSON, wanted a JSON answer", { cause: error });
    }
    return read(value);
  } catch (error) {
    if (error instanceof FormError) TEXTS.set(error, text);
    throw error;
  }
}

function cookiesOf(header: string | string[] | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const one of typeof header === "string" ? [header] : (header ?? [])) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(one) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value.trim());
  }
  return cookies;
}

/** The host that a redirect points to: the rest of it may hold tokens. */
function hostOf(location: string | string[] | undefined, url: string): string {
  try {
    return new URL(typeof location === "string" ? location : (location?.[0] ?? ""), url).host;
  } catch {
    return "nowhere";
  }
}
