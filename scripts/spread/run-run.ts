/** `vlf-spread run`: counts parts on this machine. */
import { delimiter, join } from "node:path";
import { EXIT, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { RunOptions } from "./cli.ts";
import { localCommand } from "./remote.ts";
import { countPart, readSettings } from "./run-part.ts";
import { type PartEntry, pathsOf, readSpread, type Spread } from "./work.ts";

/** Where the tools of this checkout are called from. */
export const BIN: string = join(import.meta.dirname, "../bin");

export async function runRun({ work, parts, program, log }: RunOptions, io: Io): Promise<number> {
  const spread = readSpread(work);
  await readSettings(work, spread);
  const chosen = chooseParts(spread, parts);
  if (chosen.length === 0) log.info(`no part has the number ${String(parts)}: nothing to do`);
  for (const part of chosen) {
    const outcome = await countPart({
      work,
      spread,
      part,
      host: "this machine",
      command: hereCommand(work, spread, program, io.env),
      say: (text) => io.stderr.write(text),
    });
    log.info(`${part.name}: ${outcome}`);
  }
  return EXIT.ok;
}

/** The audit on this machine, with our folder of tools behind those of the PATH. */
export function hereCommand(
  work: string,
  spread: Spread,
  program: string,
  env: Io["env"],
): readonly string[] {
  const path = [env["PATH"] ?? "", BIN].join(delimiter);
  const { settings } = pathsOf(work);
  const command = localCommand({ program, schemes: spread.schemes, settings: "" }, settings);
  return ["env", `PATH=${path}`, "sh", "-c", command];
}

function chooseParts({ parts }: Spread, wanted: readonly string[] | number): PartEntry[] {
  if (typeof wanted === "number") return parts.slice(wanted - 1, wanted);
  return wanted.map((name) => {
    const part = parts.find((one) => one.name === name);
    if (part === undefined)
      throw new UsageError(`read options: no part is called "${name}"`, {
        hint: "vlf-spread list has the names",
      });
    return part;
  });
}
