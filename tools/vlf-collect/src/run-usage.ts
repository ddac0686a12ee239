/** `vlf-collect usage`: what other systems report as used, as `usage` records. */
import { readFile } from "node:fs/promises";
import { formatTime } from "@vlf/common/clock";
import type { Config } from "@vlf/common/config";
import { asToolError, DataError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { ByteSource } from "@vlf/common/ndjson";
import type { Output } from "./run-output.ts";
import type { Told } from "./usage/_format.ts";
import { USAGE_FORMATS } from "./usage/index.ts";
import { usageSettings } from "./usage/settings.ts";

export interface UsageCommand extends Told {
  readonly command: "usage";
  readonly format: string;
  readonly paths: readonly string[];
  readonly printDefaults: boolean;
}

export interface UsageSetup {
  readonly stdin: ByteSource;
  readonly config: Config;
  readonly log: Log;
  /** When the files were taken, where they do not say. */
  readonly at: Date;
}

/** Reads the files into the output, which it leaves without its end record. It is always complete. */
export async function collectUsage(command: UsageCommand, setup: UsageSetup, output: Output): Promise<true> {
  const format = USAGE_FORMATS.find(({ id }) => id === command.format);
  if (format === undefined) throw new Error(`no format "${command.format}"`);
  const at = formatTime(setup.at);
  const context = { told: command, at, settings: usageSettings(setup.config) };
  // All files are read before anything goes out: a wrong one leaves nothing behind.
  const read = [];
  for (const path of command.paths) {
    const name = path === "-" ? "stdin" : path;
    read.push(format.read({ name, text: await textOf(name, path, setup.stdin) }, context));
  }
  output.facts({ collected_at: at }, "usage");
  for (const { usage, leftOut } of read) {
    for (const news of leftOut) setup.log.info(`left out of ${news}`);
    for (const record of usage) {
      const waiting = output.pass(record);
      if (waiting !== undefined) await waiting;
    }
  }
  return true;
}

async function textOf(name: string, path: string, stdin: ByteSource): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    if (path === "-") for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
    else chunks.push(await readFile(path));
  } catch (error) {
    throw asToolError(`read ${name}`, error);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new DataError(`read ${name}: not UTF-8`, { cause: error, hint: "save it as UTF-8" });
  }
}
