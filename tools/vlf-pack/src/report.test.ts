/** Reports through the whole tool: what is told apart from what is shown. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { streamOf, type Ran } from "@vlf/common/_testing";
import type { Begin, Evidence, LicenseProfile, Position } from "@vlf/common/records";
import {
  begin,
  countRecord,
  ownProfile,
  PLATFORM,
  recordsOf,
  run,
  SAMPLE,
  stream,
  subscriber,
  type TestCustomer,
} from "./_stream.ts";
import { pastAudit } from "./history.ts";
import { htmlPage } from "./html/page.ts";
import { ReportGatherer } from "./report/gather.ts";
import { makeReport } from "./report/report.ts";
import { EvidenceSpool } from "./run-spool.ts";
import { clean, esc, shortened, Words } from "./html/text.ts";
import { cellText, letters } from "./xlsx/sheet.ts";
import { evidenceRow } from "./xlsx/evidence-rows.ts";

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-report-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const AT = "2026-11-01T03:00:00Z";
const PAGE = "vlf_CS-P_VOSS-UN-1_report_2026-11-01_0300.html";

function customer(pkid: string, phones: number, standalone = 0): TestCustomer {
  const profiles = [subscriber({ phones: 1 }, phones), ownProfile(1)];
  if (standalone > 0) {
    profiles.push({ export: "standalone-phone", profile: { analog: false }, count: standalone });
  }
  return { pkid, customer: `Customer ${pkid}`, provider: "CS-P", profiles };
}

function pack(
  folder: string,
  at: string,
  customers: readonly TestCustomer[],
  ...argv: string[]
): Promise<Ran> {
  return run(["-o", folder, ...argv], stream(recordsOf(customers), begin(undefined, at)));
}

const page = (folder: string): Promise<string> => readFile(join(folder, PAGE), "utf8");

/** The text of a page without its marks. */
const plain = (html: string): string =>
  html
    .replaceAll(/<(style|script|svg)[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");

test("a report has its own record, a hash beside it, and is listed, verified and pruned like the others", () =>
  inFolder(async (folder) => {
    const { status, records, stderr } = await pack(
      folder,
      AT,
      SAMPLE,
      "--format",
      "html,anonymous-html,xlsx",
    );
    assert.equal(status, 0, stderr);
    const formats = records.filter(({ type }) => type === "file").map(({ format }) => format);
    assert.deepEqual(formats, ["html", "anonymous-html", "xlsx"]);
    const names = (await readdir(folder)).toSorted();
    assert.equal(names.length, 6);
    const listed = await run(["list", "-o", folder]);
    assert.equal(listed.records.filter(({ type }) => type === "file").length, 3);
    const paths = names.map((name) => join(folder, name));
    assert.equal((await run(["verify", ...paths])).status, 0);
    await writeFile(join(folder, PAGE), "changed");
    const verified = await run(["verify", ...paths]);
    assert.equal(verified.status, 2);
    assert.match(verified.stderr, /report_2026-11-01_0300\.html": does not agree with/);
    await run(["prune", "-o", folder, "--now", "2028-11-02T03:00:00Z"]);
    assert.deepEqual(await readdir(folder), []);
  }));

test("--dry-run names the reports and writes none", () =>
  inFolder(async (folder) => {
    const { stderr, status } = await pack(folder, AT, SAMPLE, "--format", "html", "--dry-run");
    assert.equal(status, 0);
    assert.match(stderr, /would write ".*_report_2026-11-01_0300\.html"/);
    assert.deepEqual(await readdir(folder), []);
  }));

test("a customer that came counts from 0, and one that went is among the changes", () =>
  inFolder(async (folder) => {
    await pack(folder, "2026-10-01T03:00:00Z", [customer("a", 5), customer("gone", 7)]);
    await pack(folder, AT, [customer("a", 5), customer("new", 3)], "--format", "html");
    const text = plain(await page(folder));
    assert.match(text, /8 licenses for 2 customers, 4 fewer than in October 2026/);
    assert.match(text, /Customer gone One Phone \(No VM &amp; No WebEx &amp; No Spark\) 7 0 -7/);
    assert.match(text, /Customer new One Phone \(No VM &amp; No WebEx &amp; No Spark\) 0 3 \+3/);
  }));

test("licenses of earlier months are those above the agreed allocation, as now", () =>
  inFolder(async (folder) => {
    const config = join(folder, "vlf.toml");
    await writeFile(config, "[audit.standalone_allocation]\ndefault = 10\n");
    const out = join(folder, "out");
    await pack(out, "2026-10-01T03:00:00Z", [customer("a", 5, 12)]);
    const row = countRecord(customer("a", 5, 14));
    const counted = { ...row, licenses: { ...row.licenses, essential: 9 } };
    const records = [counted, ...recordsOf([customer("a", 5, 14)]).slice(1)];
    const { stderr } = await run(
      ["-o", out, "--config", config, "--format", "html"],
      stream(records, begin(undefined, AT)),
    );
    assert.match(plain(await page(out)), /9 licenses for 1 customer, 2 more than in October 2026/, stderr);
  }));

test("a kept file that was changed is a finding, and its month a gap", () =>
  inFolder(async (folder) => {
    await pack(folder, "2026-09-01T03:00:00Z", [customer("a", 5)], "--format", "anonymous-csv");
    await pack(folder, "2026-10-01T03:00:00Z", [customer("a", 6)], "--format", "anonymous-csv");
    const kept = join(folder, "vlf_CS-P_VOSS-UN-1_anonymous_2026-10-01_0300.csv");
    await writeFile(kept, (await readFile(kept, "utf8")).replace("a,0,6,", "a,0,600,"));
    const { records } = await pack(folder, AT, [customer("a", 7)], "--format", "html");
    const codes = records.filter(({ type }) => type === "finding").map(({ code }) => code);
    assert.deepEqual(codes, ["history-unreadable", "history-missing-month"]);
    assert.match(plain(await page(folder)), /2 more than in September 2026/);
  }));

test("an archive that was damaged gives way to the CSV file beside it", () =>
  inFolder(async (folder) => {
    const formats = ["--format", "anonymous-zip,detailed-csv"];
    await pack(folder, "2026-10-01T03:00:00Z", [customer("a", 6)], ...formats);
    await writeFile(join(folder, "vlf_CS-P_VOSS-UN-1_license_2026-10-01_0300.zip"), "no archive");
    const { records } = await pack(folder, AT, [customer("a", 7)], "--format", "html");
    assert.deepEqual(
      records.filter(({ type }) => type === "finding").map(({ code }) => code),
      ["history-unreadable"],
    );
    assert.match(plain(await page(folder)), /7 licenses for 1 customer, 1 more than in October 2026/);
  }));

function evidence(number: number): Evidence {
  return {
    type: "evidence",
    scheme: "voss-4",
    customer: "Customer a",
    customer_pkid: "a",
    counted: true,
    column: "one_phone",
    title: "One Phone",
    number,
    tier: "essential",
    licenses: number,
    rule: "subscriber",
    reference: "guide 1.7.3",
    kind: "subscriber",
    name: "ada",
    hierarchy: "sys.hcs",
    reasons: ["1 phone"],
    sources: [],
  };
}

test("evidence that does not add up to the counts is a finding, and told on the page", () =>
  inFolder(async (folder) => {
    const file = join(folder, "evidence");
    for (const [number, codes] of [
      [5, []],
      [4, ["evidence-differs"]],
    ] as const) {
      await writeFile(file, streamOf(begin(undefined, AT), [evidence(number)]));
      const out = join(folder, String(number));
      const { records, stderr } = await pack(
        out,
        AT,
        [customer("a", 5)],
        "--format",
        "html,xlsx",
        "--with",
        file,
      );
      assert.deepEqual(
        records.filter(({ type }) => type === "finding").map(({ code }) => code),
        codes,
        stderr,
      );
      assert.equal((await page(out)).includes('class="n over"'), number === 4);
    }
  }));

test("a stream of --with that is cut off fails the run, and nothing is published", () =>
  inFolder(async (folder) => {
    const file = join(folder, "evidence");
    await writeFile(file, `${JSON.stringify(begin(undefined, AT))}\n${JSON.stringify(evidence(5))}\n`);
    const out = join(folder, "out");
    const { status, stderr } = await pack(out, AT, [customer("a", 5)], "--format", "xlsx", "--with", file);
    assert.equal(status, 2);
    assert.match(stderr, /evidence: input ends after line 2 without an end record/);
    assert.deepEqual(await readdir(folder), ["evidence"]);
  }));

test("rows of Cisco alone make a report, and no license file", () =>
  inFolder(async (folder) => {
    const row = {
      type: "license-count",
      scheme: "cisco-flex-2",
      provider: "CS-P",
      reseller: "",
      customer: "Innovia",
      provider_pkid: "p",
      customer_pkid: "c",
      counts: {},
      licenses: { knowledge_worker: 7, common_area: 2, telepresence: 0 },
      clusters: [
        { cluster: "cl1", region: "", licenses: { knowledge_worker: 7, common_area: 2, telepresence: 0 } },
      ],
    };
    const { status, stderr } = await run(
      ["-o", folder, "--format", "html"],
      stream([row], begin(undefined, AT)),
    );
    assert.equal(status, 0, stderr);
    assert.match(plain(await page(folder)), /9 licenses for 1 customer\. .*Innovia 7 2 0 9/);
  }));

test("tables of several schemes are called apart", () =>
  inFolder(async (folder) => {
    const cisco = {
      ...countRecord(customer("c", 1)),
      scheme: "cisco-flex-2",
      counts: {},
      licenses: { knowledge_worker: 7 },
    };
    const records = [...recordsOf([customer("a", 5)]), cisco];
    await run(["-o", folder, "--format", "html"], stream(records, begin(undefined, AT)));
    const labels = [...(await page(folder)).matchAll(/role="region" aria-label="([^"]*)"/g)].map(
      ([, label]) => label,
    );
    assert.ok(labels.length > 4);
    assert.equal(new Set(labels).size, labels.length, labels.join("; "));
  }));

test("numbers and dates are those of the locale", () =>
  inFolder(async (folder) => {
    await pack(folder, AT, [customer("a", 12_345)], "--format", "html", "--locale", "de-DE");
    assert.match(plain(await page(folder)), /November 2026.*12\.345 licenses.*1\. November 2026, 03:00 UTC/);
  }));

for (const locale of ["xx-nonsense-", "zz", "!"]) {
  test(`--locale ${locale} is refused before anything is read`, async () => {
    const { status, stderr } = await run(["--format", "html", "--locale", locale], "not read");
    assert.equal(status, 2);
    assert.match(stderr, /--locale is ".*", wanted a locale as en, de-DE or fr-CH/);
  });
}

test("esc() and clean() leave nothing that is markup, a control or half a character", () => {
  assert.equal(esc(`<a b="c">&'`), "&lt;a b=&quot;c&quot;&gt;&amp;'");
  assert.equal(clean("a\u0000b\u001bc\ud800d\tok"), "a\u{fffd}b\u{fffd}c\u{fffd}d\tok");
});

test("shortened() cuts between characters as people see them, and wide ones sooner", () => {
  const family = "👩‍👩‍👧‍👦";
  assert.equal(shortened(family.repeat(5), 3), `${family}…`);
  assert.equal(shortened("abc", 3), "abc");
  assert.equal(shortened("abcd", 3), "ab…");
  assert.equal(shortened("WWWW", 4), "W…");
});

test("esc() shows marks that would turn a name round", () => {
  assert.equal(esc("\u202egnp.exe"), "\u{fffd}gnp.exe");
});

test("Words writes changes with their sign", () => {
  const words = new Words("en");
  assert.deepEqual([words.change(1200), words.change(0), words.change(-3)], ["+1,200", "0", "-3"]);
});

test("cellText() keeps what a cell holds, and says what it cut", () => {
  assert.equal(cellText("=1+1"), "=1+1");
  const cut = cellText("x".repeat(40_000));
  assert.equal(cut.length, 32_767);
  assert.match(cut, /x… 40000 characters in all$/);
});

test("letters() names columns beyond Z", () => {
  assert.deepEqual([0, 25, 26, 51, 52, 701, 702].map(letters), ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
});

test("evidenceRow() writes text that no reader takes for a character of its own", () => {
  const row = evidenceRow({ ...evidence(1), name: "_x0041_ <&>" }, 2);
  assert.match(row, /<t xml:space="preserve">_x005F_x0041_ &lt;&amp;&gt;<\/t>/);
  assert.match(row, /<c r="G2"><v>1<\/v><\/c>/);
});

test("EvidenceSpool begins another sheet when one is full, and loses no row", async () => {
  const spool = new EvidenceSpool(3);
  for (let at = 0; at < 7; at += 1) await spool.add({ ...evidence(1), name: `n${at}` });
  const parts = await spool.parts();
  assert.deepEqual(
    parts.map(({ rows }) => rows),
    [3, 3, 1],
  );
  const names: string[][] = [];
  for (const part of parts) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of part.xml()) chunks.push(chunk);
    names.push(
      [
        ...Buffer.concat(chunks)
          .toString()
          .matchAll(/<row r="(\d)">|>(n\d)</g),
      ].map(([, row, name]) => row ?? name ?? ""),
    );
  }
  await spool.close();
  assert.deepEqual(names, [
    ["2", "n0", "3", "n1", "4", "n2"],
    ["2", "n3", "3", "n4", "4", "n5"],
    ["2", "n6"],
  ]);
});

function over(levels: readonly Position["level"][]): string[] {
  const gathered = new ReportGatherer(() => {});
  for (const level of levels) {
    for (const [type, overage] of [
      ["professional", 3],
      ["access", 0],
      ["total", 3],
    ] as const) {
      void gathered.take({
        type: "position",
        level,
        license_type: type,
        title: type,
        customer: "Innovia",
        overage,
      });
    }
  }
  const facts = { platform: PLATFORM, date: new Date(AT) };
  const rest = { monthly: [], daily: [], findings: [], inputs: [], proofs: [] };
  const input = { facts, begin: begin() as unknown as Begin, version: "0", gathered, ...rest };
  return makeReport(input, false).over.map(({ level, license_type: type }) => `${level} ${type}`);
}

test("what is over is told once: of customers, and of subscriptions where there are none of customers", () => {
  assert.deepEqual(over(["partner", "customer", "subscription"]), ["customer professional"]);
  assert.deepEqual(over(["partner", "subscription"]), ["subscription professional"]);
});

test("a page of 1,000 customers and 24 months is smaller than 5 MB, and has a row for each", () => {
  const at = (month: number): Date => new Date(Date.UTC(2024, 11 + month, 1, 3));
  const customers = Array.from({ length: 1000 }, (_, one) =>
    customer(`5e54067d116fa100${String(one).padStart(8, "0")}`, 100 + one),
  );
  const gathered = new ReportGatherer(() => {});
  for (const one of customers) void gathered.take({ ...countRecord(one) });
  const rows = new Map(
    customers.map((one) => [
      one.pkid,
      { name: "n".repeat(60), reseller: "", counts: countRecord(one).counts, customerPkid: one.pkid },
    ]),
  );
  const monthly = Array.from({ length: 23 }, (_, month) =>
    pastAudit(
      at(month),
      { name: "file", sha256: "0".repeat(64) },
      { scheme: "voss-4", rows, missing: new Set() },
      () => month,
    ),
  );
  const facts = { platform: PLATFORM, date: at(23) };
  const input = {
    facts,
    begin: begin() as unknown as Begin,
    version: "0",
    gathered,
    monthly,
    daily: [],
    findings: [],
    inputs: [],
    proofs: [],
  };
  const html = htmlPage(makeReport(input, false), "en");
  assert.ok(Buffer.byteLength(html) < 5_000_000, `${Buffer.byteLength(html)} bytes`);
  for (const one of customers) assert.ok(html.includes(`<bdi>Customer ${one.pkid}</bdi>`));
});

test("a profile without its row is refused as without reports", () =>
  inFolder(async (folder) => {
    const [, ...profiles] = recordsOf([customer("a", 5)]) as LicenseProfile[];
    const { status } = await run(["-o", folder, "--format", "html"], stream(profiles, begin(undefined, AT)));
    assert.equal(status, 2);
    assert.deepEqual(await readdir(folder), []);
  }));
