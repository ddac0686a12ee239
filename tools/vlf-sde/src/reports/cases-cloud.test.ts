/** The rules of the reports on Webex, Microsoft, Pexip and phone servers, case by case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Data } from "@vlf/common/axl";
import { nodes, one, type One, rowsOf } from "./_system.ts";

const C = "sys.hcs.P.R.C";
const S = `${C}.S`;
const HIERARCHY = [...nodes(S, "--PRCS"), ...nodes("sys.hcs.P.R.C2.S2", "--PRCS")];
const OTHER = "sys.hcs.P.R.C2.S2";

function rows(type: string, ...instances: One[]): Record<string, unknown>[] {
  return rowsOf(type, [...HIERARCHY, ...instances]);
}

function only(type: string, ...instances: One[]): Record<string, unknown> {
  const all = rows(type, ...instances);
  assert.equal(all.length, 1);
  return all[0] ?? {};
}

describe("webex_teams", () => {
  const OLD = {
    email: "a@x",
    line: "7",
    services: { meeting: { a: "true", b: null }, later: [{ c: "False" }], name: "Basic" },
  };

  test("licenses are objects or bare names", () => {
    for (const licenses of [[{ license: "A" }, { license: "B" }], ["A", "B"], { license: ["A", "B"] }]) {
      assert.deepEqual(only("webex_teams", one("sparkUser", S, { licenses }))["licenses"], [
        { license: "A" },
        { license: "B" },
      ]);
    }
  });

  test("a user of whom nothing is known has empty lists", () => {
    const { phoneNumbers, licenses, loginEnabled } = only("webex_teams", one("sparkUser", S, {}));
    assert.deepEqual([phoneNumbers, licenses, loginEnabled], [[], [], false]);
  });

  test("the older layout has what services the record has, flags as JSON has them", () => {
    const [row = {}] = rowsOf("webex_teams", [...HIERARCHY, one("sparkUser", S, OLD)], {
      webexLayout: "legacy",
    });
    assert.equal(row["line"], "7");
    assert.deepEqual(row["services"], {
      meeting: { a: true, b: false },
      later: [{ c: false }],
      name: "Basic",
    });
    assert.ok(!Object.hasOwn(row, "licenses") && !Object.hasOwn(row, "phoneNumbers"));
  });

  test("the current layout has neither line nor services", () => {
    const row = only("webex_teams", one("sparkUser", S, OLD));
    assert.ok(!Object.hasOwn(row, "line") && !Object.hasOwn(row, "services"));
  });
});

describe("webex_devices", () => {
  const device = (data: object): One => one("sparkDevice", S, { id: "d", ...data });
  const shown = (...instances: One[]): unknown[] => {
    const row = only("webex_devices", ...instances);
    return [row["workspace"], row["username"]];
  };
  const place = one("sparkPlace", C, { id: "p1", displayName: "Boardroom" });
  const person = one("sparkUser", S, { id: "u1", email: "a@x" });

  test("a device of a workspace", () =>
    assert.deepEqual(shown(device({ placeId: "p1" }), place), ["Boardroom", ""]));
  test("a device of a person", () =>
    assert.deepEqual(shown(device({ personId: "u1" }), person), ["", "a@x"]));
  test("ids that no instance has are shown", () => {
    assert.deepEqual(shown(device({ placeId: "p2", personId: "u2" }), place, person), ["p2", "u2"]);
  });
  test("the id of one that has no name is shown", () => {
    assert.deepEqual(shown(device({ personId: "u1" }), one("sparkUser", S, { id: "u1" })), ["", "u1"]);
  });
  test("a device of neither", () => assert.deepEqual(shown(device({ placeId: null })), ["", ""]));
});

describe("ms_o365", () => {
  const account = (data: object): One => one("graphUser", C, { UserPrincipalName: "a@x", ...data });

  for (const [stored, shown] of [
    [true, "Y"],
    ["True", "Y"],
    ["Y", "Y"],
    [false, "N"],
    ["N", "N"],
    [null, "N"],
  ] as const) {
    test(`is_licensed of ${JSON.stringify(stored)} is "${shown}"`, () => {
      assert.equal(only("ms_o365", account({ IsLicensed: stored }))["is_licensed"], shown);
    });
  }

  test("disabled plans are those that say Enabled is false; the key is left out without any", () => {
    const plan = (name: string, Enabled?: unknown): object => ({ ServiceName: name, Enabled });
    const plans = [plan("a", false), plan("b", "False"), plan("c", true), plan("d", null), plan("e")];
    const Licenses = [
      { AccountSkuId: "S1", ServicePlans: plans },
      { AccountSkuId: "S2", ServicePlans: [plan("f", true)] },
      { AccountSkuId: "S3" },
      "S4",
    ];
    assert.deepEqual(only("ms_o365", account({ Licenses }))["licenses"], [
      { account_sku_id: "S1", disabled_serviceplans: [{ Service_Name: "a" }, { Service_Name: "b" }] },
      { account_sku_id: "S2" },
      { account_sku_id: "S3" },
      { account_sku_id: "S4" },
    ]);
    assert.deepEqual(only("ms_o365", account({ Licenses: "" }))["licenses"], []);
  });
});

for (const [type, modelId, field, wrong] of [
  ["ms_o365", "graphUser", "username_ms_365", "username_ms_teams"],
  ["ms_teams", "teamsUser", "username_ms_teams", "username_ms_365"],
] as const) {
  describe(`${type}: the VOSS user`, () => {
    const account = one(modelId, C, { UserPrincipalName: "Anna@x" });
    const user = (data: object, node = S): One =>
      one("user", node, { username: "anna", entitlement_profile: "EP", ...data });
    const shown = (...users: One[]): unknown[] => {
      const row = only(type, account, ...users);
      return [row["username"], row["entitlement_profile"]];
    };

    test(`is the one whose ${field} names the account`, () => {
      assert.deepEqual(shown(user({ [field]: "anna@X" })), ["anna", "EP"]);
    });
    test(`is not one by ${wrong}, username or e-mail address`, () => {
      assert.deepEqual(shown(user({ [wrong]: "anna@x", email: "anna@x", username: "anna@x" })), ["", ""]);
    });
    test("is not one of another customer", () => {
      assert.deepEqual(shown(user({ [field]: "anna@x" }, OTHER)), ["", ""]);
    });
    test("is not one without a name for it, where the account has none", () => {
      const nameless = one(modelId, C, {});
      assert.equal(only(type, nameless, user({ [field]: "" }))["username"], "");
    });
  });
}

describe("ms_teams", () => {
  const teams = (data: Data): Record<string, unknown> => only("ms_teams", one("teamsUser", C, data));

  test("the policy for voicemail is that of Skype, else that of Teams", () => {
    assert.equal(teams({ HostedVoicemailPolicy: "h", OnlineVoicemailPolicy: "o" })["voicemail_policy"], "h");
    assert.equal(teams({ HostedVoicemailPolicy: null, OnlineVoicemailPolicy: "o" })["voicemail_policy"], "o");
  });

  test("the line is as stored, enterprise_voice is not written", () => {
    const row = teams({ LineURI: "tel:+4420", EnterpriseVoiceEnabled: true });
    assert.equal(row["line"], "tel:+4420");
    assert.ok(!Object.hasOwn(row, "enterprise_voice"));
  });
});

describe("ms_exchange", () => {
  const BOX = { UserPrincipalName: "a@x" };
  const sendAs = (identity: string, trustee: string, right = "SendAs"): One =>
    one("recipientPermission", C, { Identity: identity, Trustee: trustee, AccessRights: [right] });
  const details = (data: object, ...more: One[]): unknown =>
    only("ms_exchange", one("mailbox", C, { ...BOX, ...data }), ...more)["exchange_mailbox_details"];

  test("both lists are there, empty", () => {
    assert.deepEqual(details({}), { calendar_permissions: [], permissions: [] });
  });

  test("rights to the mailbox and to send as it are one entry per user, each right once", () => {
    const Permissions = [
      { User: "Zoe", AccessRights: ["FullAccess", "SendAs"] },
      { User: "bob", AccessRights: "ReadPermission" },
    ];
    const more = [sendAs("A@X", "ZOE"), sendAs("a@x", "mia"), sendAs("b@x", "eve"), sendAs("a@x", "carl")];
    assert.deepEqual(details({ Permissions }, ...more), {
      calendar_permissions: [],
      permissions: [
        { user: "Zoe", access_rights: ["FullAccess", "SendAs"] },
        { user: "bob", access_rights: ["ReadPermission"] },
        { user: "carl", access_rights: ["SendAs"] },
        { user: "mia", access_rights: ["SendAs"] },
      ],
    });
  });

  test("permissions of the calendar are as stored", () => {
    const CalendarPermissions = { User: "Default", AccessRights: ["AvailabilityOnly"] };
    assert.deepEqual(details({ CalendarPermissions }), {
      calendar_permissions: [{ user: "Default", access_rights: ["AvailabilityOnly"] }],
      permissions: [],
    });
  });
});

test("ms_o365_sku_service_plans: a unit without plans has an empty list, and no row has a hierarchy", () => {
  assert.deepEqual(only("ms_o365_sku_service_plans", one("accountSku", C, { SkuPartNumber: "S" })), {
    provider_name: "P",
    reseller_name: "R",
    customer_name: "C",
    sku_name: "S",
    service_plans: [],
  });
});

test("pexip_conference: the owner by either of its fields", () => {
  const owner = (data: Data): unknown => only("pexip_conference", one("conference", C, data))["owner_email"];
  assert.equal(owner({ primary_owner_email_address: "a@x" }), "a@x");
  assert.equal(owner({ primary_owner_email_address: null, owner_email: "b@x" }), "b@x");
});

test("voss_phone_servers: a line is one that has a name", () => {
  const data = { mac: "00:11", line1Name: "", line1Cos: "c", line2Name: "2", line2Cos: null };
  assert.deepEqual(only("voss_phone_servers", one("phoneServerPhone", S, data))["lines"], [
    { name: "2", class_of_service: "" },
  ]);
});
