/** The workbook as LibreOffice reads it: the numbers of the CSV files, and names that are nothing but text. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { readCsv } from "@vlf/common/csv";
import { unzipSync } from "fflate";
import { countRecord } from "../../tools/vlf-pack/src/_stream.ts";
import { readWorkbook, type Sheet } from "../peers/libreoffice.ts";
import { bash, missing } from "../pipelines/_run.ts";
import { customers, evidence, HOSTILE, makeReports, MONTH } from "./_report.ts";

const skip = missing("soffice");
const folder = mkdtempSync(join(tmpdir(), "vlf-workbook-"));
const FILE = "vlf_CS-P_VOSS-UN-1_report_2026-11-01_0300.xlsx";
let sheets = new Map<string, Sheet>();

before(async () => {
  const { status, stderr } = await makeReports(folder, "xlsx --with evidence");
  assert.equal(status, 0, stderr);
  if (skip === false) sheets = readWorkbook(join(folder, "out", FILE));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** The rows of a sheet below its heading, by title. */
function table(name: string): Record<string, string>[] {
  const [titles = [], ...rows] = sheets.get(name)?.rows ?? [];
  return rows.map((row) => Object.fromEntries(titles.map((title, at) => [title, row[at] ?? ""])));
}

/** A name as the workbook has it. */
const shown = (name: string): string => name.replaceAll(/(?!\t)\p{Cc}/gu, "\u{fffd}");

test("every sheet is there, with a heading that stays, filters and widths", () => {
  const parts = unzipSync(readFileSync(join(folder, "out", FILE)));
  const text = (name: string): string => Buffer.from(parts[name] ?? []).toString();
  const names = [...text("xl/workbook.xml").matchAll(/<sheet name="([^"]*)"/g)].map(([, name]) => name);
  assert.deepEqual(names, [
    "Summary",
    "By type",
    "By cluster",
    "Daily",
    "Months",
    "Entitlements",
    "Customers over",
    "Evidence",
    "Changes",
    "Who changed",
    "Findings",
    "Notes",
  ]);
  for (const at of names.keys()) {
    const xml = text(`xl/worksheets/sheet${at + 1}.xml`);
    assert.match(xml, /<pane ySplit="1" topLeftCell="A2" state="frozen"/, names[at]);
    assert.match(xml, /<autoFilter ref="A1:[A-Z]+\d+"/, names[at]);
    assert.match(xml, /<col min="1" max="1" width="\d/, names[at]);
  }
  assert.ok(Object.keys(parts).some((name) => name.startsWith("xl/charts/")));
});

test("every number and every name of the detailed CSV file is in the workbook", { skip }, () => {
  const csv = readFileSync(join(folder, "out/vlf_CS-P_VOSS-UN-1_detailed_2026-11-01_0300.csv"), "utf8");
  const [titles = [], ...rows] = readCsv(csv.replace(/^(?:#[^\n]*\n)+/, "")) ?? [];
  const [found = [], ...own] = sheets.get("By type")?.rows ?? [];
  assert.deepEqual(found, titles);
  const byPkid = (lists: readonly (readonly string[])[]): string[] =>
    lists.map((row) => JSON.stringify(row.map(shown))).toSorted();
  assert.equal(rows.length, HOSTILE.length);
  assert.deepEqual(byPkid(own), byPkid(rows));
});

test("names are text, numbers are numbers, and there is no formula", { skip }, () => {
  const csv = sheets.get("Summary")?.csv ?? "";
  const line = csv.split("\n").find((one) => one.includes("HYPERLINK(") && one.includes("00005"));
  assert.match(line ?? "", /"=HYPERLINK\(""http:\/\/evil\.example\/"",""click""\)","[0-9a-f]+",\d+,\d+,/);
  for (const { csv: text } of sheets.values()) assert.ok(!/(^|,)=/m.test(text), text.slice(0, 200));
  const parts = unzipSync(readFileSync(join(folder, "out", FILE)));
  for (const [name, bytes] of Object.entries(parts)) {
    if (name.startsWith("xl/worksheets/")) assert.ok(!Buffer.from(bytes).toString().includes("<f"), name);
  }
});

test("the summary has the licenses, what they were, and the change", { skip }, () => {
  const rows = table("Summary");
  for (const one of customers(MONTH)) {
    const { licenses } = countRecord(one);
    const row = rows.find((candidate) => candidate["Customer PKID"] === one.pkid);
    assert.equal(row?.["Customer"], shown(one.customer ?? ""));
    assert.equal(row?.["Essential"], String(licenses.essential));
    assert.equal(row?.["Premium"], String(licenses.premium));
    const all = Object.values<number>({ ...licenses }).reduce((sum, each) => sum + each, 0);
    assert.equal(row?.["All licenses"], String(all));
    assert.equal(Number(row?.["Before (2026-10)"]) + Number(row?.["Change"]), all);
  }
});

test(
  "a month that was run again counts once, by its latest audit, and a missing one is empty",
  { skip },
  () => {
    const months = table("Months");
    assert.deepEqual(
      months.map((row) => row["Month"]),
      ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"],
    );
    const essential = (month: number): string =>
      String(customers(month).reduce((sum, one) => sum + countRecord(one).licenses.essential, 0));
    assert.deepEqual(
      months.map((row) => row["Essential"]),
      [essential(1), essential(2), "", essential(3), essential(4), essential(MONTH)],
    );
    assert.equal(months[2]?.["File"], "no audit is kept");
    assert.match(months[0]?.["File"] ?? "", /_2026-06-05_0300\.zip$/);
    const findings = table("Findings");
    assert.deepEqual(
      findings.map((row) => row["In words"]),
      ["no audit of 2026-08 is kept: trends have a gap there"],
    );
  },
);

test("the sheets of days, changes and overage agree with what they are made of", { skip }, () => {
  const days = table("Daily");
  // The audit of October is 31 days old and not among them.
  assert.equal(days.length, HOSTILE.length);
  assert.match(days[0]?.["Audit (UTC)"] ?? "", /2026/);
  const changes = table("Changes");
  for (const row of changes)
    assert.equal(Number(row["Now"]) - Number(row["Before"]), Number(row["Change"]), JSON.stringify(row));
  assert.equal(changes.filter((row) => row["Column"]?.startsWith("One Phone (")).length, HOSTILE.length);
  const over = table("Customers over");
  assert.deepEqual(
    over.map((row) => [row["Customer"], row["Entitled"], row["Used"], row["Over"], row["Status"]]),
    [[HOSTILE[0], "20", "35", "15", "over"]],
  );
  assert.equal(table("Entitlements").length, 3);
});

test("every record of evidence is a row, with its reasons", { skip }, () => {
  const rows = table("Evidence");
  const wanted = evidence(MONTH);
  assert.equal(rows.length, wanted.length);
  for (const [at, one] of wanted.entries()) {
    assert.equal(rows[at]?.["Name"], shown(one.name));
    assert.equal(rows[at]?.["Reasons"], shown(one.reasons.join("; ")));
    assert.equal(rows[at]?.["Number"], "1");
  }
});

test("the same months give the same bytes in another time zone, and verify finds a changed one", async () => {
  const { stderr, stdout, status } = await bash(
    `sha256sum out/${FILE} > before && rm out/*report* &&
       TZ=Asia/Kolkata vlf-pack --quiet -o out --format xlsx --with evidence < now > again; sha256sum -c before &&
       vlf-pack verify out/* > /dev/null && sha256sum -c --quiet out/*.hash 2>&1 | head -3
       printf x >> out/${FILE}; vlf-pack verify out/${FILE} > /dev/null`,
    folder,
  );
  assert.match(stdout, /: OK/);
  assert.match(stderr, /report_2026-11-01_0300\.xlsx": does not agree with/);
  assert.equal(status, 2);
});
