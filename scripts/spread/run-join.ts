/** `vlf-spread join` and `list`: what the parts have become. */
import { spawn } from "node:child_process";
import { delimiter } from "node:path";
import { DataError, EXIT, TemporaryError, ToolError } from "@vlf/common/exit";
import { hashFile } from "@vlf/common/files";
import type { Io } from "@vlf/common/main";
import { VERSION } from "@vlf/common/version";
import type { JoinOptions, ListOptions } from "./cli.ts";
import { readSettings, resultProblem } from "./run-part.ts";
import { BIN } from "./run-run.ts";
import { pathsOf, readReceipt, readSpread, type Spread } from "./work.ts";

/** Joins the results of all parts by `vlf-audit merge`; where one is missing, nothing is written. */
export async function runJoin({ work }: JoinOptions, io: Io): Promise<number> {
  const spread = readSpread(work);
  const paths = pathsOf(work);
  if (spread.version !== VERSION) {
    throw new DataError(`join "${work}": it was cut by vlf-spread ${spread.version}, this is ${VERSION}`, {
      hint: "join it with the version that cut and counted it",
    });
  }
  await readSettings(work, spread);
  if ((await hashFile(paths.rest)) !== spread.rest)
    throw new DataError(`read ${paths.rest}: not what was cut`);
  await checkResults(work, spread);
  const results = spread.parts.map(({ name }) => paths.result(readReceipt(work, name)?.result ?? ""));
  const env = { ...io.env, PATH: [BIN, io.env["PATH"] ?? ""].join(delimiter) };
  const args = ["merge", "--quiet", "--config", paths.settings, "--rest", paths.rest, ...results];
  const child = spawn("vlf-audit", args, { env, stdio: ["ignore", "inherit", "inherit"] });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (status === null) throw new ToolError("join: vlf-audit was stopped");
  return status;
}

/** @throws {TemporaryError} when parts are not counted; {DataError} when a result is not what was counted */
async function checkResults(work: string, spread: Spread): Promise<void> {
  const missing: string[] = [];
  for (const part of spread.parts) {
    const problem = await resultProblem(work, spread, part);
    if (problem === "not counted") missing.push(part.name);
    else if (problem !== undefined) {
      throw new DataError(`join "${work}": ${part.name}: ${problem}`, {
        hint: "vlf-spread count or run counts it again",
      });
    }
  }
  if (missing.length === 0) return;
  const shown = missing.slice(0, 5).join(", ") + (missing.length > 5 ? " ..." : "");
  throw new TemporaryError(`join "${work}": ${missing.length} parts have no result: ${shown}`, {
    hint: "vlf-spread count counts what is missing",
  });
}

/** A line for each part: name, state, host, bytes, customers, instances. */
export async function runList({ work }: ListOptions, io: Io): Promise<number> {
  const spread = readSpread(work);
  for (const part of spread.parts) {
    const problem = await resultProblem(work, spread, part);
    const host = problem === undefined ? (readReceipt(work, part.name)?.host ?? "") : "";
    const { name, size_bytes: size, customers, instances } = part;
    await io.stdout.write(
      `${[name, problem ?? "counted", host, size, customers.length, instances].join("\t")}\n`,
    );
  }
  return EXIT.ok;
}
