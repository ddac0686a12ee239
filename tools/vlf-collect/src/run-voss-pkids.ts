/** A file for the pkids of long lists: as long as the run, in the folder of its runs. */
import { join } from "node:path";
import { DiskFile } from "./run-voss-disk.ts";
import type { Shelf } from "./voss/seen.ts";

export class PkidFile implements Shelf {
  readonly #folder: () => string;
  #file: DiskFile | undefined;
  #size = 0;

  /** @param folder gives the folder for the file; asked for when it is needed */
  constructor(folder: () => string) {
    this.#folder = folder;
  }

  append(bytes: Uint8Array): number {
    const start = this.#size;
    this.#file ??= new DiskFile(join(this.#folder(), "pkids"), "w+");
    this.#file.write(start, bytes);
    this.#size += bytes.length;
    return start;
  }

  read(at: number, into: Uint8Array): void {
    this.#file?.read(at, into);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}
