/**
 * What a run keeps of the pages that came, so that a later one goes on where it stopped. A folder for the
 * user alone, since it holds people: `state.json` says whose checkpoint it is, `pages` is a journal to
 * which each page is appended as soon as it came. A page that was being written when the run died is cut
 * off by the next one.
 */
import { createHash } from "node:crypto";
import { createReadStream, fstatSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, errorCode, TemporaryError, UsageError } from "@vlf/common/exit";
import { holderOf, type Lock, tryLock } from "@vlf/common/lock";
import type { Finding } from "@vlf/common/records";
import { TOOL } from "./help.ts";
import type { Told } from "./voss/list.ts";

/** Version of the folder's form. */
const FORM = 1;
const STATE = "state.json";
const JOURNAL = "pages";
/** Locked by the run that uses the folder. */
const LOCK = "lock";
/** Pages may wait this long for being synced: what a power failure costs at most. */
const SYNC_MS = 1000;

/** Whose pages they are. All of it must be the same for a later run. */
export interface Identity {
  readonly form: number;
  readonly version: string;
  readonly url: string;
  readonly username: string;
  /** Hash of what decides which pages are asked for and what is kept of them. */
  readonly options: string;
}

/** What the first run wrote into its begin record. */
export interface Begun {
  readonly started_at: string;
  readonly run_id: string;
}

/** What an entry of the journal says before its lines. */
export interface Head {
  /** Id of the list it is about. */
  readonly list?: string;
  /** Node of which the list of nodes is meant. */
  readonly nodes?: string;
  /** A node above that was asked for alone, or may not be read. */
  readonly above?: string;
  readonly refused?: string;
  /** A page: as asked for, and what it said. */
  readonly skip?: number;
  readonly limit?: number;
  readonly pass?: number;
  readonly total?: number;
  readonly outside?: number;
  readonly unknown?: number;
  readonly below?: boolean;
  /** The page is only asked for. */
  readonly asked?: true;
  /** The list kept changing and is begun anew. */
  readonly forget?: true;
  /** Status with which a model is not there. */
  readonly missing?: number;
  /** Where the fields of a model come from, and what was found about that. */
  readonly source?: "list" | "instance";
  readonly findings?: readonly Finding[];
}

/** One entry of the journal: a page, or what is known of a list. */
export interface Entry {
  readonly head: Head;
  readonly lines: readonly string[];
}

/** The page that an entry is about. */
export function pageOf({ skip = 0, limit = 0, pass = 1, total = 0 }: Head): Omit<Told, "pkids"> {
  return { skip, limit, pass, total };
}

export class Checkpoint {
  readonly #folder: string;
  readonly begun: Begun;
  readonly #file: FileHandle;
  readonly #lock: Lock;
  #writing: Promise<void> = Promise.resolve();
  #syncedAt = 0;

  private constructor(folder: string, begun: Begun, file: FileHandle, lock: Lock) {
    this.#folder = folder;
    this.begun = begun;
    this.#file = file;
    this.#lock = lock;
  }

  /**
   * Opens the checkpoint in a folder, or begins one; hands each entry of an earlier run to `replay`.
   * @throws {UsageError} for a checkpoint of another system, user, version or options; {TemporaryError} for one
   *   that another run uses
   */
  static async open(
    folder: string,
    identity: Omit<Identity, "form">,
    begun: Begun,
    replay: (entry: Entry) => void,
  ): Promise<Checkpoint> {
    const whole: Identity = { form: FORM, ...identity };
    let lock: Lock | undefined;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const { mode } = await stat(folder);
      if ((mode & 0o077) !== 0) {
        throw new UsageError(`open checkpoint "${folder}": the folder is open to others`, {
          hint: `run "chmod 700 ${folder}"`,
        });
      }
      await checkOthers(folder);
      lock = await lockFolder(folder);
      const first = (await readState(folder, whole)) ?? (await writeState(folder, whole, begun));
      const path = join(folder, JOURNAL);
      const end = await readJournal(path, replay);
      const file = await open(path, "a", 0o600);
      await file.truncate(end);
      return new Checkpoint(folder, first, file, lock);
    } catch (error) {
      await lock?.release();
      throw asToolError(`open checkpoint "${folder}"`, error);
    }
  }

  /** Folder for the sorted runs of this run. */
  get runs(): string {
    return join(this.#folder, "runs");
  }

  /** Appends an entry; it has left this process when the promise is done. */
  add({ head, lines }: Entry): Promise<void> {
    const body = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
    const sha256 = createHash("sha256").update(body).digest("hex");
    const block = `${JSON.stringify({ ...head, lines: lines.length, sha256 })}\n${body}`;
    this.#writing = this.#append(this.#writing, block);
    return this.#writing;
  }

  async #append(before: Promise<void>, block: string): Promise<void> {
    await before;
    try {
      await this.#file.appendFile(block);
      if (Date.now() - this.#syncedAt < SYNC_MS) return;
      await this.#file.datasync();
      this.#syncedAt = Date.now();
    } catch (error) {
      throw asToolError(`write checkpoint "${this.#folder}"`, error);
    }
  }

  async close(): Promise<void> {
    await this.#closeJournal();
    await this.#lock.release();
  }

  async #closeJournal(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#file.close().catch(() => {});
  }

  /** Takes everything away: the run is done, or its pages are of no use any more. */
  async remove(): Promise<void> {
    await this.#closeJournal();
    for (const name of [JOURNAL, STATE]) await rm(join(this.#folder, name), { force: true });
    await rm(this.runs, { recursive: true, force: true });
    await rm(this.#lock.path, { force: true });
    await this.#lock.release();
    await rmdir(this.#folder).catch(() => {}); // it holds something else
  }
}

/** A folder without a state that holds something is not a checkpoint: nothing is put into it. */
async function checkOthers(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.includes(STATE) || names.every((name) => name === LOCK || name === `${STATE}.tmp`)) return;
  throw new UsageError(`open checkpoint "${folder}": the folder holds other files`, {
    hint: "give a folder of its own",
  });
}

/** Two runs at once would write into one journal. */
async function lockFolder(folder: string): Promise<Lock> {
  const path = join(folder, LOCK);
  const lock = await tryLock(path, { holder: TOOL });
  if (lock !== undefined && (await isAt(path, lock.fd))) return lock;
  await lock?.release();
  throw new TemporaryError(`open checkpoint "${folder}": another run uses it${await holderOf(path)}`, {
    hint: "wait for it to end, or give a folder of its own",
  });
}

/** Whether an open file is still the one of this path: a run that ends takes its lock away. */
async function isAt(path: string, fd: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.ino === fstatSync(fd).ino;
}

async function readState(folder: string, wanted: Identity): Promise<Begun | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, STATE), "utf8");
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
    return undefined;
  }
  const state = JSON.parse(text) as Partial<Identity & Begun>;
  for (const key of Object.keys(wanted) as (keyof Identity)[]) {
    if (state[key] === wanted[key]) continue;
    const shown = key === "options" ? "" : `: "${state[key]}", wanted "${wanted[key]}"`;
    throw new UsageError(
      `open checkpoint "${folder}": it is of ${key === "options" ? "other options" : `another ${key}`}${shown}`,
      { hint: "run the same command again, or remove the folder to begin anew" },
    );
  }
  return { started_at: String(state.started_at), run_id: String(state.run_id) };
}

async function writeState(folder: string, identity: Identity, begun: Begun): Promise<Begun> {
  const temporary = join(folder, `${STATE}.tmp`);
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ ...identity, ...begun }, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, STATE));
  return begun;
}

/** Replays the entries that are whole; gives the length of the file up to there. */
async function readJournal(path: string, replay: (entry: Entry) => void): Promise<number> {
  let end = 0;
  let at = 0;
  let head: Framed | undefined;
  let lines: string[] = [];
  for await (const { line, next } of linesOf(path)) {
    at = next;
    if (head === undefined) {
      head = headOf(line);
      if (head === undefined) return end;
    } else lines.push(line);
    if (lines.length < head.lines) continue;
    const body = lines.length === 0 ? "" : `${lines.join("\n")}\n`;
    if (createHash("sha256").update(body).digest("hex") !== head.sha256) return end;
    replay({ head, lines });
    end = at;
    head = undefined;
    lines = [];
  }
  return end;
}

/** A head as it stands in the journal: with the number of its lines and their hash. */
interface Framed extends Head {
  readonly lines: number;
  readonly sha256: string;
}

function headOf(line: string): Framed | undefined {
  try {
    return JSON.parse(line) as Framed;
  } catch {
    return undefined; // cut off, or never got to the disk
  }
}

/** Lines with the offset behind each; a last one without an end is left out. */
async function* linesOf(path: string): AsyncGenerator<{ line: string; next: number }> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      const block = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      let start = 0;
      for (let stop = block.indexOf(10); stop >= 0; stop = block.indexOf(10, start)) {
        yield { line: block.toString("utf8", start, stop), next: offset + stop + 1 };
        start = stop + 1;
      }
      rest = block.subarray(start);
      offset += start;
    }
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw asToolError(`read "${path}"`, error);
  }
}
