/** Evidence: it sums to the counts, leaves nothing out, and says why. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MODELS } from "@vlf/common/models";
import type { Evidence, Instance } from "@vlf/common/records";
import { COLUMNS } from "@vlf/common/voss4";
import { Audit, type AuditResult } from "../audit.ts";
import { factReaders } from "../facts.ts";
import { randomSystem } from "../_random.ts";
import {
  azure,
  conference,
  CUSTOMER,
  deviceProfile,
  devices,
  instance,
  mailbox,
  nodes,
  phone,
  profiles,
  PROVIDER,
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
} from "../_system.ts";
import { evidenceOf } from "./evidence.ts";

interface ExplainedSystem {
  readonly evidence: readonly Evidence[];
  readonly result: AuditResult;
}

function explain(instances: readonly Instance[], allocation = 0): ExplainedSystem {
  const evidence: Evidence[] = [];
  const settings = { models: MODELS, standaloneAllocation: () => allocation };
  const audit = new Audit({
    ...settings,
    explain: (explained) => void evidence.push(...evidenceOf(explained, settings)),
  });
  for (const [index, one] of instances.entries()) audit.add(one, "test", index + 1);
  return { result: audit.finish(), evidence };
}

const countedModels = new Set(factReaders(MODELS).keys());

describe("evidence of random systems", () => {
  test("sums to the counts and the licenses of every customer", () => {
    fc.assert(
      fc.property(randomSystem(), fc.integer({ min: 0, max: 3 }), ({ nodes: own, instances }, allocation) => {
        const { evidence, result } = explain([...own, ...instances], allocation);
        for (const { count } of result.customers) {
          const ofCustomer = evidence.filter(({ customer_pkid }) => customer_pkid === count.customer_pkid);
          for (const { id, kind } of COLUMNS) {
            if (kind === "pkid") continue;
            const sum = ofCustomer
              .filter(({ column }) => column === id)
              .reduce((total, { number }) => total + number, 0);
            assert.equal(kind === "flag" ? sum > 0 : sum, count.counts[id], id);
          }
          const licenses: Record<string, number> = {
            essential: 0,
            premium: 0,
            contact_center: 0,
            hybrid: 0,
            phone_server: 0,
          };
          for (const one of ofCustomer)
            if (one.tier !== "none") licenses[one.tier] = (licenses[one.tier] ?? 0) + one.licenses;
          assert.deepEqual(licenses, count.licenses);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("names every instance of a counted model, as counted or as not counted, never as both", () => {
    fc.assert(
      fc.property(randomSystem(), ({ nodes: own, instances }) => {
        const { evidence } = explain([...own, ...instances]);
        const named = new Map<string, Set<boolean>>();
        const notCounted: string[] = [];
        for (const { counted, sources } of evidence) {
          for (const { model, pkid } of sources) {
            const key = `${model} ${pkid}`;
            named.set(key, (named.get(key) ?? new Set()).add(counted));
            if (!counted) notCounted.push(key);
          }
        }
        const all = instances.filter(({ model }) => countedModels.has(model));
        assert.deepEqual(
          [...named.keys()].toSorted(),
          all.map(({ model, pkid }) => `${model} ${pkid}`).toSorted(),
        );
        for (const [key, both] of named) assert.equal(both.size, 1, key);
        assert.equal(new Set(notCounted).size, notCounted.length, "each reason is given once");
      }),
      { numRuns: 300 },
    );
  });

  test("is the same whatever the order of input", () => {
    fc.assert(
      fc.property(
        randomSystem().chain(({ nodes: own, instances }) => {
          const all = [...own, ...instances];
          return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }));
        }),
        ([all, shuffled]) => {
          const texts = (list: readonly Instance[]): string[] =>
            explain(list).evidence.map((one) => JSON.stringify(one));
          assert.deepEqual(texts(shuffled).toSorted(), texts(all).toSorted());
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** The evidence about the one customer of `nodes()`, its own flags and sites left out. */
function evidenceFor(...instances: readonly Instance[]): readonly Evidence[] {
  return explain([...nodes(), ...instances]).evidence.filter(({ rule }) => rule !== "customer");
}

/** Why an instance is not counted, by the name of its source. */
function reasonsFor(...instances: readonly Instance[]): Record<string, string> {
  return Object.fromEntries(
    evidenceFor(...instances)
      .filter(({ counted }) => !counted)
      .map(({ sources, reasons }) => [`${sources[0]?.model} ${sources[0]?.name}`, reasons.join("; ")]),
  );
}

describe("evidence of a subscriber", () => {
  test("has column, license, rule, reasons and the instances behind each service", () => {
    const [one, ...others] = evidenceFor(
      user("anna", { mailid: "anna@x.example", ...devices("SEP1"), ...profiles("EM-anna") }),
      phone("SEP1"),
      deviceProfile("EM-anna"),
      voicemail("anna"),
      webex({ webExId: "other", email: "anna@x.example" }),
      snr("anna"),
    );
    assert.deepEqual(others, []);
    assert.ok(one !== undefined);
    const { column, title, number, tier, licenses, rule, kind, name, hierarchy, sources, reasons } = one;
    assert.deepEqual(
      { column, title, number, tier, licenses, rule, kind, name, hierarchy },
      {
        column: "one_phone_and_webex",
        title: "One Phone & WebEx",
        number: 1,
        tier: "premium",
        licenses: 1,
        rule: "subscriber",
        kind: "subscriber",
        name: "anna",
        hierarchy: SITE,
      },
    );
    assert.deepEqual(reasons, [
      "1 phone, associated or owned: sep1",
      "extension mobility: a device profile of the customer",
      "WebEx Meetings account",
      "voicemail account",
      "no Spark",
      "Single Number Reach: a remote destination profile",
    ]);
    assert.deepEqual(
      sources.map(({ model, name: of }) => `${model} ${of}`),
      [
        "device/cucm/User anna",
        "device/cucm/Phone sep1",
        "device/cucm/DeviceProfile em-anna",
        "device/cucm/RemoteDestinationProfile anna",
        "device/cuc/User anna",
        "device/webex/User other",
      ],
    );
  });

  test("is in two columns with more than ten phones, and three licenses for 25 of them", () => {
    const names = Array.from({ length: 25 }, (_, index) => `SEP${index}`);
    const found = evidenceFor(user("anna", devices(...names)), ...names.map((name) => phone(name)));
    assert.deepEqual(
      found.map(({ column, number, licenses }) => [column, number, licenses]),
      [
        ["multiple_phones", 3, 3],
        ["users_with_more_than_10_phones", 1, 0],
      ],
    );
  });
});

describe("what is not counted", () => {
  test("a CTI Port, and a Spark Remote Device beside a phone", () => {
    assert.deepEqual(
      reasonsFor(
        user("anna", devices("SEP1", "CTI1", "CSR1")),
        phone("SEP1"),
        phone("CTI1", { product: "CTI Port" }),
        phone("CSR1", { product: "Cisco Spark Remote Device" }),
      ),
      {
        "device/cucm/Phone cti1": "a CTI Port never counts (guide 1.7.2)",
        "device/cucm/Phone csr1":
          "a Cisco Spark Remote Device beside a phone of its user, or without a user (guide 1.7.2; D3)",
      },
    );
  });

  test("a disabled Teams account, and one of a person with a Cisco account", () => {
    assert.deepEqual(
      reasonsFor(
        teams("max@x.example", { ...VOICE, AccountEnabled: false }),
        teams("anna@x.example", VOICE),
        user("anna", { mailid: "anna@x.example" }),
        azure("zoe@x.example"),
        mailbox("lost@x.example"),
      ),
      {
        "device/msteamsonline/CsOnlineUser max@x.example":
          "the Teams account is disabled; not licensed for Office 365",
        "device/azureadonline/MsolUser zoe@x.example":
          "no Cisco account; a Microsoft account; no PexIP conference",
        "device/msexchangeonline/UserMailbox lost@x.example":
          "a mailbox counts only beside a Teams account of its UPN",
      },
    );
  });

  test("what is above site level, and phones of a user there", () => {
    assert.deepEqual(
      reasonsFor(user("boss", devices("SEP1"), CUSTOMER), phone("SEP1"), phone("SEP2", {}, CUSTOMER)),
      {
        "device/cucm/User boss": "above site level: only users at a site count (guide 1.7.3)",
        "device/cucm/Phone sep1": "of a user above site level, by association or as owner (D7)",
        "device/cucm/Phone sep2": "above site level: only phones at a site count (guide 1.7.3)",
      },
    );
  });

  test("what is above every customer", () => {
    assert.deepEqual(reasonsFor(phone("SEP1", {}, PROVIDER)), {
      "device/cucm/Phone sep1": `at ${PROVIDER}, above every customer: in no row (D1)`,
    });
  });

  test("an agent's user, a VOSS user, a profile that nobody uses, the mailbox of a user above site", () => {
    assert.deepEqual(
      reasonsFor(
        user("anna"),
        uccx("anna"),
        vossUser({ username: "anna" }),
        deviceProfile("EM-lost"),
        user("boss", {}, CUSTOMER),
        voicemail("boss"),
        snr("nobody"),
        uccx(""),
      ),
      {
        "device/cucm/User anna":
          "no phone; no extension mobility; no WebEx Meetings; no voicemail; no Spark; no SNR; a contact center agent: counted there, and in none of columns 2 to 17",
        "data/User anna": "a VOSS user counts only where its hybrid status is set",
        "device/cucm/DeviceProfile em-lost": "in no subscriber's list of profiles",
        "device/cucm/User boss": "above site level: only users at a site count (guide 1.7.3)",
        "device/cuc/User boss": "of a CUCM user above site level (D8)",
        "device/cucm/RemoteDestinationProfile nobody":
          "of no subscriber: its userid is no CUCM user's at site level",
        "device/uccx/Agent ": "an agent without a name counts nowhere",
      },
    );
  });

  test("flags of a customer that are not set, or not at its node", () => {
    const flags = instance("data/BaseCustomerDAT", SITE, { public_sector: true });
    const all = explain([...nodes(), flags, instance("relation/HcsCustomerREL", CUSTOMER, {})]).evidence;
    assert.deepEqual(
      all.filter(({ counted }) => !counted).map(({ sources, reasons }) => [sources[0]?.model, reasons[0]]),
      [["data/BaseCustomerDAT", "the flags of a customer are read at its own node"]],
    );
  });

  test("a Spark account counts beside its subscriber, and a conference with its owner", () => {
    const found = evidenceFor(
      user("anna@x.example"),
      spark("anna@x.example"),
      conference({ owner_email: "" }),
    );
    assert.deepEqual(
      found.map(({ column, counted, sources }) => [column, counted, sources.length]),
      [
        ["spark", true, 2],
        ["pexip_only", true, 1],
      ],
    );
  });
});

test("standalone phones within the agreed allocation need no license, and say so", () => {
  const { evidence } = explain([...nodes(), phone("SEP1"), phone("SEP2"), phone("SEP3")], 2);
  const phones = evidence.filter(({ column }) => column === "standalone_phones");
  assert.deepEqual(
    phones.map(({ name, licenses, reasons }) => [name, licenses, reasons.length]),
    [
      ["sep1", 0, 2],
      ["sep2", 0, 2],
      ["sep3", 1, 1],
    ],
  );
  assert.equal(phones[0]?.reasons[1], "within the agreed standalone allocation of 2: no license");
});
