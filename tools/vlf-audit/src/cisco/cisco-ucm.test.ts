/** What Unified CM itself wants: a case for every rule of its licensing chapter, and for what it leaves open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { deviceProfile, devices, phone, profiles, snr, SITE, CUSTOMER, user, voicemail } from "../_system.ts";
import { BASIC, ENHANCED, ESSENTIAL, needs, owned, ROOM } from "./_system-cisco.ts";

const ucm = (...instances: readonly Instance[]): Record<string, number> => needs("cisco-ucm", instances);
const anna = user("anna");
const many = (number: number, product: string = ENHANCED): Instance[] =>
  owned("anna", ...Array.from({ length: number }, () => product));

describe("a user of Unified CM", () => {
  test("needs nothing without a device", () => assert.deepEqual(ucm(anna), {}));
  test("needs Basic with SNR alone", () => assert.deepEqual(ucm(anna, snr("Anna ")), { basic: 1 }));
  test("needs Basic with an Essential device and SNR", () =>
    assert.deepEqual(ucm(anna, snr("anna"), ...owned("anna", ESSENTIAL)), { basic: 1 }));
  test("needs Essential with an Essential device", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ESSENTIAL)), { essential: 1 }));
  test("needs Basic with a Basic device, SNR or not", () => {
    assert.deepEqual(ucm(anna, ...owned("anna", BASIC)), { basic: 1 });
    assert.deepEqual(ucm(anna, snr("anna"), ...owned("anna", BASIC)), { basic: 1 });
  });
  test("needs Enhanced with an EX60 and SNR", () =>
    assert.deepEqual(ucm(anna, snr("anna"), ...owned("anna", "Cisco TelePresence EX60")), { enhanced: 1 }));
  for (const [number, wanted] of [
    [1, { enhanced: 1 }],
    [2, { enhanced_plus: 1 }],
    [3, { cuwl: 1 }],
    [10, { cuwl: 1 }],
    [11, { cuwl: 1, enhanced: 1 }],
    [13, { cuwl: 1, enhanced: 3 }],
  ] as const) {
    test(`with ${number} Enhanced devices needs ${JSON.stringify(wanted)}`, () =>
      assert.deepEqual(ucm(anna, ...many(number)), wanted));
  }
  test("needs Enhanced Plus with two devices, whatever they are", () =>
    assert.deepEqual(ucm(anna, ...many(2, ESSENTIAL)), { enhanced_plus: 1 }));
  test("keeps the devices of the highest class within ten, so that the eleventh costs least", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ESSENTIAL, ...Array.from({ length: 10 }, () => ENHANCED))), {
      cuwl: 1,
      essential: 1,
    }));
  test("has the type of the eleventh device from the settings", () =>
    assert.deepEqual(needs("cisco-ucm", [anna, ...many(12)], { extraDevice: "cuwl" }), { cuwl: 3 }));
  test("needs nothing for extension mobility or voicemail", () =>
    assert.deepEqual(ucm(user("anna", profiles("EM1")), deviceProfile("EM1"), voicemail("anna")), {}));
  test("gets no device by its list of devices: only OwnerUserID counts", () => {
    const listed = user("anna", devices("SEP1", "SEP2"));
    assert.deepEqual(ucm(listed, phone("SEP1", { product: ENHANCED }), phone("SEP2", { product: BASIC })), {
      enhanced: 1,
      basic: 1,
    });
  });
  test("owns by userid in any case, at any level of the customer", () =>
    assert.deepEqual(
      ucm(
        user("Anna", {}, CUSTOMER),
        phone("SEP1", { product: ENHANCED, ownerUserName: "ANNA" }),
        phone("SEP2", { product: ENHANCED, ownerUserName: "anna" }, CUSTOMER),
      ),
      { enhanced_plus: 1 },
    ));
  test("is one user where the userid occurs twice in a cluster", () =>
    assert.deepEqual(ucm(anna, user("anna", {}, CUSTOMER), ...many(2)), { enhanced_plus: 1 }));
  test("is one user with SNR where the userid occurs twice in a cluster", () =>
    assert.deepEqual(ucm(anna, user("ANNA", {}, CUSTOMER), snr("anna")), { basic: 1 }));
  test("is a user also where the owner's instance is missing", () =>
    assert.deepEqual(ucm(...many(2)), { enhanced_plus: 1 }));
  test("is nobody's owner without a userid", () =>
    assert.deepEqual(ucm(user(""), phone("SEP1", { product: BASIC, ownerUserName: "" })), { basic: 1 }));
});

describe("a TelePresence device", () => {
  test("and a phone of the same owner are one TelePresence Room", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ROOM, ENHANCED)), { telepresence_room: 1 }));
  test("and a phone of another owner are TelePresence Room and Enhanced", () =>
    assert.deepEqual(ucm(anna, user("bert"), ...owned("anna", ROOM), ...owned("bert", ENHANCED)), {
      telepresence_room: 1,
      enhanced: 1,
    }));
  test("and a phone, both without an owner, are TelePresence Room and Enhanced", () =>
    assert.deepEqual(ucm(phone("R1", { product: ROOM }), phone("P1", { product: ENHANCED })), {
      telepresence_room: 1,
      enhanced: 1,
    }));
  test("without an owner beside an owned phone is TelePresence Room and Enhanced", () =>
    assert.deepEqual(ucm(anna, phone("R1", { product: ROOM }), ...many(1)), {
      telepresence_room: 1,
      enhanced: 1,
    }));
  test("covers one phone, that of the highest class", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ROOM, ENHANCED, ESSENTIAL)), {
      telepresence_room: 1,
      essential: 1,
    }));
  test("of a user with SNR needs nothing more", () =>
    assert.deepEqual(ucm(anna, snr("anna"), ...owned("anna", ROOM)), { telepresence_room: 1 }));
  test("counts each, and covers a phone each", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ROOM, ROOM, ENHANCED, ENHANCED, BASIC)), {
      telepresence_room: 2,
      basic: 1,
    }));
});

describe("a device", () => {
  for (const [product, wanted] of [
    [ESSENTIAL, { essential: 1 }],
    ["Analog Phone", { essential: 1 }],
    [" cisco ata 187 ", { essential: 1 }],
    [BASIC, { basic: 1 }],
    [ENHANCED, { enhanced: 1 }],
    ["Cisco 7925", { enhanced: 1 }],
    ["Cisco Jabber for Tablet", { enhanced: 1 }],
    ["Third-party SIP Device (Basic)", { enhanced: 1 }],
    ["Cisco Spark Room Device", { enhanced: 1 }],
    ["Cisco TelePresence EX90", { enhanced: 1 }],
    [ROOM, { telepresence_room: 1 }],
    ["Cisco TelePresence Profile 42 (C20)", { telepresence_room: 1 }],
    ["Cisco Webex Room Kit", { telepresence_room: 1 }],
    ["Generic Desktop Video Endpoint", { telepresence_room: 1 }],
    ["CTI Port", {}],
    ["Analog Access", {}],
    ["Universal Device Template", {}],
    ["Cisco TelePresence Touch 8", {}],
    // Not in the table of 12.5.
    ["Cisco 8841", { enhanced: 1 }],
    ["", { enhanced: 1 }],
  ] as const) {
    test(`without an owner, "${product}", needs ${JSON.stringify(wanted)}`, () =>
      assert.deepEqual(ucm(phone("SEP1", { product })), wanted));
  }
  test("of a model that is not in the table counts as the settings say", () => {
    const one = [phone("SEP1", { product: "Cisco 8841" })];
    assert.deepEqual(needs("cisco-ucm", one, { unknownModel: "basic" }), { basic: 1 });
    assert.deepEqual(needs("cisco-ucm", one, { unknownModel: "none" }), {});
  });
  test("gets the class of its correction: the exact name before a pattern, and both before the table", () => {
    const all = ["Cisco 8841", "Cisco 8811", "Cisco 7965"].map((product) => phone(product, { product }));
    const corrected = { "Cisco 88*": "basic", "cisco 8841": "essential", "Cisco 79*": "none" } as const;
    assert.deepEqual(needs("cisco-ucm", all, { devices: corrected }), { essential: 1, basic: 1 });
  });
  test("that needs no license is not among those of its owner", () =>
    assert.deepEqual(ucm(anna, ...owned("anna", ENHANCED, "CTI Port", "CTI Port")), { enhanced: 1 }));
  test("at a site or above it counts alike", () =>
    assert.deepEqual(ucm(phone("A", { product: BASIC }, SITE), phone("B", { product: BASIC }, CUSTOMER)), {
      basic: 2,
    }));
});
