/** `vlf-pack verify`: files read back, a record for each that is good, an error for each that is not. */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { loadConfig } from "@vlf/common/config";
import { asToolError, DataError, errorCode, EXIT, ToolError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import type { FileRecord } from "@vlf/common/records";
import { type Layout, layout5 } from "@vlf/common/voss5-layouts";
import type { VerifyOptions } from "./cli.ts";
import { isReport, type NameParts, readName } from "./facts.ts";
import { fileRecord, makeBegin } from "./run-folder.ts";
import { verifyAnonymous, verifyDetailed, verifySidecar, verifyZip } from "./verify.ts";
import { isCsv5, isZip5, verifyAnonymous5, verifyDetailed5, verifyZip5 } from "./verify5.ts";

export async function runVerify(options: VerifyOptions, io: Io): Promise<number> {
  const { clock, files, log } = options;
  const layout = layout5(loadConfig(options.config));
  let status: number = EXIT.ok;
  async function* good(): AsyncGenerator<FileRecord> {
    // A hash is verified with its file, so that a shell's `*` does the right thing.
    for (const path of new Set(files.map((file) => file.replace(/\.(csv|html|xlsx)\.hash$/, ".$1")))) {
      try {
        yield await verified(path, layout);
      } catch (error) {
        if (!(error instanceof ToolError)) throw error;
        const prefix = `verify "${path}": `;
        log.error(error.message.startsWith(prefix) ? error.message : `${prefix}${error.message}`);
        status = EXIT.failed;
      }
    }
  }
  await writeRecords(io.stdout, makeBegin(options, clock), good());
  return status;
}

async function verified(path: string, layout: Layout): Promise<FileRecord> {
  const name = basename(path);
  const parts = readName(name);
  if (parts === undefined) throw new DataError("is not the name of a license file");
  const bytes = await read(path);
  if (parts.format === "detailed-zip") {
    verifyZip5(name, bytes, layout);
  } else if (parts.format === "anonymous-zip") {
    if (isZip5(bytes)) verifyZip5(name, bytes, layout);
    else verifyZip(name, bytes);
  } else {
    verifySidecar(name, bytes, await read(`${path}.hash`));
    if (isReport(parts.format)) return fileRecord(path, name, parts); // holds more than the archive tells
    await verifyBeside(path, parts, bytes, layout);
  }
  return fileRecord(path, name, parts);
}

/** Verifies a CSV file against the archive beside it, where there is one. */
async function verifyBeside(
  path: string,
  parts: NameParts,
  bytes: Uint8Array,
  layout: Layout,
): Promise<void> {
  const { start, stamp, format, isLegacy } = parts;
  const zipName = `${start}_license${isLegacy ? "_legacy" : ""}_${stamp}.zip`;
  const zip = await read(join(dirname(path), zipName), "optional");
  if (zip === undefined) return;
  if (isCsv5(bytes)) {
    const breakdown = verifyZip5(zipName, zip, layout);
    if (format === "detailed-csv") verifyDetailed5(bytes, breakdown);
    else verifyAnonymous5(bytes, breakdown);
  } else {
    const license = verifyZip(zipName, zip);
    if (format === "detailed-csv") verifyDetailed(bytes, license);
    else verifyAnonymous(bytes, license);
  }
}

async function read(path: string): Promise<Uint8Array>;
async function read(path: string, optional: "optional"): Promise<Uint8Array | undefined>;
async function read(path: string, optional?: "optional"): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (optional !== undefined && errorCode(error) === "ENOENT") return undefined;
    throw asToolError(`read "${path}"`, error);
  }
}
