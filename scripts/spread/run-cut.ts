/** `vlf-spread cut`: standard input as parts in files. */
import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { undoOnSignal } from "@vlf/common/cleanup";
import { loadConfig } from "@vlf/common/config";
import { asToolError, EXIT, UsageError } from "@vlf/common/exit";
import { syncFolder } from "@vlf/common/files";
import type { Io } from "@vlf/common/main";
import { withOverrides } from "@vlf/common/models";
import { withName } from "@vlf/common/ndjson";
import { Stop } from "@vlf/common/stop";
import { VERSION } from "@vlf/common/version";
import type { CutOptions } from "./cli.ts";
import { Cut } from "./cut.ts";
import { WholeLines } from "./lines.ts";
import { settingsText } from "./settings.ts";
import { pathsOf, type PartEntry, type Spread } from "./work.ts";

const BUFFER_BYTES = 1 << 18;

/** Cuts what comes on standard input, and says what the parts are called; the folder is filled or left as it was. */
export async function runCut(options: CutOptions, io: Io): Promise<number> {
  const { work, log } = options;
  const config = loadConfig(options.config);
  const settings = settingsText(config);
  checkFree(work);
  const staging = join(work, `.cut-${process.pid}`);
  const stop = new Stop();
  const spread = await undoOnSignal(
    () => stop.now(),
    async () => {
      const files = new Files(staging);
      try {
        const cut = new Cut(withOverrides(config.tables("models")), options.parts, {
          toPart: (part, bytes) => files.part(part).write(bytes),
          toRest: (bytes) => files.rest.write(bytes),
          toWaiting: (bytes) => files.waiting.write(bytes),
        });
        for await (const chunk of withName(stop.guard(io.stdin), "stdin")) {
          cut.push(chunk);
          log.progress(() => `${cut.instances} instances cut`);
        }
        await cut.finish();
        if (cut.hasWaiting) await settle(cut, files.waiting);
        const parts = cut.close();
        const entries = parts.map(({ customers, instances }, index): PartEntry => {
          const { sha256, sizeBytes } = files.part(index).close();
          const number = String(index + 1).padStart(4, "0");
          const name = `part-${number}-${sha256.slice(0, 16)}`;
          renameSync(files.part(index).path, pathsOf(staging).part(name));
          const pkids = [...customers.values()].toSorted();
          return { name, sha256, size_bytes: sizeBytes, instances, customers: pkids };
        });
        const rest = files.rest.close().sha256;
        files.drop();
        writeFileSync(pathsOf(staging).settings, settings, { mode: 0o600 });
        const { run_id, collected_at } = cut.begin;
        const made: Spread = {
          version: VERSION,
          run_id,
          collected_at,
          schemes: options.schemes,
          settings: createHash("sha256").update(settings).digest("hex"),
          rest,
          parts: entries,
        };
        await moveIn(staging, work, made);
        return made;
      } catch (error) {
        throw asToolError(`cut stdin into "${work}"`, error);
      } finally {
        files.closeAll();
        rmSync(staging, { recursive: true, force: true });
      }
    },
  );
  log.done();
  const customers = spread.parts.reduce((sum, part) => sum + part.customers.length, 0);
  log.info(`cut ${customers} customers into ${spread.parts.length} parts in "${work}"`);
  for (const { name } of spread.parts) await io.stdout.write(`${name}\n`);
  return EXIT.ok;
}

/** A cut that is there may be the only copy of a month. */
function checkFree(work: string): void {
  if (!existsSync(pathsOf(work).spread)) return;
  throw new UsageError(`cut into "${work}": it holds a cut already`, {
    hint: "count and join that one, or remove the folder: its parts hold a copy of its input",
  });
}

/** Moves all into place, `spread.json` last. */
async function moveIn(staging: string, work: string, spread: Spread): Promise<void> {
  const from = pathsOf(staging);
  const to = pathsOf(work);
  checkFree(work);
  // What stands there without spread.json is of a cut that was stopped here.
  rmSync(to.parts, { recursive: true, force: true });
  mkdirSync(to.results, { recursive: true, mode: 0o700 });
  renameSync(from.parts, to.parts);
  renameSync(from.rest, to.rest);
  renameSync(from.settings, to.settings);
  await syncFolder(to.parts);
  writeFileSync(from.spread, `${JSON.stringify(spread, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(from.spread, to.spread);
  await syncFolder(work);
}

/** Reads what waited once more. */
async function settle(cut: Cut, waiting: OutFile): Promise<void> {
  waiting.flush();
  const lines = new WholeLines(Number.MAX_SAFE_INTEGER);
  for await (const chunk of createReadStream(waiting.path, { highWaterMark: BUFFER_BYTES })) {
    for (const block of lines.push(chunk as Uint8Array)) cut.settle(block);
  }
}

/** The files of a cut under way, each made when something is for it. */
class Files {
  readonly #paths: ReturnType<typeof pathsOf>;
  readonly #parts: OutFile[] = [];
  readonly rest: OutFile;
  readonly waiting: OutFile;

  constructor(staging: string) {
    this.#paths = pathsOf(staging);
    const work = dirname(staging);
    if (!existsSync(work)) mkdirSync(work, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(work))
      if (/^\.cut-\d+$/.test(name) && !isAlive(Number(name.slice(5))))
        rmSync(join(work, name), { recursive: true, force: true });
    mkdirSync(this.#paths.parts, { recursive: true, mode: 0o700 });
    this.rest = new OutFile(this.#paths.rest);
    this.waiting = new OutFile(join(staging, "waiting.ndjson"));
  }

  part(index: number): OutFile {
    return (this.#parts[index] ??= new OutFile(this.#paths.part(String(index))));
  }

  /** Removes what nobody needs any more. */
  drop(): void {
    this.waiting.close();
    rmSync(this.waiting.path);
  }

  closeAll(): void {
    for (const file of [this.rest, this.waiting, ...this.#parts]) file.abandon();
  }
}

/** A file that is hashed as it is written. */
class OutFile {
  readonly path: string;
  readonly #hash: Hash = createHash("sha256");
  readonly #buffer: Buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #used = 0;
  #sizeBytes = 0;
  #fd: number | undefined;

  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, "wx", 0o600);
  }

  write(bytes: Uint8Array): void {
    if (this.#used + bytes.length > this.#buffer.length) this.flush();
    if (bytes.length >= this.#buffer.length) {
      this.#out(bytes);
      return;
    }
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  flush(): void {
    this.#out(this.#buffer.subarray(0, this.#used));
    this.#used = 0;
  }

  close(): { readonly sha256: string; readonly sizeBytes: number } {
    this.flush();
    if (this.#fd !== undefined) fsyncSync(this.#fd);
    this.abandon();
    return { sha256: this.#hash.digest("hex"), sizeBytes: this.#sizeBytes };
  }

  /** Closes it as it is. */
  abandon(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #out(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#sizeBytes += bytes.length;
    for (let at = 0; at < bytes.length;) at += writeSync(this.#fd ?? -1, bytes, at);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
