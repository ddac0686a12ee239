/** Reads the license files that the folder keeps, one after the other. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, DataError, errorCode, ToolError } from "@vlf/common/exit";
import { anonymousCsvIn, type LicenseTable, readLicenseTable } from "@vlf/common/license-table";
import type { Finding } from "@vlf/common/records";
import { type Facts, nameStart } from "./facts.ts";
import { hashLine } from "./files.ts";
import {
  auditsFor,
  gapFindings,
  type KeptAudit,
  lackOf,
  monthOf,
  type PastAudit,
  pastAudit,
} from "./history.ts";
import { ownFiles } from "./run-folder.ts";

export interface History {
  /** Oldest first, one a month and scheme; this month is not among them. */
  readonly monthly: readonly PastAudit[];
  /** Oldest first, one a day and scheme; today is not among them. */
  readonly daily: readonly PastAudit[];
  readonly findings: readonly Finding[];
}

/**
 * The audits before this one. A file that cannot be read or is not as it was written is a finding, and its month
 * counts as missing.
 * @param allocation agreed standalone phones of a customer
 */
export async function readHistory(
  folder: string,
  facts: Facts,
  allocation: (pkid: string) => number,
): Promise<History> {
  const wanted = auditsFor(await ownFiles(folder), nameStart(facts), facts.date);
  const findings: Finding[] = [];
  const cache = new Map<KeptAudit, PastAudit | undefined>();
  const read = async (audit: KeptAudit): Promise<PastAudit | undefined> => {
    if (!cache.has(audit)) cache.set(audit, await readAudit(folder, audit, allocation, findings));
    return cache.get(audit);
  };
  const monthly: PastAudit[] = [];
  for (const audit of wanted.monthly) {
    const past = await read(audit);
    if (past === undefined) continue;
    // The rows of all but the latest are let go: memory is that of one month and 24 lines of sums.
    const before = monthly.findLastIndex(({ scheme }) => scheme === past.scheme);
    const old = monthly[before];
    if (old !== undefined) monthly[before] = withoutRows(old);
    monthly.push(past);
  }
  for (const [at, past] of monthly.entries()) {
    const audit = wanted.monthly.find((one) => cache.get(one) === past);
    if (past.rows !== undefined && audit !== undefined) monthly[at] = await withNames(folder, audit, past);
  }
  const daily: PastAudit[] = [];
  for (const audit of wanted.daily) {
    const past = await read(audit);
    if (past !== undefined) daily.push(withoutRows(past));
  }
  const month = monthOf(facts.date);
  findings.push(
    ...gapFindings(
      monthly.map((past) => past.month),
      month,
    ),
  );
  return { monthly, daily, findings };
}

/** The rows with the names of the detailed file beside the archive, for customers that are gone since. */
async function withNames(folder: string, audit: KeptAudit, past: PastAudit): Promise<PastAudit> {
  const detailed = audit.files.find(({ parts }) => parts.format === "detailed-csv");
  if (detailed === undefined || past.rows === undefined || past.scheme !== "voss-4") return past;
  try {
    const path = join(folder, detailed.name);
    const { rows: named } = await readTable(path, detailed.name, await readFile(path), false);
    const rows = new Map(
      [...past.rows].map(([key, row]) => [key, { ...row, name: named.get(key)?.name ?? row.name }]),
    );
    return { ...past, rows };
  } catch {
    return past; // the numbers are known; who is gone is then told by pkid
  }
}

function withoutRows(past: PastAudit): PastAudit {
  const { rows: _, missing: __, ...rest } = past;
  return rest;
}

/** The numbers of an audit from the first of its files that is as it was written. */
async function readAudit(
  folder: string,
  audit: KeptAudit,
  allocation: (pkid: string) => number,
  findings: Finding[],
): Promise<PastAudit | undefined> {
  for (const { name, parts } of audit.files) {
    try {
      const path = join(folder, name);
      const bytes = await readFile(path);
      const table = await readTable(path, name, bytes, parts.format.endsWith("zip"));
      const lack = lackOf(table);
      if (lack !== undefined)
        throw new DataError(`no column "${lack}", without which licenses are not known`);
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      return pastAudit(audit.date, { name, sha256 }, table, allocation);
    } catch (error) {
      const reason = error instanceof ToolError ? error : asToolError(`read "${name}"`, error);
      findings.push({
        type: "finding",
        code: "history-unreadable",
        severity: "warning",
        message: `a kept file was left out: ${name}: ${reason.message}`,
        customer_pkid: "",
      });
    }
  }
  return undefined;
}

async function readTable(
  path: string,
  name: string,
  bytes: Uint8Array,
  isZip: boolean,
): Promise<LicenseTable> {
  if (isZip) {
    const csv = anonymousCsvIn(bytes);
    const { text } = csv;
    if (csv.hash !== hashLine(csv.name, new TextEncoder().encode(text)))
      throw new DataError("the CSV file in it does not agree with its hash");
    return readLicenseTable(name, text);
  }
  const sidecar = await readFile(`${path}.hash`, "utf8").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (sidecar !== undefined && sidecar !== hashLine(name, bytes))
    throw new DataError(`does not agree with "${name}.hash"`);
  return readLicenseTable(name, new TextDecoder().decode(bytes));
}
