/**
 * `npm run demo`: the monthly audit of a built-in system, as the pipeline a crontab holds, its result as
 * a table, and where the files are: in demo/, made anew each time.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { open } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { readRecords } from "@vlf/common/ndjson";
import type { FileRecord, Finding, LicenseCount } from "@vlf/common/records";

const root = join(import.meta.dirname, "..");
const folder = join(root, "demo");
const NOW = "2026-11-01T03:00:00Z";

/** The two months before, so that the page of this one has a trend; with fewer subscribers. */
const BEFORE: readonly (readonly [now: string, subscribers: number])[] = [
  ["2026-09-01T03:00:00Z", 1380],
  ["2026-10-01T03:00:00Z", 1440],
];

/** `tee` keeps what each stage said, to show it below; a crontab has the pipeline without. */
const PIPELINE = `vlf-collect demo --customers 6 --subscribers 1500 --now ${NOW} |
  vlf-audit | tee counts.ndjson |
  vlf-pack --output media/data_export/license --now ${NOW} --format detailed-csv,anonymous-zip,html,xlsx | tee files.ndjson |
  vlf-ship --to delivered > deliveries.ndjson`;

/** Columns of the table: a count of a row, with the heading to show. */
const COLUMNS: readonly (readonly [heading: string, value: (row: LicenseCount) => number])[] = [
  ["Essential", ({ licenses }) => licenses.essential],
  ["Premium", ({ licenses }) => licenses.premium],
  ["Contact Center", ({ licenses }) => licenses.contact_center],
  ["Hybrid", ({ licenses }) => licenses.hybrid],
  ["Phone Server", ({ licenses }) => licenses.phone_server],
  ["Standalone Phones", ({ counts }) => Number(counts["standalone_phones"])],
  ["Sites", ({ counts }) => Number(counts["site_count"])],
];

// Files of an older demo would be other content under the same names.
rmSync(folder, { recursive: true, force: true });
mkdirSync(join(folder, "delivered"), { recursive: true });
console.log(
  `The monthly license audit of a built-in VOSS system, in ${relative(process.cwd(), folder) || "."}:\n`,
);
console.log(`${PIPELINE.replaceAll(/ (\| tee|>) \S+/g, "")}\n`);
const env = { ...process.env, PATH: [join(root, "scripts/bin"), process.env["PATH"] ?? ""].join(delimiter) };
const earlier = BEFORE.map(
  ([now, subscribers]) =>
    `vlf-collect demo --customers 6 --subscribers ${subscribers} --now ${now} --quiet | vlf-audit --quiet |
       vlf-pack --quiet --output media/data_export/license --now ${now} > /dev/null`,
);
const shell = (command: string): number | null =>
  spawnSync("sh", ["-c", command], { cwd: folder, env, stdio: ["ignore", "inherit", "inherit"] }).status;
const status = shell(earlier.join(" && ")) || shell(PIPELINE);
if (status === 0) {
  await show();
} else {
  process.exitCode = status ?? 2;
}

async function show(): Promise<void> {
  const rows: LicenseCount[] = [];
  const findings: Finding[] = [];
  await read("counts.ndjson", (record) => {
    if (record.type === "license-count") rows.push(record as unknown as LicenseCount);
    if (record.type === "finding") findings.push(record as unknown as Finding);
  });
  console.log(`\nLicenses by customer\n\n${table(rows)}`);
  console.log("\nFindings\n");
  const byCode = new Map<string, { message: string; count: number }>();
  for (const { code, message, count = 1 } of findings) {
    byCode.set(code, { message, count: (byCode.get(code)?.count ?? 0) + count });
  }
  for (const [code, { message, count }] of byCode)
    console.log(`  ${String(count).padStart(4)}  ${code}: ${message}`);
  console.log("\nFiles\n");
  await read("files.ndjson", (record) => {
    const { type, format, path, size_bytes } = record as unknown as FileRecord;
    if (type === "file")
      console.log(`  ${format.padEnd(14)} ${String(size_bytes).padStart(6)} bytes  demo/${path}`);
  });
  await read("deliveries.ndjson", (record) => {
    if (record.type === "delivery")
      console.log(`  ${String(record["status"])}: demo/${String(record["location"])}`);
  });
  console.log("\nCheck them: scripts/bin/vlf-pack verify demo/media/data_export/license/vlf_*_license_*.zip");
  await read("files.ndjson", (record) => {
    if (record["format"] === "html")
      console.log(`\nThe page of the month: ${join(folder, String(record["path"]))}`);
  });
}

type OnRecord = Parameters<typeof readRecords>[2]["record"];

async function read(name: string, record: OnRecord): Promise<void> {
  const file = await open(join(folder, name));
  await readRecords(file.createReadStream(), { name }, { record });
}

function table(rows: readonly LicenseCount[]): string {
  const total = COLUMNS.map(([, value]) => rows.reduce((sum, row) => sum + value(row), 0));
  const lines = [
    ["Customer", ...COLUMNS.map(([heading]) => heading)],
    ...rows
      .map((row) => [
        [row.provider, row.reseller, row.customer].filter((name) => name !== "").join(" / "),
        ...COLUMNS.map(([, value]) => String(value(row))),
      ])
      .sort((a, b) => ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1)),
    ["all", ...total.map(String)],
  ];
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map(
      (line) =>
        `  ${line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ")}`,
    )
    .join("\n");
}
