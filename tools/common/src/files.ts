/**
 * Publishing files: written beside their place under another name, synced, and moved in together, so
 * that nobody ever sees half a file and nothing that exists is overwritten with other content.
 */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { copyFile, constants, link, mkdir, open, rm, stat, unlink } from "node:fs/promises";
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

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
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
  #discarded = false;

  private constructor(folder: string, hidden: string) {
    this.#folder = folder;
    this.#hidden = hidden;
  }

  /**
   * Makes the target folder where it is missing, and the staging folder in it.
   * @param label 16 hexadecimal digits by which another run knows what the folder is for
   */
  static async open(folder: string, label?: string): Promise<Staging> {
    const own = `${process.pid}-${randomBytes(4).toString("hex")}${label === undefined ? "" : `-${label}`}`;
    const hidden = join(folder, `.vlf-${own}.tmp`);
    try {
      await mkdir(folder, { recursive: true });
      await mkdir(hidden, { mode: 0o700 });
    } catch (error) {
      throw asToolError(`make folder "${folder}"`, error);
    }
    return new Staging(folder, hidden);
  }

  /** The hidden folder, for scratch files that go with it. */
  get hidden(): string {
    return this.#hidden;
  }

  /** Writes and syncs one file of the given content. */
  async add(
    name: string,
    content: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<StagedFile> {
    const path = join(this.#hidden, name);
    const hash = createHash("sha256");
    let sizeBytes = 0;
    try {
      const file = await open(path, "wx", 0o644);
      try {
        for await (const chunk of content instanceof Uint8Array ? [content] : content) {
          // Without this a large file would be written to its end after its name is gone.
          if (this.#discarded) throw new ToolError(`write "${join(this.#folder, name)}": given up`);
          hash.update(chunk);
          sizeBytes += chunk.length;
          await file.writeFile(chunk);
        }
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw asToolError(`write "${join(this.#folder, name)}"`, error);
    }
    const staged = { name, sizeBytes, sha256: hash.digest("hex") };
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
    try {
      await mkdir(into, { recursive: true });
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
      for (const file of published) if (file.isNew) await rm(file.path, { force: true });
      throw error;
    }
    await this.discard();
    return published;
  }

  async discard(): Promise<void> {
    this.#discarded = true;
    await rm(this.#hidden, { recursive: true, force: true });
  }

  async #place(file: StagedFile, path: string): Promise<boolean> {
    const from = join(this.#hidden, file.name);
    try {
      await link(from, path); // unlike rename, never replaces what is there
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
      await copyFile(from, path, constants.COPYFILE_EXCL);
      return true;
    } catch (error) {
      if (errorCode(error) === "EEXIST") return this.#sameContent(file, path);
      await rm(path, { force: true });
      throw asToolError(`publish "${path}"`, error);
    }
  }

  async #sameContent(file: StagedFile, path: string): Promise<boolean> {
    const there = await stat(path);
    if (there.isFile() && there.size === file.sizeBytes && (await hashFile(path)) === file.sha256)
      return false;
    throw new DataError(`publish "${path}": a file of that name with other content exists`, {
      hint: "move it away if the new one is right; nothing was published",
    });
  }
}

/** Makes the names in a folder durable. Some file systems cannot sync a folder; that is no failure. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EBADF"].includes(errorCode(error))) throw error;
  } finally {
    await folder.close();
  }
}

/** Removes a file that is there; gives its name. */
export async function removeFile(path: string): Promise<string> {
  try {
    await unlink(path);
  } catch (error) {
    throw asToolError(`remove "${path}"`, error);
  }
  return basename(path);
}
