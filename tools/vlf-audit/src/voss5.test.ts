/** Scheme `voss-5`: a case for every service, link, condition, definition and row. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, test } from "node:test";
import { EXPORTS5 } from "@vlf/common/voss5";
import { type Rules5, RULES5, SERVICES } from "@vlf/common/voss5-services";
import type { Instance } from "@vlf/common/records";
import { audit5, counted5, countedAbove, found5, room, webexAgent } from "./_system5.ts";
import {
  ccdmAgent,
  ccdmUser,
  conference,
  CUSTOMER,
  CUSTOMER_PKID,
  deviceProfile,
  devices,
  instance,
  mailbox,
  node,
  nodes,
  o365,
  OTHER_SITE,
  owned,
  phone,
  profiles,
  PROVIDER,
  serverPhone,
  SITE,
  snr,
  spark,
  teams,
  uccx,
  user,
  VOICE,
  voicemail,
  vossUser,
  webex,
} from "./_system.ts";
import { RULES_5 } from "./rules5/index.ts";

const ONE = { total_license_usage: 1, user_licenses: 1 };
const ANN = vossUser({ username: "Ann ", email: "Ann@x.example" });

test("the list holds every rule of the folder, each once, in the order of the kinds of profiles", () => {
  const files = readdirSync(new URL("rules5", import.meta.url))
    .filter((name) => !name.startsWith("_") && name !== "index.ts")
    .map((name) => name.replace(".ts", ""));
  assert.deepEqual(RULES_5.map(({ id }) => id).toSorted(), files.toSorted());
  assert.deepEqual(
    RULES_5.map(({ id }) => id),
    Object.keys(EXPORTS5),
  );
});

describe("services", () => {
  /** By service: accounts that make Ann a licensed user, and her column. */
  const CASES: Readonly<Record<string, { accounts: readonly Instance[]; own?: Instance; column?: string }>> =
    {
      "cisco-phone": { accounts: [user("ann", devices("SEP1")), phone("SEP1")], column: "cisco_voice_users" },
      "cisco-extension-mobility": {
        accounts: [user("ann", profiles("EM1")), deviceProfile("EM1")],
        column: "cisco_voice_users",
      },
      "cisco-snr": { accounts: [user("ann"), snr("ann")], column: "cisco_voice_users" },
      "cisco-voicemail": { accounts: [voicemail("ANN")], column: "cisco_voicemail_users" },
      "webex-meetings": { accounts: [webex({ webExId: "ann" })] },
      "webex-app": { accounts: [spark("ann@x.example")] },
      "contact-center-enterprise-agent": { accounts: [ccdmAgent("ann")] },
      "contact-center-enterprise-user": { accounts: [ccdmUser("ann")] },
      "ms-teams-voice": {
        accounts: [teams("Ann@ms.example", VOICE)],
        own: vossUser({ username: "ann", username_ms_teams: "ann@ms.example" }),
        column: "ms_teams_voice_users",
      },
      "ms-online": {
        accounts: [o365("ann@ms.example")],
        own: vossUser({ username: "ann", username_ms_365: "ann@ms.example" }),
        column: "ms_online_users",
      },
      "ms-exchange": {
        accounts: [mailbox("ann@ms.example")],
        own: vossUser({ username: "ann", username_ms_365: "ann@ms.example" }),
        column: "ms_exchange_users",
      },
      pexip: { accounts: [conference(owned("ann@x.example"))] },
    };

  test("there is a case for every service", () => {
    assert.deepEqual(
      Object.keys(CASES),
      SERVICES.map(({ id }) => id),
    );
  });

  for (const [id, { accounts, own = ANN, column }] of Object.entries(CASES)) {
    test(`${id}: makes a user licensed, and nobody without the account`, () => {
      const expected = { ...ONE, ...(column === undefined ? {} : { [column]: 1 }) };
      assert.deepEqual(counted5(own, ...accounts), expected);
      assert.deepEqual(counted5(own), {});
    });

    test(`${id}: is off where a correction says that it needs no license`, () => {
      const services = SERVICES.map((one) => (one.id === id ? { ...one, licensed: false } : one));
      const { rows } = audit5([...nodes(), own, ...accounts], { ...RULES5, services });
      assert.equal(rows[1]?.counts["user_licenses"], 0);
    });
  }

  test("several services of one user are one license", () => {
    assert.deepEqual(
      counted5(ANN, user("ann", devices("SEP1")), phone("SEP1"), voicemail("ann"), spark("ann")),
      {
        ...ONE,
        cisco_voice_users: 1,
        cisco_voicemail_users: 1,
      },
    );
  });

  test("a service at another site is the user's, one of another customer is not", () => {
    assert.deepEqual(counted5(ANN, voicemail("ann", OTHER_SITE)), { ...ONE, cisco_voicemail_users: 1 });
    const other = `${PROVIDER}.Other`;
    assert.deepEqual(counted5(ANN, node(other, "Customer", "zz"), voicemail("ann", other)), {});
  });

  test("users count above site level as well", () => {
    assert.deepEqual(counted5(vossUser({ username: "ann" }, CUSTOMER), voicemail("ann", CUSTOMER)), {
      ...ONE,
      cisco_voicemail_users: 1,
    });
  });
});

describe("links", () => {
  const LINKED: readonly (readonly [string, Instance, Instance])[] = [
    ["username_cucm before username", vossUser({ username: "x", username_cucm: "ann" }), ccdmAgent("ann")],
    ["username_cuc before username", vossUser({ username: "x", username_cuc: "ann" }), voicemail("ann")],
    ["email, of a WebEx account by its email", ANN, webex({ webExId: "other", email: "ann@x.example" })],
    ["username, of a WebEx account by its email", vossUser({ username: "a@b" }), webex({ email: "a@b" })],
    ["username, of a Webex App account", vossUser({ username: "a@b" }), spark("a@b")],
  ];
  for (const [what, own, account] of LINKED) {
    test(what, () => assert.equal(counted5(own, account)["user_licenses"], 1));
  }

  const NOT: readonly (readonly [string, Instance, Instance])[] = [
    [
      "a username that is not the one of CUCM",
      vossUser({ username: "ann", username_cucm: "x" }),
      ccdmAgent("ann"),
    ],
    [
      "a username that is not the one of Unity",
      vossUser({ username: "ann", username_cuc: "x" }),
      voicemail("ann"),
    ],
    ["the Teams name for Microsoft 365", vossUser({ username_ms_teams: "a@b" }), o365("a@b")],
    ["the Microsoft 365 name for Teams", vossUser({ username_ms_365: "a@b" }), teams("a@b", VOICE)],
    ["the Teams name for Exchange", vossUser({ username_ms_teams: "a@b" }), mailbox("a@b")],
    ["the email for Microsoft accounts", vossUser({ email: "a@b" }), o365("a@b")],
    ["the username for PexIP", vossUser({ username: "a@b" }), conference(owned("a@b"))],
    ["a blank name", vossUser({ username: "", email: "" }), spark("")],
  ];
  for (const [what, own, account] of NOT) {
    test(`no link: ${what}`, () => assert.equal(counted5(own, account)["user_licenses"], undefined));
  }
});

describe("conditions", () => {
  const TEAMS = vossUser({ username: "ann", username_ms_teams: "a@b" });
  const WITHOUT: readonly (readonly [string, readonly Instance[]])[] = [
    ["a CUCM user without phone, extension mobility and SNR", [ANN, user("ann")]],
    [
      "a CUCM user with a CTI Port alone",
      [ANN, user("ann", devices("C")), phone("C", { product: "CTI Port" })],
    ],
    ["a name in the list without a phone", [ANN, user("ann", devices("SEP1"))]],
    ["a name in the list without a device profile", [ANN, user("ann", profiles("EM1"))]],
    ["Teams that is not enabled", [TEAMS, teams("a@b", { ...VOICE, AccountEnabled: false })]],
    ["Teams without PhoneSystem", [TEAMS, teams("a@b", { ...VOICE, FeatureTypes: ["Teams"] })]],
    ["Teams without Enterprise Voice", [TEAMS, teams("a@b", { ...VOICE, EnterpriseVoiceEnabled: false })]],
    ["Microsoft 365 without a license", [vossUser({ username_ms_365: "a@b" }), o365("a@b", false)]],
  ];
  for (const [what, instances] of WITHOUT) {
    test(`no license: ${what}`, () => assert.equal(counted5(...instances)["user_licenses"], undefined));
  }

  test("a phone by ownership is a phone, and so is a Spark Remote Device alone", () => {
    assert.equal(counted5(ANN, user("ann"), phone("SEP1", { ownerUserName: "ann" }))["user_licenses"], 1);
    assert.equal(
      counted5(ANN, user("ann", devices("CSR")), phone("CSR", { product: "Cisco Spark Remote Device" }))[
        "user_licenses"
      ],
      1,
    );
  });

  test("a correction of a condition or a link counts", () => {
    const corrected = (change: object, id: string): Rules5 => ({
      ...RULES5,
      services: SERVICES.map((one) => (one.id === id ? { ...one, ...change } : one)),
    });
    const licenses = (rules: Rules5, ...instances: readonly Instance[]): unknown =>
      audit5([...nodes(), ...instances], rules).rows[1]?.counts["user_licenses"];
    assert.equal(licenses(corrected({ condition: [] }, "cisco-phone"), ANN, user("ann")), 1);
    assert.equal(
      licenses(corrected({ link: ["email"] }, "ms-online"), vossUser({ email: "a@b" }), o365("a@b")),
      1,
    );
    assert.equal(
      licenses(
        corrected({ condition: ["features"] }, "ms-teams-voice"),
        TEAMS,
        teams("a@b", { AccountEnabled: false }),
      ),
      1,
    );
  });
});

describe("devices", () => {
  const names = Array.from({ length: 11 }, (_, index) => `SEP${index}`);
  const eleven = [ANN, user("ann", devices(...names)), ...names.map((name) => phone(name))];

  test("users with more than 10 devices are counted, with one license each", () => {
    assert.deepEqual(counted5(...eleven), {
      ...ONE,
      users_with_more_than_10_devices: 1,
      cisco_voice_users: 1,
    });
    assert.deepEqual(found5(...eleven), { "more-than-10-devices": 1 });
    assert.deepEqual(counted5(...eleven.slice(0, -1)), { ...ONE, cisco_voice_users: 1 });
  });

  test("a correction makes each further ten devices one more license", () => {
    const rules = { ...RULES5, devicesPerLicense: 10 };
    const { rows, findings } = audit5([...nodes(), ...eleven], rules);
    assert.equal(rows[1]?.counts["user_licenses"], 2);
    assert.deepEqual(findings, []);
    assert.equal(audit5([...nodes(), ANN, voicemail("ann")], rules).rows[1]?.counts["user_licenses"], 1);
  });

  test("a phone of two CUCM users of one person is one device", () => {
    const both = [
      ANN,
      user("ann", devices(...names)),
      user("Ann", devices(...names)),
      ...names.slice(1).map((name) => phone(name)),
    ];
    assert.equal(counted5(...both)["users_with_more_than_10_devices"], undefined);
  });
});

describe("hybrid", () => {
  const hybrid = vossUser({ username: "ann", mvs_hybrid_status: "Cisco-MS" });

  test("is a subset of User Licenses: with a service it is in both", () => {
    assert.deepEqual(counted5(hybrid, voicemail("ann")), {
      ...ONE,
      cisco_and_ms_integrated_services: 1,
      cisco_voicemail_users: 1,
    });
    assert.deepEqual(counted5(ANN, voicemail("ann")), { ...ONE, cisco_voicemail_users: 1 });
  });

  test("without a service it is in neither, and a finding says so", () => {
    assert.deepEqual(counted5(hybrid), {});
    assert.deepEqual(found5(hybrid), { "hybrid-without-service": 1 });
  });
});

describe("beside users", () => {
  test("a phone that is nobody's is a standalone device, at any level", () => {
    const one = { total_license_usage: 1, standalone_devices: 1, cisco_standalone_phones: 1 };
    assert.deepEqual(counted5(phone("SEP1", {}, SITE)), one);
    assert.deepEqual(counted5(phone("SEP1", { ownerUserName: "gone" }, CUSTOMER)), one);
    assert.deepEqual(counted5(phone("AN1", { product: "Analog Phone" })), one);
  });

  test("no CTI Port, no Spark Remote Device, no phone that is associated or owned is standalone", () => {
    assert.deepEqual(counted5(phone("C", { product: "CTI Port" })), {});
    assert.deepEqual(counted5(phone("C", { product: "Cisco Spark Remote Device" })), {});
    assert.deepEqual(counted5(user("bob", devices("SEP1")), phone("SEP1")), {});
    assert.deepEqual(counted5(user("bob"), phone("SEP1", { ownerUserName: "bob" })), {});
  });

  test("meeting rooms are room mailboxes, phone servers their devices", () => {
    assert.deepEqual(counted5(room("r1@x.example"), room("r2@x.example")), {
      total_license_usage: 2,
      meeting_rooms: 2,
      microsoft_meeting_rooms: 2,
    });
    assert.deepEqual(counted5(serverPhone(), serverPhone(SITE)), {
      total_license_usage: 2,
      voss_phone_servers: 2,
    });
  });

  test("contact center accounts count by name, and are no service of a user", () => {
    assert.deepEqual(counted5(ANN, uccx("ann"), uccx("Ann", OTHER_SITE), uccx("bob", CUSTOMER)), {
      total_license_usage: 2,
      contact_center_express: 2,
    });
    assert.deepEqual(counted5(ANN, webexAgent("ann@x.example")), {
      total_license_usage: 1,
      contact_center_user_webex: 1,
    });
    assert.deepEqual(counted5(uccx("")), {});
    assert.deepEqual(found5(uccx(""), webexAgent("")), { "contact-center-without-name": 1 });
  });

  test("sites are nodes of type Site, without linked sites", () => {
    const { rows } = audit5([...nodes(), node(`${CUSTOMER}.L`, "LinkedSite"), node(`${CUSTOMER}.M`, "")]);
    assert.deepEqual(
      rows.map(({ counts }) => counts["sites"]),
      [0, 2],
    );
  });
});

describe("rows", () => {
  test("one per customer, and one with a blank customer pkid for what lies above them", () => {
    const { rows } = audit5([
      ...nodes(),
      vossUser({ username: "boss" }, `${PROVIDER}.Resel`),
      voicemail("boss", PROVIDER),
    ]);
    assert.deepEqual(
      rows.map((row) => [
        row.provider,
        row.reseller,
        row.customer,
        row.provider_pkid,
        row.customer_pkid,
        row.counts["user_licenses"],
      ]),
      [
        ["Prov", "", "", `n-${PROVIDER}`, "", 1],
        ["Prov", "Resel", "Cust", `n-${PROVIDER}`, CUSTOMER_PKID, 0],
      ],
    );
  });

  test("the row above customers counts what a customer's counts, and none of a customer's", () => {
    assert.deepEqual(
      countedAbove(phone("SEP1", {}, PROVIDER), room("r", `${PROVIDER}.Resel`), phone("SEP2")),
      {
        total_license_usage: 2,
        standalone_devices: 1,
        meeting_rooms: 1,
        cisco_standalone_phones: 1,
        microsoft_meeting_rooms: 1,
      },
    );
  });

  test("every provider has a row of its own", () => {
    const second = "sys.hcs.Second";
    const { rows, profiles: own } = audit5([...nodes(), node(second, "Provider", "p2"), serverPhone(second)]);
    assert.deepEqual(
      rows.map((row) => [row.provider_pkid, row.customer_pkid, row.counts["voss_phone_servers"]]),
      [
        [`n-${PROVIDER}`, "", 0],
        ["p2", "", 1],
        [`n-${PROVIDER}`, CUSTOMER_PKID, 0],
      ],
    );
    assert.deepEqual(
      own.map((one) => [one.provider_pkid, one.export]),
      [
        [`n-${PROVIDER}`, "hierarchy-row"],
        ["p2", "phone-server-device"],
        ["p2", "hierarchy-row"],
        [undefined, "hierarchy-row"],
      ],
    );
  });

  test("users at sys.hcs and above it are in no row", () => {
    assert.deepEqual(
      found5(vossUser({ username: "admin" }, "sys.hcs"), vossUser({ username: "root" }, "sys")),
      {
        "outside-provider": 2,
      },
    );
  });

  test("users of a customer that is not below sys.hcs have no license", () => {
    const instances = [
      node("sys", ""),
      node("sys.C", "Customer", "c"),
      vossUser({ username: "ann" }, "sys.C"),
      voicemail("ann", "sys.C"),
    ];
    const { rows, findings } = audit5(instances);
    assert.deepEqual(
      rows.map(({ counts }) => counts["user_licenses"]),
      [0],
    );
    assert.deepEqual(
      findings.map(({ code, count }) => [code, count]),
      [
        ["service-without-user", 1],
        ["user-not-below-hcs", 1],
      ],
    );
  });
});

test("Total License Usage is the sum of exactly six columns", () => {
  const { rows } = audit5([
    ...nodes(),
    vossUser({ username: "ann", mvs_hybrid_status: "x", username_ms_365: "a@b" }),
    voicemail("ann"),
    o365("a@b"),
    mailbox("a@b"),
    uccx("u1"),
    webexAgent("w1"),
    phone("SEP1"),
    room("r"),
    serverPhone(),
  ]);
  const row = rows[1];
  assert.deepEqual(row?.counts, {
    total_license_usage: 6,
    user_licenses: 1,
    users_with_more_than_10_devices: 0,
    contact_center_express: 1,
    cisco_and_ms_integrated_services: 1,
    contact_center_user_webex: 1,
    standalone_devices: 1,
    meeting_rooms: 1,
    voss_phone_servers: 1,
    sites: 2,
    cisco_voice_users: 0,
    cisco_voicemail_users: 1,
    cisco_standalone_phones: 1,
    microsoft_meeting_rooms: 1,
    ms_teams_voice_users: 0,
    ms_online_users: 1,
    ms_exchange_users: 1,
  });
  assert.deepEqual(row?.licenses, {
    user: 1,
    contact_center: 2,
    standalone_device: 1,
    meeting_room: 1,
    phone_server: 1,
  });
});

test("accounts with a service and no data/User are a finding, by model", () => {
  const { findings } = audit5([
    ...nodes(),
    ANN,
    user("bob", devices("SEP1")),
    phone("SEP1"),
    user("idle"),
    voicemail("ann"),
    voicemail("bob"),
    voicemail(""),
  ]);
  assert.deepEqual(
    findings.map(({ code, model, count }) => [code, model, count]),
    [
      ["service-without-user", "device/cuc/User", 2],
      ["service-without-user", "device/cucm/User", 1],
    ],
  );
});

describe("VOSS's own counts", () => {
  const counts = (data: Record<string, unknown>): Instance =>
    instance("data/LicenseAuditCounts", CUSTOMER, {
      provider_pkid: `n-${PROVIDER}`,
      customer_pkid: CUSTOMER_PKID,
      ...data,
    });
  const above = (data: Record<string, unknown>): Instance => counts({ ...data, customer_pkid: "" });
  const codes = (...instances: readonly Instance[]): unknown[] =>
    audit5([...nodes(), ...instances]).findings.map(({ code, message, customer_pkid, count }) => [
      code,
      message,
      customer_pkid,
      count,
    ]);

  test("that are ours are no finding, also where fields are missing", () => {
    assert.deepEqual(
      codes(counts({ user_licenses: 0, sites: 2 }), above({ sites: 0, meeting_rooms: "0" })),
      [],
    );
  });

  test("that differ are findings by column, of a customer or above", () => {
    assert.deepEqual(codes(counts({ user_licenses: 3, sites: 2 }), above({ uccx_user_licenses: 1 })), [
      [
        "voss-count-differs",
        'VOSS counted 1 in "Contact Center Express", we count 0 by scheme voss-5',
        "",
        1,
      ],
      [
        "voss-count-differs",
        'VOSS counted 3 in "User Licenses", we count 0 by scheme voss-5',
        CUSTOMER_PKID,
        3,
      ],
    ]);
  });

  test("that are missing, or of nobody, are findings", () => {
    assert.deepEqual(codes(counts({ customer_pkid: "gone" })), [
      ["row-without-voss-count", 'VOSS has no counts of "Prov"', "", 1],
      ["row-without-voss-count", 'VOSS has no counts of "Cust"', CUSTOMER_PKID, 1],
      ["voss-count-without-row", "VOSS counted what is no customer or provider of the input", "gone", 1],
    ]);
  });
});
