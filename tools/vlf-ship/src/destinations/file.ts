/** Destination of type `file`: a folder on this machine or mounted on it. */
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { removeLabelled, withStaging } from "@vlf/common/cleanup";
import { asToolError, errorCode, ToolError, UsageError } from "@vlf/common/exit";
import { hashFile, removeFile, type Staging } from "@vlf/common/files";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { DeliveryError } from "../failure.ts";
import { buffersInTurn, readSource, type Source } from "../source.ts";
import type { Context, Destination, DestinationKind, Receipt } from "./destination.ts";

const KEYS = { type: "text", path: "text" } as const;

const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

export const fileDestination: DestinationKind = {
  type: "file",

  fromConfig(name, table, config, context) {
    const values = config.values(`[destinations.${name}]`, table, KEYS, ["path"]);
    return makeDestination(name, values.path, context);
  },

  fromTarget(target, context) {
    const scheme = SCHEME.exec(target)?.[1]?.toLowerCase();
    if (scheme === undefined) return makeDestination(target, target, context);
    if (scheme !== "file") return undefined;
    let path: string;
    try {
      path = fileURLToPath(target);
    } catch (error) {
      throw new UsageError(`read options: --to is "${target}", wanted a URL such as file:///srv/archive`, {
        cause: error,
      });
    }
    return makeDestination(target, path, context);
  },
};

function makeDestination(name: string, folder: string, context: Context): Destination {
  return {
    name,
    recognizes: true,
    locate: (fileName) => join(folder, fileName),
    deliver: (source) => deliver(folder, source, context),
    list: () => list(folder),
  };
}

async function deliver(folder: string, source: Source, { now }: Context): Promise<Receipt> {
  await checkFolder(folder);
  const { name, expected } = source;
  const label = createHash("sha256").update(`${name}\0${expected.sha256}`).digest("hex").slice(0, 16);
  let isUnreadable = false;
  async function* content(): AsyncGenerator<Uint8Array> {
    try {
      yield* readSource(source, buffersInTurn());
    } catch (error) {
      isUnreadable = true;
      throw error;
    }
  }
  try {
    const receipt = await withStaging(folder, now, (staging) => publish(staging, source, content()), label);
    await removeLabelled(folder, label); // what killed runs left of this very file
    return receipt;
  } catch (error) {
    // Another run that delivered the same file may have cleared our work away.
    if (isUnreadable || errorCode((error as { cause?: unknown } | null)?.cause) !== "ENOENT") throw error;
    const path = join(folder, name);
    if ((await hashFile(path).catch(() => "")) !== expected.sha256) throw error;
    return { status: "already-delivered", location: path, sha256: expected.sha256, proof: "read-back" };
  }
}

async function publish(
  staging: Staging,
  { name, expected }: Source,
  content: AsyncIterable<Uint8Array>,
): Promise<Receipt> {
  const isSmall = expected.sizeBytes <= SMALL_BYTES;
  const { sha256 } = await staging.add(name, isSmall ? await gathered(content) : content);
  const [published] = await staging.publish();
  if (published === undefined) throw new Error("nothing was staged");
  const { path, isNew } = published;
  if ((await readBack(path)) !== sha256) {
    if (isNew) await removeFile(path);
    throw new DeliveryError("integrity", `read back "${path}": other content than was written`);
  }
  return { status: isNew ? "delivered" : "already-delivered", location: path, sha256, proof: "read-back" };
}

/** Up to here the whole is read, and written at once. */
const SMALL_BYTES = 65_536;

async function gathered(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces);
}

/** The license files in the folder: those whose names begin with `vlf` (guide, 1.8.1 "File Destinations"). */
async function list(folder: string): Promise<string[]> {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && entry.name.startsWith("vlf"))
      .map(({ name }) => join(folder, name))
      .toSorted(byCodeUnit);
  } catch (error) {
    throw asToolError(`open folder "${folder}"`, error);
  }
}

/** The folder is never made: where a disk is not mounted, a new folder would look like the archive. */
async function checkFolder(folder: string): Promise<void> {
  try {
    if (statSync(folder).isDirectory()) return;
  } catch (error) {
    const { message } = asToolError(`open folder "${folder}"`, error);
    throw new ToolError(message, { hint: "make the folder, or mount the disk that it is on", cause: error });
  }
  throw new ToolError(`open folder "${folder}": is not a folder`);
}

async function readBack(path: string): Promise<string> {
  try {
    return await hashFile(path);
  } catch (error) {
    throw asToolError(`read back "${path}"`, error);
  }
}
