import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, watch } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { BrokenPipeError, ToolError } from "@vlf/common/exit";
import { strictRecordProblem } from "@vlf/common/records";
import * as fc from "fast-check";
import {
  begin,
  countRecord,
  instance,
  ownProfile,
  PLATFORM,
  profileRecords,
  recordsOf,
  run,
  SAMPLE,
  stream,
  subscriber,
  type TestCustomer,
} from "./_stream.ts";
import { readZip } from "./zip.ts";

const DETAILED = "vlf_CS-P_VOSS-UN-1_detailed_2022-11-19_1311.csv";
const ANONYMOUS = "vlf_CS-P_VOSS-UN-1_anonymous_2022-11-19_1311.csv";
const ZIP = "vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311.zip";
const FIXTURES = join(import.meta.dirname, "fixtures");
const ALL = ["--format", "detailed-csv,anonymous-csv,anonymous-zip"];

/** An empty folder for one test. */
async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-pack-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function contents(folder: string): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const name of (await readdir(folder)).toSorted()) {
    result[name] = (await readFile(join(folder, name))).toString("latin1");
  }
  return result;
}

test("vlf-pack writes the guide's two sample files byte for byte", () =>
  inFolder(async (folder) => {
    const { status, stderr } = await run(["--output", folder, ...ALL], stream(recordsOf(SAMPLE)));
    assert.equal(status, 0, stderr);
    for (const [name, fixture] of [
      [DETAILED, "sample-detailed.csv"],
      [ANONYMOUS, "sample-anonymous.csv"],
    ] as const) {
      assert.equal(
        await readFile(join(folder, name), "utf8"),
        await readFile(join(FIXTURES, fixture), "utf8"),
      );
    }
  }));

test("vlf-pack writes the detailed CSV with its hash, and the archive, unless told otherwise", () =>
  inFolder(async (folder) => {
    const { records } = await run(["-o", folder], stream(recordsOf(SAMPLE)));
    assert.deepEqual((await readdir(folder)).toSorted(), [DETAILED, `${DETAILED}.hash`, ZIP]);
    assert.deepEqual(
      records.map((record) => record["name"] ?? record.type),
      ["begin", DETAILED, ZIP, "end"],
    );
  }));

test("vlf-pack writes records by the contract, and adds itself to via", () =>
  inFolder(async (folder) => {
    const finding = {
      type: "finding",
      code: "duplicate-userid",
      severity: "warning",
      message: "m",
      customer_pkid: "c",
    };
    const unknown = { type: "later", field: [1, { a: null }] };
    const input = stream([finding, ...recordsOf(SAMPLE), instance("data/Other", {}), unknown]);
    const { records } = await run(["-o", folder], input);
    assert.deepEqual(records[0], {
      ...begin(),
      via: [
        { tool: "vlf-audit", version: "0.1.0" },
        { tool: "vlf-pack", version: "0.1.0" },
      ],
    });
    assert.deepEqual(records[1], finding);
    assert.deepEqual(records[2], unknown);
    assert.deepEqual(records.at(-1), {
      type: "end",
      tool: "vlf-pack",
      counts: { finding: 1, later: 1, file: 2 },
    });
    for (const record of records.filter(({ type }) => type !== "later")) {
      assert.equal(strictRecordProblem(record), undefined);
    }
    const file = records.find((record) => record["name"] === ZIP) ?? assert.fail("no file record");
    assert.equal(file["path"], join(folder, ZIP));
    assert.equal(file["size_bytes"], (await readFile(join(folder, ZIP))).length);
  }));

test("vlf-pack gives the same bytes whatever the order of the records and of their keys", async () => {
  const turned = (value: object): object => Object.fromEntries(Object.entries(value).toReversed());
  const records = [
    ...recordsOf(SAMPLE),
    instance("data/Patch", { name: "P2", description: "second" }),
    instance("data/Patch", { name: "P2", description: "another second" }),
    instance("data/Patch", { name: "P1", bundleName: "B", description: "first", version: "1" }),
  ];
  await inFolder(async (first) => {
    await run(["-o", first, ...ALL], stream(records));
    const wanted = await contents(first);
    assert.equal(Object.keys(wanted).length, 5);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(records, { minLength: records.length }), (shuffled) =>
        inFolder(async (second) => {
          const mixed = shuffled.map((record) => {
            const { profile } = record as { profile?: object };
            return { ...record, ...(profile === undefined ? {} : { profile: turned(profile) }) };
          });
          await run(["-o", second, ...ALL], stream(mixed));
          assert.deepEqual(await contents(second), wanted);
        }),
      ),
      { numRuns: 10 },
    );
  });
});

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.constantFrom(
    "=1+1",
    "#Audit Version=9",
    'a "b", c',
    "x\ny",
    "x\r\ny",
    "\r",
    " ",
    "Zoë",
    "東京",
    '"',
    "-1",
    "@a",
  ),
);

/** RFC 4180 by a state machine, to check the writer with eyes of its own. */
function parseCsv(source: string): string[][] {
  const rows: string[][] = [[""]];
  let quoted = false;
  const add = (char: string): void => {
    const row = rows.at(-1) ?? assert.fail("no row");
    row[row.length - 1] += char;
  };
  for (let at = 0; at < source.length; at += 1) {
    const char = source.charAt(at);
    if (quoted && char === '"' && source.charAt(at + 1) === '"') {
      add('"');
      at += 1;
    } else if (char === '"') quoted = !quoted;
    else if (!quoted && char === ",") rows.at(-1)?.push("");
    else if (!quoted && char === "\n") rows.push([""]);
    else add(char);
  }
  assert.deepEqual(rows.pop(), [""], "the file ends in a line feed");
  return rows;
}

test("vlf-pack writes names of any kind so that another parser reads them back, with the counts", () =>
  fc.assert(
    fc.asyncProperty(text, text, text, fc.nat(1000), (provider, reseller, customer, phones) =>
      inFolder(async (folder) => {
        const one: TestCustomer = {
          pkid: "c1",
          provider,
          reseller,
          customer,
          profiles: [subscriber({ phones: 1 }, phones), ownProfile(3)],
        };
        const { status } = await run(["-o", folder], stream(recordsOf([one])));
        assert.equal(status, 0);
        const file = await readFile(join(folder, DETAILED), "utf8");
        assert.equal(file.split("\n").filter((line) => line.startsWith("#")).length, 11);
        const rows = parseCsv(file.split("\n").slice(11).join("\n"));
        assert.equal(rows.length, 2);
        const [row = []] = rows.slice(1);
        assert.deepEqual(row.slice(0, 4), [provider, reseller, customer, "c1"]);
        const counts = Object.values(countRecord(one).counts);
        assert.deepEqual(
          row.slice(4),
          counts.map((value) => (typeof value === "boolean" ? (value ? "Y" : "N") : String(value))),
        );
        assert.equal((await run(["verify", join(folder, DETAILED)])).status, 0);
      }),
    ),
    { numRuns: 60 },
  ));

test("vlf-pack writes no name so that it looks like a metadata line or a row", () =>
  inFolder(async (folder) => {
    const provider = "#Audit Version=9";
    await run(
      ["-o", folder],
      stream(recordsOf([{ ...first, provider, reseller: "a\u2028b", customer: "a\u0085b" }])),
    );
    const file = await readFile(join(folder, DETAILED), "utf8");
    assert.match(file, /^"#Audit Version=9","a\u2028b","a\u0085b",6197a2522f7ab2c5dbb8f2aa,/m);
  }));

test("vlf-pack sorts detailed rows by name and anonymous rows by pkid", () =>
  inFolder(async (folder) => {
    const customers = [
      { pkid: "3", provider: "P", reseller: "", customer: "A", profiles: [ownProfile(0)] },
      { pkid: "1", provider: "P", reseller: "a", customer: "A", profiles: [ownProfile(0)] },
      { pkid: "2", provider: "P", reseller: "Z", customer: "b", profiles: [ownProfile(0)] },
      { pkid: "5", provider: "O", reseller: "Z", customer: "x", profiles: [ownProfile(0)] },
      { pkid: "4", provider: "O", reseller: "Z", customer: "x", profiles: [ownProfile(0)] },
    ];
    await run(["-o", folder, ...ALL], stream(recordsOf(customers)));
    const column = async (name: string, place: number): Promise<string> =>
      parseCsv(await readFile(join(folder, name), "utf8"))
        .slice(12)
        .map((row) => row[place])
        .join();
    assert.equal(await column(DETAILED, 3), "4,5,3,2,1");
    assert.equal(await column(ANONYMOUS, 0), "1,2,3,4,5");
  }));

test("vlf-pack packs patches and adaptations, sorted, and the guide's empty shape without any", () =>
  inFolder(async (folder) => {
    const config = join(folder, "vlf.toml");
    await writeFile(config, '[models."data/Adaptation"]\nmodel = "data/Adaptation2"\nname = "title"\n');
    const input = stream([
      ...recordsOf(SAMPLE),
      instance("data/Patch", { name: "b", bundleName: "B1", description: "two", version: "2" }),
      instance("data/Patch", { name: "a" }),
      instance("data/Adaptation2", { title: "mine", description: "d" }),
    ]);
    const member = async (out: string, kind: string): Promise<string> => {
      const entries = readZip(await readFile(join(out, ZIP)));
      const entry = entries.find(({ name }) => name.includes(`_${kind}_`) && name.endsWith(".json"));
      return new TextDecoder().decode(entry?.data);
    };
    const full = join(folder, "full");
    await run(["-o", full, "--config", config], input);
    assert.deepEqual(JSON.parse(await member(full, "patch")), {
      meta: {},
      resources: [
        { name: "a", description: "" },
        { name: "b", bundle: "B1", description: "two", version: "2" },
      ],
    });
    assert.deepEqual(JSON.parse(await member(full, "adaptation_log")), {
      meta: {},
      resources: [{ name: "mine", description: "d" }],
    });
    const empty = join(folder, "empty");
    await run(["-o", empty], stream(recordsOf(SAMPLE)));
    for (const kind of ["patch", "adaptation_log"]) {
      assert.equal(await member(empty, kind), '{\n    "meta": {},\n    "resources": []\n}\n');
    }
  }));

test("vlf-pack packs no name of a customer into the archive", () =>
  inFolder(async (folder) => {
    await run(["-o", folder], stream(recordsOf(SAMPLE)));
    for (const { data } of readZip(await readFile(join(folder, ZIP)))) {
      assert.doesNotMatch(new TextDecoder().decode(data), /Customer_0|Reseller_0|Provider_0/);
    }
  }));

const [first = assert.fail("no sample"), second = assert.fail("no sample")] = SAMPLE;
const good = recordsOf([first]);
const row = countRecord(first);

/** What has to make a run fail with nothing published: the input, and what the error says. */
const REFUSED: Readonly<Record<string, [records: { type: string }[] | string, message: RegExp]>> = {
  "a count that its profiles do not make": [
    [{ ...row, counts: { ...row.counts, webex: 3 } } as { type: string }, ...profileRecords(first)],
    /pack customer "6197a2522f7ab2c5dbb8f2aa": column "webex" has 3 in the row, but its profiles make 2$/m,
  ],
  "a flag that its profiles do not make": [
    [
      { ...row, counts: { ...row.counts, public_sector: false } } as { type: string },
      ...profileRecords(first),
    ],
    /column "public_sector" has false in the row, but its profiles make true$/m,
  ],
  "a row without a column": [
    [
      {
        ...row,
        counts: Object.fromEntries(Object.entries(row.counts).filter(([id]) => id !== "vm")),
      } as { type: string },
      ...profileRecords(first),
    ],
    /column "vm" has no value in the row/,
  ],
  "a row with a column that the scheme does not have": [
    [{ ...row, counts: { ...row.counts, fax: 0 } } as { type: string }, ...profileRecords(first)],
    /column "fax" is not in scheme "voss-4"$/m,
  ],
  "a profile that is missing": [
    [row, ...profileRecords(first).slice(1)],
    /column "one_phone_and_spark" has 3 in the row, but its profiles make 0$/m,
  ],
  "profiles without a row": [
    profileRecords(first),
    /pack customer "6197a2522f7ab2c5dbb8f2aa": has license-profile records, but no "license-count"$/m,
  ],
  "two rows of a customer": [[row, ...good], /has two license-count records$/m],
  "no customer profile": [
    recordsOf([{ ...first, profiles: [] }]),
    /has 0 "customer" profiles, wanted one with count 1$/m,
  ],
  "a customer profile that counts twice": [
    recordsOf([{ ...first, profiles: [{ ...ownProfile(0), count: 2 }] }]),
    /has 1 "customer" profiles, wanted one with count 1$/m,
  ],
  "two customer profiles": [
    [...good, ...profileRecords({ ...first, profiles: [ownProfile(0)] })],
    /has 2 "customer" profiles, wanted one with count 1$/m,
  ],
  "another scheme": [
    [{ ...row, scheme: "voss-6" } as { type: string }],
    /scheme is "voss-6", wanted "voss-4"$/m,
  ],
  "another scheme in a profile": [
    [row, { ...profileRecords(first)[0], type: "license-profile", scheme: "x" } as { type: string }],
    /scheme is "x", wanted "voss-4"$/m,
  ],
  "an unknown data export": [
    [...good, { ...profileRecords(first)[0], type: "license-profile", export: "fax" } as { type: string }],
    /unknown data export "fax"$/m,
  ],
  "a fact of the wrong kind": [
    [
      ...good,
      ...profileRecords({ ...first, profiles: [subscriber({ phones: true as unknown as number }, 1)] }),
    ],
    /data export "subscriber" has a wrong "phones", wanted number$/m,
  ],
  "a stream that is cut off": [stream(good).replace(/\{"type":"end".*\n$/, ""), /without an end record$/m],
  "a stream that lost a record": [
    stream(good).split("\n").toSpliced(1, 1).join("\n"),
    /announces 1 "license-count" records, but 0 came$/m,
  ],
  "a header value that would forge lines": [
    stream(good, begin({ ...PLATFORM, deployment_mode: "x\n#License Token=forged" })),
    /write header: platform fact "deployment_mode" holds a line break or control character$/m,
  ],
  "a year that an archive cannot hold": [
    stream(good, begin(PLATFORM, "1979-12-31T23:59:00Z")),
    /the date is of the year 1979, wanted one from 1980 to 2099$/m,
  ],
};

for (const [what, [records, message]] of Object.entries(REFUSED)) {
  test(`vlf-pack refuses ${what} and publishes nothing`, () =>
    inFolder(async (folder) => {
      const input = typeof records === "string" ? records : stream(records);
      const { status, stderr, stdout } = await run(["-o", join(folder, "out")], input);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stdout, /"type":"(file|end)"/);
      assert.deepEqual(await readdir(folder), []);
    }));
}

test("vlf-pack takes facts of the platform from vlf.toml before those of the stream", () =>
  inFolder(async (folder) => {
    const config = join(folder, "vlf.toml");
    await writeFile(
      config,
      '[platform]\nhostname = "Höst/1"\nlicense_token = "T0"\nlicense_expiry = "2030-01-01"\n',
    );
    const input = stream(recordsOf(SAMPLE), begin({ provider_name: "..", hostname: "x" }));
    const { stderr } = await run(["--config", config, "-o", folder], input);
    const name = "vlf_.._H_st_1_detailed_2022-11-19_1311.csv";
    const lines = (await readFile(join(folder, name), "utf8")).split("\n");
    assert.deepEqual(lines.slice(0, 11), [
      "#OrgID=",
      "#Platform ID=",
      "#hostname=Höst/1",
      "#Provider Name=..",
      "#Software Version=",
      "#Platform Version=",
      "#Deployment Mode=",
      "#Date Time=2022-11-19 13:11",
      "#License Token=T0",
      "#License Expiry=2030-01-01",
      "#Audit Version=4.1.5",
    ]);
    const warned = [...stderr.matchAll(/warning: header: no "(\w+)" in the stream; set it in vlf\.toml/g)];
    assert.deepEqual(
      warned.map((match) => match[1]),
      ["org_id", "platform_id", "software_version", "platform_version", "deployment_mode"],
    );
  }));

test("vlf-pack names files after an unknown provider and host when it is not told, with a warning", () =>
  inFolder(async (folder) => {
    const { stderr } = await run(["-o", folder], stream(recordsOf(SAMPLE), begin({})));
    assert.ok(existsSync(join(folder, "vlf_unknown_unknown_license_2022-11-19_1311.zip")));
    assert.match(stderr, /warning: header: no "provider_name"/);
    assert.match(stderr, /warning: header: no "hostname"/);
  }));

test("vlf-pack dates the files by --now when it is given", () =>
  inFolder(async (folder) => {
    await run(["-o", folder, "--now", "2022-12-31T23:30:00-01:00"], stream(recordsOf(SAMPLE)));
    const name = "vlf_CS-P_VOSS-UN-1_detailed_2023-01-01_0030.csv";
    assert.match(await readFile(join(folder, name), "utf8"), /^#Date Time=2023-01-01 00:30$/m);
  }));

test("vlf-pack --dry-run says what it would do and does nothing", () =>
  inFolder(async (folder) => {
    const old = "vlf_P_H_license_2019-01-01_0000.zip";
    await writeFile(join(folder, old), "x");
    const { status, stderr, records } = await run(["-o", folder, "--dry-run"], stream(recordsOf(SAMPLE)));
    assert.equal(status, 0);
    assert.deepEqual(await readdir(folder), [old]);
    assert.match(stderr, new RegExp(`would write "${join(folder, ZIP)}", \\d+ bytes$`, "m"));
    assert.match(stderr, new RegExp(`would remove "${join(folder, old)}"$`, "m"));
    assert.deepEqual(
      records.map(({ type }) => type),
      ["begin", "end"],
    );
  }));

test("vlf-pack publishes all or nothing when a name is taken, and the same audit twice is no failure", () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, ZIP), "other");
    const refused = await run(["-o", folder], stream(recordsOf(SAMPLE)));
    assert.equal(refused.status, 2);
    assert.match(refused.stderr, /a file of that name with other content exists$/m);
    assert.deepEqual(await contents(folder), { [ZIP]: "other" });
    await rm(join(folder, ZIP));
    assert.equal((await run(["-o", folder], stream(recordsOf(SAMPLE)))).status, 0);
    const once = await contents(folder);
    assert.equal((await run(["-o", folder], stream(recordsOf(SAMPLE)))).status, 0);
    assert.deepEqual(await contents(folder), once);
  }));

test("vlf-pack writes its files also when nobody reads its records", () =>
  inFolder(async (folder) => {
    const stdout = {
      isTerminal: false,
      write: () => Promise.reject(new BrokenPipeError("write stdout: the reader went away")),
    };
    const { status } = await run(["-o", folder], stream(recordsOf(SAMPLE)), { stdout });
    assert.equal(status, 0);
    assert.equal((await readdir(folder)).length, 3);
  }));

test("vlf-pack publishes nothing when its records cannot be written", () =>
  inFolder(async (folder) => {
    const stdout = {
      isTerminal: false,
      write: () => Promise.reject(new ToolError("write stdout: no space left on the device (ENOSPC)")),
    };
    const { status, stderr } = await run(["-o", folder], stream(recordsOf(SAMPLE)), { stdout });
    assert.equal(status, 2);
    assert.match(stderr, /error: write stdout: no space left/);
    assert.deepEqual(await readdir(folder), []);
  }));

test("vlf-pack leaves files of two years alone but removes older ones of its own, and only those", () =>
  inFolder(async (folder) => {
    const removed = [
      "vlf_P_H_anonymous_2020-11-30_2359.csv",
      "vlf_P_H_anonymous_2020-11-30_2359.csv.hash",
      "vlf_P_H_detailed_2019-02-28_0000.csv",
      "vlf_P_H_detailed_legacy_2019-01-01_0000.csv",
      "vlf_P_H_license_detailed_2019-01-01_0000.zip",
      "vlf_P_H_license_2020-11-30_2359.zip",
    ];
    const kept = [
      "vlf_P_H_license_2020-12-01_0000.zip", // two years to the minute
      "vlf_P_H_license_2019-01-01_0000.csv",
      "vlf_P_H_license_2019-02-30_0000.zip",
      "vlf_P_H_license_2019-01-01_0000.zip.bak",
      "license_2019-01-01_0000.zip",
      "notes.txt",
    ];
    for (const name of [...removed, ...kept]) await writeFile(join(folder, name), "x");
    const link = "vlf_P_L_license_2019-01-01_0000.zip";
    await symlink("notes.txt", join(folder, link));
    const inner = "vlf_P_F_license_2019-01-01_0000.zip";
    await mkdir(join(folder, inner));
    const { stderr } = await run(["-o", folder], stream(recordsOf(SAMPLE)));
    const left = await readdir(folder);
    assert.deepEqual(left.toSorted(), [...kept, link, inner, DETAILED, `${DETAILED}.hash`, ZIP].toSorted());
    for (const name of removed) {
      assert.ok(stderr.includes(`removed "${join(folder, name)}": older than two years\n`), name);
    }
  }));

test("vlf-pack does not remove an old audit that it has just packed", () =>
  inFolder(async (folder) => {
    const input = stream(recordsOf(SAMPLE), begin(PLATFORM, "2019-01-01T00:00:00Z"));
    await run(["-o", folder], input);
    assert.equal((await readdir(folder)).length, 3);
  }));

test("vlf-pack keeps what stands when packing fails", () =>
  inFolder(async (folder) => {
    const old = "vlf_P_H_license_2019-01-01_0000.zip";
    await writeFile(join(folder, old), "x");
    assert.equal((await run(["-o", folder], "")).status, 2);
    assert.deepEqual(await readdir(folder), [old]);
  }));

test("vlf-pack removes the staging folder of a dead run", () =>
  inFolder(async (folder) => {
    const stale = join(folder, ".vlf-4194305-0123abcd.tmp"); // beyond the highest process id of Linux
    await mkdir(stale);
    await utimes(stale, new Date("2022-11-20"), new Date("2022-11-20"));
    await run(["-o", folder], stream(recordsOf(SAMPLE)));
    assert.equal(existsSync(stale), false);
  }));

test("vlf-pack takes its folder from vlf.toml, and an option before that", () =>
  inFolder(async (folder) => {
    const config = join(folder, "vlf.toml");
    await writeFile(config, `[pack]\noutput = ${JSON.stringify(join(folder, "a"))}\n`);
    await run(["--config", config], stream(recordsOf(SAMPLE)));
    await run(["--config", config, "-o", join(folder, "b")], stream(recordsOf([second])));
    assert.deepEqual((await readdir(folder)).toSorted(), ["a", "b", "vlf.toml"]);
    await writeFile(config, "[pack]\nfolder = 'a'\n");
    const { status, stderr } = await run(["--config", config], stream(recordsOf(SAMPLE)));
    assert.equal(status, 2);
    assert.match(stderr, /\[pack\] folder: wanted one of output, locale$/m);
  }));

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  test(`vlf-pack stopped by ${signal} while it writes leaves all files or none`, () =>
    inFolder(async (folder) => {
      const customers = Array.from({ length: 500 }, (_, index) => ({ ...first, pkid: `pkid-${index}` }));
      const loader = import.meta.resolve("../../../node_modules/tsx/dist/loader.mjs");
      const bin = join(import.meta.dirname, "../bin.ts");
      const child = spawn(process.execPath, ["--import", loader, bin, "-o", folder], { cwd: folder });
      const ended = once(child, "exit") as Promise<[number | null, string | null]>;
      const watcher = watch(folder, () => child.kill(signal)); // the staging folder is the first to come
      child.stdin.end(stream(recordsOf(customers)));
      const [status, died] = await ended;
      watcher.close();
      const left = (await readdir(folder)).toSorted();
      assert.ok(died === signal || status === 0, `${status} ${died}`);
      assert.deepEqual(left, left.length === 0 ? [] : [DETAILED, `${DETAILED}.hash`, ZIP]);
    }));
}

test("vlf-pack takes nothing for a month without customers but what vlf-audit found to be one", () =>
  inFolder(async (folder) => {
    const nothing = await run(["-o", folder], stream([]));
    assert.equal(nothing.status, 2);
    assert.match(nothing.stderr, /read stdin: no license-count record, nor the finding no-customer/);
    assert.deepEqual(await readdir(folder), []);
    const finding = {
      type: "finding",
      code: "no-customer",
      severity: "warning",
      message: "the input holds no customer",
      customer_pkid: "",
      count: 1,
    };
    assert.equal((await run(["-o", folder], stream([finding]))).status, 0);
    assert.ok((await readdir(folder)).includes(ZIP));
  }));
