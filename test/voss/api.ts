/** The REST API of a VOSS: who is let in, how often, and what each request is answered with. */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { MODELS } from "@vlf/common/models";
import { type Protocol, protocolOf } from "../../tools/vlf-collect/src/voss/protocol.ts";
import { type Answer, bodyOf, fault, html, json, renamed, split, withoutComma } from "./answer.ts";
import { type Act, type Asked, Faults } from "./faults.ts";
import { newStats, type Stats, type VossOptions } from "./options.ts";
import { summaryOf } from "./resources.ts";
import { type Page, Store, type Traversal } from "./store.ts";

/** Model and pkid behind the path of the API: `device/cucm/User/5135fc0f31790a3000a83b2b/`. */
const MODEL = /^((?:data|relation|view|tool)\/[^/]+|device\/[^/]+\/[^/]+)(?:\/([^/]+))?\/?$/;
const NO_LIMIT = 2000;
const SPACES = " ".repeat(65_536);

export class Voss {
  readonly username: string;
  readonly stats: Stats = newStats();
  readonly store: Store;
  readonly faults: Faults;
  readonly #options: VossOptions;
  readonly #password: string;
  readonly #api: Protocol;
  readonly #models: ReadonlySet<string>;
  readonly #sessions: Set<string> = new Set();
  readonly #cookies: string[] = [];
  readonly #closing = new AbortController();
  #recent: number[] = [];
  #atOnce = 0;
  #start = 0;

  constructor(options: VossOptions, password: string) {
    this.#options = options;
    this.#password = password;
    this.#api = protocolOf(options.api);
    this.username = options.username ?? "licence-reader";
    this.store = new Store(options.system, options);
    this.faults = new Faults(options.faults ?? []);
    const known = Object.values(MODELS).map(({ model }) => model);
    this.#models = new Set([...known, ...this.store.models, ...(options.models ?? [])]);
  }

  get #basic(): string {
    return Buffer.from(`${this.username}:${this.#password}`).toString("base64");
  }

  secrets(): string[] {
    return [this.#password, this.#basic, ...this.#cookies];
  }

  close(): void {
    this.#closing.abort();
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { stats } = this;
    const now = performance.now();
    if (stats.requests === 0) this.#start = now;
    stats.requests += 1;
    this.#options.onRequest?.(stats.requests);
    stats.times.push(now - this.#start);
    stats.most = Math.max(stats.most, ++this.#atOnce);
    if (request.headers.authorization !== undefined || request.headers.cookie !== undefined) {
      stats.withCredentials += 1;
    }
    response.on("error", () => response.destroy());
    try {
      const url = new URL(request.url ?? "/", "https://voss");
      const asked = this.#asked(request, url);
      const latency = this.#options.latencyMs ?? 0;
      if (latency > 0) await sleep(latency, undefined, { signal: this.#closing.signal });
      const act = asked === undefined ? undefined : this.faults.strike(asked);
      if (act === "hang") return;
      if (act === "reset") return void request.socket.destroy();
      const answer = await this.#respond(request, url, asked, act, now);
      this.#send(response, answer, act);
      if (answer.status === 200 && asked?.kind === "list" && act !== "cut") this.#countPage(url, asked);
    } catch (error) {
      if (!this.#closing.signal.aborted) throw error;
    } finally {
      this.#atOnce -= 1;
    }
  }

  #asked({ method }: IncomingMessage, { pathname, searchParams }: URL): Asked | undefined {
    const { api_path, login_path, skip_parameter } = this.#api;
    if (method === "POST" && pathname === login_path) {
      return { kind: "login", model: "login", pkid: "", skip: 0 };
    }
    if (method !== "GET" || !pathname.startsWith(api_path)) return undefined;
    const [, model, pkid = ""] = MODEL.exec(pathname.slice(api_path.length)) ?? [];
    if (model === undefined) return undefined;
    const skip = Number(searchParams.get(skip_parameter) ?? 0);
    return { kind: pkid === "" ? "list" : "get", model, pkid, skip };
  }

  #countPage({ searchParams }: URL, { model, skip }: Asked): void {
    const { hierarchy_parameter, limit_parameter } = this.#api;
    const [hierarchy, limit] = [hierarchy_parameter, limit_parameter].map((name) => searchParams.get(name));
    const key = `${model} ${hierarchy} ${skip} ${limit}`;
    this.stats.pages.set(key, (this.stats.pages.get(key) ?? 0) + 1);
  }

  async #respond(
    request: IncomingMessage,
    url: URL,
    asked: Asked | undefined,
    act: Act | undefined,
    now: number,
  ): Promise<Answer> {
    if (asked === undefined) return fault(404, "Not Found");
    this.stats.byModel[asked.model] = (this.stats.byModel[asked.model] ?? 0) + 1;
    if (typeof act === "object" && "status" in act) {
      const { status, headers = {}, body = "" } = act;
      const made = typeof headers === "function" ? headers() : headers;
      return { status, headers: made, parts: [Buffer.from(body)] };
    }
    if (typeof act === "object" && "redirect" in act) {
      return { status: 302, headers: { location: act.redirect }, parts: [] };
    }
    if (act === "expire") this.#sessions.clear();
    if (this.#isThrottled(now)) {
      const { retryAfter } = this.#options;
      return fault(429, "Too Many Requests", retryAfter === undefined ? {} : { "retry-after": retryAfter });
    }
    if (asked.kind === "login") return this.#login(await bodyOf(request));
    if (!this.#isKnown(request))
      return fault(401, "Unauthorized", { "www-authenticate": 'Basic realm="VOSS"' });
    if (url.searchParams.has("api_version") || request.headers["x-version"] !== undefined) {
      return fault(400, "api_version is not supported");
    }
    const { format_parameter, format_value } = this.#api;
    if (url.searchParams.get(format_parameter) !== format_value) return fault(400, "format is required");
    if (!this.#models.has(asked.model)) return fault(404, "No such model");
    if (act === "html") return html("<html><body><h1>Please wait</h1></body></html>");
    if (act === "wrong-json") return json([Buffer.from('{"pagination": {"skip": 0,')]);
    if (act === "other-json") return json([Buffer.from('{"success": false, "message": "busy"}')]);
    if (typeof act === "object" && "edit" in act) act.edit(this.store);
    return asked.kind === "get" ? this.#instance(asked) : this.#page(url, asked, act);
  }

  /** Over the last second, as strictly as a throttle can be. */
  #isThrottled(now: number): boolean {
    const { throttle = 20 } = this.#options;
    if (throttle === 0) return false;
    this.#recent = this.#recent.filter((time) => time > now - 1000);
    if (this.#recent.length >= throttle) return true;
    this.#recent.push(now);
    return false;
  }

  #login(body: string): Answer {
    this.stats.logins += 1;
    let given: Record<string, unknown> = {};
    try {
      given = JSON.parse(body) as typeof given;
    } catch {
      return fault(400, "not JSON");
    }
    const { login_username, login_password, session_cookie, csrf_cookie, csrf_header } = this.#api;
    if (given[login_username] !== this.username || given[login_password] !== this.#password) {
      return fault(401, "Unauthorized");
    }
    const session = `Session-${randomBytes(12).toString("hex")}`;
    const csrf = `Csrf-${randomBytes(12).toString("hex")}`;
    this.#sessions.add(session);
    this.#cookies.push(session, csrf);
    const flags = "HttpOnly; Path=/; SameSite=Lax; Secure";
    return {
      ...json([Buffer.from("{}")]),
      headers: {
        "content-type": "application/json",
        "set-cookie": [`${csrf_cookie}=${csrf}; ${flags}`, `${session_cookie}=${session}; ${flags}`],
        [csrf_header]: csrf,
      },
    };
  }

  #isKnown({ headers }: IncomingMessage): boolean {
    const cookies = new Map(
      (headers.cookie ?? "").split(/;\s*/).map((one) => one.split("=", 2) as [string, string]),
    );
    const session = cookies.get(this.#api.session_cookie);
    if (session !== undefined) return this.#sessions.has(session);
    return headers.authorization === `Basic ${this.#basic}`;
  }

  #instance({ model, pkid }: Asked): Answer {
    const bytes = this.store.get(model, pkid);
    return bytes === undefined ? fault(404, "No such instance") : json([bytes.subarray(0, -1)]);
  }

  #page({ searchParams }: URL, { model, skip }: Asked, act: Act | undefined): Answer {
    const {
      maxLimit = NO_LIMIT,
      tellsLimit = true,
      fullData = "by-parameter",
      totals = true,
    } = this.#options;
    const api = this.#api;
    const hierarchy = searchParams.get(api.hierarchy_parameter);
    if (hierarchy === null) return fault(400, "hierarchy is required");
    const path = this.store.pathOf(hierarchy);
    if (path === undefined) return fault(404, "No such hierarchy");
    const asked = Number(searchParams.get(api.limit_parameter) ?? NO_LIMIT);
    const limit = Math.min(asked, maxLimit);
    const from = act === "same-page" ? 0 : act === "overlap" ? Math.max(skip - 1, 0) : skip;
    let page: Page = this.store.page(
      model,
      path,
      this.#traversal(searchParams),
      act === "endless-list" ? 0 : from,
      limit,
    );
    if (act === "endless-list") page = renamed(page, skip);
    const isFull =
      fullData === "always" ||
      (fullData === "by-parameter" && searchParams.get(api.summary_parameter) === api.summary_value);
    const parts = isFull ? page.parts : page.parts.flatMap((part) => split(part).map(summaryOf));
    const off = typeof act === "object" && "totalOff" in act ? act.totalOff : 0;
    const pagination = {
      skip,
      limit: tellsLimit ? limit : asked,
      total: totals && searchParams.get(api.count_parameter) !== "false" ? page.total + off : 0,
    };
    const head = `{"pagination":${JSON.stringify(pagination)},"meta":{"model_type":"${model}"},"resources":[`;
    return json([Buffer.from(head), ...withoutComma(parts), Buffer.from("]}")]);
  }

  #traversal(searchParams: URLSearchParams): Traversal {
    const asked = searchParams.get(this.#api.traversal_parameter);
    return asked === "below" || asked === "node" ? asked : (this.#options.traversal ?? "below");
  }

  #send(response: ServerResponse, { status, headers, parts }: Answer, act: Act | undefined): void {
    const size = parts.reduce((sum, part) => sum + part.length, 0);
    this.stats.byStatus[status] = (this.stats.byStatus[status] ?? 0) + 1;
    this.stats.bytes += size;
    if (act === "flood" || act === "trickle") {
      response.writeHead(status, { ...headers });
      for (const part of parts.slice(0, -1)) response.write(part);
      return act === "flood" ? this.#flood(response) : this.#trickle(response);
    }
    response.writeHead(status, { ...headers, "content-length": String(size) });
    if (act === "cut") {
      const half = Buffer.concat(parts).subarray(0, size >> 1);
      response.write(half, () => response.destroy());
      return;
    }
    response.cork();
    for (const part of parts) response.write(part);
    response.end();
  }

  /** White space for ever: as JSON it stays right, and is never done. */
  #flood(response: ServerResponse): void {
    const more = (): void => {
      while (!response.destroyed && !this.#closing.signal.aborted && response.write(SPACES));
    };
    response.on("drain", more);
    more();
  }

  /** The same, one character at a time. */
  #trickle(response: ServerResponse): void {
    const timer = setInterval(() => response.write(" "), 20);
    const stop = (): void => clearInterval(timer);
    response.on("close", stop);
    this.#closing.signal.addEventListener("abort", stop);
  }
}
