/**
 * ZIP archives by fflate, with its gaps closed: it checks no limits (and writes broken archives beyond
 * them), stores local time, lets any name pass, and never looks at a CRC when it reads.
 */
import { DataError } from "@vlf/common/exit";
import { unzipMember, ZIP_CENTRAL, ZIP_END, ZIP_LOCAL, zipDirectory } from "@vlf/common/unzip";
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

/**
 * What forbids an archive of these entries, or `undefined`. Looks at sizes only, so that it can be asked
 * before there is any data. Room for the worst case of deflate is taken into account.
 * @internal exported for its tests
 */
export function zipProblem(entries: readonly { name: string; size: number }[]): string | undefined {
  if (entries.length > MAX_ENTRIES) return `${entries.length} entries, wanted at most ${MAX_ENTRIES}`;
  const seen = new Set<string>();
  let total: number = ZIP_END.size;
  for (const { name, size } of entries) {
    const nameBytes = new TextEncoder().encode(name).length;
    if (!isSafeName(name) || nameBytes > MAX_NAME_BYTES) return `entry name ${JSON.stringify(name)}`;
    if (seen.has(name)) return `entry name "${name}" twice`;
    seen.add(name);
    total += ZIP_LOCAL.size + ZIP_CENTRAL.size + 2 * nameBytes + size + Math.ceil(size / 1000) + 64;
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
    const mtime = new Date(2000, 0, 1, 12);
    tree[name] = [data, { os: 3, attrs, level: isFolder ? 0 : 6, mem: memoryFor(data.length), mtime }];
  }
  const bytes = zipSync(tree);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { at, localAt } of zipDirectory(bytes).members) {
    view.setUint32(localAt + ZIP_LOCAL.time, time, true);
    view.setUint32(at + ZIP_CENTRAL.time, time, true);
  }
  return bytes;
}

/**
 * fflate's measure of its table: 2 MiB for large members, and 64 KiB for small ones, where to clear the large one takes
 * longer than to compress. A small member comes to the same bytes by both, as far as thousands of texts tell.
 */
function memoryFor(sizeBytes: number): 3 | 8 {
  return sizeBytes < 16_384 ? 3 : 8;
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
  const { members, endAt } = zipDirectory(bytes);
  if (endAt + ZIP_END.size !== bytes.length) throw new DataError("ZIP archive: something follows its end");
  const entries = members.map((member) => ({ name: member.name, data: unzipMember(bytes, member) }));
  const problem = zipProblem(entries.map(({ name, data }) => ({ name, size: data.length })));
  if (problem !== undefined) throw new DataError(`ZIP archive: ${problem}`);
  return entries;
}
