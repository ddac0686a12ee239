/** The rules of the reports on phones, profiles, ports, groups and hunt pilots, case by case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nodes, one, type One, rowsOf } from "./_system.ts";

const C = "sys.hcs.P.R.C";
const S = `${C}.S`;
const T = `${C}.T`;
const HIERARCHY = [...nodes(S, "--PRCS"), ...nodes(T, "--PRCS")];

function only(type: string, ...instances: One[]): Record<string, unknown> {
  const rows = rowsOf(type, [...HIERARCHY, ...instances]);
  assert.equal(rows.length, 1);
  return rows[0] ?? {};
}

function member(pattern: string, rest = {}): object {
  return { directoryNumber: { pattern }, ...rest };
}

const line = (index: unknown, pattern: unknown): object => ({ index, dirn: { pattern } });
const many = (node: string, dn: string): One =>
  one("e164Multiple", node, { dnNumber: dn, e164Ranges: { e164Number: "\\+44", range: "100" } });
const MEMBERS = [{ e164_number: "\\+44", e164_range: "100" }];

describe("phones", () => {
  const phone = (data: object): One => one("phone", S, { name: "SEP1", ...data });

  test("a phone with a name only has all keys, blank", () => {
    assert.deepEqual(only("phones", phone({})), {
      provider_name: "P",
      reseller_name: "R",
      customer_name: "C",
      division_name: "",
      location_name: "S",
      hierarchy: S,
      usernames: [],
      device_name: "SEP1",
      description: "",
      device_type: "",
      device_css: "",
      lines: [],
      owner_username: "",
      add_on_modules: [],
    });
  });

  test("null is blank everywhere", () => {
    const nothing = {
      description: null,
      ownerUserName: null,
      lines: null,
      addOnModules: { addOnModule: null },
    };
    assert.deepEqual(only("phones", phone(nothing)), only("phones", phone({})));
  });

  test("lines come by their index, as number or text", () => {
    const lines = { line: [line("10", "c"), line(2, "b"), line("1", "a")] };
    assert.deepEqual(only("phones", phone({ lines }))["lines"], [
      { line_order: 1, cucm_dn: "a", E164: "" },
      { line_order: 2, cucm_dn: "b", E164: "" },
      { line_order: 10, cucm_dn: "c", E164: "" },
    ]);
  });

  test("a line without a DN keeps its index, the next keeps its DN", () => {
    const lines = { line: [{ index: 1 }, line(2, "b")] };
    assert.deepEqual(only("phones", phone({ lines }))["lines"], [
      { line_order: 1, cucm_dn: "", E164: "" },
      { line_order: 2, cucm_dn: "b", E164: "" },
    ]);
  });

  test("E164Members stand in the line that has them, and in no other", () => {
    const lines = { line: [line(1, "7000"), line(2, "7001")] };
    assert.deepEqual(only("phones", phone({ lines }), many(C, "7000"))["lines"], [
      { line_order: 1, cucm_dn: "7000", E164: "\\+44", E164Members: MEMBERS },
      { line_order: 2, cucm_dn: "7001", E164: "" },
    ]);
  });

  test("a shared phone has all its users; its owner is another matter", () => {
    const users = ["zoe", "anna"].map((userid) =>
      one("cucmUser", T, { userid, associatedDevices: { device: ["SEP1"] } }),
    );
    const row = only("phones", phone({ ownerUserName: "carl" }), ...users);
    assert.deepEqual(row["usernames"], ["anna", "zoe"]);
    assert.equal(row["owner_username"], "carl");
  });

  test("modules come by position", () => {
    const modules = [3, 1, 2].map((index) => ({
      index: String(index),
      model: `m${index}`,
      loadInformation: null,
    }));
    assert.deepEqual(only("phones", phone({ addOnModules: { addOnModule: modules } }))["add_on_modules"], [
      { name: "", model: "m1", position: 1 },
      { name: "", model: "m2", position: 2 },
      { name: "", model: "m3", position: 3 },
    ]);
  });

  test("phones of every product are there, above the site as well", () => {
    const rows = rowsOf("phones", [
      ...HIERARCHY,
      one("phone", S, { name: "CTIP1", product: "CTI Port" }),
      one("phone", C, { name: "AN1", product: "Analog Phone" }),
      one("phone", "sys.hcs.P", { name: "SEP2" }),
    ]);
    assert.deepEqual(
      rows.map((row) => [row["device_name"], row["customer_name"], row["location_name"]]),
      [
        ["SEP2", "", ""],
        ["AN1", "C", ""],
        ["CTIP1", "C", "S"],
      ],
    );
  });
});

describe("extension_mobility", () => {
  const profile = (data: object): One => one("deviceProfile", S, { name: "EM1", ...data });
  const user = (userid: string): One =>
    one("cucmUser", S, { userid, phoneProfiles: { profileName: ["EM1"] } });

  test("of several users the first by name is shown", () => {
    const users = ["zoe", "anna", "mia"].map(user);
    assert.equal(only("extension_mobility", profile({}), ...users)["username"], "anna");
  });

  test("a profile without a user or lines", () => {
    const row = only("extension_mobility", profile({}));
    assert.equal(row["username"], "");
    assert.deepEqual(row["lines"], []);
  });

  test("lines have their order and their numbers", () => {
    const lines = { line: [line(2, "7001"), line(1, "7000")] };
    assert.deepEqual(only("extension_mobility", profile({ lines }), many(S, "7000"))["lines"], [
      { cucm_dn: "7000", line_order: 1, E164: "\\+44", E164Members: MEMBERS },
      { cucm_dn: "7001", line_order: 2, E164: "" },
    ]);
  });
});

for (const [type, modelId, lines] of [
  [
    "analogue_line_mgcp",
    "mgcpPort",
    (list: unknown) => ({ port: { portNumber: "3", lines: { line: list } } }),
  ],
  ["analogue_line_sccp", "sccpPort", (list: unknown) => ({ index: "3", lines: { line: list } })],
] as const) {
  describe(type, () => {
    const port = (list: unknown): One =>
      one(modelId, S, { domainName: "GW", endpoint: { name: "AN1", ...lines(list) } });

    test("the first line counts, whatever its index", () => {
      assert.equal(only(type, port([line(2, "b"), line(1, "a")]))["cucm_dn"], "b");
    });

    test("a first line without a DN is not passed over for the next", () => {
      assert.equal(only(type, port([{ index: 1 }, line(2, "b")]))["cucm_dn"], "");
    });

    test("E164Members are there with N-to-1 numbers only", () => {
      const row = only(type, port(line(1, "7000")), many(S, "7000"));
      assert.equal(row["E164"], "\\+44");
      assert.deepEqual(row["E164Members"], MEMBERS);
      assert.ok(!Object.hasOwn(only(type, port(line(1, "7000"))), "E164Members"));
    });

    test("the port is a number, given as a text", () =>
      assert.equal(only(type, port(null))["port_number"], 3));

    test("the users are those who list the port", () => {
      const user = one("cucmUser", S, { userid: "anna", associatedDevices: { device: "an1" } });
      assert.deepEqual(only(type, port(null), user)["usernames"], ["anna"]);
    });
  });
}

describe("a whole number", () => {
  const CASES: readonly (readonly [unknown, unknown])[] = [
    [7, 7],
    ["7", 7],
    ["007", 7],
    [0, 0],
    ["-1", -1],
    [null, 0],
    ["", 0],
    // Any number in the place of these would be made up.
    ["0/1", "0/1"],
    ["0x10", "0x10"],
    ["1e3", "1e3"],
    ["1.5", "1.5"],
    ["12345678901234567890", "12345678901234567890"],
  ];
  for (const [stored, shown] of CASES) {
    test(`${JSON.stringify(stored)} is ${JSON.stringify(shown)}`, () => {
      const agent = one("ccdmAgent", S, { Name: "anna", PeripheralNumber: stored });
      assert.equal(only("contact_center_enterprise", agent)["PeripheralNumber"], shown);
    });
  }
});

describe("call_pickup_group", () => {
  const group = (node: string): One => one("callPickupGroup", node, { name: "Support", pattern: "8" });
  const dn = (node: string, pattern: string, partition: string, name = "support"): One =>
    one("line", node, { pattern, routePartitionName: partition, callPickupGroupName: name });

  test("members are sorted by number and partition, lines of other groups left out", () => {
    const lines = [
      dn(S, "2", "B"),
      dn(T, "10", "A"),
      dn(S, "2", "A"),
      dn(S, "1", "A", "Sales"),
      dn(S, "3", "A", ""),
    ];
    assert.deepEqual(only("call_pickup_group", group(S), ...lines)["member"], [
      { cucm_dn: "10", partition: "A" },
      { cucm_dn: "2", partition: "A" },
      { cucm_dn: "2", partition: "B" },
    ]);
  });

  test("of two groups of one name a line is in the nearer one", () => {
    const rows = rowsOf("call_pickup_group", [
      ...HIERARCHY,
      group(S),
      group(T),
      dn(S, "1", ""),
      dn(T, "2", ""),
    ]);
    assert.deepEqual(
      rows.map((row) => row["member"]),
      [[{ cucm_dn: "1", partition: "" }], [{ cucm_dn: "2", partition: "" }]],
    );
  });

  test("a group without members has an empty list", () => {
    assert.deepEqual(only("call_pickup_group", group(S))["member"], []);
  });
});

describe("hunt_group", () => {
  const pilot = (list: unknown, node = S): One =>
    one("huntPilot", node, { pattern: "8", huntListName: list });
  const list = (groups: unknown, node = S): One =>
    one("huntList", node, { name: "HL", members: { member: groups } });
  const group = (name: string, members: unknown, node = S): One =>
    one("lineGroup", node, { name, members: { member: members } });
  const shown = (...pairs: [string, string][]): object[] =>
    pairs.map(([dn, name]) => ({ cucm_dn: dn, line_group_name: name }));

  test("line groups and members come by their selection order", () => {
    const row = only(
      "hunt_group",
      pilot("HL"),
      list([
        { lineGroupName: "G2", selectionOrder: "2" },
        { lineGroupName: "G1", selectionOrder: "1" },
      ]),
      group("G1", [member("b", { lineSelectionOrder: 1 }), member("a", { lineSelectionOrder: 0 })]),
      group("G2", member("c")),
    );
    assert.deepEqual(row["lines"], shown(["a", "G1"], ["b", "G1"], ["c", "G2"]));
  });

  test("without one they keep the order of the lists", () => {
    const row = only(
      "hunt_group",
      pilot("HL"),
      list([{ lineGroupName: "G2" }, { lineGroupName: "G1" }]),
      group("G1", [member("b"), member("a")]),
      group("G2", member("c")),
    );
    assert.deepEqual(row["lines"], shown(["c", "G2"], ["b", "G1"], ["a", "G1"]));
  });

  test("line groups are those that are near to the hunt list, not to the pilot", () => {
    const row = only(
      "hunt_group",
      pilot("HL", S),
      list([{ lineGroupName: "G" }], T),
      group("G", member("near pilot"), S),
      group("G", member("near list"), T),
    );
    assert.deepEqual(row["lines"], shown(["near list", "G"]));
  });

  for (const [title, instances] of [
    ["a hunt list", [pilot(null)]],
    ["its hunt list in the input", [pilot("HL")]],
    ["line groups in its list", [pilot("HL"), list(null)]],
    ["its line group in the input", [pilot("HL"), list([{ lineGroupName: "G" }])]],
    ["members in its group", [pilot("HL"), list([{ lineGroupName: "G" }]), group("G", null)]],
  ] as const) {
    test(`a pilot without ${title} has no lines`, () => {
      assert.deepEqual(only("hunt_group", ...instances)["lines"], []);
    });
  }

  test("a pilot at a customer has no location, and takes the customer's numbers", () => {
    const row = only("hunt_group", pilot("HL", C), many(C, "8"));
    assert.equal(row["location_name"], "");
    assert.deepEqual(row["E164Members"], MEMBERS);
  });
});
