/** A ZIP archive of files as a stream, by fflate, with its limits checked: it writes broken archives beyond. */
import { DataError } from "@vlf/common/exit";
import { Zip, ZipDeflate } from "fflate";
import { type Item, readItem } from "./source.ts";

/** What the format holds without its 64-bit extension, which fflate does not write. */
const MAX_ENTRIES = 65_535;
const MAX_BYTES = 0xffff_ffff;

/** Noon of a day without a clock change anywhere: fflate stores local fields, and the bytes have to be the same. */
function sameTime(): Date {
  return new Date(1980, 0, 1, 12);
}

/** A regular file, mode 0644, made on Unix. */
const UNIX_FILE = { os: 3, attrs: 0o100644 * 65_536 } as const;

/**
 * An archive with the items in the order given, each as `FILES/name`: same files, same bytes.
 * @param maxBytes of the archive, for tests
 * @throws {DataError} for what the format cannot hold; whatever reading a file throws
 */
export async function* zipFiles(
  items: readonly Item[],
  maxBytes: number = MAX_BYTES,
): AsyncGenerator<Uint8Array> {
  if (items.length > MAX_ENTRIES) {
    throw new DataError(`write ZIP archive: ${items.length} files, wanted at most ${MAX_ENTRIES}`);
  }
  let ready: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error !== null) throw error;
    ready.push(bytes);
  });
  let written = 0;
  const taken = (): Uint8Array[] => {
    const chunks = ready;
    ready = [];
    for (const chunk of chunks) written += chunk.length;
    if (written > maxBytes) {
      throw new DataError("write ZIP archive: more than 4 GiB, which the format does not hold", {
        hint: "export fewer files at once",
      });
    }
    return chunks;
  };
  for (const item of items) {
    if (/[/\\:\p{Cc}]/u.test(item.name)) {
      throw new DataError(`write ZIP archive: file name ${JSON.stringify(item.name)}, wanted a plain one`);
    }
    const entry = Object.assign(new ZipDeflate(`FILES/${item.name}`, { level: 6 }), {
      mtime: sameTime(),
      ...UNIX_FILE,
    });
    zip.add(entry);
    let sizeBytes = 0;
    for await (const bytes of readItem(item)) {
      sizeBytes += bytes.length;
      if (sizeBytes > maxBytes) throw new DataError(`write ZIP archive: "${item.path}": more than 4 GiB`);
      entry.push(bytes);
      yield* taken();
    }
    entry.push(new Uint8Array(), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
