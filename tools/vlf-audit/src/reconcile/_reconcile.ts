/** For tests: the command on files and streams in memory, and short ways to write its input. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInMemory, streamOf } from "@vlf/common/_testing";
import { type AnyRecord, type Finding, type Position, strictRecordProblem } from "@vlf/common/records";
import { tool } from "../cli.ts";

export const NOW = "2026-11-23T03:00:00Z";

export type Amounts = Readonly<Record<string, number>>;

/** A row of counts; clusters by `region/name`. */
export function count(
  scheme: string,
  customer: string,
  licenses: Amounts,
  clusters?: Readonly<Record<string, Amounts>>,
  provider = "CS-P",
): AnyRecord {
  return {
    type: "license-count",
    scheme,
    provider,
    reseller: "",
    customer,
    provider_pkid: `pkid-${provider}`,
    customer_pkid: customer === "" ? "" : `pkid-${customer}`,
    counts: {},
    licenses,
    ...(clusters === undefined
      ? {}
      : {
          clusters: Object.entries(clusters).map(([name, ofCluster]) => {
            const [region = "", cluster = ""] = name.split("/");
            return { cluster, region, licenses: ofCluster };
          }),
        }),
  };
}

export function usage(fields: Readonly<Record<string, unknown>>): AnyRecord {
  const what = { type: "usage", vendor: "cisco", application: "UCM", customer: "", customer_pkid: "" };
  const where = { cluster: "", region: "", subscription: "", license_type: "cuwl", license_name: "CUWL" };
  return { ...what, ...where, quantity: 0, unit: "license", at: NOW, source: "axl-totals", ...fields };
}

export function stream(records: readonly AnyRecord[], at: string = NOW): string {
  const times = { started_at: at, collected_at: at };
  return streamOf(
    { type: "begin", schema: 1, tool: "t", version: "1", run_id: "r", ...times, platform: {} },
    records,
  );
}

export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly positions: readonly Position[];
  readonly findings: readonly Finding[];
  /** `code: message` of the findings that are no mere information. */
  readonly told: readonly string[];
}

/** The head of orders in the tests. */
export const HEAD = "subscription,customer,model,type,quantity,start,end";

export interface Given {
  /** Lines of orders under `HEAD`, or files by name. */
  readonly orders: readonly string[] | Readonly<Record<string, string>>;
  readonly input?: string;
  readonly toml?: string;
  readonly argv?: readonly string[];
  /** For a history that lasts over several runs. */
  readonly folder?: string;
}

/** Runs the command, with every record held against the contract. */
export async function reconcile({
  orders,
  input = stream([]),
  toml = "",
  argv = [],
  folder,
}: Given): Promise<Answer> {
  const at = folder ?? mkdtempSync(join(tmpdir(), "vlf-reconcile-"));
  try {
    const files = Array.isArray(orders)
      ? { "orders.csv": [HEAD, ...(orders as string[])].join("\n") }
      : (orders as Record<string, string>);
    for (const [name, text] of Object.entries({ ...files, "vlf.toml": toml }))
      writeFileSync(join(at, name), text);
    const entitlements = Object.keys(files).flatMap((name) => ["--entitlements", join(at, name)]);
    const all = ["reconcile", "--config", join(at, "vlf.toml"), "--now", NOW, ...entitlements, ...argv];
    const ran = await runInMemory(tool, all, { stdin: [Buffer.from(input)] });
    const { status, stdout } = ran;
    const records = status > 1 || argv.includes("--text") ? [] : ran.records;
    for (const record of records) assert.equal(strictRecordProblem(known(record)), undefined);
    const findings = records.filter(({ type }) => type === "finding") as unknown as Finding[];
    return {
      status,
      stdout,
      stderr: ran.stderr.replaceAll(`${at}/`, ""),
      positions: records.filter(({ type }) => type === "position") as unknown as Position[],
      findings,
      told: findings.flatMap(({ severity, code, message }) =>
        severity === "info" ? [] : [`${code}: ${message}`],
      ),
    };
  } finally {
    if (folder === undefined) rmSync(at, { recursive: true });
  }
}

/** Records of the input pass through, with a field that histories add. */
function known(record: AnyRecord): AnyRecord {
  const { counted_at: _, ...fields } = record;
  return fields;
}

/** The rows of a level, as `key: entitled used available overage status`. */
export function rows(
  positions: readonly Position[],
  level: Position["level"],
  key: (row: Position) => string = (row) => row.license_type,
): string[] {
  return positions
    .filter((row) => row.level === level)
    .map((row) => {
      const { entitled = "-", used, available = "-", overage = "-", status } = row;
      return `${key(row)}: ${entitled} ${used} ${available} ${overage} ${status}`;
    });
}
