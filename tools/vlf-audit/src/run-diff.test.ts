/** `vlf-audit diff` as a tool: numbers, people and causes, jumps, and what it refuses. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import {
  type Instance,
  type LicenseChange,
  type LicenseCount,
  strictRecordProblem,
  type SubjectChange,
} from "@vlf/common/records";
import { COLUMNS } from "@vlf/common/voss4";
import { tool } from "./cli.ts";
import { randomSystem } from "./_random.ts";
import {
  audit,
  CUSTOMER,
  CUSTOMER_PKID,
  devices,
  node,
  nodes,
  OTHER_SITE,
  phone,
  PROVIDER,
  SITE,
  user,
  voicemail,
} from "./_system.ts";

const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "9",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:00:00Z",
  platform: {},
};

type Side = string | readonly { type: string }[];

/** Compares two sides: texts as they are, records as a stream. */
async function diff(before: Side, after: Side, ...argv: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-diff-"));
  try {
    const [old = "", now = ""] = [before, after].map((side, index) => {
      const path = join(folder, ["old", "new"][index] ?? "");
      writeFileSync(path, typeof side === "string" ? side : streamOf(BEGIN, side));
      return path;
    });
    const ran = await runInMemory(tool, ["diff", old, now, ...argv]);
    return { ...ran, stderr: ran.stderr.replaceAll(`${folder}/`, "") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const changes = ({ records }: Ran): LicenseChange[] =>
  records.filter(({ type }) => type === "license-change") as unknown as LicenseChange[];
const subjects = ({ records }: Ran): SubjectChange[] =>
  records.filter(({ type }) => type === "subject-change") as unknown as SubjectChange[];
const findings = ({ records }: Ran): unknown[] =>
  records
    .filter(({ type }) => type === "finding")
    .map((one) => [one["code"], one["customer_pkid"], one["count"]]);

/** Counts by customer and column, zeros left out. */
function tableOf(rows: readonly LicenseCount[]): Map<string, number> {
  const table = new Map<string, number>();
  for (const { customer_pkid: pkid, counts } of rows) {
    for (const [id, value] of Object.entries(counts)) {
      if (Number(value) !== 0) table.set(`${pkid} ${id}`, Number(value));
    }
  }
  return table;
}

/** Columns that do not simply count subjects. */
const OTHER_COLUMNS = ["multiple_phones", "site_count", "public_sector", "inactive_billing"];

describe("differences of random systems", () => {
  test("the old counts and the changes make the new counts", async () => {
    await fc.assert(
      fc.asyncProperty(randomSystem(40), randomSystem(40), async (a, b) => {
        const [old, now] = [a, b].map(({ nodes: own, instances }) => [...own, ...instances]) as [
          Instance[],
          Instance[],
        ];
        const ran = await diff(old, now);
        assert.equal(ran.stderr, "");
        assert.deepEqual(
          ran.records.map(strictRecordProblem).filter((problem) => problem !== undefined),
          [],
        );
        const table = tableOf(audit(old).rows);
        const moved = new Map<string, number>();
        const add = (key: string, number: number): void =>
          void moved.set(key, (moved.get(key) ?? 0) + number);
        for (const { customer_pkid: pkid, from, to } of subjects(ran)) {
          for (const column of to) add(`${pkid} ${column}`, 1);
          for (const column of from) add(`${pkid} ${column}`, -1);
        }
        for (const { customer_pkid: pkid, column, before, after, change } of changes(ran)) {
          const key = `${pkid} ${column}`;
          assert.equal(table.get(key) ?? 0, before);
          assert.equal(before + change, after);
          if (after === 0) table.delete(key);
          else table.set(key, after);
          // Who came and left says the same as the numbers.
          if (!OTHER_COLUMNS.includes(column)) assert.equal(moved.get(key) ?? 0, change, key);
          moved.delete(key);
        }
        assert.deepEqual(table, tableOf(audit(now).rows));
        for (const [key, number] of moved) {
          if (!OTHER_COLUMNS.some((id) => key.endsWith(id))) assert.equal(number, 0, key);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("nothing changed: nothing is said, whatever the order of input", async () => {
    await fc.assert(
      fc.asyncProperty(randomSystem(40), async ({ nodes: own, instances }) => {
        const all = [...own, ...instances];
        const { records } = await diff(all, all.toReversed());
        assert.deepEqual(
          records.map(({ type }) => type),
          ["begin", "end"],
        );
      }),
      { numRuns: 40 },
    );
  });
});

const ANNA = user("anna", devices("SEP1"));
const OLD = [...nodes(), ANNA, phone("SEP1")];

/** The one change of a subject of a kind. */
async function causesOf(now: readonly Instance[]): Promise<Partial<SubjectChange>> {
  const found = subjects(await diff(OLD, now)).find(({ name }) => name === "anna");
  const { change, from, to, causes } = found ?? {};
  return { change, from, to, causes } as Partial<SubjectChange>;
}

describe("who changed, and why", () => {
  test("a new phone moves a user to another column", async () => {
    const [own, ...rest] = [user("anna", devices("SEP1", "SEP2")), phone("SEP1"), phone("SEP2")];
    assert.deepEqual(await causesOf([...nodes(), own, ...rest]), {
      change: "moved",
      from: ["one_phone"],
      to: ["multiple_phones"],
      causes: ["has now: device/cucm/Phone sep2", "now: 2 phones, associated or owned: sep1, sep2"],
    });
  });

  test("so does a service", async () => {
    assert.deepEqual(await causesOf([...OLD, voicemail("anna")]), {
      change: "moved",
      from: ["one_phone"],
      to: ["one_phone_and_vm"],
      causes: ["has now: device/cuc/User anna", "now: voicemail account"],
    });
  });

  test("a user who left, and one who moved above site level", async () => {
    assert.deepEqual((await causesOf([...nodes(), phone("SEP1")])).change, "left");
    assert.deepEqual((await causesOf([...nodes(), phone("SEP1"), user("anna", {}, CUSTOMER)])).to, []);
  });

  test("a user at another site is in the same column: that is no change", async () => {
    const now = [...nodes(), user("anna", devices("SEP1"), OTHER_SITE), phone("SEP1", {}, OTHER_SITE)];
    assert.deepEqual(subjects(await diff(OLD, now)), []);
    const withMail = await causesOf([...now, voicemail("anna", OTHER_SITE)]);
    assert.ok(withMail.causes?.includes(`moved from ${SITE} to ${OTHER_SITE}`));
  });

  test("a new user, and a phone that is nobody's any more", async () => {
    const ran = await diff(OLD, [...nodes(), user("bert"), phone("SEP1")]);
    assert.deepEqual(
      subjects(ran).map(({ change, kind, name, from, to }) => [change, kind, name, from, to]),
      [
        ["entered", "phone", "sep1", [], ["standalone_phones"]],
        ["left", "subscriber", "anna", ["one_phone"], []],
        ["entered", "subscriber", "bert", [], ["ucm_user"]],
      ],
    );
  });
});

describe("jumps", () => {
  const phones = (number: number): Instance[] =>
    Array.from({ length: number }, (_, index) => phone(`SEP${index}`));

  test("are findings when percent and licenses are reached, up or down", async () => {
    for (const [from, to, expected] of [
      [50, 60, 1],
      [50, 59, 0],
      [60, 50, 0],
      [60, 48, 1],
      [0, 10, 1],
      [0, 9, 0],
      [100, 110, 0],
    ] as const) {
      const ran = await diff([...nodes(), ...phones(from)], [...nodes(), ...phones(to)]);
      assert.equal(findings(ran).length, expected, `${from} to ${to}`);
    }
    const strict = ["--jump-percent", "1", "--jump-licenses", "1"];
    const ran = await diff([...nodes(), ...phones(100)], [...nodes(), ...phones(101)], ...strict);
    assert.deepEqual(findings(ran), [["license-jump", CUSTOMER_PKID, 1]]);
  });

  test("a customer that came or went is named, and --exit-status says so for one that went", async () => {
    const other = [node(`${PROVIDER}.Other`, "Customer", "0ther")];
    const came = await diff(nodes(), [...nodes(), ...other], "--exit-status");
    assert.deepEqual([came.status, findings(came)], [0, [["customer-new", "0ther", 0]]]);
    const went = await diff([...nodes(), ...other], nodes(), "--exit-status");
    assert.deepEqual([went.status, findings(went)], [1, [["customer-gone", "0ther", 0]]]);
    assert.equal((await diff([...nodes(), ...other], nodes())).status, 0);
  });
});

/** An anonymous CSV file with one customer and one phone of its own. */
function csv(phones: number | string, pkid = CUSTOMER_PKID): string {
  const cells = COLUMNS.map(({ id, kind }) =>
    kind === "pkid" ? pkid : kind === "flag" ? "N" : id === "standalone_phones" ? String(phones) : "0",
  );
  return `#OrgID=42\n#hostname=h\n${COLUMNS.map(({ title }) => title).join()}\n${cells.join()}\n`;
}

describe("kinds of input", () => {
  test("license files, counts and instances in any combination", async () => {
    const instances = [...nodes(), phone("SEP1"), phone("SEP2")];
    const counts = await runInMemory(tool, ["--jobs", "1"], {
      stdin: [Buffer.from(streamOf(BEGIN, instances))],
    });
    for (const now of [counts.stdout, instances]) {
      const ran = await diff(csv(1), now);
      assert.equal(ran.stderr, "");
      assert.deepEqual(
        changes(ran).map(({ customer, column, before, after }) => [customer, column, before, after]),
        [
          ["Cust", "standalone_phones", 1, 2],
          ["Cust", "site_count", 0, 2],
        ],
      );
      assert.deepEqual(subjects(ran), [], "people are known on one side only");
    }
    assert.deepEqual(
      changes(await diff(csv(3), csv(1))).map(({ change }) => change),
      [-2],
    );
  });

  test("other columns of a later version do no harm", async () => {
    const later = csv(1)
      .replace("Customer PKID,", "Customer PKID,New Column,")
      .replace(`${CUSTOMER_PKID},`, `${CUSTOMER_PKID},7,`);
    assert.deepEqual(changes(await diff(csv(1), later)), []);
  });

  test("refuses what is none of them, naming the file", async () => {
    const cases: readonly (readonly [text: string, expected: RegExp])[] = [
      ["", /read new: no column "Customer PKID", wanted a license file or a record stream\n/],
      ["#x=1\na,b\n1,2\n", /read new: no column "Customer PKID"/],
      [csv("-1"), /read new: column "Standalone Phones \(No UCM User\)" holds "-1"\n/],
      [csv("1.5"), /holds "1.5"\n/],
      ["PK\u0003\u0004 rubbish", /read new: ZIP archive: no end of the directory: cut off\n/],
      ["{}\n", /read new:1: record has no "type"\n/],
      [
        streamOf(BEGIN, OLD).split("\n").slice(0, 4).join("\n"),
        /read new: input ends after line 4 without an end record\n/,
      ],
    ];
    for (const [text, expected] of cases) {
      const { status, stdout, stderr } = await diff(csv(1), text);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, expected);
    }
    for (const files of [[], ["a"], ["a", "b", "c"]]) {
      const { status, stderr } = await runInMemory(tool, ["diff", ...files]);
      assert.equal(status, 2);
      assert.match(stderr, /diff wants two files, the older one first/);
    }
    const gone = await runInMemory(tool, ["diff", "/nowhere", "/nowhere"]);
    assert.equal(gone.stderr, "vlf-audit: error: read /nowhere: no such file or folder (ENOENT)\n");
  });
});
