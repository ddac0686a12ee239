/**
 * One file to an SFTP server: written under a hidden name, made durable, compared, and only then given its
 * name, in a way that never replaces what has it. Nobody ever sees half a file under the final name.
 */
import { createHash, randomBytes } from "node:crypto";
import type { FileEntry, Stats } from "ssh2";
import type { Receipt } from "../destinations/destination.ts";
import { DeliveryError } from "../failure.ts";
import type { Source } from "../source.ts";
import { isNotOffered, STATUS, statusOf } from "./errors.ts";
import type { Session } from "./session.ts";
import { hashRemote, writeAll } from "./transfer.ts";

export interface Place {
  readonly session: Session;
  /** Folder at the server; empty: the one that the login starts in. */
  readonly directory: string;
  readonly verify: "hash" | "size";
  /** Where the file will be, for receipts. */
  readonly location: string;
  readonly signal: AbortSignal | undefined;
}

/** Delivers a file, or finds it there. */
export async function upload(place: Place, source: Source): Promise<Receipt> {
  const { session, directory, location } = place;
  await checkDirectory(session, directory);
  const path = inDirectory(directory, source.name);
  const there = await find(session, path);
  await removeLeftovers(session, directory, source.name);
  if (there !== undefined) return compareThere(place, path, there, source);

  const temporary = inDirectory(directory, temporaryName(source.name, randomBytes(8).toString("hex")));
  try {
    const proof = await writeTemporary(place, temporary, source);
    const isOurs = await publish(session, temporary, path);
    if (!isOurs) return await compareThere(place, path, await find(session, path), source);
    return { status: "delivered", location, sha256: source.expected.sha256, proof };
  } finally {
    // Gone already where all went well by rename; the next run takes what stays behind.
    await remove(session, temporary).catch(() => {});
  }
}

/** The hidden name of a file on its way: `.NAME.HEX.part`. A name too long for that is replaced by its hash. @internal */
export function temporaryName(name: string, hex: string): string {
  const isShort = Buffer.byteLength(name) <= 255 - ".".length - ".0123456789abcdef.part".length;
  return `.${isShort ? name : createHash("sha256").update(name).digest("hex")}.${hex}.part`;
}

/** Whether a name is one that a run of ours gave to `name` on its way. @internal */
export function isTemporaryOf(candidate: string, name: string): boolean {
  const hex = /\.([0-9a-f]{16})\.part$/.exec(candidate)?.[1];
  return hex !== undefined && candidate === temporaryName(name, hex);
}

function inDirectory(directory: string, name: string): string {
  return directory === "" ? name : `${directory.replace(/\/+$/, "")}/${name}`;
}

/** The folder is never made: a wrong one would be filled, and nobody would look there. */
async function checkDirectory(session: Session, directory: string): Promise<void> {
  if (directory === "") return;
  const action = `open folder "${directory}"`;
  const stats = await session.ask<Stats>(action, (sftp, done) => sftp.stat(directory, done));
  if (!stats.isDirectory()) throw new DeliveryError("configuration", `${action}: is not a folder`);
}

/** What stands under a name; undefined when nothing does. A link is what it is, not what it leads to. */
async function find(session: Session, path: string): Promise<Stats | undefined> {
  try {
    return await session.ask<Stats>(`look at "${path}"`, (sftp, done) => sftp.lstat(path, done));
  } catch (error) {
    if (statusOf(error) === STATUS.noSuchFile) return undefined;
    throw error;
  }
}

/**
 * Removes what runs of the same file left behind that were killed. Where such a run is still alive, it
 * fails at its end, since it cannot publish a name that is gone; it cannot publish half a file.
 */
async function removeLeftovers(session: Session, directory: string, name: string): Promise<void> {
  const folder = directory === "" ? "." : directory;
  const entries = await session
    .ask<FileEntry[]>(`list "${folder}"`, (sftp, done) => sftp.readdir(folder, done))
    .catch(() => {
      session.throwIfBroken();
      return []; // a drop box that may be written and not listed
    });
  for (const { filename } of entries) {
    if (isTemporaryOf(filename, name))
      await remove(session, inDirectory(directory, filename)).catch(() => {});
  }
}

async function remove(session: Session, path: string): Promise<void> {
  await session.ask(`remove "${path}"`, (sftp, done) => sftp.unlink(path, done));
}

/** Something has the name: the same content is a delivery made before, anything else is never touched. */
async function compareThere(
  { session, location, signal }: Place,
  path: string,
  there: Stats | undefined,
  { expected: { sizeBytes, sha256 } }: Source,
): Promise<Receipt> {
  const taken = (): DeliveryError =>
    new DeliveryError("permanent", `publish "${location}": a file of that name with other content exists`, {
      hint: "move it away at the server if the new one is right",
    });
  if (there?.isFile() !== true || there.size !== sizeBytes) throw taken();
  let found: string;
  try {
    found = await hashRemote(session, path, sizeBytes, signal);
  } catch (error) {
    if (statusOf(error) !== STATUS.permissionDenied) throw error;
    throw new DeliveryError(
      "permanent",
      `publish "${location}": a file of that name and size exists, and may not be read to be compared`,
      { cause: error, hint: "compare it at the server, and move it away if it is another" },
    );
  }
  if (found !== sha256) throw taken();
  return { status: "already-delivered", location, sha256, proof: "read-back" };
}

/** Writes all of the content under the hidden name, and gives the proof that it is there. */
async function writeTemporary(place: Place, path: string, source: Source): Promise<"read-back" | "size"> {
  const { session, verify, signal } = place;
  const { sizeBytes, sha256 } = source.expected;
  try {
    const handle = await session.ask<Buffer>(`make "${path}"`, (sftp, done) => sftp.open(path, "wx", done));
    try {
      await writeAll(session, handle, path, source, signal);
      await session
        .ask(`sync "${path}"`, (sftp, done) => sftp.ext_openssh_fsync(handle, done))
        .catch((error: unknown) => {
          if (!isNotOffered(error)) throw error;
        });
    } catch (error) {
      await session.ask(`close "${path}"`, (sftp, done) => sftp.close(handle, done)).catch(() => {});
      throw error;
    }
    // Some servers say only here that the disk is full.
    await session.ask(`close "${path}"`, (sftp, done) => sftp.close(handle, done));
  } catch (error) {
    throw (await diskFull(place, path, error)) ?? error;
  }
  const size = (await find(session, path))?.size;
  if (size === undefined) {
    throw new DeliveryError("temporary", `write "${path}": it is gone: another run delivers the same file`);
  }
  if (size !== sizeBytes) {
    throw new DeliveryError(
      "integrity",
      `write "${path}": the server holds ${size} bytes, wanted ${sizeBytes}, although it reported no error`,
    );
  }
  if (verify === "size") return "size";
  if ((await hashRemote(session, path, sizeBytes, signal)) !== sha256) {
    throw new DeliveryError("integrity", `read back "${path}": other content than was written`);
  }
  return "read-back";
}

/** OpenSSH says "failure" to a full disk as to much else: its free space tells. */
async function diskFull(
  { session, directory }: Place,
  path: string,
  error: unknown,
): Promise<DeliveryError | undefined> {
  if (statusOf(error) !== STATUS.failure || session.isBroken) return undefined;
  try {
    const {
      f_bavail: blocks,
      f_favail: inodes,
      f_files: allInodes,
    } = await session.ask<{
      f_bavail: number | bigint;
      f_favail: number | bigint;
      f_files: number | bigint;
    }>("ask for free space", (sftp, done) =>
      sftp.ext_openssh_statvfs(directory === "" ? "." : directory, done),
    );
    if (Number(blocks) > 0 && (Number(inodes) > 0 || Number(allInodes) === 0)) return undefined;
  } catch {
    return undefined; // not offered: the first error is what is known
  }
  return new DeliveryError("temporary", `write "${path}": no space left on the disk of the server`, {
    cause: error,
    hint: "ask the administrator of the server to make room",
  });
}

/**
 * Gives the file its name; false when another has it by now. A hard link fails where the name is taken, on
 * every file system that has them. `posix-rename` would replace what is there.
 */
async function publish(session: Session, temporary: string, path: string): Promise<boolean> {
  const action = `publish "${path}"`;
  try {
    await session.ask(action, (sftp, done) => sftp.ext_openssh_hardlink(temporary, path, done));
    return true;
  } catch {
    session.throwIfBroken();
  }
  // The name is taken, or there are no hard links: the protocol's rename fails on a name that is taken.
  if ((await find(session, path)) !== undefined) return false;
  try {
    await session.ask(action, (sftp, done) => sftp.rename(temporary, path, done));
    return true;
  } catch (error) {
    session.throwIfBroken();
    if ((await find(session, path)) !== undefined) return false;
    throw error;
  }
}
