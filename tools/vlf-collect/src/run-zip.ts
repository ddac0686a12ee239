/**
 * Members of a zip in memory, each checked by size and CRC-32: fflate unpacks, but does not check, and
 * gives altered bytes without a word.
 */
import { crc32 } from "node:zlib";
import { DataError } from "@vlf/common/exit";
import { unzipSync } from "fflate";

export interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

const END_SIGNATURE = 0x06054b50;
const ENTRY_SIGNATURE = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
/** What a field holds when the real value stands in a zip64 record. */
const IN_ZIP64 = 0xffffffff;

interface Entry {
  readonly crc: number;
  readonly sizeBytes: number;
}

/**
 * The files in a zip, in the order of its directory; folders are left out. One is in memory at a time.
 * @param name of the zip, for errors
 * @throws {DataError} naming zip and member when a byte is not as packed
 */
export function* readZip(bytes: Buffer, name: string, maxMemberBytes: number): Generator<Member> {
  const entries = readDirectory(bytes, name);
  for (const [index, { crc, sizeBytes }] of entries.entries()) {
    if (sizeBytes > maxMemberBytes) {
      throw new DataError(
        `read ${name}: member ${index + 1} has ${sizeBytes} bytes, wanted up to ${maxMemberBytes}`,
      );
    }
    const member = unpack(bytes, index, name);
    if (member.content.length !== sizeBytes || crc32(member.content) !== crc) {
      throw new DataError(
        `read ${name}:${member.name}: damaged, its CRC-32 is not that of the zip's directory`,
      );
    }
    if (!member.name.endsWith("/")) yield member;
  }
}

function unpack(bytes: Buffer, wanted: number, name: string): Member {
  let at = 0;
  let memberName = `member ${wanted + 1}`;
  try {
    const unpacked = unzipSync(bytes, {
      filter: (file) => {
        if (at++ !== wanted) return false;
        memberName = file.name;
        return true;
      },
    });
    const content = Object.values(unpacked)[0];
    if (content !== undefined) return { name: memberName, content };
  } catch (error) {
    throw new DataError(`read ${name}:${memberName}: damaged, cannot be unpacked`, { cause: error });
  }
  throw new DataError(`read ${name}:${memberName}: damaged, not in the zip`);
}

/** The directory at the end of the zip, walked to its end so that no entry is missing. */
function readDirectory(bytes: Buffer, name: string): Entry[] {
  const broken = (what: string): DataError => new DataError(`read ${name}: damaged or cut zip: ${what}`);
  let end = bytes.length - END_BYTES;
  while (end >= 0 && bytes.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw broken("its directory is missing");
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || at === IN_ZIP64)
    throw new DataError(`read ${name}: zip64, wanted a zip below 4 GiB`);
  const entries: Entry[] = [];
  while (at < end) {
    if (at + ENTRY_BYTES > end || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE)
      throw broken("its directory is damaged");
    entries.push({ crc: bytes.readUInt32LE(at + 16), sizeBytes: bytes.readUInt32LE(at + 24) });
    const variable = bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    at += ENTRY_BYTES + variable;
  }
  if (entries.length !== count)
    throw broken(`${count} members announced, ${entries.length} in its directory`);
  return entries;
}
