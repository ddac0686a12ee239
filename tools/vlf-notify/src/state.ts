/** What is remembered between runs: outcomes of jobs, receipts of deliveries, open alerts. */
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

  receipts(name: string): readonly Receipt[] {
    const state = readState(this.#path("receipts", name)) as { receipts?: Receipt[] } | undefined;
    return state?.receipts ?? [];
  }

  /** Adds receipts; the last word about a file and destination stands. */
  async addReceipts(name: string, receipts: readonly Receipt[], now: Date): Promise<void> {
    const path = this.#path("receipts", name);
    await withLock(`${path}.lock`, HOLD, async () => {
      const oldest = new Date(now.getTime() - 86_400_000 * RECEIPT_DAYS).toISOString();
      const byPlace = new Map<string, Receipt>();
      for (const receipt of [...this.receipts(name), ...receipts]) {
        const place = JSON.stringify([receipt.destination, receipt.file]);
        byPlace.delete(place);
        if (receipt.at >= oldest) byPlace.set(place, receipt);
      }
      await writeState(path, { receipts: [...byPlace.values()] });
    });
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

const HOLD = { holder: "vlf-notify", waitSeconds: 10 };
