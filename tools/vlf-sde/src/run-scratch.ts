/** Bytes put aside in files of the staging folder, which goes away with all in it however the run ends. */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { asToolError } from "@vlf/common/exit";
import type { ByteStore } from "./engine/store.ts";

/** Bytes gathered before a write. */
const BATCH = 65_536;
/** Bytes read ahead: what is read next mostly lies next. */
const WINDOW = 262_144;

/** The scratch files of a run. A file is made when something is put into it. */
export class Scratch {
  readonly #folder: string;
  readonly #stores: ScratchStore[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  open(name: string): ByteStore {
    const store = new ScratchStore(join(this.#folder, `${name}.scratch`));
    this.#stores.push(store);
    return store;
  }

  close(): void {
    for (const store of this.#stores) store.close();
  }
}

/** Synchronous: a promise for each piece would cost more than the piece, and the system writes behind us. */
class ScratchStore implements ByteStore {
  readonly #path: string;
  #file: number | undefined;
  /** Bytes that are in the file. */
  #written = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #window: Uint8Array = new Uint8Array();
  #windowStart = 0;

  constructor(path: string) {
    this.#path = path;
  }

  append(bytes: Uint8Array): number {
    const offset = this.#written + this.#pendingBytes;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BATCH) this.#flush();
    return offset;
  }

  read(offset: number, length: number): Uint8Array {
    if (this.#pendingBytes > 0) this.#flush();
    const start = offset - this.#windowStart;
    if (start >= 0 && start + length <= this.#window.length)
      return this.#window.subarray(start, start + length);
    const wanted = Math.min(Math.max(length, WINDOW), this.#written - offset);
    const window = Buffer.allocUnsafeSlow(wanted);
    try {
      for (let done = 0; done < wanted;) {
        const got = readSync(this.#open(), window, done, wanted - done, offset + done);
        if (got === 0) throw new Error("scratch file is shorter than what was written");
        done += got;
      }
    } catch (error) {
      throw asToolError(`read "${this.#path}"`, error);
    }
    this.#window = window;
    this.#windowStart = offset;
    return window.subarray(0, length);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #flush(): void {
    const bytes = this.#pending.length === 1 ? this.#pending[0] : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    if (bytes === undefined) return;
    try {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(this.#open(), bytes, done, bytes.length - done, this.#written + done);
      }
    } catch (error) {
      throw asToolError(`write "${this.#path}"`, error);
    }
    this.#written += bytes.length;
  }

  #open(): number {
    return (this.#file ??= openSync(this.#path, "wx+", 0o600));
  }
}
