/** What is remembered between runs: outcomes of jobs, receipts of deliveries, open alerts. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "@vlf/common/lock";
import type { Severity } from "@vlf/common/records";
import { readState, showState, syncState, writeState } from "./state-file.ts";

export interface Outcome {
  /** RFC 3339, UTC. */
  readonly started_at: string;
  readonly ended_at: string;
  readonly result: "success" | "failure";
  /** As the shell would give it: 128+n for signal n. */
  readonly status: number;
  readonly signal?: string;
  readonly timed_out?: boolean;
}

export interface JobState {
  /** Set from the start of a run to its end: after a crash it tells that one never ended. */
  readonly running?: { readonly started_at: string; readonly pid: number };
  readonly last?: Outcome;
  readonly last_success?: Outcome;
}

/** What became of a file at a destination, last. */
export interface Receipt {
  readonly destination: string;
  readonly file: string;
  readonly status: string;
  readonly at: string;
}

/** Alerts of one id and code are one entry, as in VOSS's `data/Alert`. */
export interface Entry {
  readonly id: string;
  readonly code: string;
  readonly category: string;
  readonly severity: Severity;
  readonly message: string;
  readonly count: number;
  readonly first_at: string;
  readonly latest_at: string;
  /** True when all targets of its level were told the last time. */
  readonly told: boolean;
}

/** Receipts of older months are of no use. */
const RECEIPT_DAYS = 62;
/** Read at each look at the state; the monthly job makes one or two a month, and an hourly one is put together each day. */
const MOST_PARTS = 24;
/** The oldest alerts go when there are more: a receiver has seen them. */
const MOST_ENTRIES = 1000;

/** The folder of the state. */
export class State {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  lockPath(kind: "jobs" | "groups", name: string): string {
    return join(this.folder, "locks", `${kind}-${name}.lock`);
  }

  /** @throws {ToolError} as all that follow, when the state cannot be read or written */
  job(name: string): JobState {
    return readState(this.#path("jobs", name)) ?? {};
  }

  /** As `writeJob()`, seen by others when it returns; whether it is on the disk is another matter. */
  showJob(name: string, state: JobState): void {
    showState(this.#path("jobs", name), state);
  }

  /** Waits until what `showJob()` wrote is on the disk. */
  async syncJob(name: string): Promise<void> {
    await syncState(this.#path("jobs", name));
  }

  /** Only the holder of the job's lock writes it. */
  async writeJob(name: string, state: JobState): Promise<void> {
    await writeState(this.#path("jobs", name), state);
  }

  /** The last word about each file and destination. */
  receipts(name: string): readonly Receipt[] {
    return lastWords(this.#allReceipts(name, this.#parts(name)));
  }

  /**
   * Adds receipts; the last word about a file and destination stands. Each run writes a part of its own, which needs no
   * lock: a pipeline is over sooner. Parts are put together when there are many.
   */
  async addReceipts(name: string, receipts: readonly Receipt[]): Promise<void> {
    await writeState(join(this.#partsOf(name), `${partName()}.json`), { receipts });
    if (this.#parts(name).length <= MOST_PARTS) return;
    const path = this.#path("receipts", name);
    await withLock(`${path}.lock`, HOLD, async () => {
      const parts = this.#parts(name);
      await writeState(path, { receipts: lastWords(this.#allReceipts(name, parts)) });
      // The oldest first: what a killed run leaves is the end, which changes nothing when it is read again.
      for (const part of parts) rmSync(part, { force: true });
    });
  }

  #partsOf(name: string): string {
    return join(this.folder, "receipts", `${name}.d`);
  }

  /** Files of parts, the oldest first. */
  #parts(name: string): string[] {
    const folder = this.#partsOf(name);
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names
      .filter((part) => part.endsWith(".json"))
      .toSorted()
      .map((part) => join(folder, part));
  }

  /** What was put together, then the parts. It is read last: a part that is gone by then is in it. */
  #allReceipts(name: string, parts: readonly string[]): Receipt[] {
    const ofParts = parts.flatMap((part) => receiptsIn(readState(part)));
    return [...receiptsIn(readState(this.#path("receipts", name))), ...ofParts];
  }

  /** Open alerts, the latest last. */
  entries(): readonly Entry[] {
    const state = readState(this.#alerts()) as { alerts?: Entry[] } | undefined;
    return state?.alerts ?? [];
  }

  /** Replaces the open alerts by what `change` makes of them. */
  async changeEntries<T>(
    change: (entries: readonly Entry[]) => { readonly entries: readonly Entry[]; readonly result: T },
  ): Promise<T> {
    return withLock(`${this.#alerts()}.lock`, HOLD, async () => {
      const { entries, result } = change(this.entries());
      await writeState(this.#alerts(), { alerts: entries.slice(-MOST_ENTRIES) });
      return result;
    });
  }

  /** Takes away the open alerts of an id, of which what they told of is over. */
  async close(id: string, codes: readonly string[]): Promise<void> {
    const isOver = (entry: Entry): boolean => entry.id === id && codes.includes(entry.code);
    if (!this.entries().some(isOver)) return;
    await this.changeEntries((entries) => ({
      entries: entries.filter((entry) => !isOver(entry)),
      result: undefined,
    }));
  }

  #alerts(): string {
    return join(this.folder, "alerts.json");
  }

  #path(kind: string, name: string): string {
    return join(this.folder, kind, `${name}.json`);
  }
}

function receiptsIn(state: unknown): readonly Receipt[] {
  return (state as { receipts?: Receipt[] } | undefined)?.receipts ?? [];
}

/** Without those that are so much older than the latest that nobody asks for them. */
function lastWords(receipts: readonly Receipt[]): Receipt[] {
  const latest = Math.max(...receipts.map(({ at }) => Date.parse(at)));
  const oldest = receipts.length === 0 ? "" : new Date(latest - 86_400_000 * RECEIPT_DAYS).toISOString();
  const byPlace = new Map<string, Receipt>();
  for (const receipt of receipts) {
    const place = JSON.stringify([receipt.destination, receipt.file]);
    byPlace.delete(place);
    byPlace.set(place, receipt);
  }
  return [...byPlace.values()].filter(({ at }) => at >= oldest);
}

let partsMade = 0;

/** A name that comes after those before, and that no other process gives. */
function partName(): string {
  partsMade += 1;
  return `${String(Date.now()).padStart(15, "0")}-${String(partsMade).padStart(6, "0")}-${process.pid}`;
}

const HOLD = { holder: "vlf-notify", waitSeconds: 10 };
