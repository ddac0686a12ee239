/** A file to deliver: read once from end to end, and found out when it is not what the record says. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { asToolError, DataError } from "@vlf/common/exit";
import type { FileRecord } from "@vlf/common/records";

/** What a file record says about the content. */
export interface Expected {
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Source {
  readonly path: string;
  /** Its name at the destination. */
  readonly name: string;
  /** Unknown for a file given by its path alone. */
  readonly expected: Expected | undefined;
}

/**
 * The file of a record.
 * @throws {DataError} for a name that would lead out of the destination's folder
 */
export function sourceOf(record: FileRecord, where: string): Source {
  const { path, name, size_bytes: sizeBytes, sha256 } = record;
  if (basename(name) !== name || name === "." || name === ".." || /\p{Cc}/u.test(name)) {
    throw new DataError(
      `read ${where}: file record has the name ${JSON.stringify(name)}, wanted a plain file name`,
    );
  }
  return { path, name, expected: { sizeBytes, sha256 } };
}

/**
 * The content, in pieces. A destination must publish nothing before the last piece came: only then is it
 * known that the content is right.
 * @throws {ToolError} when the file cannot be read; {DataError} when it is not the one of the record
 */
export async function* readSource({ path, expected }: Source): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  try {
    const file = await open(path, "r");
    try {
      if (!(await file.stat()).isFile()) throw new DataError(`read "${path}": not a regular file`);
      for await (const chunk of file.createReadStream({ autoClose: false })) {
        const bytes = chunk as Uint8Array;
        hash.update(bytes);
        sizeBytes += bytes.length;
        yield bytes;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  }
  if (expected === undefined) return;
  const sha256 = hash.digest("hex");
  if (sizeBytes !== expected.sizeBytes || sha256 !== expected.sha256) {
    throw new DataError(
      `read "${path}": changed since it was packed: found ${sizeBytes} bytes with sha256 ${sha256}, ` +
        `wanted ${expected.sizeBytes} bytes with sha256 ${expected.sha256}`,
    );
  }
}
