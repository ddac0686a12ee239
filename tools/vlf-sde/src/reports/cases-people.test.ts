/** The rules of the reports on subscribers, agents, FMC and hybrid users, case by case. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
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

describe("subscriber", () => {
  const ANNA = one("cucmUser", S, { userid: "anna" });
  const user = (data: object, node = S): One => one("user", node, { username: "Anna", ...data });
  const status = one("provisioningStatus", S, { username: "anna", entitlement_profile: "old" });
  const normalized = one("normalizedUser", S, { username: "anna", title: "old" });

  test("a CUCM user of whom nothing else is known has all keys, blank", () => {
    assert.deepEqual(only("subscriber", ANNA), {
      provider_name: "P",
      reseller_name: "R",
      customer_name: "C",
      division_name: "",
      location_name: "S",
      hierarchy: S,
      username: "anna",
      first_name: "",
      middle_name: "",
      last_name: "",
      email: "",
      entitlement_profile: "",
      role: "",
      credential_policy: "",
      snr: false,
      voicemail: false,
      title: "",
      department: "",
      telephone_number: "",
      pager_number: "",
      imp_enabled: false,
    });
  });

  test("21.1 and later: profile and title of the VOSS user", () => {
    const row = only(
      "subscriber",
      ANNA,
      user({ entitlement_profile: "new", title: "new" }),
      status,
      normalized,
    );
    assert.deepEqual([row["entitlement_profile"], row["title"]], ["new", "new"]);
  });

  for (const [title, users] of [
    ["19.3.4, without these fields at the VOSS user", [user({ role: "r" })]],
    ["21.1 and later, where the VOSS user has none", [user({ entitlement_profile: null, title: "" })]],
    ["without a VOSS user", []],
  ] as const) {
    test(`${title}: profile of the provisioning status, title of the normalized user`, () => {
      const row = only("subscriber", ANNA, ...users, status, normalized);
      assert.deepEqual([row["entitlement_profile"], row["title"]], ["old", "old"]);
    });
  }

  test("role and credential policy of the VOSS user, nearer nodes first, none of another customer", () => {
    const policy = (name: string): object => ({
      role: name,
      account_information: { credential_policy: name },
    });
    const found = (...users: One[]): unknown[] => {
      const row = only("subscriber", ANNA, ...users);
      return [row["role"], row["credential_policy"]];
    };
    assert.deepEqual(found(user(policy("customer"), C), user(policy("site"))), ["site", "site"]);
    assert.deepEqual(found(user(policy("customer"), C)), ["customer", "customer"]);
    assert.deepEqual(found(user(policy("other"), OTHER)), ["", ""]);
  });

  for (const [key, instance] of [
    ["snr", (node: string) => one("remoteDestinationProfile", node, { userId: { _value_1: "ANNA" } })],
    ["voicemail", (node: string) => one("voicemail", node, { Alias: " anna" })],
  ] as const) {
    test(`${key} is true with one of the same name in the customer`, () => {
      assert.equal(only("subscriber", ANNA, instance(C))[key], true);
      assert.equal(only("subscriber", ANNA, instance(OTHER))[key], false);
    });
  }

  for (const [stored, shown] of [
    ["true", true],
    ["t", false],
    ["Y", true],
    [1, true],
    ["false", false],
    [null, false],
  ] as const) {
    test(`imp_enabled of ${JSON.stringify(stored)} is ${shown}`, () => {
      const user = one("cucmUser", S, { userid: "anna", imAndPresenceEnable: stored });
      assert.equal(only("subscriber", user)["imp_enabled"], shown);
    });
  }

  test("people of Microsoft or Webex alone are no rows", () => {
    assert.deepEqual(rows("subscriber", user({}), one("teamsUser", S, {}), one("sparkUser", S, {})), []);
  });
});

describe("fmc", () => {
  for (const [title, fmc, shown] of [
    ["with a number, enabled", { mobile: "\\+447", enabled: true }, ["\\+447", true]],
    ["with a number, not enabled", { mobile: "\\+447", enabled: "false" }, ["\\+447", false]],
    ["enabled without a number", { mobile: "", enabled: "true" }, ["", true]],
    ["with neither", { mobile: "", enabled: false }, undefined],
    ["without FMC", null, undefined],
  ] as const) {
    test(`a user ${title} is ${shown === undefined ? "no" : "a"} row`, () => {
      const found = rows("fmc", one("fmcUser", S, { username: "anna", fmc }));
      const expected = shown === undefined ? [] : [["anna", ...shown]];
      assert.deepEqual(
        found.map((row) => [row["username"], row["destination"], row["fmc_enabled"]]),
        expected,
      );
    });
  }

  test("without the adaptation there are no rows", () => assert.deepEqual(rows("fmc"), []));
});

describe("hybrid", () => {
  const LINE = { line: "1", line_e164: "\\+1", line_cos: "c" };
  const user = (username: string, status: unknown, extensions: unknown = [LINE], node = S): One =>
    one("user", node, { username, mvs_hybrid_status: status, mvs_extensions: extensions });
  const old = (username: string, rest = {}, node = S): One =>
    one("multiVendorService", node, { username, serviceType: "MS-Only", line1Dn: "9", ...rest });
  const names = (...instances: One[]): unknown[] =>
    rows("hybrid", ...instances).map((row) => [row["username"], row["service_type"]]);

  test("21.1 and later: VOSS users with a hybrid status", () => {
    assert.deepEqual(names(user("anna", "Cisco-MS"), user("bob", ""), user("carl", null)), [
      ["anna", "Cisco-MS"],
    ]);
  });

  test("19.3.4: multi-vendor service data", () => {
    assert.deepEqual(names(old("anna"), user("anna", undefined)), [["anna", "MS-Only"]]);
  });

  test("a person in both is one row, that of the VOSS user", () => {
    assert.deepEqual(names(old("ANNA"), user("anna", "Cisco-MS")), [["anna", "Cisco-MS"]]);
  });

  test("a namesake at another customer is another person", () => {
    assert.deepEqual(names(old("anna"), user("anna", "Cisco-MS", [], OTHER)), [
      ["anna", "MS-Only"],
      ["anna", "Cisco-MS"],
    ]);
  });

  test("every extension is a line, one that says nothing is none", () => {
    const blank = { line: "", line_e164: null, line_cos: "" };
    const found = only("hybrid", user("anna", "Cisco-MS", [LINE, blank, { line: "2" }]));
    assert.deepEqual(found["lines"], [
      { extension: "1", e164: "\\+1", cos: "c" },
      { extension: "2", e164: "", cos: "" },
    ]);
    assert.deepEqual(only("hybrid", user("anna", "Cisco-MS", ""))["lines"], []);
  });

  test("19.3.4 has two lines, used or not", () => {
    const two = { line1E164: "\\+9", line1CoS: "c", line2Dn: "8", line2E164: "", line2CoS: null };
    assert.deepEqual(only("hybrid", old("anna", two))["lines"], [
      { extension: "9", e164: "\\+9", cos: "c" },
      { extension: "8", e164: "", cos: "" },
    ]);
    assert.equal((only("hybrid", old("anna", { line2Dn: "" }))["lines"] as unknown[]).length, 1);
  });
});

describe("contact_center_express", () => {
  test("the extension is a text, zeros in front are kept", () => {
    const row = only("contact_center_express", one("uccxAgent", S, { userID: "anna", extension: "0012" }));
    assert.deepEqual(
      [row["username"], row["userID"], row["extension"], row["autoAvailable"]],
      ["anna", "anna", "0012", false],
    );
  });
});
