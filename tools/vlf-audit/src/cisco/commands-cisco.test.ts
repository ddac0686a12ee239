/** Counting, joining and comparing by the schemes of Cisco, as a tool; settings, clusters and findings. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import { CISCO_SCHEMES } from "@vlf/common/cisco";
import { DEVICE_ROWS } from "@vlf/common/cisco-devices";
import { CISCO_RULES, CISCO_SETTINGS, ciscoRules } from "@vlf/common/cisco-settings";
import { parseConfig } from "@vlf/common/config";
import {
  type Instance,
  type LicenseChange,
  type SubjectChange,
  strictRecordProblem,
} from "@vlf/common/records";
import { tool } from "../cli.ts";
import { randomSystem } from "../_random.ts";
import {
  CUSTOMER,
  devices,
  nodes,
  OTHER_SITE,
  phone,
  PROVIDER,
  SITE,
  snr,
  user,
  voicemail,
} from "../_system.ts";
import { auditCisco, type CiscoCount, ENHANCED, ESSENTIAL, owned } from "./_system-cisco.ts";

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

const ALL = ["--schemes", ["voss-4", ...CISCO_SCHEMES].join(), "--jobs", "1"];

/** Runs the tool with these texts as files, and a vlf.toml where there is one. */
async function run(argv: readonly string[], texts: readonly string[], toml = "", stdin = ""): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-cisco-"));
  try {
    const files = texts.map((text, index) => {
      const path = join(folder, "abcdef".charAt(index));
      writeFileSync(path, text);
      return path;
    });
    const config = join(folder, "vlf.toml");
    writeFileSync(config, toml);
    const [command, ...options] = argv;
    const args = command === undefined || command.startsWith("-") ? argv : [command, ...files, ...options];
    const ran = await runInMemory(tool, [...args, "--config", config], { stdin: [Buffer.from(stdin)] });
    return {
      status: ran.status,
      stdout: ran.stdout,
      stderr: ran.stderr.replaceAll(`${folder}/`, ""),
      get records() {
        return ran.records; // asked for only where the output is records
      },
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function count(records: readonly { type: string }[], argv = ALL, toml = ""): Promise<string> {
  const ran = await run(argv, [], toml, streamOf(BEGIN, records));
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout;
}

const body = (text: string): string[] => text.split("\n").slice(1);

describe("merge", () => {
  test("gives the whole for any partition by customer", async () => {
    await fc.assert(
      fc.asyncProperty(
        randomSystem(60),
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        async ({ nodes: own, instances }, places) => {
          const all = [...own, ...instances];
          const customers = own.filter(({ data }) => data["node_type"] === "Customer");
          const customerOf = ({ hierarchy }: Instance): number =>
            customers.findIndex((one) => `${hierarchy}.`.startsWith(`${one.hierarchy}.`));
          const parts = [0, 1, 2].map((part) =>
            all.filter((one) => customerOf(one) < 0 || places[customerOf(one)] === part),
          );
          const counted = await Promise.all(parts.map((part) => count(part)));
          const merged = await run(["merge"], counted);
          assert.equal(merged.stderr, "");
          assert.deepEqual(body(merged.stdout), body(await count(all)));
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe("diff", () => {
  const before = streamOf(BEGIN, [...nodes(), user("anna"), ...owned("anna", ENHANCED)]);
  const after = streamOf(BEGIN, [
    ...nodes(),
    user("anna"),
    ...owned("anna", ENHANCED, ENHANCED),
    phone("SEP-lobby", { product: ESSENTIAL }),
  ]);
  test("tells who needs another license, and why", async () => {
    const { records, status } = await run(["diff", "--scheme", "cisco-ucm"], [before, after]);
    assert.equal(status, 0);
    for (const record of records) assert.equal(strictRecordProblem(record), undefined);
    const changes = records.filter(({ type }) => type === "license-change") as unknown as LicenseChange[];
    assert.deepEqual(
      changes.map(({ column, before: from, after: to, tier }) => [column, from, to, tier]),
      [
        ["enhanced_plus_by_users", 0, 1, "enhanced_plus"],
        ["enhanced_by_users", 1, 0, "enhanced"],
        ["essential_by_devices", 0, 1, "essential"],
      ],
    );
    const subjects = records.filter(({ type }) => type === "subject-change") as unknown as SubjectChange[];
    assert.deepEqual(
      subjects.map(({ change, kind, name, from, to }) => [change, kind, name, from.join(), to.join()]),
      [
        ["entered", "device", "sep-lobby", "", "essential_by_devices"],
        ["moved", "UCM user", "anna", "enhanced_by_users", "enhanced_plus_by_users"],
      ],
    );
  });
  test("compares counts as well", async () => {
    const argv = ["--schemes", "cisco-flex-2,cisco-ucm", "--jobs", "1"];
    const [old, now] = await Promise.all([before, after].map((one) => run(argv, [], "", one)));
    const { records } = await run(
      ["diff", "--scheme", "cisco-flex-2"],
      [old?.stdout ?? "", now?.stdout ?? ""],
    );
    const changes = records.filter(({ type }) => type === "license-change");
    assert.deepEqual(
      changes.map(({ column, change }) => [column, change]),
      [["common_area_by_devices", 1]],
    );
  });
});

/** The licenses of the clusters of the one customer, by `region/cluster`. */
async function clusters(toml: string, ...instances: readonly Instance[]): Promise<Record<string, unknown>> {
  const text = await count([...nodes(), ...instances], ["--scheme", "cisco-ucm", "--jobs", "1"], toml);
  const row = body(text)
    .filter((line) => line.includes('"license-count"'))
    .map((line) => JSON.parse(line) as CiscoCount)[0];
  return Object.fromEntries(
    (row?.clusters ?? []).map(({ cluster, region, licenses }) => [
      `${region}/${cluster}`,
      Object.fromEntries(Object.entries(licenses).filter(([, number]) => number > 0)),
    ]),
  );
}

describe("clusters", () => {
  const at = (_device: string): { _device: string } => ({ _device });
  const anna = [
    user("anna", at("d1")),
    phone("SEP1", { product: ENHANCED, ownerUserName: "anna", ...at("d1") }),
  ];
  test("are those of the devices that instances were read from, by pkid or by the name in the settings", async () => {
    const two = [...anna, phone("SEP2", { product: ESSENTIAL, ...at("d2") })];
    assert.deepEqual(await clusters("", ...two), { "/d1": { enhanced: 1 }, "/d2": { essential: 1 } });
    const named = '[cisco.clusters.London]\nregion = "EU"\ndevice = ["d1", "d9"]\n';
    assert.deepEqual(await clusters(named, ...two), {
      "/d2": { essential: 1 },
      "EU/London": { enhanced: 1 },
    });
  });
  test("are those of the nearest node in the settings, where an instance names no device", async () => {
    const toml = `[cisco.clusters.A]\nhierarchy = ["${CUSTOMER}"]\n[cisco.clusters.B]\nhierarchy = ["${OTHER_SITE}"]\n`;
    const two = [
      phone("SEP1", { product: ENHANCED }, SITE),
      phone("SEP2", { product: ESSENTIAL }, OTHER_SITE),
    ];
    assert.deepEqual(await clusters(toml, ...two), { "/A": { enhanced: 1 }, "/B": { essential: 1 } });
  });
  test("are one where all that is known is one", async () => {
    assert.deepEqual(await clusters("", ...anna, phone("SEP2", { product: ESSENTIAL })), {
      "/d1": { enhanced: 1, essential: 1 },
    });
  });
  test("have owners of their own: a userid in two clusters is two users", async () => {
    const both = [...anna, phone("SEP2", { product: ENHANCED, ownerUserName: "anna", ...at("d2") })];
    assert.deepEqual(await clusters("", ...both), { "/d1": { enhanced: 1 }, "/d2": { enhanced: 1 } });
  });
  test("without a name hold what nothing places among several; a user there is the owner's in the first", async () => {
    const some = [
      user("anna"),
      snr("anna"),
      phone("SEP1", { product: ENHANCED, ownerUserName: "anna", ...at("d1") }),
      phone("SEP2", { product: ESSENTIAL, ...at("d2") }),
      phone("SEP3", { product: ESSENTIAL }),
    ];
    assert.deepEqual(await clusters("", ...some), {
      "/": { essential: 1 },
      "/d1": { enhanced: 1 },
      "/d2": { essential: 1 },
    });
    const { findings } = auditCisco(["cisco-ucm"], [...nodes(), ...some]);
    assert.equal(findings.find(({ code }) => code === "cluster-unknown")?.count, 3);
  });
});

describe("findings", () => {
  const found = (...instances: readonly Instance[]): Record<string, number> =>
    Object.fromEntries(
      auditCisco(CISCO_SCHEMES, [...nodes(), ...instances])
        .findings.filter(({ code }) => !code.startsWith("agreement"))
        .map(({ code, count: number }) => [code, number ?? 0]),
    );
  const cases: Readonly<Record<string, readonly [Readonly<Record<string, number>>, ...Instance[]]>> = {
    "tell nothing of a user with a known device of its own": [{}, user("anna"), ...owned("anna", ENHANCED)],
    "tell models that the table does not have": [
      { "unknown-device-model": 2 },
      user("anna"),
      ...owned("anna", "Cisco 8841", "Cisco 7821"),
    ],
    "tell devices without an owner, and those in a list": [
      { "device-without-owner": 1, "device-associated-not-owned": 1 },
      user("anna", devices("SEP1")),
      phone("SEP1", { product: ENHANCED }),
      phone("SEP2", { product: ENHANCED }),
    ],
    "tell nothing of devices that need no license": [
      {},
      phone("CTI1", { product: "CTI Port" }),
      phone("CTI2", { product: "CTI Port", ownerUserName: "gone" }),
    ],
    "tell owners who are no users": [{ "owner-unknown": 1 }, ...owned("gone", ENHANCED, ENHANCED)],
    "tell userids that occur twice, and users without one": [
      { "duplicate-userid-in-cluster": 1, "user-without-userid-in-cluster": 1 },
      user("anna"),
      user("ANNA", {}, OTHER_SITE),
      user(""),
    ],
    "tell voicemail accounts of nobody": [{ "voicemail-without-user": 1 }, voicemail("bert")],
    "tell instances above every customer": [
      { "outside-customer": 1 },
      phone("SEP1", { product: ENHANCED }, PROVIDER),
    ],
  };
  for (const [name, [wanted, ...instances]] of Object.entries(cases))
    test(name, () => assert.deepEqual(found(...instances), wanted));

  test("name each model with its number", () => {
    const { findings } = auditCisco(
      ["cisco-ucm"],
      [...nodes(), phone("A"), phone("B"), phone("C", { product: "X" })],
    );
    assert.equal(
      findings.find(({ code }) => code === "unknown-device-model")?.message,
      'products in no row of the table of device classes, counted as enhanced: "Cisco 8841" (2), "X" (1); correct it under [cisco.devices]',
    );
  });
  test("say of an Enterprise Agreement that it has a minimum, and that it counts more than devices tell", () => {
    const tell = (eaMinimum: number): unknown[] =>
      auditCisco(["cisco-flex-3-ea"], [...nodes(), user("anna"), ...owned("anna", ENHANCED)], { eaMinimum })
        .findings.filter(({ code }) => code.startsWith("agreement"))
        .map(({ code, severity, message, count: number }) => [code, severity, number, message.slice(0, 20)]);
    assert.deepEqual(tell(1000), [
      ["agreement-below-minimum", "warning", 999, "1 Knowledge Workers,"],
      ["agreement-from-devices", "info", 1, "an Enterprise Agreem"],
    ]);
    assert.deepEqual(tell(1), [["agreement-from-devices", "info", 1, "an Enterprise Agreem"]]);
  });
});

describe("[cisco]", () => {
  test("corrects what is counted", async () => {
    const eleven = owned("anna", ...Array.from({ length: 11 }, () => "Cisco 8841"));
    const toml = '[cisco]\nextra_device = "basic"\n[cisco.devices]\n"cisco 88*" = "essential"\n';
    assert.deepEqual(await clusters(toml, user("anna"), ...eleven), { "/": { cuwl: 1, basic: 1 } });
  });
  const wrong: Readonly<Record<string, RegExp>> = {
    '[cisco]\nunknown = "x"\n': /\[cisco\] unknown: unknown key/,
    '[cisco]\nunknown_model = "gold"\n': /\[cisco\] unknown_model: wanted "essential" or "basic"/,
    '[cisco]\nknowledge_worker_by = ["em"]\n': /\[cisco\] knowledge_worker_by: wanted "snr" or/,
    '[cisco.devices]\n"Cisco 8841" = "gold"\n': /\[cisco.devices\] "Cisco 8841": wanted "essential"/,
    "[cisco]\ndevices = 1\n": /\[cisco\] devices: wanted a table/,
    '[cisco.clusters.A]\nhosts = "x"\n': /\[cisco.clusters."A"\] hosts: unknown key/,
    '[cisco.clusters.A]\ndevice = "d"\n[cisco.clusters.B]\ndevice = "d"\n':
      /"d" in one cluster only, "A" has it/,
  };
  for (const [toml, message] of Object.entries(wrong)) {
    test(`refuses ${JSON.stringify(toml)}`, async () => {
      const { status, stderr } = await run(["--scheme", "cisco-ucm"], [], toml, streamOf(BEGIN, nodes()));
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
  test("is written by --print-defaults: what is written changes nothing, and has every setting and class", async () => {
    const { stdout, status } = await run(["--print-defaults"], []);
    assert.equal(status, 0);
    assert.deepEqual(ciscoRules(parseConfig("defaults", stdout)), CISCO_RULES);
    for (const { key } of CISCO_SETTINGS) assert.match(stdout, new RegExp(`^${key} = `, "m"));
    for (const { product } of DEVICE_ROWS) assert.ok(stdout.includes(JSON.stringify(product)), product);
    const corrected = '[cisco]\nea_minimum = 5\n[cisco.clusters."L 1"]\ndevice = ["d"]\nregion = "EU"\n';
    const again = (await run(["--print-defaults"], [], corrected)).stdout;
    assert.deepEqual(ciscoRules(parseConfig("again", again)), ciscoRules(parseConfig("once", corrected)));
  });
});
