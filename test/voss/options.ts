/** What a server that stands for VOSS is told, and what it has seen. */
import type { Instance, ScopeEnd } from "@vlf/common/records";
import type { Protocol } from "../../tools/vlf-collect/src/voss/protocol.ts";
import type { Fault } from "./faults.ts";
import type { StoreOptions, Traversal } from "./store.ts";

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

export function newStats(): Stats {
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
