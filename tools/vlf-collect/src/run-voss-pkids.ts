/** A file for the pkids of long lists: as long as the run, in the folder of its runs, for the user alone. */
import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";
import type { Shelf } from "./voss/seen.ts";

/** At once, not by promises: a page is taken in one go, and what is asked for is in the memory of the system, but for little. */
export class PkidFile implements Shelf {
  readonly #folder: () => string;
  #path: string | undefined;
  #file: number | undefined;
  #size = 0;

  /** @param folder gives the folder for the file; asked for when it is opened */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  append(bytes: Uint8Array): number {
    const start = this.#size;
    const path = (this.#path ??= join(this.#folder(), "pkids"));
    try {
      this.#file ??= open(path);
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#file, bytes, done, bytes.length - done, start + done);
    } catch (error) {
      throw asToolError(`write "${path}"`, error);
    }
    this.#size += bytes.length;
    return start;
  }

  read(at: number, into: Uint8Array): void {
    try {
      for (let done = 0; done < into.length;) {
        const got = readSync(this.#file as number, into, done, into.length - done, at + done);
        if (got === 0) throw new DataError(`read "${this.#path}": cut off`);
        done += got;
      }
    } catch (error) {
      throw asToolError(`read "${this.#path}"`, error);
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

function open(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return openSync(path, "w+", 0o600);
}
