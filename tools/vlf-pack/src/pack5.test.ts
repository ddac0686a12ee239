/** The files of scheme `voss-5`: what the vendor shows of them, what they hold, and that any changed byte is found. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { ToolError } from "@vlf/common/exit";
import type { LicenseCount, Licenses5 } from "@vlf/common/records";
import { countsOf5, licensesOf5, type Profile5, type ProfileFacts5, SCHEME5 } from "@vlf/common/voss5";
import { type Layout, LAYOUTS } from "@vlf/common/voss5-layouts";
import { ownProfile, recordsOf, run, SAMPLE, stream } from "./_stream.ts";
import { rowOf } from "./content5.ts";
import { breakdownCsv, head5, readBreakdown } from "./csv5.ts";
import { makeFacts } from "./facts.ts";
import { verifyZip5 } from "./verify5.ts";
import { readZip } from "./zip.ts";

const START = "vlf_CS-P_VOSS-UN-1";
const STAMP = "2022-11-19_1311";
const LAYOUT = LAYOUTS[0] as Layout;

interface TestRow {
  readonly providerPkid: string;
  readonly pkid: string;
  readonly provider?: string;
  readonly customer?: string;
  readonly profiles: readonly Profile5[];
}

function user(facts: Partial<ProfileFacts5["voss-user"]>, count: number): Profile5 {
  const none = {
    licenses: 0,
    hybrid: false,
    more_than_10_devices: false,
    cisco_voice: false,
    cisco_voicemail: false,
    ms_teams_voice: false,
    ms_online: false,
    ms_exchange: false,
  };
  return { export: "voss-user", profile: { ...none, ...facts }, count };
}

const sites = (number: number): Profile5 => ({
  export: "hierarchy-row",
  profile: { sites: number },
  count: 1,
});

/** Every column has another number. */
const FULL: readonly Profile5[] = [
  user({ licenses: 1, cisco_voice: true, hybrid: true, ms_online: true }, 7),
  user({ licenses: 1, cisco_voicemail: true, ms_exchange: true, ms_teams_voice: true }, 20),
  user({ hybrid: true }, 5),
  { export: "contact-center-account", profile: { kind: "express" }, count: 3 },
  { export: "contact-center-account", profile: { kind: "webex" }, count: 4 },
  { export: "standalone-device", profile: { kind: "cisco-phone" }, count: 11 },
  { export: "meeting-room", profile: { kind: "microsoft" }, count: 2 },
  { export: "phone-server-device", profile: {}, count: 13 },
  sites(6),
];

const ROWS: readonly TestRow[] = [
  { providerPkid: "p1", pkid: "", provider: "CS-P", profiles: [sites(0)] },
  { providerPkid: "p1", pkid: "c1", provider: "CS-P", customer: "Innovia", profiles: FULL },
  {
    providerPkid: "p1",
    pkid: "c2",
    provider: "CS-P",
    customer: '#"Ä, Ltd',
    profiles: [user({ licenses: 1 }, 1), sites(1)],
  },
];

function records(rows: readonly TestRow[] = ROWS): { type: string }[] {
  return rows.flatMap(({ providerPkid, pkid, provider = "", customer = "", profiles }) => {
    const counts = countsOf5(profiles);
    const count: LicenseCount<Licenses5> = {
      type: "license-count",
      scheme: SCHEME5,
      provider,
      reseller: "",
      customer,
      provider_pkid: providerPkid,
      customer_pkid: pkid,
      counts,
      licenses: licensesOf5(counts),
    };
    const above = pkid === "" ? { provider_pkid: providerPkid } : {};
    return [
      count,
      ...profiles.map((profile) => ({
        type: "license-profile",
        scheme: SCHEME5,
        customer_pkid: pkid,
        ...above,
        ...profile,
      })),
    ];
  });
}

/** Packs into a folder of its own; hands over the files by name, the folder, and what the tool said. */
async function packed(
  lines: readonly { type: string }[],
  argv: readonly string[],
  use: (
    files: Map<string, Uint8Array>,
    folder: string,
    ran: Awaited<ReturnType<typeof run>>,
  ) => Promise<void>,
  toml = "",
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-pack5-"));
  try {
    const config = join(folder, "vlf.toml");
    const out = join(folder, "out");
    await writeFile(config, toml);
    const ran = await run(["-o", out, "--config", config, ...argv], stream(lines));
    const names = ran.status === 0 ? await readdir(out) : [];
    const files = new Map<string, Uint8Array>();
    for (const name of names) files.set(name, new Uint8Array(await readFile(join(out, name))));
    await use(files, out, ran);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ALL = ["--format", "detailed-csv,anonymous-csv,detailed-zip,anonymous-zip"];
const textOf = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);

test("5.2.0: the header lines are those of the vendor's page, with Date Time behind License Expiry", () => {
  const platform = {
    platform_id: "67d0bba368c7ef880c8571d1",
    hostname: "python",
    provider_name: "CS-P",
    software_version: "pre-release.25.1.build-198",
    platform_version: "25.1.0-1741721622",
    deployment_mode: "Provider",
  };
  assert.equal(
    head5(makeFacts(platform, {}, new Date("2025-03-18T13:08:00Z")), LAYOUT),
    `#OrgID=
#Platform ID=67d0bba368c7ef880c8571d1
#hostname=python
#Provider Name=CS-P
#Software Version=pre-release.25.1.build-198
#Platform Version=25.1.0-1741721622
#Deployment Mode=Provider
#License Token=<license-token-not-found>
#License Expiry=<license-expiry-not-found>
#Date Time=2025-03-18 13:08
#Audit Version=5.2.0
`,
  );
});

/** As far as the vendor's page can be read. */
const KNOWN =
  "Provider,Reseller,Customer,Provider PKID,Customer PKID,User Licenses,Contact Center Express,Cisco and MS Integrated Services,Contact ";

test("5.2.0: the header row begins as the vendor's page does, and a row above customers has a blank customer pkid", () =>
  packed(records(), ALL, (files) => {
    const [titles = "", ...rows] = textOf(files.get(`${START}_detailed_${STAMP}.csv`))
      .split("\n")
      .slice(11);
    assert.ok(titles.startsWith(KNOWN), titles);
    assert.equal(
      titles.slice(KNOWN.length),
      "Center User Webex,Standalone Devices,Meeting Rooms,Voss Phone Servers,Sites",
    );
    assert.deepEqual(rows, [
      "CS-P,,,p1,,0,0,0,0,0,0,0,0",
      'CS-P,,"#""Ä, Ltd",p1,c2,1,0,0,0,0,0,0,1',
      "CS-P,,Innovia,p1,c1,27,3,7,4,11,2,13,6",
      "",
    ]);
    assert.deepEqual(
      textOf(files.get(`${START}_anonymous_${STAMP}.csv`))
        .split("\n")
        .slice(12),
      ["p1,,0,0,0,0,0,0,0,0", "p1,c1,27,3,7,4,11,2,13,6", "p1,c2,1,0,0,0,0,0,0,1", ""],
    );
    return Promise.resolve();
  }));

test("5.0: its columns, Date Time as in 4.x, one loose CSV file and one archive", () =>
  packed(
    records(),
    [],
    async (files, out) => {
      assert.deepEqual(
        [...files.keys()],
        [
          `${START}_detailed_${STAMP}.csv`,
          `${START}_detailed_${STAMP}.csv.hash`,
          `${START}_license_${STAMP}.zip`,
        ],
      );
      const lines = textOf(files.get(`${START}_detailed_${STAMP}.csv`)).split("\n");
      assert.deepEqual(lines.slice(7), [
        "#Date Time=2022-11-19 13:11",
        "#License Token=<license-token-not-found>",
        "#License Expiry=<license-expiry-not-found>",
        "#Audit Version=5.0.0",
        "Provider,Reseller,Customer,User Licenses,Cisco and MS Integrated Services,Standalone Devices,Meeting Rooms,Voss Phone Servers,Sites",
        "CS-P,,,0,0,0,0,0,0",
        'CS-P,,"#""Ä, Ltd",1,0,0,0,0,1',
        "CS-P,,Innovia,27,7,11,2,13,6",
        "",
      ]);
      // The layout is told by the version in the file: no setting is needed.
      const paths = [...files.keys()].map((name) => join(out, name));
      assert.equal((await run(["verify", ...paths])).status, 0);
      const wrong = textOf(files.get(`${START}_detailed_${STAMP}.csv`)).replace("Innovia,27", "Innovia,28");
      await rewrite(out, `${START}_detailed_${STAMP}.csv`, wrong);
      assert.match(
        (await run(["verify", ...paths])).stderr,
        /row 3 has other numbers than the breakdown makes/,
      );
    },
    '[voss5]\nlayout = "5.0"\n',
  ));

/** Writes a CSV file anew, with a hash that agrees. */
async function rewrite(folder: string, name: string, text: string): Promise<void> {
  const { hashLine } = await import("./files.ts");
  const bytes = new TextEncoder().encode(text);
  await writeFile(join(folder, name), bytes);
  await writeFile(join(folder, `${name}.hash`), hashLine(name, bytes));
}

test("the two archives of 5.2 hold what the vendor's page lists, a hash for each, and no license JSON", () =>
  packed(records(), [], (files) => {
    assert.deepEqual(
      [...files.keys()],
      [`${START}_license_${STAMP}.zip`, `${START}_license_detailed_${STAMP}.zip`],
    );
    for (const [zip, main] of [
      ["license", "anonymous"],
      ["license_detailed", "detailed"],
    ]) {
      const members = readZip(files.get(`${START}_${zip ?? ""}_${STAMP}.zip`) ?? new Uint8Array()).map(
        ({ name }) => name,
      );
      const wanted = [
        `${main ?? ""}_${STAMP}.csv`,
        `anonymous_breakdown_${STAMP}.csv`,
        `patch_${STAMP}.json`,
        `adaptation_log_${STAMP}.json`,
      ].flatMap((name) => [`${STAMP}_license/${START}_${name}`, `${STAMP}_license/${START}_${name}.hash`]);
      assert.deepEqual(members, [`${STAMP}_license/`, ...wanted]);
    }
    return Promise.resolve();
  }));

test("the anonymous files name no provider, reseller or customer but the platform's provider", () =>
  packed(records(ROWS.map((row) => ({ ...row, provider: "Nowhere" }))), ALL, (files) => {
    for (const { data } of readZip(files.get(`${START}_license_${STAMP}.zip`) ?? new Uint8Array()))
      assert.doesNotMatch(textOf(data), /Innovia|Ltd|Nowhere/);
    return Promise.resolve();
  }));

test("verify passes all files of both schemes in one folder, those of 4.x as legacy", () =>
  packed([...records(), ...recordsOf(SAMPLE)], ALL, async (files, out, ran) => {
    assert.equal(ran.status, 0);
    assert.deepEqual(
      ran.records.filter(({ type }) => type === "file").map((one) => [one["format"], one["name"]]),
      [
        ["detailed-csv", `${START}_detailed_legacy_${STAMP}.csv`],
        ["anonymous-csv", `${START}_anonymous_legacy_${STAMP}.csv`],
        ["anonymous-zip", `${START}_license_legacy_${STAMP}.zip`],
        ["detailed-csv", `${START}_detailed_${STAMP}.csv`],
        ["anonymous-csv", `${START}_anonymous_${STAMP}.csv`],
        ["anonymous-zip", `${START}_license_${STAMP}.zip`],
        ["detailed-zip", `${START}_license_detailed_${STAMP}.zip`],
      ],
    );
    const verified = await run(["verify", ...[...files.keys()].map((name) => join(out, name))]);
    assert.deepEqual([verified.status, verified.stderr], [0, ""]);
    assert.equal(verified.records.filter(({ type }) => type === "file").length, 7);
    const { records: listed } = await run(["list", "-o", out]);
    assert.equal(listed.filter(({ type }) => type === "file").length, 7);
  }));

test("verify finds a loose CSV file with other numbers than the archive beside it", () =>
  packed(records(), ALL, async (files, out) => {
    for (const [kind, message] of [
      ["detailed", /row 3 has other numbers than the breakdown makes/],
      ["anonymous", /has other numbers than the breakdown in the archive/],
    ] as const) {
      const name = `${START}_${kind}_${STAMP}.csv`;
      await rewrite(out, name, textOf(files.get(name)).replace(",27,", ",26,"));
      assert.match((await run(["verify", join(out, name)])).stderr, message);
    }
  }));

test("verifyZip5() finds any changed byte of either archive", () =>
  packed(
    records([
      { providerPkid: "p", pkid: "c", provider: "P", profiles: [user({ licenses: 1 }, 2), sites(1)] },
    ]),
    [],
    (files) => {
      for (const [name, whole] of files) {
        verifyZip5(name, whole, LAYOUT);
        for (let at = 0; at < whole.length; at += 1) {
          const bytes = whole.slice();
          bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
          assert.throws(() => verifyZip5(name, bytes, LAYOUT), ToolError, `${name}, byte ${at}`);
        }
        assert.throws(
          () => verifyZip5(name.replace("1311", "1312"), whole, LAYOUT),
          /the content is that of/,
        );
      }
      return Promise.resolve();
    },
  ));

const profiles: fc.Arbitrary<Profile5[]> = fc
  .record({
    users: fc.array(
      fc.tuple(fc.record({ licenses: fc.nat(3), hybrid: fc.boolean(), ms_online: fc.boolean() }), fc.nat(50)),
      {
        maxLength: 4,
      },
    ),
    phones: fc.nat(9),
    sites: fc.nat(9),
  })
  .map(({ users, phones, sites: number }) => [
    ...new Map(users.map(([facts, count]) => [JSON.stringify(facts), user(facts, count)])).values(),
    { export: "standalone-device", profile: { kind: "cisco-phone" }, count: phones },
    sites(number),
  ]);

test("a breakdown is read back as it was written, and makes the counts again", () => {
  const facts = makeFacts({ hostname: "h" }, {}, new Date("2026-11-01T03:00:00Z"));
  fc.assert(
    fc.property(fc.array(profiles, { maxLength: 4 }), fc.constantFrom(...LAYOUTS), (lists, layout) => {
      const rows = lists.map((list, index) => rowOf("p", index === 0 ? "" : `c${index}`, list));
      const again = readBreakdown(breakdownCsv(facts, layout, rows), LAYOUT);
      assert.deepEqual(again, { facts, layout, rows });
      for (const [index, row] of again.rows.entries())
        assert.deepEqual(row.counts, countsOf5(lists[index] ?? []));
    }),
    { numRuns: 100 },
  );
});

const [first] = records();
const REFUSED: Readonly<Record<string, readonly [lines: readonly { type: string }[], message: RegExp]>> = {
  "a row that its profiles do not make": [
    records().map((one) =>
      "counts" in one ? { ...one, counts: { ...(one.counts as object), sites: 9 } } : one,
    ),
    /pack above the customers of provider "p1": column "sites" has 9 in the row, but its profiles make 0/,
  ],
  "a row without profiles": [
    [first as { type: string }],
    /has 0 "hierarchy-row" profiles, wanted one with count 1/,
  ],
  "two rows of one customer": [
    [...records(), ...records().slice(2, 3)],
    /customer "c1": has two license-count records/,
  ],
  "a profile without a row": [records().slice(1), /has license-profile records, but no "license-count"/],
  "a profile with another fact": [
    [first as { type: string }, { ...records()[1], profile: { sites: true } } as never],
    /profile "hierarchy-row" has a wrong "sites"/,
  ],
};
for (const [what, [lines, message]] of Object.entries(REFUSED)) {
  test(`refuses ${what}, and publishes nothing`, () =>
    packed(lines, [], (files, _out, { status, stderr }) => {
      assert.deepEqual([status, files.size], [2, 0]);
      assert.match(stderr, message);
      return Promise.resolve();
    }));
}

test("refuses --format detailed-zip where there is no row of 5.x", () =>
  packed(
    recordsOf([{ pkid: "c", profiles: [ownProfile(1)] }]),
    ["--format", "detailed-zip"],
    (_files, _out, { status, stderr }) => {
      assert.equal(status, 2);
      assert.match(stderr, /detailed-zip is of scheme voss-5, and the input has no rows of it/);
      return Promise.resolve();
    },
  ));

const CORRECTED = `
[voss5]
audit_version = "5.3.0"
anonymous = ["customer_pkid", "total_license_usage", "ms_online_users"]
metadata = ["provider_name", "hostname", "date_time", "audit_version"]
[voss5.titles]
ms_online_users = "Microsoft 365 Users"
`;

test("corrections of columns, titles, metadata and version stand in the files, and verify wants the same", () =>
  packed(
    records(),
    [],
    async (files, out) => {
      const zip = readZip(files.get(`${START}_license_${STAMP}.zip`) ?? new Uint8Array());
      assert.deepEqual(textOf(zip[1]?.data).split("\n"), [
        "#Provider Name=CS-P",
        "#hostname=VOSS-UN-1",
        "#Date Time=2022-11-19 13:11",
        "#Audit Version=5.3.0",
        "Customer PKID,Total License Usage,Microsoft 365 Users",
        ",0,0",
        "c1,60,7",
        "c2,1,0",
        "",
      ]);
      const paths = [...files.keys()].map((name) => join(out, name));
      const config = join(out, "..", "vlf.toml");
      assert.equal((await run(["verify", "--config", config, ...paths])).status, 0);
      assert.match((await run(["verify", ...paths])).stderr, /no layout of audit version "5.3.0" is known/);
    },
    CORRECTED,
  ));

for (const [toml, message] of [
  ['[voss5]\nlayout = "5.1"\n', /\[voss5\] layout: wanted "5.2" or "5.0"/],
  ['[voss5]\nanonymous = ["customer"]\n', /\[voss5\] anonymous: wanted no customer/],
  ['[voss5]\ndetailed = ["sites", "sites"]\n', /\[voss5\] detailed: wanted each once/],
  [
    '[voss5]\nmetadata = ["hostname"]\n',
    /\[voss5\] metadata: wanted provider_name, hostname, date_time, audit_version among/,
  ],
  ['[voss5.titles]\nfax = "Fax"\n', /\[voss5.titles\] fax: unknown key/],
  ['[voss5]\ncolor = "red"\n', /\[voss5\] color: unknown key/],
] as const) {
  test(`refuses ${toml.replaceAll("\n", " ")}`, () =>
    packed(
      records(),
      [],
      (_files, _out, { status, stderr }) => {
        assert.equal(status, 2);
        assert.match(stderr, message);
        return Promise.resolve();
      },
      toml,
    ));
}
