/**
 * ZIP archives by fflate, with its gaps closed: it checks no limits (and writes broken archives beyond
 * them), stores local time, lets any name pass, and never looks at a CRC when it reads.
 */
import { crc32, inflateRawSync } from "node:zlib";
import { DataError } from "@vlf/common/exit";
import { type Zippable, zipSync } from "fflate";

export interface ZipEntry {
  /** Path in the archive, `/` between folders; a folder's ends in `/` and has no data. */
  readonly name: string;
  readonly data: Uint8Array;
}

/** What the format holds without its 64-bit extension, which fflate does not write. */
const MAX_ENTRIES = 65_535;
const MAX_BYTES = 0xffff_ffff;
const MAX_NAME_BYTES = 65_535;

const LOCAL = { signature: 0x0403_4b50, size: 30, time: 10 } as const;
const CENTRAL = { signature: 0x0201_4b50, size: 46, time: 12 } as const;
const END = { signature: 0x0605_4b50, size: 22 } as const;
const DEFLATED = 8;

/** Bytes that one byte of deflate can stand for at most (zlib's own figure). */
const MAX_RATIO = 1032;

/**
 * What forbids an archive of these entries, or `undefined`. Looks at sizes only, so that it can be asked
 * before there is any data. Room for the worst case of deflate is taken into account.
 * @internal exported for its tests
 */
export function zipProblem(entries: readonly { name: string; size: number }[]): string | undefined {
  if (entries.length > MAX_ENTRIES) return `${entries.length} entries, wanted at most ${MAX_ENTRIES}`;
  const seen = new Set<string>();
  let total: number = END.size;
  for (const { name, size } of entries) {
    const nameBytes = new TextEncoder().encode(name).length;
    if (!isSafeName(name) || nameBytes > MAX_NAME_BYTES) return `entry name ${JSON.stringify(name)}`;
    if (seen.has(name)) return `entry name "${name}" twice`;
    seen.add(name);
    total += LOCAL.size + CENTRAL.size + 2 * nameBytes + size + Math.ceil(size / 1000) + 64;
    if (size > MAX_BYTES || total > MAX_BYTES) return `entry "${name}": more than 4 GiB`;
  }
  return undefined;
}

/** Relative, without `..`, backslashes, drive letters and control characters. */
function isSafeName(name: string): boolean {
  if (/[\\:\p{Cc}]/u.test(name)) return false;
  const parts = name.replace(/\/$/, "").split("/");
  return parts.every((part) => part !== "" && part !== "." && part !== "..");
}

/**
 * An archive of the entries in the order given: always the same bytes, in any time zone. Times are UTC
 * with steps of two seconds; files have mode 0644, folders 0755.
 * @throws {DataError} for names or sizes that the format does not hold, or a year outside 1980 to 2099
 */
export function writeZip(entries: readonly ZipEntry[], date: Date): Uint8Array {
  const problem = zipProblem(entries.map(({ name, data }) => ({ name, size: data.length })));
  if (problem !== undefined) throw new DataError(`write ZIP archive: ${problem}`);
  const time = dosTime(date);
  const tree: Zippable = {};
  for (const { name, data } of entries) {
    const isFolder = name.endsWith("/");
    // Shifting 0o100644 by 16 bits as `<<` would make it negative.
    const attrs = isFolder ? 0o40755 * 65_536 + 0x10 : 0o100644 * 65_536;
    // fflate reads local fields; any time without a clock change will do, as the bytes are set below.
    tree[name] = [data, { os: 3, attrs, level: isFolder ? 0 : 6, mem: 8, mtime: new Date(2000, 0, 1, 12) }];
  }
  const bytes = zipSync(tree);
  const view = viewOf(bytes);
  for (const { at, localAt } of centralHeaders(bytes)) {
    view.setUint32(localAt + LOCAL.time, time, true);
    view.setUint32(at + CENTRAL.time, time, true);
  }
  return bytes;
}

/** Date and time as DOS kept them, from the UTC fields. A local time would not do: some do not exist. */
function dosTime(date: Date): number {
  const year = date.getUTCFullYear();
  if (!(year >= 1980 && year <= 2099)) {
    throw new DataError(`write ZIP archive: year ${year}, wanted one from 1980 to 2099`);
  }
  const day = ((year - 1980) << 25) | ((date.getUTCMonth() + 1) << 21) | (date.getUTCDate() << 16);
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (date.getUTCSeconds() >> 1);
  return (day | time) >>> 0;
}

/**
 * All entries of an archive of the simple kind that `writeZip()` makes; sizes and CRCs are checked.
 * @throws {DataError} saying what is wrong with which entry
 */
export function readZip(bytes: Uint8Array): ZipEntry[] {
  const entries = centralHeaders(bytes).map((header) => readEntry(bytes, header));
  const problem = zipProblem(entries.map(({ name, data }) => ({ name, size: data.length })));
  if (problem !== undefined) throw new DataError(`ZIP archive: ${problem}`);
  return entries;
}

interface Header {
  readonly name: string;
  /** Where its header in the central directory is, and the one before its data. */
  readonly at: number;
  readonly localAt: number;
}

function centralHeaders(bytes: Uint8Array): Header[] {
  const view = viewOf(bytes);
  const end = bytes.length - END.size;
  if (end < 0 || view.getUint32(end, true) !== END.signature) {
    throw new DataError("ZIP archive: no end of the directory: cut off, or something follows it");
  }
  const headers: Header[] = [];
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL.size > end || view.getUint32(at, true) !== CENTRAL.signature) {
      throw new DataError(`ZIP archive: directory is broken at entry ${index + 1}`);
    }
    const nameSize = view.getUint16(at + 28, true);
    const next = at + CENTRAL.size + nameSize + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL.size, at + CENTRAL.size + nameSize));
    headers.push({ name, at, localAt: view.getUint32(at + 42, true) });
    at = next;
  }
  if (at !== end) throw new DataError("ZIP archive: directory does not end where it should");
  return headers;
}

function readEntry(bytes: Uint8Array, { name, at, localAt }: Header): ZipEntry {
  const view = viewOf(bytes);
  const fail = (what: string): never => {
    throw new DataError(`ZIP archive: entry ${JSON.stringify(name)}: ${what}`);
  };
  if (localAt + LOCAL.size > at || view.getUint32(localAt, true) !== LOCAL.signature) fail("has no header");
  const method = view.getUint16(at + 10, true);
  const crc = view.getUint32(at + 16, true);
  const packedSize = view.getUint32(at + 20, true);
  const size = view.getUint32(at + 24, true);
  const start =
    localAt + LOCAL.size + view.getUint16(localAt + 26, true) + view.getUint16(localAt + 28, true);
  if (start + packedSize > at || size > packedSize * MAX_RATIO) fail("sizes do not fit");
  const packed = bytes.subarray(start, start + packedSize);
  let data: Uint8Array;
  try {
    data = method === DEFLATED ? inflateRawSync(packed, { maxOutputLength: size + 1 }) : packed;
  } catch {
    return fail("compressed data is broken");
  }
  if (data.length !== size) fail(`${data.length} bytes, wanted ${size}`);
  if (crc32(data) !== crc) fail("content is changed (CRC-32)");
  return { name, data };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
