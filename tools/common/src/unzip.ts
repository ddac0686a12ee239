/**
 * Reading ZIP archives with what fflate leaves out: the directory is walked to its end, and size and
 * CRC-32 of every member are checked. Archives of up to 4 GiB, stored or deflated.
 */
import { DataError } from "./exit.ts";

/** Sizes of the three kinds of headers, and where in them the time stands. */
export const ZIP_LOCAL = { signature: 0x0403_4b50, size: 30, time: 10 } as const;
export const ZIP_CENTRAL = { signature: 0x0201_4b50, size: 46, time: 12 } as const;
export const ZIP_END = { signature: 0x0605_4b50, size: 22 } as const;

const STORED = 0;
const DEFLATED = 8;

/** What a field holds when the real value stands in a zip64 record. */
const IN_ZIP64 = 0xffff_ffff;

/** Bytes that one byte of deflate can stand for at most (zlib's own figure). */
const MAX_RATIO = 1032;

/** A member as the directory has it. */
export interface ZipMember {
  readonly name: string;
  /** Where its header in the directory is, and the one before its data. */
  readonly at: number;
  readonly localAt: number;
  /** Size of the content. */
  readonly sizeBytes: number;
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[];
  /** Where the record after the directory, the last of the archive, begins. */
  readonly endAt: number;
}

/**
 * The directory of an archive.
 * @throws {DataError} when it is cut off, broken or of zip64
 */
export function zipDirectory(bytes: Uint8Array): ZipDirectory {
  const view = viewOf(bytes);
  let endAt = bytes.length - ZIP_END.size;
  while (endAt >= 0 && view.getUint32(endAt, true) !== ZIP_END.signature) endAt -= 1;
  if (endAt < 0) throw new DataError("ZIP archive: no end of the directory: cut off");
  const count = view.getUint16(endAt + 10, true);
  let at = view.getUint32(endAt + 16, true);
  if (count === 0xffff || at === IN_ZIP64) throw new DataError("ZIP archive: zip64, wanted one below 4 GiB");
  const members: ZipMember[] = [];
  while (at < endAt) {
    if (at + ZIP_CENTRAL.size > endAt || view.getUint32(at, true) !== ZIP_CENTRAL.signature) {
      throw new DataError(`ZIP archive: directory is broken at entry ${members.length + 1}`);
    }
    const nameAt = at + ZIP_CENTRAL.size;
    const nameSize = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(nameAt, nameAt + nameSize));
    members.push({
      name,
      at,
      localAt: view.getUint32(at + 42, true),
      sizeBytes: view.getUint32(at + 24, true),
    });
    at = nameAt + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  if (at !== endAt || members.length !== count) {
    throw new DataError(
      `ZIP archive: directory has ${members.length} entries, wanted ${count} and nothing else`,
    );
  }
  return { members, endAt };
}

/**
 * The content of a member.
 * @throws {DataError} naming the member when it is not what was packed
 */
export function unzipMember(bytes: Uint8Array, { name, at, localAt, sizeBytes }: ZipMember): Uint8Array {
  const view = viewOf(bytes);
  const fail = (what: string): never => {
    throw new DataError(`ZIP archive: entry ${JSON.stringify(name)}: ${what}`);
  };
  if (localAt + ZIP_LOCAL.size > at || view.getUint32(localAt, true) !== ZIP_LOCAL.signature) {
    fail("has no header");
  }
  const method = view.getUint16(at + 10, true);
  const packedSize = view.getUint32(at + 20, true);
  const start =
    localAt + ZIP_LOCAL.size + view.getUint16(localAt + 26, true) + view.getUint16(localAt + 28, true);
  if (method !== STORED && method !== DEFLATED) fail(`packed by method ${method}, wanted stored or deflated`);
  if (start + packedSize > at || sizeBytes > packedSize * MAX_RATIO) fail("sizes do not fit");
  const packed = bytes.subarray(start, start + packedSize);
  // Loaded here: who only writes archives does without it.
  const { crc32, inflateRawSync } = process.getBuiltinModule("node:zlib");
  let content: Uint8Array;
  try {
    content = method === DEFLATED ? inflateRawSync(packed, { maxOutputLength: sizeBytes + 1 }) : packed;
  } catch {
    return fail("compressed data is broken");
  }
  if (content.length !== sizeBytes) fail(`${content.length} bytes, wanted ${sizeBytes}`);
  if (crc32(content) !== view.getUint32(at + 16, true)) fail("content is changed (CRC-32)");
  return content;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
