/** A named case for every decision D1 to D16 and every rule about where an instance belongs. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  audit,
  azure,
  ccdmAgent,
  ccdmUser,
  conference,
  counted,
  CUSTOMER,
  deviceProfile,
  devices,
  found,
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

const UNDER_SITE = `${SITE}.Under`;
const under = node(UNDER_SITE, "IntermediateNode");
const REMOTE = { product: "Cisco Spark Remote Device" };

describe("where an instance belongs", () => {
  test("site level is at a site or below one", () => {
    assert.deepEqual(counted(under, user("anna", {}, UNDER_SITE)), { ucm_user: 1 });
  });

  test("an intermediate node above the site is not site level", () => {
    assert.deepEqual(counted(node(`${CUSTOMER}.Mid`, ""), user("anna", {}, `${CUSTOMER}.Mid`)), {});
  });

  test("a linked site is no site", () => {
    assert.deepEqual(counted(node(`${CUSTOMER}.L`, "LinkedSite"), user("anna", {}, `${CUSTOMER}.L`)), {});
  });

  test("Cisco services above site level count nothing", () => {
    const above = [
      phone("SEP1", {}, CUSTOMER),
      voicemail("v", CUSTOMER),
      webex({ webExId: "w" }, CUSTOMER),
      uccx("x", CUSTOMER),
      ccdmAgent("y", CUSTOMER),
    ];
    assert.deepEqual(counted(...above), {});
  });

  test("services above site level are not those of a subscriber", () => {
    const above = [
      phone("SEP1", { ownerUserName: "anna" }, CUSTOMER),
      deviceProfile("EM1", CUSTOMER),
      voicemail("anna", CUSTOMER),
      webex({ webExId: "anna" }, CUSTOMER),
      snr("anna", CUSTOMER),
      uccx("anna", CUSTOMER),
    ];
    assert.deepEqual(counted(user("anna", profiles("EM1")), ...above), { ucm_user: 1 });
  });

  test("services at another site of the customer are those of a subscriber", () => {
    assert.deepEqual(
      counted(
        user("anna"),
        phone("SEP1", { ownerUserName: "anna" }, OTHER_SITE),
        voicemail("anna", OTHER_SITE),
      ),
      { one_phone_and_vm: 1 },
    );
  });

  test("an instance belongs to the nearest customer, and joins do not cross customers", () => {
    const inner = `${SITE}.Inner`;
    const { rows } = audit([
      ...nodes(),
      node(inner, "Customer", "inner"),
      node(`${inner}.S`, "Site"),
      user("anna"),
      phone("SEP1", { ownerUserName: "anna" }, `${inner}.S`),
    ]);
    const counts = rows.map(({ customer_pkid, counts }) => [
      customer_pkid,
      counts["ucm_user"],
      counts["standalone_phones"],
      counts["site_count"],
    ]);
    assert.deepEqual(counts, [
      ["c0ffee", 1, 0, 2],
      ["inner", 0, 1, 1],
    ]);
  });

  test("a node that the input does not hold is an error finding and no site", () => {
    assert.deepEqual(counted(user("anna", {}, `${CUSTOMER}.Lost`)), {});
    assert.deepEqual(found(user("anna", {}, `${CUSTOMER}.Lost`)), { "unknown-node": 1 });
  });

  test("instances without any hierarchy are refused", () => {
    assert.throws(() => audit([user("anna")]), /no data\/HierarchyNode/);
  });

  test("two nodes at one path are refused", () => {
    assert.throws(
      () => audit([...nodes(), node(SITE, "Site", "other")]),
      /two different data\/HierarchyNode instances are at "sys\.hcs\.Prov\.Resel\.Cust\.SiteA"/,
    );
  });

  test("two customers of one pkid are refused", () => {
    assert.throws(
      () => audit([...nodes(), node(`${PROVIDER}.B`, "Customer", "c0ffee")]),
      /two customers have the pkid "c0ffee"/,
    );
  });

  test("a system without a customer is a finding", () => {
    assert.deepEqual(
      audit([node("sys", "")]).findings.map(({ code }) => code),
      ["no-customer"],
    );
  });

  test("the same instance twice counts once, with a finding", () => {
    const one = phone("SEP1");
    assert.deepEqual(counted(one, one), { standalone_phones: 1 });
    assert.deepEqual(found(one, one), { "duplicate-instance": 1 });
  });

  test("of two that differ, the one with the smaller text, whatever came first", () => {
    const [one, other] = [voicemail("zoe"), voicemail("anna")];
    const twice = [one, { ...other, pkid: one.pkid }];
    for (const order of [twice, twice.toReversed()])
      assert.deepEqual(counted(user("zoe"), ...order), { ucm_user: 1, standalone_voicemail: 1 });
  });

  test("a Spark account on the branch of any instance of a userid is the subscriber's", () => {
    const twice = [user("anna@x.example"), user("anna@x.example", {}, OTHER_SITE)];
    for (const site of [SITE, OTHER_SITE])
      assert.deepEqual(counted(...twice, spark("anna@x.example", site)), { spark: 1 });
  });

  test("an instance met at two nodes counts at one of them, whatever the order", () => {
    const one = user("anna");
    const moved = { ...one, hierarchy: OTHER_SITE, data: { userid: "bert" } };
    const phones = [
      phone("SEP1", { ownerUserName: "anna" }),
      phone("SEP2", { ownerUserName: "bert" }),
      phone("SEP3", { ownerUserName: "bert" }),
    ];
    const expected = { one_phone: 1, standalone_phones: 2 };
    assert.deepEqual(counted(one, moved, ...phones), expected);
    assert.deepEqual(counted(moved, one, ...phones), expected);
  });
});

describe("names are compared without case and surrounding blanks", () => {
  const anna = user(" Anna ", { mailid: "ANNA@x.example ", ...devices("sep1 "), ...profiles("em1") });
  for (const [name, instance, column] of [
    ["associated device", phone(" SEP1"), "one_phone"],
    ["owner", phone("SEP9", { ownerUserName: "aNNa " }), "one_phone"],
    ["device profile", deviceProfile("EM1 "), "em"],
    ["voicemail alias", voicemail("ANNA"), "vm"],
    ["WebEx id", webex({ webExId: "anna " }), "webex"],
    ["WebEx mail", webex({ email: " anna@X.example" }), "webex"],
    ["SNR user", snr("ANNA "), "snr"],
    ["Spark mail", spark("Anna@x.Example"), "spark"],
  ] as const) {
    test(name, () => assert.deepEqual(counted(anna, instance), { [column]: 1 }));
  }
});

describe("phones of a subscriber", () => {
  test("an associated device is a phone of the user", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1")), phone("SEP1")), { one_phone: 1 });
  });

  test("an owned phone is a phone of the user", () => {
    assert.deepEqual(counted(user("anna"), phone("SEP1", { ownerUserName: "anna" })), { one_phone: 1 });
  });

  test("associated and owned is one phone", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1")), phone("SEP1", { ownerUserName: "anna" })), {
      one_phone: 1,
    });
  });

  test("a name twice in the list is one phone", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1", "sep1")), phone("SEP1")), { one_phone: 1 });
  });

  test("two instances of one name are two phones", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1")), phone("SEP1"), phone("SEP1")), {
      multiple_phones: 1,
    });
  });

  test("a name without a phone counts nothing", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1", "SEP404")), phone("SEP1")), { one_phone: 1 });
  });

  test("a shared phone counts for each of its users", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1")), user("bert", devices("SEP1")), phone("SEP1")), {
      one_phone: 2,
    });
  });

  test("a phone without a name is nobody's by association", () => {
    assert.deepEqual(counted(user("anna", { associatedDevices: { device: [""] } }), phone("")), {
      ucm_user: 1,
      standalone_phones: 1,
    });
  });

  test("a CTI port is never counted", () => {
    const port = { product: "CTI Port", ownerUserName: "anna" };
    assert.deepEqual(counted(user("anna"), phone("CTI1", port)), { ucm_user: 1 });
    assert.deepEqual(counted(phone("CTI1", { product: "CTI Port" })), {});
    assert.deepEqual(counted(user("anna", devices("SEP1")), phone("SEP1"), phone("CTI1", port)), {
      one_phone: 1,
    });
  });

  test("a Spark Remote Device beside another phone is not counted", () => {
    assert.deepEqual(counted(user("anna", devices("SEP1", "SRD1")), phone("SEP1"), phone("SRD1", REMOTE)), {
      one_phone: 1,
    });
  });

  test("a Spark Remote Device beside a CTI port is the only phone", () => {
    assert.deepEqual(
      counted(
        user("anna", devices("CTI1", "SRD1")),
        phone("CTI1", { product: "CTI Port" }),
        phone("SRD1", REMOTE),
      ),
      { one_phone: 1 },
    );
  });

  test("several Spark Remote Devices alone count as one", () => {
    assert.deepEqual(
      counted(
        user("anna", devices("SRD1", "SRD2", "SRD3")),
        phone("SRD1", REMOTE),
        phone("SRD2", REMOTE),
        phone("SRD3", REMOTE),
      ),
      { one_phone: 1 },
    );
  });
});

describe("services of a subscriber", () => {
  test("a device profile of nobody counts nothing", () => {
    assert.deepEqual(counted(user("anna", profiles("EM9")), deviceProfile("EM1")), { ucm_user: 1 });
  });

  test("WebEx by the userid as mail address", () => {
    assert.deepEqual(counted(user("anna@x.example"), webex({ email: "anna@x.example" })), { webex: 1 });
  });

  test("Spark by the userid as mail address", () => {
    assert.deepEqual(counted(user("anna@x.example"), spark("anna@x.example")), { spark: 1 });
  });

  test("a user without a mail address matches no account without one", () => {
    assert.deepEqual(counted(user("anna", { mailid: "" }), spark(""), webex({ email: "" })), {
      ucm_user: 1,
      standalone_webex: 1,
      standalone_spark: 1,
    });
  });
});

describe("decisions", () => {
  test("D1: instances above every customer are in no row, with a finding per model", () => {
    const outside = [user("root", {}, PROVIDER), phone("SEP1", {}, PROVIDER), phone("SEP2", {}, "sys")];
    assert.deepEqual(counted(...outside), {});
    const { findings } = audit([...nodes(), ...outside]);
    assert.deepEqual(
      findings.map(({ code, model, count, customer_pkid }) => [code, model, count, customer_pkid]),
      [
        ["outside-customer", "device/cucm/Phone", 2, ""],
        ["outside-customer", "device/cucm/User", 1, ""],
      ],
    );
  });

  test("D2: a userid twice is one subscriber with the services of both", () => {
    const twice = [
      user("anna", devices("SEP1")),
      user("ANNA", { ...devices("SEP2"), mailid: "a@x.example" }, OTHER_SITE),
      phone("SEP1"),
      phone("SEP2"),
    ];
    assert.deepEqual(counted(...twice), { multiple_phones: 1 });
    assert.deepEqual(found(...twice), { "duplicate-userid": 1 });
  });

  test("D2: users without a userid are not one person", () => {
    assert.deepEqual(counted(user(""), user("")), { ucm_user: 2 });
    assert.deepEqual(found(user(""), user("")), { "user-without-userid": 2 });
  });

  test("D3: a Spark Remote Device without a user is no standalone phone", () => {
    assert.deepEqual(counted(phone("SRD1", REMOTE)), {});
    assert.deepEqual(found(phone("SRD1", REMOTE)), { "spark-remote-without-user": 1 });
  });

  test("D4: an agent of both contact centers is in both columns", () => {
    assert.deepEqual(counted(uccx("anna"), ccdmAgent("anna")), {
      contact_center_enterprise: 1,
      contact_center_express: 1,
    });
    assert.deepEqual(found(uccx("anna"), ccdmAgent("anna")), { "agent-in-both": 1 });
  });

  test("an agent without a name counts nowhere, with a finding", () => {
    assert.deepEqual(counted(uccx(" "), ccdmAgent("")), {});
    assert.deepEqual(found(uccx(" "), ccdmAgent("")), { "agent-without-name": 2 });
  });

  test("D5: Multiple Phones counts licenses, Users With More Than 10 Phones people", () => {
    const names = Array.from({ length: 21 }, (_, index) => `SEP${index}`);
    assert.deepEqual(counted(user("anna", devices(...names)), ...names.map((name) => phone(name))), {
      multiple_phones: 3,
      users_with_more_than_10_phones: 1,
    });
  });

  test("D6: Spark with SNR is Spark, with a finding", () => {
    const both = [user("anna@x.example"), spark("anna@x.example"), snr("anna@x.example")];
    assert.deepEqual(counted(...both), { spark: 1 });
    assert.deepEqual(found(...both), { "snr-and-spark": 1 });
  });

  test("D6: strikes only where nothing else is there", () => {
    const more = [
      user("anna@x.example"),
      spark("anna@x.example"),
      snr("anna@x.example"),
      voicemail("anna@x.example"),
    ];
    assert.deepEqual(found(...more), {});
  });

  test("D7: an owner above site level is an owner, so the phone is not standalone", () => {
    const above = [user("boss", {}, CUSTOMER), phone("SEP1", { ownerUserName: "boss" })];
    assert.deepEqual(counted(...above), {});
    assert.deepEqual(found(...above), { "phone-of-user-above-site": 1 });
  });

  test("D7: so is a user above site level with the phone associated", () => {
    assert.deepEqual(counted(user("boss", devices("SEP1"), CUSTOMER), phone("SEP1")), {});
  });

  test("D7: a user of another customer is no owner", () => {
    const { rows } = audit([
      ...nodes(),
      node(`${PROVIDER}.B`, "Customer", "b"),
      node(`${PROVIDER}.B.S`, "Site"),
      user("boss", {}, `${PROVIDER}.B.S`),
      phone("SEP1", { ownerUserName: "boss" }),
    ]);
    assert.equal(
      rows.find(({ customer_pkid }) => customer_pkid === "c0ffee")?.counts["standalone_phones"],
      1,
    );
  });

  test("D8: a user at any level of the customer keeps voicemail and WebEx from being standalone", () => {
    assert.deepEqual(
      counted(
        user("boss", { mailid: "b@x.example" }, CUSTOMER),
        voicemail("boss"),
        webex({ email: "b@x.example" }),
      ),
      {},
    );
  });

  test("D9: Spark at the customer, its user at the customer: premium", () => {
    const pair = [user("boss", { mailid: "b@x.example" }, CUSTOMER), spark("b@x.example", CUSTOMER)];
    assert.deepEqual(counted(...pair), { spark: 1 });
    assert.deepEqual(found(...pair), { "spark-of-user-above-site": 1 });
  });

  test("D9: Spark at the customer, its user at an intermediate node below: premium", () => {
    assert.deepEqual(
      counted(
        node(`${CUSTOMER}.Mid`, ""),
        user("boss@x.example", {}, `${CUSTOMER}.Mid`),
        spark("boss@x.example", CUSTOMER),
      ),
      { spark: 1 },
    );
  });

  test("D9: Spark at a site, its user at the customer: standalone", () => {
    assert.deepEqual(counted(user("boss", { mailid: "b@x.example" }, CUSTOMER), spark("b@x.example")), {
      standalone_spark: 1,
    });
  });

  test("Spark up and down the branch of a user at a site is the user's", () => {
    const anna = user("anna", { mailid: "a@x.example" });
    assert.deepEqual(counted(anna, spark("a@x.example", CUSTOMER)), { spark: 1 });
    assert.deepEqual(counted(anna, under, spark("a@x.example", UNDER_SITE)), { spark: 1 });
  });

  test("Spark at another site is not on the branch: standalone", () => {
    assert.deepEqual(counted(user("anna", { mailid: "a@x.example" }), spark("a@x.example", OTHER_SITE)), {
      ucm_user: 1,
      standalone_spark: 1,
    });
  });

  test("Spark at a site whose name begins like the user's is not on the branch", () => {
    const twin = `${SITE}2`;
    assert.deepEqual(counted(node(twin, "Site"), user("anna@x.example"), spark("anna@x.example", twin)), {
      ucm_user: 1,
      standalone_spark: 1,
    });
  });

  test("D10: an account that matches two subscribers is one account", () => {
    const shared = [
      user("a", { mailid: "m@x.example" }),
      user("b", { mailid: "m@x.example" }),
      voicemail("a"),
      voicemail("b"),
      spark("m@x.example"),
    ];
    assert.deepEqual(counted(...shared), { vm: 2, standard_users_with_spark: 1 });
  });

  test("D10: an account of a Spark column and of another subscriber is not a standard user", () => {
    const shared = [
      user("a", { mailid: "m@x.example" }),
      user("b", { mailid: "m@x.example" }),
      voicemail("b"),
      spark("m@x.example"),
    ];
    assert.deepEqual(counted(...shared), { spark: 1, vm: 1 });
  });

  test("D10: a subscriber with two accounts has both counted by account", () => {
    const two = [
      user("a@x.example", { mailid: "m@x.example" }),
      voicemail("a@x.example"),
      spark("a@x.example"),
      spark("m@x.example"),
    ];
    assert.deepEqual(counted(...two), { vm: 1, standard_users_with_spark: 2 });
  });

  test("D10: the account of an agent is a standard user", () => {
    assert.deepEqual(counted(user("a@x.example"), uccx("a@x.example"), spark("a@x.example")), {
      contact_center_express: 1,
      standard_users_with_spark: 1,
    });
  });

  for (const [name, cisco] of [
    ["userid", user("m@x.example", {}, CUSTOMER)],
    ["mailid", user("u", { mailid: "M@x.example" }, CUSTOMER)],
    ["voicemail alias", voicemail("m@x.example", CUSTOMER)],
    ["WebEx id", webex({ webExId: "m@x.example" }, CUSTOMER)],
    ["WebEx mail", webex({ email: "m@x.example" }, CUSTOMER)],
    ["UCCX agent", uccx("m@x.example", CUSTOMER)],
    ["UCCE agent", ccdmAgent("m@x.example", CUSTOMER)],
    ["UCCE user", ccdmUser("m@x.example", CUSTOMER)],
  ] as const) {
    test(`D11: a UPN that equals a ${name} is the same person`, () => {
      assert.deepEqual(counted(cisco, teams("m@x.example", VOICE)), { multi_vendor_users: 1 });
    });
  }

  test("D11: a UPN that equals a Spark mail is the same person", () => {
    assert.deepEqual(counted(spark("m@x.example", CUSTOMER), o365("m@x.example")), {
      standalone_spark: 1,
      multi_vendor_users: 1,
    });
  });

  for (const field of ["username_ms_365", "username_ms_teams"]) {
    test(`D11: a VOSS user ties its ${field} to its username`, () => {
      assert.deepEqual(
        counted(
          user("anna"),
          vossUser({ username: "anna", [field]: "m@x.example" }, CUSTOMER),
          teams("m@x.example"),
        ),
        { ucm_user: 1, multi_vendor_users: 1 },
      );
    });
  }

  test("D11: a VOSS user ties its UPN to its mail address", () => {
    const tie = vossUser({ username: "other", email: "a@x.example", username_ms_365: "m@x.example" });
    assert.deepEqual(counted(user("anna", { mailid: "a@x.example" }), tie, teams("m@x.example")), {
      ucm_user: 1,
      multi_vendor_users: 1,
    });
  });

  test("D11: without Microsoft user names the mail address stands for the UPN", () => {
    assert.deepEqual(
      counted(user("anna"), vossUser({ username: "anna", email: "m@x.example" }), teams("m@x.example")),
      { ucm_user: 1, multi_vendor_users: 1 },
    );
  });

  test("D11: with a Microsoft user name the mail address does not stand for the UPN", () => {
    const tie = vossUser({ username: "anna", email: "m@x.example", username_ms_365: "other@x.example" });
    assert.deepEqual(counted(user("anna"), tie, teams("m@x.example")), { ucm_user: 1, ms_teams_no_voice: 1 });
  });

  test("D11: a VOSS user without Cisco accounts ties to nobody", () => {
    assert.deepEqual(
      counted(
        user("anna"),
        vossUser({ username: "bert", username_ms_365: "m@x.example" }),
        teams("m@x.example"),
      ),
      { ucm_user: 1, ms_teams_no_voice: 1 },
    );
  });

  test("D11: blank names tie nobody", () => {
    assert.deepEqual(
      counted(
        user("anna", { mailid: "" }),
        vossUser({ username: "", email: "", username_ms_365: "m@x.example" }),
        teams("m@x.example"),
      ),
      { ucm_user: 1, ms_teams_no_voice: 1 },
    );
  });

  test("D12: only one of PhoneSystem and Enterprise Voice is in no column, with a finding", () => {
    const half = [
      teams("m@x.example", { ...VOICE, EnterpriseVoiceEnabled: false }),
      teams("n@x.example", { EnterpriseVoiceEnabled: true }),
    ];
    assert.deepEqual(counted(...half), {});
    assert.deepEqual(found(...half), { "teams-voice-mismatch": 2 });
  });

  test("D12: no finding for a disabled account or a person with Cisco", () => {
    const half = { EnterpriseVoiceEnabled: true };
    assert.deepEqual(
      found(
        teams("m@x.example", { ...half, AccountEnabled: false }),
        user("n@x.example"),
        teams("n@x.example", half),
      ),
      {},
    );
  });

  test("D13: only the Graph model counts for O365", () => {
    assert.deepEqual(counted(azure("m@x.example")), {});
  });

  test("D14: MS Teams & Voice is a premium license", () => {
    assert.equal(audit([...nodes(), teams("m@x.example", VOICE)]).rows[0]?.licenses.premium, 1);
  });

  test("Microsoft accounts of one UPN count once, by the one that uses most", () => {
    const low = teams("m@x.example");
    const high = teams("M@x.example", VOICE);
    const half = teams("m@x.example", { EnterpriseVoiceEnabled: true });
    const off = teams("m@x.example", { ...VOICE, AccountEnabled: false });
    assert.deepEqual(counted(off, low, half, high), { ms_teams_and_voice: 1 });
    assert.deepEqual(counted(high, half, low, off), { ms_teams_and_voice: 1 });
    assert.deepEqual(counted(half, low, off), { ms_teams_no_voice: 1 });
    assert.deepEqual(counted(o365("m@x.example", false), o365("m@x.example")), { ms_o365_no_teams: 1 });
  });

  test("Microsoft accounts without a UPN count each by itself", () => {
    assert.deepEqual(counted(teams(""), teams(""), o365(""), mailbox("")), {
      ms_teams_no_voice: 2,
      ms_o365_no_teams: 1,
    });
  });

  test("Microsoft and hybrid users count at any level of the customer", () => {
    assert.deepEqual(
      counted(
        teams("a@x.example", {}, SITE),
        o365("b@x.example", true, SITE),
        vossUser({ mvs_hybrid_status: "x" }, CUSTOMER),
      ),
      { ms_teams_no_voice: 1, ms_o365_no_teams: 1, cisco_and_ms_integrated: 1 },
    );
  });

  test("D15: any of the three Microsoft user models makes a Microsoft user", () => {
    for (const account of [teams("m@x.example"), o365("m@x.example"), azure("m@x.example")]) {
      assert.equal(counted(user("m@x.example", {}, CUSTOMER), account)["multi_vendor_users"], 1);
    }
  });

  test("D15: disabled and unlicensed accounts are accounts", () => {
    assert.equal(
      counted(user("m@x.example"), teams("m@x.example", { AccountEnabled: false }))["multi_vendor_users"],
      1,
    );
  });

  test("D15: several accounts of one vendor are one vendor", () => {
    assert.deepEqual(counted(teams("m@x.example"), o365("m@x.example"), azure("m@x.example")), {
      ms_teams_no_voice: 1,
    });
  });

  test("D15: Cisco and PexIP, Microsoft and PexIP, and all three, each once", () => {
    const people = [
      user("a@x.example"),
      conference(owned("a@x.example")),
      conference(owned("a@x.example")),
      teams("b@x.example"),
      conference(owned("b@x.example")),
      user("c@x.example"),
      teams("c@x.example"),
      conference(owned("c@x.example")),
    ];
    assert.deepEqual(counted(...people), { ucm_user: 2, ms_teams_no_voice: 1, multi_vendor_users: 3 });
  });

  test("D15: a mailbox alone makes no Microsoft user", () => {
    assert.deepEqual(counted(user("m@x.example"), mailbox("m@x.example")), { ucm_user: 1 });
  });

  for (const field of ["username", "email", "username_ms_365", "username_ms_teams"]) {
    test(`D15: the ${field} of a hybrid user is left out`, () => {
      const hybrid = vossUser({ [field]: "m@x.example", mvs_hybrid_status: "Cisco-MS" });
      assert.deepEqual(counted(user("m@x.example"), teams("m@x.example"), hybrid), {
        ucm_user: 1,
        cisco_and_ms_integrated: 1,
      });
    });
  }

  test("D15: one tied to an identifier of a hybrid user is left out", () => {
    const hybrid = vossUser({ username: "anna", mvs_hybrid_status: "Cisco-MS" });
    const tie = vossUser({ username: "anna", username_ms_365: "m@x.example" });
    assert.deepEqual(counted(user("anna"), teams("m@x.example"), hybrid, tie), {
      ucm_user: 1,
      cisco_and_ms_integrated: 1,
    });
  });

  test("D16: an owner with a Cisco or a Microsoft account is not PexIP only", () => {
    assert.equal(counted(user("p@x.example"), conference(owned("p@x.example")))["pexip_only"], undefined);
    for (const account of [
      teams("p@x.example", { AccountEnabled: false }),
      o365("p@x.example", false),
      azure("p@x.example"),
    ]) {
      assert.equal(counted(account, conference(owned("p@x.example")))["pexip_only"], undefined);
    }
  });

  test("D16: an owner tied to a Cisco account by a VOSS user is not PexIP only", () => {
    assert.deepEqual(
      counted(
        user("anna"),
        vossUser({ username: "anna", email: "p@x.example" }),
        conference(owned("p@x.example")),
      ),
      { ucm_user: 1, multi_vendor_users: 1 },
    );
  });

  test("D16: owner_email stands in where there is no primary owner", () => {
    assert.deepEqual(
      counted(
        conference({ primary_owner_email_address: " ", owner_email: "p@x.example" }),
        conference(owned("p@x.example")),
      ),
      { pexip_only: 1 },
    );
  });

  test("D16: a primary owner goes before owner_email", () => {
    assert.deepEqual(
      counted(user("anna@x.example"), conference({ ...owned("p@x.example"), owner_email: "anna@x.example" })),
      { ucm_user: 1, pexip_only: 1 },
    );
  });

  test("D16: conferences without an owner count each by itself", () => {
    assert.deepEqual(counted(conference({}), conference({ primary_owner_email_address: null })), {
      pexip_only: 2,
    });
  });

  test("phone server phones above the customer are in no row", () => {
    assert.deepEqual(counted(serverPhone(PROVIDER)), {});
    assert.deepEqual(found(serverPhone(PROVIDER)), { "outside-customer": 1 });
  });
});
