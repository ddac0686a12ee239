/** The folder of a spread: what was cut, and the results. Private to its owner, since parts name people. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DataError, UsageError } from "@vlf/common/exit";
import type { SchemeId } from "@vlf/common/schemes";

/** A part of the cut, named by its number and its content. */
export interface PartEntry {
  /** `part-0001-` and 16 digits of its SHA-256. */
  readonly name: string;
  readonly sha256: string;
  readonly size_bytes: number;
  readonly instances: number;
  /** pkids, sorted. */
  readonly customers: readonly string[];
}

/** `spread.json`: written last, so a cut without it is none. */
export interface Spread {
  /** Of the tools: parts are counted and joined by the same. */
  readonly version: string;
  readonly run_id: string;
  readonly collected_at: string;
  readonly schemes: readonly SchemeId[];
  /** SHA-256 of `settings.toml`, what the audit takes from `vlf.toml`. */
  readonly settings: string;
  /** SHA-256 of `rest.ndjson`. */
  readonly rest: string;
  readonly parts: readonly PartEntry[];
}

/** `results/PART.json`: what the result was made of. */
export interface Receipt {
  readonly part: string;
  readonly part_sha256: string;
  readonly version: string;
  readonly schemes: readonly SchemeId[];
  readonly settings: string;
  /** Name of the result's file. */
  readonly result: string;
  readonly result_sha256: string;
  /** Who counted. */
  readonly host: string;
}

export interface Paths {
  readonly spread: string;
  readonly rest: string;
  readonly settings: string;
  readonly parts: string;
  readonly results: string;
  part(name: string): string;
  receipt(name: string): string;
  result(file: string): string;
}

export function pathsOf(work: string): Paths {
  const parts = join(work, "parts");
  const results = join(work, "results");
  return {
    spread: join(work, "spread.json"),
    rest: join(work, "rest.ndjson"),
    settings: join(work, "settings.toml"),
    parts,
    results,
    part: (name) => join(parts, `${name}.ndjson`),
    receipt: (name) => join(results, `${name}.json`),
    result: (file) => join(results, file),
  };
}

/** @throws {UsageError} when nothing was cut there */
export function readSpread(work: string): Spread {
  const { spread } = pathsOf(work);
  if (!existsSync(spread)) {
    throw new UsageError(`read the cut: "${work}" holds none`, {
      hint: "vlf-spread cut makes one; a cut that was stopped is none",
    });
  }
  return parseOwn(spread) as Spread;
}

/** The receipt of a part, if there is one that can be read: who has none counts the part again. */
export function readReceipt(work: string, name: string): Receipt | undefined {
  try {
    const receipt = parseOwn(pathsOf(work).receipt(name)) as Receipt;
    return Array.isArray(receipt.schemes) ? receipt : undefined;
  } catch {
    return undefined;
  }
}

/** A file that we wrote. */
function parseOwn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new DataError(`read ${path}: not as vlf-spread wrote it`, { cause: error });
  }
}

/** Why a receipt is not one of this part and this cut; `undefined` where it is. */
export function receiptProblem(spread: Spread, part: PartEntry, receipt: Receipt): string | undefined {
  if (receipt.part !== part.name || receipt.part_sha256 !== part.sha256) return "it is of another part";
  if (receipt.version !== spread.version) return `it was counted by vlf-audit ${receipt.version}`;
  if (receipt.schemes.join() !== spread.schemes.join()) return "it was counted by other schemes";
  if (receipt.settings !== spread.settings) return "it was counted with other settings";
  return undefined;
}
