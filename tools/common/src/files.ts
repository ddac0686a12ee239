/**
 * Publishing files: written beside their place under another name, synced, and moved in together, so
 * that nobody ever sees half a file and nothing that exists is overwritten with other content.
 */
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { closeSync, createReadStream, fsyncSync, linkSync, mkdirSync, openSync } from "node:fs";
import { readFileSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { asToolError, DataError, errorCode, ToolError } from "./exit.ts";

/** A file that waits in a staging folder. */
export interface StagedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface PublishedFile extends StagedFile {
  readonly path: string;
  /** False when the same content stood there already. */
  readonly isNew: boolean;
}

/**
 * So much is written at once: to have a thread do it takes longer than it does. More is written piece by piece, and
 * signals are heard in between.
 */
const AT_ONCE_BYTES = 1_048_576;

/** Its threads and what goes with them are loaded for large files. */
function promises(): typeof import("node:fs/promises") {
  return process.getBuiltinModule("node:fs/promises");
}

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  const stats = statSync(path);
  if (stats.isFile() && stats.size <= AT_ONCE_BYTES) return hash.update(readFileSync(path)).digest("hex");
  const chunks = createReadStream(path, { highWaterMark: 1_048_576 });
  for await (const chunk of chunks) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

/**
 * A hidden folder inside the target folder, on the same file system. Files are added, then published
 * all together; `discard()` takes away whatever is left and is safe to call at any time.
 */
export class Staging {
  readonly #folder: string;
  readonly #hidden: string;
  readonly #files: StagedFile[] = [];
  /** Files that are written, and on their way to the disk. */
  readonly #syncing: Promise<void>[] = [];
  #discarded = false;
  /** The hidden folder is, so that nothing can come into it any more. */
  #isGone = false;

  private constructor(folder: string, hidden: string) {
    this.#folder = folder;
    this.#hidden = hidden;
  }

  /**
   * Makes the target folder where it is missing, and the staging folder in it.
   * @param label 16 hexadecimal digits by which another run knows what the folder is for
   */
  static async open(folder: string, label?: string): Promise<Staging> {
    const random = Math.floor(Math.random() * 2 ** 32);
    const own = `${process.pid}-${random.toString(16).padStart(8, "0")}${label === undefined ? "" : `-${label}`}`;
    const hidden = join(folder, `.vlf-${own}.tmp`);
    try {
      mkdirSync(folder, { recursive: true });
      mkdirSync(hidden, { mode: 0o700 });
    } catch (error) {
      throw asToolError(`make folder "${folder}"`, error);
    }
    return new Staging(folder, hidden);
  }

  /** The hidden folder, for scratch files that go with it. */
  get hidden(): string {
    return this.#hidden;
  }

  /**
   * Writes one file of the given content, which is synced before it is published. A piece is written while the next one is
   * made, so each has memory of its own.
   */
  async add(
    name: string,
    content: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<StagedFile> {
    if (content instanceof Uint8Array && content.length <= AT_ONCE_BYTES)
      return this.#addAtOnce(name, content);
    const path = join(this.#hidden, name);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    try {
      const file = await promises().open(path, "wx", 0o644);
      let writing = Promise.resolve();
      try {
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          await writing;
          // Without this a large file would be written to its end after its name is gone.
          if (this.#discarded) throw new ToolError(`write "${join(this.#folder, name)}": given up`);
          writing = file.writeFile(chunk);
          writing.catch(() => {}); // awaited before the next piece
          hash.update(chunk);
          sizeBytes += chunk.length;
        }
        await writing;
      } catch (error) {
        await file.close();
        throw error;
      }
      this.#sync(file, name);
    } catch (error) {
      throw asToolError(`write "${join(this.#folder, name)}"`, error);
    }
    const staged = { name, sizeBytes, sha256: hash.digest("hex") };
    this.#files.push(staged);
    return staged;
  }

  /** Begins to sync a file, while others are written. */
  #sync(file: FileHandle, name: string): void {
    const syncing = (async () => {
      try {
        await file.sync();
      } catch (error) {
        throw asToolError(`write "${join(this.#folder, name)}"`, error);
      } finally {
        await file.close();
      }
    })();
    syncing.catch(() => {}); // awaited before anything is published
    this.#syncing.push(syncing);
  }

  #addAtOnce(name: string, content: Uint8Array): StagedFile {
    try {
      const fd = openSync(join(this.#hidden, name), "wx", 0o644);
      try {
        writeFileSync(fd, content);
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      throw asToolError(`write "${join(this.#folder, name)}"`, error);
    }
    const sha256 = createHash("sha256").update(content).digest("hex");
    const staged = { name, sizeBytes: content.length, sha256 };
    this.#files.push(staged);
    return staged;
  }

  /**
   * Moves all files to their places, or none: a name that is taken by other content refuses the whole.
   * The same content under the same name counts as published.
   * @param into a folder below the target folder instead of it; made where it is missing
   * @throws {DataError} when a name is taken
   */
  async publish(into: string = this.#folder): Promise<PublishedFile[]> {
    const published: PublishedFile[] = [];
    await Promise.all(this.#syncing);
    try {
      mkdirSync(into, { recursive: true });
    } catch (error) {
      throw asToolError(`make folder "${into}"`, error);
    }
    try {
      for (const file of this.#files) {
        const path = join(into, file.name);
        published.push({ ...file, path, isNew: await this.#place(file, path) });
      }
      await syncFolder(into);
    } catch (error) {
      for (const file of published) if (file.isNew) rmSync(file.path, { force: true });
      throw error;
    }
    await this.discard();
    return published;
  }

  async discard(): Promise<void> {
    if (this.#isGone) return;
    this.#discarded = true;
    try {
      for (const { name } of this.#files) unlinkSync(join(this.#hidden, name));
      rmdirSync(this.#hidden);
      this.#isGone = true;
    } catch {
      rmSync(this.#hidden, { recursive: true, force: true }); // more is in it, or less
    }
  }

  async #place(file: StagedFile, path: string): Promise<boolean> {
    const from = join(this.#hidden, file.name);
    try {
      linkSync(from, path); // unlike rename, never replaces what is there
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return this.#sameContent(file, path);
      if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "EMLINK"].includes(errorCode(error))) {
        throw asToolError(`publish "${path}"`, error);
      }
    }
    return this.#copy(file, from, path);
  }

  /** For file systems without hard links: a copy that fails when the name is taken. */
  async #copy(file: StagedFile, from: string, path: string): Promise<boolean> {
    try {
      const { copyFile, constants } = promises();
      await copyFile(from, path, constants.COPYFILE_EXCL);
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return this.#sameContent(file, path);
      rmSync(path, { force: true });
      throw asToolError(`publish "${path}"`, error);
    }
  }

  async #sameContent(file: StagedFile, path: string): Promise<boolean> {
    const there = statSync(path);
    if (there.isFile() && there.size === file.sizeBytes && (await hashFile(path)) === file.sha256)
      return false;
    throw new DataError(`publish "${path}": a file of that name with other content exists`, {
      hint: "move it away if the new one is right; nothing was published",
    });
  }
}

/** Makes the names in a folder durable. Some file systems cannot sync a folder; that is no failure. */
export async function syncFolder(path: string): Promise<void> {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EBADF"].includes(errorCode(error))) throw error;
  } finally {
    closeSync(fd);
  }
}

/** Removes a file that is there; gives its name. */
export async function removeFile(path: string): Promise<string> {
  try {
    unlinkSync(path);
  } catch (error) {
    throw asToolError(`remove "${path}"`, error);
  }
  return basename(path);
}
