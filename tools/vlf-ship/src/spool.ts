/**
 * The spool: what has to be delivered survives the run. One state file for each file and destination, written
 * under another name, synced and renamed; the content is a copy of its own, so that what becomes of the
 * source no longer matters. Only one run at a time works on a spool (lock.ts).
 */
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, DataError, errorCode } from "@vlf/common/exit";
import { syncFolder } from "@vlf/common/files";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Route } from "./routes.ts";
import { buffersInTurn, type Item, readItem, type Source } from "./source.ts";

/** The state of one file at one destination. */
export interface State {
  readonly schema: 1;
  readonly destination: string;
  readonly from: Route["from"];
  readonly file: string;
  readonly format: string;
  readonly sha256: string;
  readonly size_bytes: number;
  /** `failed` waits for a person; `delivered` is remembered for a while. */
  readonly state: "queued" | "failed" | "delivered";
  readonly attempts: number;
  readonly queued_at: string;
  readonly tried_at: string;
  /** The earliest time of the next try, where the destination named one (`Retry-After`). */
  readonly retry_at: string;
  /** Where it is to be. */
  readonly target: string;
  /** Where it is, of what was delivered. */
  readonly location: string;
  readonly failure: string;
  readonly message: string;
}

const SCHEMA = 1;

export class Spool {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folders, open to nobody else: files may name customers. Removes what a killed run left. */
  async open(): Promise<void> {
    try {
      for (const folder of [this.#states(), this.#contents()]) {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        for (const name of await readdir(folder)) {
          if (name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
        }
      }
    } catch (error) {
      throw asToolError(`open spool "${this.folder}"`, error);
    }
  }

  /**
   * Copies the content of an item into the spool; gives the source that reads the copy.
   * @throws {ToolError} when it cannot be read or written; {DeliveryError} `integrity` when it is not the
   *   one of its record
   */
  async keep(item: Item): Promise<Source> {
    const temporary = join(this.#contents(), `${nameHash(item.path)}.tmp`);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    try {
      const file = await open(temporary, "w", 0o600);
      try {
        for await (const bytes of readItem(item, buffersInTurn())) {
          if (item.expected === undefined) hash.update(bytes); // of a record, it is compared while it is read
          sizeBytes += bytes.length;
          await file.writeFile(bytes);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      const expected = item.expected ?? { sizeBytes, sha256: hash.digest("hex") };
      const path = this.#content(expected.sha256);
      await rename(temporary, path);
      await syncFolder(this.#contents());
      return { path, name: item.name, expected };
    } catch (error) {
      await rm(temporary, { force: true });
      throw asToolError(`write spool "${this.folder}"`, error);
    }
  }

  /** The source of a state: the copy in the spool. */
  source({ file, sha256, size_bytes: sizeBytes }: State): Source {
    return { path: this.#content(sha256), name: file, expected: { sizeBytes, sha256 } };
  }

  /** The state of a file at a destination, or undefined. */
  async find(key: Pick<State, "destination" | "from" | "file" | "sha256">): Promise<State | undefined> {
    try {
      return readState(this.#state(key), await readFile(this.#state(key), "utf8"));
    } catch (error) {
      if (errorCode(error) === "ENOENT") return undefined;
      throw asToolError(`read "${this.#state(key)}"`, error);
    }
  }

  /** Writes a state; it is durable when this resolves. */
  async save(state: State): Promise<void> {
    const path = this.#state(state);
    const temporary = `${path}.tmp`;
    try {
      const file = await open(temporary, "w", 0o600);
      try {
        await file.writeFile(`${JSON.stringify(state)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
      await syncFolder(this.#states());
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {}); // the first error is what counts
      throw asToolError(`write "${path}"`, error);
    }
  }

  /** All states: by the time they were queued, then file, then destination. */
  async states(): Promise<State[]> {
    const states: State[] = [];
    try {
      for (const name of await readdir(this.#states())) {
        if (!name.endsWith(".json")) continue;
        const path = join(this.#states(), name);
        states.push(readState(path, await readFile(path, "utf8")));
      }
    } catch (error) {
      if (errorCode(error) === "ENOENT") return [];
      throw asToolError(`read spool "${this.folder}"`, error);
    }
    return states.toSorted(
      (a, b) =>
        byCodeUnit(a.queued_at, b.queued_at) ||
        byCodeUnit(a.file, b.file) ||
        byCodeUnit(a.destination, b.destination) ||
        byCodeUnit(a.sha256, b.sha256),
    );
  }

  async forget(state: State): Promise<void> {
    await rm(this.#state(state), { force: true });
  }

  /** Removes content that nothing waits for, and receipts from before `until`. */
  async clean(until: string): Promise<void> {
    const needed = new Set<string>();
    for (const state of await this.states()) {
      if (state.state !== "delivered") needed.add(state.sha256);
      else if (state.tried_at < until) await this.forget(state);
    }
    for (const name of await readdir(this.#contents())) {
      if (!needed.has(name)) await rm(join(this.#contents(), name), { force: true });
    }
  }

  #states(): string {
    return join(this.folder, "state");
  }

  #contents(): string {
    return join(this.folder, "content");
  }

  #content(sha256: string): string {
    return join(this.#contents(), sha256);
  }

  #state({
    destination,
    from,
    file,
    sha256,
  }: Pick<State, "destination" | "from" | "file" | "sha256">): string {
    return join(this.#states(), `${nameHash([destination, from, file, sha256].join("\0"))}.json`);
  }
}

/** Where the lock of a spool is. */
export function lockOf(folder: string): string {
  return join(folder, "lock");
}

function nameHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

const KEYS: Readonly<Record<keyof State, "string" | "number">> = {
  schema: "number",
  destination: "string",
  from: "string",
  file: "string",
  format: "string",
  sha256: "string",
  size_bytes: "number",
  state: "string",
  attempts: "number",
  queued_at: "string",
  tried_at: "string",
  retry_at: "string",
  target: "string",
  location: "string",
  failure: "string",
  message: "string",
};

/** Only what this code wrote whole is read: a state that says nothing sensible stops the run. */
function readState(path: string, text: string): State {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text) as Record<string, unknown> | null;
    if (value !== null) value = { retry_at: "", ...value }; // written by a version that did not know it
  } catch (error) {
    throw new DataError(`read "${path}": not a state of a delivery`, { cause: error, hint: HINT });
  }
  const isState =
    value !== null &&
    value["schema"] === SCHEMA &&
    Object.entries(KEYS).every(([key, kind]) => typeof value[key] === kind) &&
    /^[0-9a-f]{64}$/.test(String(value["sha256"]));
  if (!isState) throw new DataError(`read "${path}": not a state of a delivery`, { hint: HINT });
  return value as unknown as State;
}

const HINT = "written by a later version, or by hand: move the file away";
