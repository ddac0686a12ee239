/**
 * Files that hold for a run what memory does not: in a folder for the user alone. They are written and read at once, not by
 * promises: what is written goes to the memory of the system, and memory of ours that waits for the disk is memory that is held.
 */
import { closeSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";

export class DiskFile {
  readonly #path: string;
  readonly #file: number;

  /** @param flags as of open(2); a file that is written is made, and the folder it is in */
  constructor(path: string, flags: "r" | "w+") {
    this.#path = path;
    try {
      if (flags !== "r") mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      this.#file = openSync(path, flags, 0o600);
    } catch (error) {
      throw asToolError(`${flags === "r" ? "read" : "write"} "${path}"`, error);
    }
  }

  write(at: number, bytes: Uint8Array): void {
    try {
      for (let done = 0; done < bytes.length;)
        done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
    } catch (error) {
      throw asToolError(`write "${this.#path}"`, error);
    }
  }

  /** Fills `into`. */
  read(at: number, into: Uint8Array): void {
    try {
      for (let done = 0; done < into.length;) {
        const got = readSync(this.#file, into, done, into.length - done, at + done);
        if (got === 0) throw new DataError(`read "${this.#path}": cut off`);
        done += got;
      }
    } catch (error) {
      throw asToolError(`read "${this.#path}"`, error);
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
