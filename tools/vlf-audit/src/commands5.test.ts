/** Explaining, comparing and joining by scheme `voss-5`, as a tool. */
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
import { tool } from "./cli.ts";
import { randomSystem } from "./_random.ts";
import { instance, node, nodes, PROVIDER, serverPhone, vossUser, voicemail } from "./_system.ts";
import { audit5 } from "./_system5.ts";

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

const BOTH = ["--scheme", "voss-4,voss-5", "--jobs", "1"];

async function count(records: readonly { type: string }[], ...argv: readonly string[]): Promise<string> {
  const ran = await runInMemory(tool, argv, { stdin: [Buffer.from(streamOf(BEGIN, records))] });
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

/** Runs a command on files of these texts. */
async function onFiles(command: string, texts: readonly string[], ...argv: readonly string[]): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-audit5-"));
  try {
    const files = texts.map((text, index) => {
      const path = join(folder, "abcdef".charAt(index));
      writeFileSync(path, text);
      return path;
    });
    const ran = await runInMemory(tool, [command, ...files, ...argv]);
    return { ...ran, stderr: ran.stderr.replaceAll(`${folder}/`, "") };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const body = (text: string): string[] => text.split("\n").slice(1);

describe("merge", () => {
  test("gives the whole for any partition by customer, with all above customers in one part or in each", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSystem(60),
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        fc.boolean(),
        async ({ nodes: own, instances }, places, onlyOnce) => {
          const all = [...own, ...instances];
          const customers = own.filter(({ data }) => data["node_type"] === "Customer");
          const customerOf = ({ hierarchy }: Instance): number =>
            customers.findIndex((one) => `${hierarchy}.`.startsWith(`${one.hierarchy}.`));
          const isNode = ({ model }: Instance): boolean => model === "data/HierarchyNode";
          const parts = [0, 1, 2].map((part) =>
            all.filter((one) =>
              customerOf(one) < 0 ? isNode(one) || part === 1 || !onlyOnce : places[customerOf(one)] === part,
            ),
          );
          const counted = await Promise.all(parts.map((part) => count(part, ...BOTH)));
          const merged = await onFiles("merge", counted);
          assert.equal(merged.stderr, "");
          assert.deepEqual(body(merged.stdout), body(await count(all, ...BOTH)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("refuses parts that differ in what lies above customers", async () => {
    const parts = [
      await count([...nodes(), serverPhone(PROVIDER)], ...BOTH),
      await count(
        [
          ...nodes().slice(0, 4),
          node(`${PROVIDER}.Resel.O`, "Customer", "o"),
          serverPhone(PROVIDER),
          serverPhone(PROVIDER),
        ],
        ...BOTH,
      ),
    ];
    const ran = await onFiles("merge", parts);
    assert.equal(ran.status, 2);
    assert.match(
      ran.stderr,
      /what lies above the customers of "Prov" differs from that in "a"|has count 2, and 1/,
    );
  });
});

describe("diff", () => {
  const rowOf = (one: { customer_pkid: string; provider_pkid?: string }): string =>
    one.customer_pkid === "" ? `above ${one.provider_pkid ?? ""}` : one.customer_pkid;

  /** Counts by row and column, zeros left out. */
  function tableOf(instances: readonly Instance[]): Map<string, number> {
    const table = new Map<string, number>();
    for (const row of audit5(instances).rows) {
      for (const [id, value] of Object.entries(row.counts)) {
        if (Number(value) !== 0) table.set(`${rowOf(row)} ${id}`, Number(value));
      }
    }
    return table;
  }

  test("the old counts and the changes make the new ones, and so do those who came and left", async () => {
    await fc.assert(
      fc.asyncProperty(randomSystem(40), randomSystem(40), async (a, b) => {
        const old = [...a.nodes, ...a.instances];
        const now = [...b.nodes, ...b.instances];
        const ran = await onFiles("diff", [streamOf(BEGIN, old), streamOf(BEGIN, now)], "--scheme", "voss-5");
        assert.equal(ran.stderr, "");
        for (const record of ran.records) assert.equal(strictRecordProblem(record), undefined);
        const table = tableOf(old);
        const moved = new Map<string, number>();
        for (const record of ran.records) {
          if (record.type !== "subject-change") continue;
          const subject = record as unknown as SubjectChange;
          for (const [columns, sign] of [
            [subject.to, 1],
            [subject.from, -1],
          ] as const) {
            for (const column of columns) {
              const key = `${rowOf(subject)} ${column}`;
              moved.set(key, (moved.get(key) ?? 0) + sign);
            }
          }
        }
        for (const record of ran.records) {
          if (record.type !== "license-change") continue;
          const one = record as unknown as LicenseChange;
          const key = `${rowOf(one)} ${one.column}`;
          assert.deepEqual([table.get(key) ?? 0, one.before + one.change], [one.before, one.after]);
          if (one.after === 0) table.delete(key);
          else table.set(key, one.after);
          if (!["total_license_usage", "sites"].includes(one.column))
            assert.equal(moved.get(key), one.change, key);
        }
        assert.deepEqual(table, tableOf(now));
      }),
      { numRuns: 100 },
    );
  });

  test("takes counts of the scheme, and refuses a stream that has none of them", async () => {
    const counts = await count(nodes(), "--scheme", "voss-4");
    const ran = await onFiles("diff", [counts, counts], "--scheme", "voss-5");
    assert.deepEqual(
      [ran.status, ran.stderr.split("\n")[0]],
      [2, "vlf-audit: error: read a: no counts of scheme voss-5"],
    );
    const both = await count(nodes(), ...BOTH);
    assert.equal((await onFiles("diff", [both, both], "--scheme", "voss-5")).status, 0);
  });

  const HEAD = "#Date Time=2026-11-01 03:00\n#Audit Version=5.2.0\n";
  const TITLES = "Provider PKID,Customer PKID,User Licenses,Sites";

  test("compares license files of 5.x by the columns that both have, above customers as well", async () => {
    const old = `${HEAD}${TITLES}\np,,1,0\np,c,5,2\n`;
    const now = `${HEAD}${TITLES},Meeting Rooms\np,,3,0,9\np,c,5,2,9\n`;
    const ran = await onFiles("diff", [old, now]);
    assert.deepEqual(
      ran.records
        .filter(({ type }) => type === "license-change")
        .map((one) => [
          one["scheme"],
          one["customer_pkid"],
          one["provider_pkid"],
          one["column"],
          one["before"],
          one["after"],
        ]),
      [["voss-5", "", "p", "user_licenses", 1, 3]],
    );
  });

  test("refuses files of two schemes, and one that tells no customer by its pkid", async () => {
    const five = `${HEAD}${TITLES}\np,c,5,2\n`;
    const ran = await onFiles("diff", [await count(nodes()), five]);
    assert.match(ran.stderr, /compare .*a with b: one is of scheme voss-4, the other of voss-5/);
    const named = await onFiles("diff", [`${HEAD}Provider,User Licenses\nP,1\n`, five]);
    assert.match(named.stderr, /no column "Customer PKID".*\n.*give the anonymous one/);
  });
});

describe("explain", () => {
  const SYSTEM = [
    ...nodes(),
    vossUser({ username: "anna" }),
    voicemail("anna"),
    vossUser({ username: "bert" }),
    serverPhone(PROVIDER),
  ];

  test("writes records that keep the contract, with status, and the provider above customers", async () => {
    const text = await count(SYSTEM, "explain", "--scheme", "voss-5");
    const records = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    for (const record of records) assert.equal(strictRecordProblem(record), undefined);
    assert.deepEqual(
      records
        .filter(({ type }) => type === "evidence")
        .map((one) => [one.customer, one.provider_pkid, one.column, one.name, one.status]),
      [
        ["Cust", undefined, "user_licenses", "anna", "Licensed"],
        ["Cust", undefined, "sites", "", undefined],
        ["Cust", undefined, "cisco_voicemail_users", "anna", "Licensed"],
        ["Cust", undefined, "", "bert", "Unlicensed"],
        ["", `n-${PROVIDER}`, "voss_phone_servers", "", undefined],
      ],
    );
  });

  test("as a page of one user", async () => {
    assert.equal(
      (await count(SYSTEM, "explain", "--scheme", "voss-5", "--user", "bert", "--text")).replaceAll(
        / p\d+ /g,
        " p ",
      ),
      `Customer Cust

  NOT COUNTED  data/User bert at sys.hcs.Prov.Resel.Cust.SiteA
    - Unlicensed: no service that needs a license is associated
    from data/User p (bert)

`,
    );
  });

  test("refuses three schemes at once", async () => {
    const ran = await runInMemory(tool, ["explain", "--scheme", "voss-4,voss-5,cisco-ucm"]);
    assert.match(ran.stderr, /--scheme wants one scheme here, or two to compare/);
    const diff = await runInMemory(tool, ["diff", "a", "b", "--scheme", "voss-4,voss-5"]);
    assert.match(diff.stderr, /--scheme wants one scheme here\n/);
  });
});

test("corrections of [voss5] count, on one thread and in the settings of several", async () => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-audit5-"));
  try {
    const path = join(folder, "vlf.toml");
    const run = async (toml: string): Promise<Ran> => {
      writeFileSync(path, toml);
      const system = [...nodes(), vossUser({ username: "x", email: "anna" }), voicemail("anna")];
      return runInMemory(tool, ["--scheme", "voss-5", "--config", path], {
        stdin: [Buffer.from(streamOf(BEGIN, system))],
      });
    };
    const licenses = ({ records }: Ran): unknown => {
      const row = records.findLast(({ type }) => type === "license-count");
      return (row as unknown as LicenseCount).counts["user_licenses"];
    };
    assert.equal(licenses(await run("")), 0);
    assert.equal(licenses(await run('[voss5.services.cisco-voicemail]\nlink = "email"\n')), 1);
    for (const [toml, message] of [
      ["[voss5.services.fax]\n", "[voss5.services.fax]: wanted a service: cisco-phone"],
      [
        '[voss5.services.pexip]\nlink = "phone"\n',
        "[voss5.services.pexip] link: wanted some of username, email",
      ],
      ['[voss5.services.pexip]\ncondition = "phone"\n', "[voss5.services.pexip] condition: wanted nothing"],
      ['[voss5]\ndevices_per_license = "ten"\n', "[voss5] devices_per_license: wanted a whole number from 0"],
    ] as const) {
      const ran = await run(toml);
      assert.equal(ran.status, 2);
      assert.ok(ran.stderr.includes(message), ran.stderr);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("VOSS's own counts are compared in the tool's output, and passed on to nobody", async () => {
  const theirs = instance("data/LicenseAuditCounts", PROVIDER, { provider_pkid: `n-${PROVIDER}`, sites: 7 });
  const text = await count([...nodes(), theirs], "--scheme", "voss-5");
  assert.match(text, /VOSS counted 7 in \\"Sites\\", we count 0 by scheme voss-5/);
  assert.doesNotMatch(await count([...nodes(), theirs]), /LicenseAuditCounts|VOSS counted/);
});
