/** The formats of usage: sample files made by hand, and what is wrong with others. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { runInMemory, type Ran } from "@vlf/common/_testing";
import { strictRecordProblem, type Usage } from "@vlf/common/records";
import { tool } from "../cli.ts";
import { USAGE_FORMAT_IDS } from "./ids.ts";
import { USAGE_FORMATS } from "./index.ts";
import { USAGE_SETTINGS } from "./settings.ts";

const NOW = "2026-11-23T12:00:00Z";
const SAMPLES: Readonly<Record<string, string>> = {
  "axl-totals": "axl-totals.xml",
  hcmf: "hcmf.txt",
  cssm: "cssm.csv",
  webex: "webex.json",
  avaya: "avaya.csv",
};

const sample = (format: string): Promise<Buffer> =>
  readFile(new URL(`../../fixtures/usage/${SAMPLES[format]}`, import.meta.url));

async function read(format: string, input: string | Buffer, ...argv: readonly string[]): Promise<Ran> {
  return runInMemory(tool, ["usage", "--format", format, "--now", NOW, ...argv], {
    stdin: [Buffer.from(input)],
  });
}

/** The records of a file, each as what is particular of it. */
async function usageOf(format: string, ...argv: readonly string[]): Promise<Usage[]> {
  const ran = await read(format, await sample(format), ...argv);
  assert.equal(ran.status, 0, ran.stderr);
  for (const record of ran.records) assert.equal(strictRecordProblem(record), undefined);
  return ran.records.filter(({ type }) => type === "usage") as unknown as Usage[];
}

const FIELDS = {
  type: "usage",
  vendor: "cisco",
  application: "UCM",
  customer: "",
  customer_pkid: "",
  cluster: "",
  region: "",
  subscription: "",
  license_type: "",
  license_name: "",
  quantity: 0,
  unit: "license",
  at: NOW,
  source: "",
};

test("every format has a file, a name on the command line, and a sample", () => {
  const files = readdirSync(new URL(".", import.meta.url))
    .map((name) => name.replace(/\.ts$/, ""))
    .filter((name) => USAGE_FORMAT_IDS.includes(name === "usage.test" ? "" : name));
  assert.deepEqual(files.toSorted(), [...USAGE_FORMAT_IDS].toSorted());
  assert.deepEqual(
    USAGE_FORMATS.map(({ id }) => id),
    USAGE_FORMAT_IDS,
  );
  assert.deepEqual(Object.keys(SAMPLES), USAGE_FORMAT_IDS);
});

describe("axl-totals", () => {
  test("reads names that are padded, by users and devices, and leaves out what is no type", async () => {
    const usage = await usageOf("axl-totals", "--customer", "C1", "--cluster", "cl1", "--region", "eu");
    assert.deepEqual(
      usage.map(
        ({ license_type: type, license_name: name, quantity, by_users: users, by_devices: devices }) => [
          type,
          name,
          quantity,
          users,
          devices,
        ],
      ),
      [
        ["basic", "Basic", 12, 10, 2],
        ["cuwl", "CUWL Standard", 40, 40, 0],
        ["enhanced_plus", "EnhancedPlus", 50, 50, 0],
        ["enhanced", "Enhanced", 301, 260, 41],
        ["essential", "Essential", 7, 0, 7],
        ["telepresence_room", "TelePresence Room", 3, 1, 2],
      ],
    );
    assert.deepEqual(usage[0], {
      ...FIELDS,
      customer: "C1",
      cluster: "cl1",
      region: "eu",
      license_type: "basic",
      license_name: "Basic",
      quantity: 12,
      source: "axl-totals",
      by_users: 10,
      by_devices: 2,
    });
  });
  test("reads rows as JSON, without parts", async () => {
    const { records } = await read("axl-totals", JSON.stringify([{ name: "CUWL Standard    ", value: "3" }]));
    const one = records.find(({ type }) => type === "usage");
    assert.deepEqual([one?.["license_type"], one?.["quantity"], one?.["by_users"]], ["cuwl", 3, undefined]);
    const nested = await read(
      "axl-totals",
      JSON.stringify({ return: { row: [{ name: "Basic", value: 4 }] } }),
    );
    assert.equal(nested.records.find(({ type }) => type === "usage")?.["quantity"], 4);
  });
  const body = (rows: string): string =>
    `<e:Envelope><e:Body><ns:executeSQLQueryResponse><return>${rows}</return></ns:executeSQLQueryResponse></e:Body></e:Envelope>`;
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    "no rows": [body(""), /read stdin: no rows/],
    "a row without a value": [
      body("<row><name>Basic</name></row>"),
      /read stdin:1: wanted a row with name and value/,
    ],
    "a value that is none": [
      body("<row><name>Basic</name><value>-1</value></row>"),
      /read stdin:1: the value of "Basic" is "-1", wanted a whole number from 0/,
    ],
    "a type twice": [
      body(
        "\n<row><name>CUWL</name><value>1</value></row>\n<row><name>CUWL Standard </name><value>1</value></row>",
      ),
      /read stdin:3: "cuwl" is in line 2 as well/,
    ],
    "rows within rows": [
      body("<row><name><b>x</b></name></row>"),
      /read stdin:1: row 1 holds more than columns with text/,
    ],
    "an answer that was cut off": [body("").slice(0, 80), /no whole executeSQLQueryResponse/],
    "a fault": [
      "<s:Envelope><s:Body><s:Fault><faultstring>no &lt;right&gt;</faultstring></s:Fault></s:Body></s:Envelope>",
      /AXL answered with a fault: no <right>/,
    ],
    "a document type": ["<!DOCTYPE x><x/>", /it has a document type/],
    "neither XML nor JSON": ["name,value", /neither XML nor JSON/],
    "JSON of another form": ["{}", /no list of rows/],
  };
  for (const [name, [input, message]] of Object.entries(wrong)) {
    test(`refuses ${name}`, async () => {
      const { status, stderr, stdout } = await read("axl-totals", input);
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.equal(stdout, "");
    });
  }
});

describe("hcmf", () => {
  test("reads totals of license managers as pools, and what each customer uses on its clusters", async () => {
    const usage = await usageOf("hcmf");
    const common = { ...FIELDS, source: "hcmf" };
    assert.deepEqual(usage, [
      {
        ...common,
        license_type: "foundation",
        license_name: "Foundation",
        quantity: 2,
        pool: "plm1.example",
        entitled: 46_000,
        status: "VALID",
      },
      {
        ...common,
        subscription: "1000",
        license_type: "essential",
        license_name: "Essential",
        pool: "va1@sa.example",
        entitled: 56_000,
        status: "In Compliance",
      },
      {
        ...common,
        application: "CUC",
        license_type: "basic_messaging",
        license_name: "BasicMessaging",
        quantity: 120,
        pool: "plm1.example",
        entitled: 100,
        status: "NON COMPLIANT",
      },
      ...["C1", "C2"].map((customer, index) => ({
        ...common,
        customer,
        cluster: `200.2.1.1${index + 1}`,
        license_type: "foundation",
        license_name: "Foundation",
        quantity: 1,
      })),
    ]);
  });
  test("says what it leaves out", async () => {
    const { stderr } = await read("hcmf", await sample("hcmf"));
    assert.match(stderr, /left out of stdin: 1 lines of sites, which are parts of their customers/);
  });
  const within = (line: string): string =>
    `other\n|LICENSESUMMARYSTART|\n${line}\n|LICENSESUMMARYEND|\nother\n`;
  const good = "|SUMMARY|CUSTLICENSEINFO|p|~|~|C1|HUCM|10.0.0.1|HUCM_Basic|1|";
  const wrong: Readonly<Record<string, readonly [string, RegExp]>> = {
    "a file without a summary": ["x\n", /read stdin: no \|LICENSESUMMARYSTART\|/],
    "a summary that was cut off": [
      `|LICENSESUMMARYSTART|\n${good}\n`,
      /no \|LICENSESUMMARYEND\|: the file was cut off/,
    ],
    "a line without pipes": [within("SUMMARY"), /read stdin:3: no line of fields between pipes/],
    "a line of another kind": [
      within("|SUMMARY|X|"),
      /read stdin:3: "SUMMARY\|X" is no line of a license summary/,
    ],
    "a line of another length": [
      within("|SUMMARY|PLMINFO|p|HUCM|"),
      /read stdin:3: PLMINFO with 2 fields, wanted 8/,
    ],
    "a count that is none": [within(good.replace("|1|", "|one|")), /read stdin:3: the count is "one"/],
    "a customer without a name": [within(good.replace("C1", "~")), /read stdin:3: no customer/],
    "the same line twice": [
      within(`${good}\n${good}`),
      /read stdin:4: "p, C1, 10.0.0.1, Basic" is in line 3 as well/,
    ],
    "numbers that do not fit": [
      within("|SUMMARY|PLMINFO|p|HUCM|10|HUCM_Basic|5|2|2|VALID|"),
      /read stdin:3: 5 installed and 2 required, but "2" available/,
    ],
  };
  for (const [name, [input, message]] of Object.entries(wrong)) {
    test(`refuses ${name}`, async () => {
      const { status, stderr } = await read("hcmf", input);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});

describe("cssm", () => {
  test("reads the list of a virtual account", async () => {
    const usage = await usageOf("cssm");
    const common = { ...FIELDS, source: "cssm", pool: "VA-1" };
    assert.deepEqual(usage, [
      {
        ...common,
        license_type: "cuwl",
        license_name: "UC Manager CUWL License (12.X)",
        quantity: 10,
        entitled: 100,
      },
      {
        ...common,
        license_type: "enhanced_plus",
        license_name: "UC Manager Enhanced Plus License (12.X)",
        quantity: 50,
        entitled: 0,
        status: "Insufficient Licenses",
      },
      {
        ...common,
        application: "",
        license_type: "Expressway, Rich Media",
        license_name: "Expressway, Rich Media",
        quantity: 5,
        entitled: 5,
      },
    ]);
  });
  test("takes the account from the command line, and the names of columns and types from the settings", async () => {
    const folder = await mkdtemp(join(tmpdir(), "vlf-usage-"));
    const config = join(folder, "vlf.toml");
    await writeFile(
      config,
      '[usage.cssm]\nlicense = "Licencia"\nused = ["En uso"]\n[usage.types]\n"o-R o" = "gold"\n',
    );
    const input = "Licencia;En uso\nUC Manager Oro License;3\n";
    const ran = await read("cssm", input, "--pool", "VA-9", "--config", config);
    await rm(folder, { recursive: true });
    const one = ran.records.find(({ type }) => type === "usage");
    assert.deepEqual([one?.["pool"], one?.["quantity"], one?.["license_type"]], ["VA-9", 3, "gold"]);
  });
  test("refuses a file without its columns, and says where to name them", async () => {
    const { status, stderr } = await read("cssm", "Licence,Used\n");
    assert.equal(status, 2);
    assert.match(stderr, /read stdin:1: no column "License" or "License Name", found "Licence", "Used"/);
    assert.match(stderr, /hint: say what it is called in vlf.toml: \[usage.cssm\] license = "..."/);
  });
  for (const [name, input, message] of [
    ["a wrong number", "License,In Use\nX,\n", /read stdin:2: the number in use is "", wanted/],
    ["a license twice", "License,In Use\nX,1\nX,1\n", /read stdin:3: "CSSM, X" is in line 2 as well/],
    ["a row with more cells", "License,In Use\nX,1,2\n", /read stdin:2: 3 cells, wanted 2/],
    ["quotes that do not match", 'License,In Use\n"X,1\n', /read stdin:\d: not CSV/],
    ["an empty file", "", /read stdin: empty, wanted a line of column names/],
  ] as const) {
    test(`refuses ${name}`, async () => {
      const { status, stderr } = await read("cssm", input);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});

describe("webex", () => {
  test("reads licenses, those that are used beyond their number too, and leaves out hybrid ones", async () => {
    const common = { ...FIELDS, application: "Webex", source: "webex", subscription: "Sub100448" };
    assert.deepEqual(await usageOf("webex"), [
      {
        ...common,
        license_type: "Webex Calling - Professional",
        license_name: "Webex Calling - Professional",
        quantity: 87,
        entitled: 100,
        by_users: 80,
        by_devices: 7,
      },
      {
        ...common,
        cluster: "site1.webex.example",
        license_type: "Webex Meetings",
        license_name: "Webex Meetings",
        quantity: 61,
        entitled: 50,
      },
    ]);
    const { stderr } = await read("webex", await sample("webex"));
    assert.match(
      stderr,
      /left out of stdin: item 3: "Hybrid Calendar", since "Hybrid" licenses always read 1 of 0/,
    );
  });
  for (const [name, input, message] of [
    ["no JSON", "<x>", /read stdin: not JSON/],
    ["another answer", "[]", /read stdin: no list "items"/],
    ["an item that is none", '{"items":[1]}', /item 1: wanted an object/],
    ["an item without a name", '{"items":[{"consumedUnits":1}]}', /item 1: no "name"/],
    ["an item without its number", '{"items":[{"name":"X"}]}', /item 1: "X" has a wrong "consumedUnits"/],
  ] as const) {
    test(`refuses ${name}`, async () => {
      const { status, stderr } = await read("webex", input);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});

describe("avaya", () => {
  test("reads a day as its beginning in UTC, and a time with a zone", async () => {
    const usage = await usageOf("avaya", "--customer", "Acme", "--customer-pkid", "p1");
    assert.deepEqual(
      usage.map(({ application, license_type: type, quantity, unit, at }) => [
        application,
        type,
        quantity,
        unit,
        at,
      ]),
      [
        ["Communication Manager", "Core Users", 118, "Core Users", "2026-11-01T00:00:00Z"],
        ["Experience Portal", "Ports", 40, "Ports", "2026-11-01T00:00:00Z"],
        ["Communication Manager", "Core Users", 121, "Core Users", "2026-11-02T01:00:00Z"],
      ],
    );
    for (const one of usage) {
      assert.deepEqual(
        [one.vendor, one.customer, one.customer_pkid, one.subscription, one.pool],
        ["avaya", "Acme", "p1", "S-77", undefined],
      );
    }
  });
  for (const [name, row, message] of [
    [
      "a date without a zone",
      "2026-11-01 02:00,A,M,1",
      /read stdin:2: the date is "2026-11-01 02:00", wanted a day, or a time with a zone/,
    ],
    ["a day that there is not", "2026-02-30,A,M,1", /the date is "2026-02-30"/],
    [
      "a negative value",
      "2026-11-01,A,M,-1",
      /read stdin:2: the value is "-1", wanted a whole number from 0/,
    ],
    ["no metric", "2026-11-01,A,,1", /read stdin:2: no application or no metric/],
    [
      "a row twice",
      "2026-11-01,A,M,1\n2026-11-01,A,M,2",
      /read stdin:3: "2026-11-01T00:00:00Z, A, M" is in line 2 as well/,
    ],
  ] as const) {
    test(`refuses ${name}`, async () => {
      const { status, stderr } = await read("avaya", `date,application,metric,value\n${row}\n`);
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});

describe("vlf-collect usage", () => {
  test("takes its time from --collected-at, and says so in the begin record", async () => {
    const ran = await read("hcmf", await sample("hcmf"), "--collected-at", "2026-11-01T04:00:00+01:00");
    const times = ran.records.filter(({ type }) => type === "usage").map(({ at }) => at);
    assert.deepEqual([...new Set(times)], ["2026-11-01T03:00:00Z"]);
    assert.equal(ran.records[0]?.["collected_at"], "2026-11-01T03:00:00Z");
    assert.equal(ran.records.at(-1)?.type, "end");
  });
  test("gives the same bytes for the same input", async () => {
    const [one, other] = [await read("cssm", await sample("cssm")), await read("cssm", await sample("cssm"))];
    assert.equal(one.stdout, other.stdout);
  });
  test("wants a format that there is", async () => {
    const none = await runInMemory(tool, ["usage"], {});
    assert.match(none.stderr, /usage wants --format, one of axl-totals, hcmf, cssm, webex, avaya/);
    const other = await runInMemory(tool, ["usage", "--format", "x"], {});
    assert.match(other.stderr, /--format is "x", wanted axl-totals, hcmf, cssm, webex, avaya/);
  });
  test("refuses what is not UTF-8, and a file that is not there", async () => {
    const { stderr } = await read("hcmf", Buffer.from([0xff, 0xfe]));
    assert.match(stderr, /read stdin: not UTF-8/);
    const gone = await runInMemory(tool, ["usage", "--format", "hcmf", "/no/such/file"], {});
    assert.match(gone.stderr, /read \/no\/such\/file: no such file or folder/);
  });
  test("writes its settings with --print-defaults", async () => {
    const { stdout, status } = await runInMemory(tool, ["usage", "--print-defaults"], {});
    assert.equal(status, 0);
    for (const names of Object.values(USAGE_SETTINGS.cssm)) assert.ok(stdout.includes(JSON.stringify(names)));
  });
});
