/** `vlf-audit diff OLD NEW`: what changed from one month to the other, who, and why. */
import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { formatTime } from "@vlf/common/clock";
import { ciscoRules } from "@vlf/common/cisco-settings";
import { loadConfig } from "@vlf/common/config";
import { asToolError, DataError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { withOverrides } from "@vlf/common/models";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import { type Instance, type LicenseCount, SCHEMA } from "@vlf/common/records";
import { rules5 } from "@vlf/common/voss5-services";
import { Audit, type AuditOptions } from "./audit.ts";
import type { DiffOptions } from "./cli.ts";
import { changesOf, jumpsOf, subjectChangesOf } from "./diff/changes.ts";
import {
  addCount,
  addEvidence,
  isZip,
  type Month,
  readLicenseFile,
  type SubjectMonth,
} from "./diff/month.ts";
import { evidenceOf, type EvidenceOptions } from "./explain/evidence.ts";
import { standaloneAllocation } from "./settings.ts";

/** Compares two files; gives the exit status. */
export async function runDiff(options: DiffOptions, io: Io): Promise<number> {
  const { before, after, jump, log, tool, version, clock } = options;
  const config = loadConfig(options.config);
  const settings = {
    models: withOverrides(config.tables("models")),
    standaloneAllocation: standaloneAllocation(config),
    rules5: rules5(config),
    cisco: ciscoRules(config),
  };
  const old = await readMonth(before, settings, options);
  const now = await readMonth(after, settings, options);
  if (old.scheme !== now.scheme) {
    throw new DataError(
      `compare ${before} with ${after}: one is of scheme ${old.scheme}, the other of ${now.scheme}`,
      {
        hint: "record streams are compared by --scheme, license files by the version in them",
      },
    );
  }
  log.done();
  const writer = new RecordWriter(io.stdout);
  const time = formatTime(clock.now);
  await writer.begin({
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: clock.runId(`${before}\n${after}`),
    started_at: time,
    collected_at: time,
    platform: {},
  });
  for (const change of changesOf(old, now)) await writer.write(change);
  for (const change of subjectChangesOf(old, now)) await writer.write(change);
  const findings = jumpsOf(old, now, jump);
  for (const finding of findings) await writer.write(finding);
  await writer.end(tool);
  return options.exitStatus && findings.some(({ severity }) => severity !== "info") ? EXIT.no : EXIT.ok;
}

/** A month from a license file, from counts, or from instances, which are counted and explained here. */
async function readMonth(
  path: string,
  settings: EvidenceOptions & Pick<AuditOptions, "rules5" | "cisco">,
  { log, scheme }: DiffOptions,
): Promise<Month> {
  const head = await headOf(path);
  if (isZip(head) || head[0] !== "{".charCodeAt(0)) return readLicenseFile(path, await readFile(path));

  const month: Month = { scheme, customers: new Map(), subjects: undefined };
  const subjects = new Map<string, SubjectMonth>();
  const audit = new Audit({
    ...settings,
    schemes: [scheme],
    explain: (explained) => addEvidence(subjects, evidenceOf(explained, settings)),
  });
  let records = 0;
  const counted = new Set<unknown>();
  await readRecords(
    createReadStream(path),
    { name: path },
    {
      record: (record, line) => {
        records += 1;
        if (records % 4096 === 0) log.progress(() => `${path}: ${records} records`);
        if (record.type === "license-count") {
          counted.add(record["scheme"]);
          if (record["scheme"] === scheme) addCount(month, record as unknown as LicenseCount);
        } else if (record.type === "instance") {
          audit.add(record as unknown as Instance, path, line);
        } else if (record.type === "scope-end") {
          audit.endScope(String(record["hierarchy"]));
        }
      },
    },
  );
  if (counted.size > 0 && !counted.has(scheme)) {
    throw new DataError(`read ${path}: no counts of scheme ${scheme}`, {
      hint: `give --scheme ${[...counted].join(" or ")}`,
    });
  }
  if (counted.size > 0) return month; // the output of vlf-audit
  for (const { count } of audit.finish().customers) addCount(month, count);
  return { ...month, subjects };
}

async function headOf(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw asToolError(`read ${path}`, error);
  }
}
