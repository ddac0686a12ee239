/** The members of an export zip, one in memory at a time. */
import { DataError } from "@vlf/common/exit";
import { unzipMember, zipDirectory } from "@vlf/common/unzip";

export interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * The files in a zip, in the order of its directory; folders are left out.
 * @param name of the zip, for errors
 * @throws {DataError} naming zip and member when a byte is not as packed
 */
export function* readZip(bytes: Uint8Array, name: string, maxMemberBytes: number): Generator<Member> {
  for (const member of named(name, () => zipDirectory(bytes)).members) {
    if (member.sizeBytes > maxMemberBytes) {
      throw new DataError(
        `read ${name}: ZIP archive: entry "${member.name}" has ${member.sizeBytes} bytes, wanted up to ${maxMemberBytes}`,
      );
    }
    const content = named(name, () => unzipMember(bytes, member));
    if (!member.name.endsWith("/")) yield { name: member.name, content };
  }
}

/** Adds the name of the zip to what is wrong with it. */
function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DataError
      ? new DataError(`read ${name}: ${error.message}`, { cause: error })
      : error;
  }
}
