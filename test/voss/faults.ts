/** What can go wrong with a VOSS, by switch: which requests a fault strikes, and what it does to them. */
import type { Store } from "./store.ts";

/** Made when the answer is, where it is a function. */
type Headers = Readonly<Record<string, string>>;

/** What becomes of a request that a fault strikes. */
export type Act =
  /** This answer instead. */
  | { readonly status: number; readonly headers?: Headers | (() => Headers); readonly body?: string }
  /** A redirect there. */
  | { readonly redirect: string }
  /** The connection breaks before the answer, in the middle of it, or stays open without one. */
  | "reset"
  | "cut"
  | "hang"
  /** 200 with a page for people; JSON of another form; no JSON. */
  | "html"
  | "other-json"
  | "wrong-json"
  /** The body goes on for ever, as fast as it is read or a character at a time. */
  | "flood"
  | "trickle"
  /** The list goes on for ever: with its first page, or with ever new instances. */
  | "same-page"
  | "endless-list"
  /** The list begins one instance earlier than asked for. */
  | "overlap"
  /** The list says a total that is off by so many. */
  | { readonly totalOff: number }
  /** All sessions end; then as without the fault. */
  | "expire"
  /** The system changes; then as without the fault. */
  | { readonly edit: (store: Store) => void };

export interface Fault {
  /** Requests that it may strike: lists by default. */
  readonly on?: "list" | "get" | "login" | "any";
  /** Only those of this model. */
  readonly model?: string;
  /** Only lists that begin here. */
  readonly skip?: number;
  /** Of those, so many go well first. */
  readonly after?: number;
  /** Then so many are struck; all without. */
  readonly times?: number;
  readonly act: Act;
}

export interface Asked {
  readonly kind: "list" | "get" | "login";
  readonly model: string;
  /** Empty for a list. */
  readonly pkid: string;
  readonly skip: number;
}

/** The faults of a server, with how often each has been met. */
export class Faults {
  /** Requests struck so far. */
  struck = 0;
  readonly #faults: { fault: Fault; met: number }[] = [];

  constructor(faults: readonly Fault[]) {
    for (const fault of faults) this.add(fault);
  }

  add(fault: Fault): void {
    this.#faults.push({ fault, met: 0 });
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** What strikes a request: of several faults the first. */
  strike(asked: Asked): Act | undefined {
    for (const one of this.#faults) {
      const { on = "list", model, skip, after = 0, times = Number.POSITIVE_INFINITY, act } = one.fault;
      if (on !== "any" && on !== asked.kind) continue;
      if ((model !== undefined && model !== asked.model) || (skip !== undefined && skip !== asked.skip)) {
        continue;
      }
      one.met += 1;
      if (one.met <= after || one.met > after + times) continue;
      this.struck += 1;
      return act;
    }
    return undefined;
  }
}
