/** The tool on streams: what passes through, what settings change, and which status ends it. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { optionsIn, type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import { type AnyRecord, type Instance, type LicenseCount, strictRecordProblem } from "@vlf/common/records";
import { OPTIONS, tool } from "./cli.ts";
import { CUSTOMER_PKID, devices, instance, nodes, phone, PROVIDER, SITE, user, vossUser } from "./_system.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: { hostname: "voss-1" },
  via: [{ tool: "filter", version: "1" }],
};

function audit(records: readonly { type: string }[], ...argv: readonly string[]): Promise<Ran> {
  return runInMemory(tool, argv, { stdin: [Buffer.from(streamOf(BEGIN, records))] });
}

/** Runs with a `vlf.toml` of this text. */
async function auditWith(toml: string, records: readonly { type: string }[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-audit-"));
  try {
    const path = join(folder, "vlf.toml");
    writeFileSync(path, toml);
    const ran = await audit(records, "--config", path);
    return { ...ran, stderr: ran.stderr.replaceAll(folder, "DIR") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowOf({ records }: Ran): LicenseCount {
  const row = records.find(({ type }) => type === "license-count");
  assert.ok(row !== undefined, "no license-count");
  return row as unknown as LicenseCount;
}

const patch = (name: string): Instance => instance("data/Patch", "sys", { name, description: "d" });

describe("vlf-audit", () => {
  test("writes records that keep the contract, framed and counted", async () => {
    const { records, status } = await audit([...nodes(), user("anna"), phone("SEP1"), patch("P1")]);
    assert.equal(status, 0);
    assert.deepEqual(
      records.map(strictRecordProblem).filter((problem) => problem !== undefined),
      [],
    );
    const counts: Record<string, number> = {};
    for (const { type } of records.slice(1, -1)) counts[type] = (counts[type] ?? 0) + 1;
    assert.deepEqual(records.at(-1), { type: "end", tool: "vlf-audit", counts });
  });

  test("passes the begin record on and adds itself to via", async () => {
    const { records } = await audit(nodes());
    assert.deepEqual(records[0], { ...BEGIN, via: [...BEGIN.via, { tool: "vlf-audit", version: "0.1.0" }] });
  });

  test("passes patches and adaptations on unchanged, sorted, and no other instance", async () => {
    const adaptation = instance("data/Adaptation", "sys", { name: "A1" });
    const [second, first] = [patch("P2"), patch("P1")];
    const wanted = [adaptation, ...[first, second].sort((a, b) => (a.pkid < b.pkid ? -1 : 1))];
    const { records } = await audit([second, ...nodes(), user("anna"), adaptation, first]);
    assert.deepEqual(
      records.filter(({ type }) => type === "instance"),
      wanted,
    );
  });

  test("passes findings and records of unknown types on unchanged", async () => {
    const finding = { type: "finding", code: "x", severity: "info", message: "m", customer_pkid: "" };
    const future: AnyRecord = { type: "of-a-later-version", any: [1, { thing: null }] };
    const { records } = await audit([finding, ...nodes(), future]);
    assert.deepEqual(records.slice(1, 3), [finding, future]);
  });

  test("ends the scope that a scope-end record names", async () => {
    const scopeEnd = { type: "scope-end", hierarchy: SITE };
    const { status, stderr } = await audit([...nodes(), scopeEnd, user("late")]);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^vlf-audit: error: read stdin:10: an instance at "[^"]+SiteA", but the scope of "[^"]+SiteA" has ended$/m,
    );
  });

  test("gives status 0 with findings, and 1 for a warning only when asked", async () => {
    const warned = [...nodes(), user("anna"), user("anna")];
    assert.equal((await audit(warned)).status, 0);
    assert.equal((await audit(warned, "--exit-status")).status, 1);
    assert.equal((await audit([...nodes(), user("anna")], "--exit-status")).status, 0);
  });

  test("counts findings of the tool before it for --exit-status", async () => {
    const finding = (severity: string): AnyRecord => ({
      type: "finding",
      code: "x",
      severity,
      message: "m",
      customer_pkid: "",
    });
    assert.equal((await audit([...nodes(), finding("error")], "--exit-status")).status, 1);
    assert.equal((await audit([...nodes(), finding("info")], "--exit-status")).status, 0);
  });

  test("counts a part with --allow-partial, warns, and writes no end record", async () => {
    const part = streamOf(BEGIN, [...nodes(), user("anna")])
      .split("\n")
      .slice(0, -2)
      .join("\n");
    const { status, stderr, records } = await runInMemory(tool, ["--allow-partial"], {
      stdin: [Buffer.from(part)],
    });
    assert.equal(status, 0);
    assert.match(
      stderr,
      /^vlf-audit: warning: read stdin: input ends after line 9 without an end record: the counts are of a part/,
    );
    assert.equal(rowOf({ records } as Ran).counts["ucm_user"], 1);
    assert.equal(
      records.some(({ type }) => type === "end"),
      false,
    );
  });

  test("counts by both schemes in one pass, each as it would alone", async () => {
    const system = [
      ...nodes(),
      user("anna", devices("SEP1")),
      phone("SEP1"),
      vossUser({ username: "anna" }),
      phone("SEP2", {}, PROVIDER),
    ];
    const both = await audit(system, "--scheme", "voss-5,voss-4");
    assert.equal(both.status, 0);
    for (const record of both.records) assert.equal(strictRecordProblem(record), undefined);
    for (const scheme of ["voss-4", "voss-5"]) {
      const alone = await audit(system, "--scheme", scheme);
      const own = ({ records }: Ran): AnyRecord[] => records.filter((record) => record["scheme"] === scheme);
      assert.ok(own(alone).length > 1);
      assert.deepEqual(own(both), own(alone));
    }
    assert.deepEqual(
      both.records.map(({ type }) => type),
      [
        "begin",
        "license-count",
        "license-profile",
        "license-profile",
        "license-count",
        "license-profile",
        "license-profile",
        "license-count",
        "license-profile",
        "license-profile",
        "finding",
        "end",
      ],
    );
  });

  for (const [argv, message] of [
    [
      ["--scheme", "voss-6"],
      'read options: --scheme is "voss-6", wanted voss-4, voss-5, cisco-ucm, cisco-flex-2, cisco-flex-3-nu, cisco-flex-3-ea',
    ],
    [["in.ndjson"], 'read options: unknown argument "in.ndjson", input is read from stdin'],
  ] as const) {
    test(`refuses ${argv.join(" ")}`, async () => {
      const { status, stderr, stdout } = await audit([], ...argv);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.equal(stderr.split("\n")[0], `vlf-audit: error: ${message}`);
    });
  }
});

describe("settings in vlf.toml", () => {
  const phones = [...nodes(), phone("SEP1"), phone("SEP2"), phone("SEP3")];

  test("standalone phones up to the agreed allocation need no license, but are counted", async () => {
    const agreed = await auditWith(`[audit.standalone_allocation]\n"${CUSTOMER_PKID}" = 2\n`, phones);
    assert.deepEqual([rowOf(agreed).licenses.essential, rowOf(agreed).counts["standalone_phones"]], [1, 3]);
    const more = await auditWith(`[audit.standalone_allocation]\n"${CUSTOMER_PKID}" = 9\n`, phones);
    assert.equal(rowOf(more).licenses.essential, 0);
  });

  test("the allocation of a customer goes before the default one", async () => {
    const byDefault = await auditWith("[audit.standalone_allocation]\ndefault = 1\n", phones);
    assert.equal(rowOf(byDefault).licenses.essential, 2);
    const own = await auditWith(
      `[audit.standalone_allocation]\ndefault = 1\n"${CUSTOMER_PKID}" = 3\n`,
      phones,
    );
    assert.equal(rowOf(own).licenses.essential, 0);
  });

  test("corrected names of models and fields are read", async () => {
    const meeting = instance("device/webex/Account", SITE, { userName: "anna" });
    const toml = '[models."device/webex/User"]\nmodel = "device/webex/Account"\nmeeting_id = "userName"\n';
    assert.equal(rowOf(await auditWith(toml, [...nodes(), user("anna"), meeting])).counts["webex"], 1);
    assert.equal(rowOf(await audit([...nodes(), user("anna"), meeting])).counts["webex"], 0);
  });

  for (const [toml, message] of [
    ["[audit]\nallocation = 1\n", "read DIR/vlf.toml: [audit] allocation: wanted standalone_allocation"],
    [
      "[audit.standalone_allocation]\ndefault = -1\n",
      "read DIR/vlf.toml: [audit.standalone_allocation] default: wanted a whole number from 0",
    ],
    [
      '[audit.standalone_allocation]\ndefault = "3"\n',
      "read DIR/vlf.toml: [audit.standalone_allocation] default: wanted a whole number from 0",
    ],
  ] as const) {
    test(`refuses ${JSON.stringify(toml)}`, async () => {
      const { status, stderr } = await auditWith(toml, phones);
      assert.equal(status, 2);
      assert.equal(stderr.split("\n")[0], `vlf-audit: error: ${message}`);
    });
  }
});

describe("the help text", () => {
  test("names every option and no other", () => {
    const known = Object.keys({ ...OPTIONS, ...COMMON_OPTIONS }).map((name) => `--${name}`);
    assert.deepEqual(optionsIn(tool.help), known.toSorted());
  });

  test("fits into 80 columns", () => {
    assert.deepEqual(
      tool.help.split("\n").filter((line) => line.length > 80),
      [],
    );
  });
});
