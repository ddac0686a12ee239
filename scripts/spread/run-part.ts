/** Counts one part, here or on a host, and puts its result in place with a receipt. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { undoOnSignal } from "@vlf/common/cleanup";
import { DataError, errorCode, TemporaryError, ToolError } from "@vlf/common/exit";
import { hashFile, syncFolder } from "@vlf/common/files";
import { readRecords } from "@vlf/common/ndjson";
import type { LicenseCount } from "@vlf/common/records";
import { attemptError, type Ended } from "./outcome.ts";
import { type PartEntry, pathsOf, readReceipt, type Receipt, receiptProblem, type Spread } from "./work.ts";

export interface Attempt {
  readonly work: string;
  readonly spread: Spread;
  readonly part: PartEntry;
  /** Who counts, for people. */
  readonly host: string;
  /** Reads the part on standard input, writes the result. */
  readonly command: readonly string[];
  /** Takes what the command said on standard error. */
  readonly say: (text: string) => void;
}

/** How often an attempt looks whether another one has the result by now. */
const LOOK_MS = 1000;

/** Lines of standard error that are kept. */
const SAID_BYTES = 16_384;

/** Whether the part has a result that may be joined. */
export async function isCounted(work: string, spread: Spread, part: PartEntry): Promise<boolean> {
  return (await resultProblem(work, spread, part)) === undefined;
}

/** Why the part has no result that may be joined; `undefined` where it has one. */
export async function resultProblem(
  work: string,
  spread: Spread,
  part: PartEntry,
): Promise<string | undefined> {
  const receipt = readReceipt(work, part.name);
  if (receipt === undefined) return "not counted";
  const problem = receiptProblem(spread, part, receipt);
  if (problem !== undefined) return problem;
  const file = pathsOf(work).result(receipt.result);
  if (!existsSync(file)) return "its result is gone";
  return (await hashFile(file)) === receipt.result_sha256 ? undefined : "its result was changed";
}

/**
 * Counts a part, unless it is counted. A result is whole, of this part and of our version, or is not kept.
 * @throws {TemporaryError} where it may work on another host or later; {ToolError} where it will not
 */
export async function countPart(attempt: Attempt): Promise<"counted" | "was counted"> {
  const { work, spread, part } = attempt;
  if (await isCounted(work, spread, part)) return "was counted";
  const paths = pathsOf(work);
  await checkPart(attempt);
  mkdirSync(paths.results, { recursive: true, mode: 0o700 });
  const file = paths.result(`.${part.name}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`);
  // One that does not hold must not look like that of another attempt which was first.
  rmSync(paths.receipt(part.name), { force: true });
  const undo = async (): Promise<void> => rmSync(file, { force: true });
  return undoOnSignal(undo, async () => {
    try {
      if (!(await runCommand(attempt, file))) return "was counted";
      await checkResult(attempt, file);
      return await keep(attempt, file);
    } finally {
      await undo();
    }
  });
}

/** @throws {DataError} when the part is not what was cut */
async function checkPart({ work, part }: Attempt): Promise<void> {
  const path = pathsOf(work).part(part.name);
  let sha256 = "";
  try {
    sha256 = await hashFile(path);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
  if (sha256 === part.sha256) return;
  throw new DataError(`read ${path}: ${sha256 === "" ? "not there" : "not what was cut"}`, {
    hint: "cut the input again into another folder",
  });
}

/** Gives false where another attempt was first. The part is the standard input of the command, a file its output. */
async function runCommand(attempt: Attempt, file: string): Promise<boolean> {
  const { work, spread, part, host, command } = attempt;
  const [program = "", ...args] = command;
  const input = openSync(pathsOf(work).part(part.name), "r");
  const output = openSync(file, "wx", 0o600);
  let isFirst = true;
  let look: NodeJS.Timeout | undefined;
  try {
    const child = spawn(program, args, { stdio: [input, output, "pipe"] });
    let said = "";
    child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-SAID_BYTES)));
    const stop = (): void => void child.kill("SIGTERM");
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    look = setInterval(() => {
      const receipt = readReceipt(work, part.name);
      if (receipt === undefined || receiptProblem(spread, part, receipt) !== undefined) return;
      isFirst = false;
      stop();
    }, LOOK_MS);
    const ended = await new Promise<Ended>((resolve, reject) => {
      child.on("error", (error) =>
        reject(
          new ToolError(`count ${part.name} on ${host}: start ${program}: ${error.message}`, {
            cause: error,
          }),
        ),
      );
      child.on("close", (status, signal) => resolve({ status, signal, said }));
    });
    process.off("SIGTERM", stop);
    process.off("SIGINT", stop);
    if (!isFirst) return false;
    const error = attemptError(part.name, host, ended);
    if (error !== undefined) throw error;
    fsyncSync(output);
    if (said !== "") attempt.say(said);
    return true;
  } finally {
    clearInterval(look);
    closeSync(input);
    closeSync(output);
  }
}

/** The output has to be a whole stream of our version, with exactly the customers of the part by each scheme. */
async function checkResult({ spread, part, host }: Attempt, file: string): Promise<void> {
  const what = `count ${part.name} on ${host}`;
  const customers = new Map<string, string[]>(spread.schemes.map((scheme) => [scheme, []]));
  try {
    await readRecords(
      createReadStream(file),
      { name: "the result" },
      {
        begin: ({ run_id: id, via = [] }) => {
          const last = via.at(-1);
          if (last?.tool !== "vlf-audit" || last.version !== spread.version) {
            throw new DataError(
              `${what}: it is ${last?.tool ?? "not vlf-audit"} ${last?.version ?? ""} there, wanted vlf-audit ${spread.version}`,
              { hint: "install the same version on all hosts" },
            );
          }
          if (id !== spread.run_id) throw new DataError(`${what}: the result is of another run`);
        },
        record: (record) => {
          const { scheme, customer_pkid: pkid } = record as unknown as LicenseCount;
          if (record.type === "license-count" && pkid !== "") customers.get(scheme)?.push(pkid);
        },
      },
    );
  } catch (error) {
    // It ended with 0 and yet its output is cut off: the connection, or a full disk here.
    if (error instanceof DataError && error.message.startsWith("read the result"))
      throw new TemporaryError(`${what}: ${error.message.slice(5)}`, { cause: error });
    throw error;
  }
  for (const [scheme, pkids] of customers) {
    if (pkids.toSorted().join() === part.customers.join()) continue;
    throw new DataError(
      `${what}: the result has ${pkids.length} customers by ${scheme}, and not the ${part.customers.length} of the part`,
    );
  }
}

/** Puts the result in place, and then its receipt. The same result again changes nothing. */
async function keep({ work, spread, part, host }: Attempt, file: string): Promise<"counted" | "was counted"> {
  const paths = pathsOf(work);
  const sha256 = await hashFile(file);
  const known = readReceipt(work, part.name);
  if (known !== undefined && (await isCounted(work, spread, part))) {
    if (known.result_sha256 === sha256) return "was counted";
    throw new DataError(
      `count ${part.name} on ${host}: the result differs from that of ${known.host}, with the same part, version and settings`,
      { hint: `one of the two is wrong: remove "${paths.receipt(part.name)}" and count it a third time` },
    );
  }
  const result = `${part.name}-${sha256.slice(0, 16)}.ndjson`;
  renameSync(file, paths.result(result));
  const receipt: Receipt = {
    part: part.name,
    part_sha256: part.sha256,
    version: spread.version,
    schemes: spread.schemes,
    settings: spread.settings,
    result,
    result_sha256: sha256,
    host,
  };
  const fresh = `${file}.receipt`;
  writeFileSync(fresh, `${JSON.stringify(receipt, undefined, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(fresh, paths.receipt(part.name));
  await syncFolder(paths.results);
  return "counted";
}

/** The settings of the cut, as it wrote them. @throws {DataError} when they were changed */
export async function readSettings(work: string, spread: Spread): Promise<string> {
  const { settings } = pathsOf(work);
  if ((await hashFile(settings)) !== spread.settings)
    throw new DataError(`read ${settings}: not what was cut`);
  return readFileSync(settings, "utf8");
}
