/**
 * A server that behaves as VOSS Automate's REST API is said to: HTTPS with a self-signed certificate,
 * Basic auth and session login, lists in pages, a throttle. Serves any system of records; goes wrong
 * by switch. What is assumed about VOSS stands in `tools/vlf-collect/src/voss/protocol.ts`.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { MODELS } from "@vlf/common/models";
import type { Instance, ScopeEnd } from "@vlf/common/records";
import { type Protocol, protocolOf } from "../../tools/vlf-collect/src/voss/protocol.ts";
import { makeCertificate } from "./certificate.ts";
import { type Act, type Asked, type Fault, Faults } from "./faults.ts";
import { type Page, pkidOf, Store, type StoreOptions, summaryOf, type Traversal } from "./store.ts";

export interface VossOptions extends StoreOptions {
  /** Records of the system: `demoSystem()`, or those of a file. */
  system: Iterable<Instance | ScopeEnd>;
  /** Models beside those of the system and the model table that answer lists. */
  models?: readonly string[];
  username?: string;
  /** Requests per second and user over which it answers 429; 0 for no throttle. */
  throttle?: number;
  /** Value of `Retry-After` with a 429; none without. */
  retryAfter?: string;
  latencyMs?: number;
  /** Most instances of a page, whatever the request says. */
  maxLimit?: number;
  /** Whether a page says the limit it was made with, or the one asked for. */
  tellsLimit?: boolean;
  /** What a list holds that does not say it. */
  traversal?: Traversal;
  /** What is otherwise in its API than in the table of assumptions. */
  api?: Partial<Protocol>;
  /** When a list has all fields: by parameter, always, or never (only one by one). */
  fullData?: "by-parameter" | "always" | "never";
  /** `false`: totals are 0, as with `count=false`. */
  totals?: boolean;
  /** Names in the certificate: `IP:127.0.0.1`, `DNS:localhost` without. */
  names?: readonly string[];
  faults?: readonly Fault[];
  /** Called with the number of each request when it arrives, from 1. */
  onRequest?: (number: number) => void;
}

/** What the server has seen. */
export interface Stats {
  requests: number;
  /** Requests with a credential of any kind. */
  withCredentials: number;
  logins: number;
  sockets: number;
  /** Most requests at once. */
  most: number;
  bytes: number;
  byStatus: Record<number, number>;
  byModel: Record<string, number>;
  /** Pages that went out whole, by model, hierarchy, skip and limit. */
  pages: Map<string, number>;
  /** When each request came, in ms since the first. */
  times: number[];
}

function newStats(): Stats {
  return {
    requests: 0,
    withCredentials: 0,
    logins: 0,
    sockets: 0,
    most: 0,
    bytes: 0,
    byStatus: {},
    byModel: {},
    pages: new Map(),
    times: [],
  };
}

export interface VossServer {
  readonly url: string;
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  /** Holds the password; of nobody else to read. */
  readonly passwordFile: string;
  readonly stats: Stats;
  readonly store: Store;
  readonly faults: Faults;
  /** All that must be seen nowhere: the password, also as Basic auth sends it, and the cookies so far. */
  secrets(): string[];
  close(): Promise<void>;
}

/** Model and pkid behind the path of the API: `device/cucm/User/5135fc0f31790a3000a83b2b/`. */
const MODEL = /^((?:data|relation|view|tool)\/[^/]+|device\/[^/]+\/[^/]+)(?:\/([^/]+))?\/?$/;
const NO_LIMIT = 2000;
const SPACES = " ".repeat(65_536);

/** Starts the server on a free port of the loopback. */
export async function startVossServer(options: VossOptions): Promise<VossServer> {
  const folder = mkdtempSync(join(tmpdir(), "voss-server-"));
  const { cert, key, certFile } = makeCertificate(folder, options.names ?? ["IP:127.0.0.1", "DNS:localhost"]);
  const password = `Pw-${randomBytes(12).toString("base64url")}`;
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const voss = new Voss(options, password);
  const sockets = new Set<Socket>();
  const server = createServer({ cert, key, keepAliveTimeout: 75_000 }, (request, response) => {
    void voss.answer(request, response);
  });
  server.on("secureConnection", (socket: Socket) => {
    voss.stats.sockets += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile: certFile,
    username: voss.username,
    password,
    passwordFile,
    stats: voss.stats,
    store: voss.store,
    faults: voss.faults,
    secrets: () => voss.secrets(),
    close: async () => {
      voss.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An answer of the API: its status and what goes out with it. */
interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly parts: readonly Uint8Array[];
}

class Voss {
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
      return { status: act.status, headers: act.headers ?? {}, parts: [Buffer.from(act.body ?? "")] };
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

function json(parts: readonly Uint8Array[]): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, parts };
}

function html(text: string): Answer {
  return { status: 200, headers: { "content-type": "text/html" }, parts: [Buffer.from(text)] };
}

/** A fault response. No public page shows its body. */
function fault(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    parts: [Buffer.from(JSON.stringify({ error: { code: status, message } }))],
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function withoutComma(parts: readonly Uint8Array[]): Uint8Array[] {
  const last = parts.at(-1);
  return last === undefined ? [] : [...parts.slice(0, -1), last.subarray(0, -1)];
}

/** The instances of a part of a page, each with its comma. */
function split(part: Uint8Array): Buffer[] {
  const all = JSON.parse(`[${Buffer.from(part).toString().slice(0, -1)}]`) as unknown[];
  return all.map((one) => Buffer.from(`${JSON.stringify(one)},`));
}

/** A page of instances that were never there before, of a list that is always longer. */
function renamed(page: Page, skip: number): Page {
  const parts = page.parts.flatMap(split).map((bytes, i) => {
    const other = (skip + i).toString(16).padStart(24, "f");
    return Buffer.from(bytes.toString().replaceAll(pkidOf(bytes), other));
  });
  return { parts, count: parts.length, total: skip + 2 * parts.length };
}
