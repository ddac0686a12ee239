/** What the Flex models count: a case for every definition, and for every setting. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { CUSTOMER_PKID, deviceProfile, devices, phone, profiles, snr, user, voicemail } from "../_system.ts";
import { BASIC, ENHANCED, ESSENTIAL, needs, owned, ROOM } from "./_system-cisco.ts";

const anna = user("anna");
const mobile: Instance[] = [user("anna", profiles("EM1")), deviceProfile("EM1")];
const mailed: Instance[] = [anna, voicemail("ANNA")];
const alone = (product: string): Instance => phone(`SEP-${product}`, { product });
const many = (number: number): Instance[] => owned("anna", ...Array.from({ length: number }, () => ENHANCED));

for (const scheme of ["cisco-flex-2", "cisco-flex-3-ea"] as const) {
  describe(`a Knowledge Worker of ${scheme}`, () => {
    for (const [number, wanted] of [
      [1, 1],
      [2, 1],
      [10, 1],
      [11, 2],
      [20, 2],
      [21, 3],
    ] as const) {
      test(`is counted ${wanted} times with ${number} devices`, () =>
        assert.deepEqual(needs(scheme, [anna, ...many(number)]), { knowledge_worker: wanted }));
    }
    test("is counted once where the settings say so", () =>
      assert.deepEqual(needs(scheme, [anna, ...many(21)], { devicesPerUser: 0 }), { knowledge_worker: 1 }));
    test("is a user with SNR alone", () =>
      assert.deepEqual(needs(scheme, [anna, snr("anna")]), { knowledge_worker: 1 }));
    test("is a user with extension mobility alone, of whom Unified CM wants nothing", () => {
      assert.deepEqual(needs(scheme, mobile), { knowledge_worker: 1 });
      assert.deepEqual(needs("cisco-ucm", mobile), {});
    });
    test("is a user with voicemail alone, of whom Unified CM wants nothing", () => {
      assert.deepEqual(needs(scheme, mailed), { knowledge_worker: 1 });
      assert.deepEqual(needs("cisco-ucm", mailed), {});
    });
    test("is none by what the settings leave out", () =>
      assert.deepEqual(needs(scheme, [...mobile, ...mailed.slice(1)], { knowledgeWorkerBy: ["snr"] }), {}));
    test("is nobody without a device or service, or with a profile that is not there", () =>
      assert.deepEqual(needs(scheme, [anna, user("bert", profiles("EM9"))]), {}));
    test("is no voicemail account without a user", () =>
      assert.deepEqual(needs(scheme, [voicemail("cleo")]), {}));
    test("has a TelePresence device counted beside, which covers no phone", () => {
      assert.deepEqual(needs(scheme, [anna, ...owned("anna", ROOM, ENHANCED)]), {
        knowledge_worker: 1,
        telepresence: 1,
      });
      assert.deepEqual(needs(scheme, [anna, ...owned("anna", ROOM, ROOM)]), { telepresence: 2 });
      assert.deepEqual(needs(scheme, [anna, snr("anna"), ...owned("anna", ROOM)]), {
        knowledge_worker: 1,
        telepresence: 1,
      });
    });
    test("does not have the devices of its list: they are Common Area", () =>
      assert.deepEqual(needs(scheme, [user("anna", devices("SEP1")), phone("SEP1", { product: ENHANCED })]), {
        common_area: 1,
      }));
  });

  test(`${scheme} counts devices without an owner as Common Area, those of rooms as TelePresence`, () =>
    assert.deepEqual(needs(scheme, [alone(ENHANCED), alone(ESSENTIAL), alone("CTI Port"), alone(ROOM)]), {
      common_area: 2,
      telepresence: 1,
    }));
}

describe("Access of the Enterprise Agreement", () => {
  const one = [anna, ...owned("anna", ESSENTIAL)];
  test("is a user whose only device is of class Essential", () => {
    assert.deepEqual(needs("cisco-flex-3-ea", one), { access: 1 });
    assert.deepEqual(needs("cisco-flex-2", one), { knowledge_worker: 1 });
  });
  test("is no user with a service or a second device", () => {
    for (const more of [
      snr("anna"),
      voicemail("anna"),
      phone("S", { product: ESSENTIAL, ownerUserName: "anna" }),
    ])
      assert.deepEqual(needs("cisco-flex-3-ea", [...one, more]), { knowledge_worker: 1 });
  });
  test("is what the settings say", () => {
    const both = [...one, alone(ESSENTIAL)];
    assert.deepEqual(needs("cisco-flex-3-ea", both), { access: 1, common_area: 1 });
    assert.deepEqual(needs("cisco-flex-3-ea", both, { eaAccess: "devices" }), {
      knowledge_worker: 1,
      access: 1,
    });
    assert.deepEqual(needs("cisco-flex-3-ea", both, { eaAccess: "users-and-devices" }), { access: 2 });
    assert.deepEqual(needs("cisco-flex-3-ea", both, { eaAccess: "nothing" }), {
      knowledge_worker: 1,
      common_area: 1,
    });
  });
});

describe("Named User", () => {
  const nu = (instances: readonly Instance[], rules = {}): Record<string, number> =>
    needs("cisco-flex-3-nu", instances, rules);
  test("is Professional with two devices or more", () => {
    assert.deepEqual(nu([anna, ...owned("anna", ESSENTIAL, ESSENTIAL)]), { professional: 1 });
    assert.deepEqual(nu([anna, ...many(10)]), { professional: 1 });
    assert.deepEqual(nu([anna, ...many(11)]), { professional: 2 });
  });
  test("is Enhanced with one device of that class, Access with one of class Essential", () => {
    assert.deepEqual(nu([anna, ...many(1)]), { enhanced: 1 });
    assert.deepEqual(nu([anna, ...owned("anna", ESSENTIAL)]), { access: 1 });
  });
  test("is Professional with one device and voicemail, unless the settings say otherwise", () => {
    assert.deepEqual(nu([...mailed, ...many(1)]), { professional: 1 });
    assert.deepEqual(nu([...mailed, ...many(1)], { nuVoicemail: "ignored" }), { enhanced: 1 });
  });
  test("has what is Basic in Unified CM where the settings say", () => {
    const basics = [
      [anna, ...owned("anna", BASIC)],
      [anna, snr("anna")],
      [anna, snr("anna"), ...owned("anna", ESSENTIAL)],
      [alone(BASIC)],
    ];
    for (const one of basics) {
      assert.deepEqual(nu(one), { enhanced: 1 });
      assert.deepEqual(nu(one, { nuBasic: "access" }), { access: 1 });
      assert.deepEqual(nu(one, { nuBasic: "professional" }), { professional: 1 });
    }
  });
  test("is nobody by extension mobility or voicemail alone", () => {
    assert.deepEqual(nu(mobile), {});
    assert.deepEqual(nu(mailed), {});
  });
  test("counts devices without an owner by their class, and as Common Area where that was ordered", () => {
    const all = [alone(ENHANCED), alone(ESSENTIAL), alone(ROOM)];
    assert.deepEqual(nu(all), { enhanced: 1, access: 1, telepresence: 1 });
    const ordered = { common_area: 2, telepresence: 1 };
    assert.deepEqual(nu(all, { nuCommonArea: true }), ordered);
    assert.deepEqual(nu(all, { nuCommonAreaCustomers: [CUSTOMER_PKID] }), ordered);
    assert.deepEqual(nu(all, { nuCommonArea: true, nuCommonAreaCustomers: [CUSTOMER_PKID] }), {
      enhanced: 1,
      access: 1,
      telepresence: 1,
    });
  });
  test("has TelePresence devices counted beside", () =>
    assert.deepEqual(nu([anna, ...owned("anna", ROOM, ENHANCED)]), { telepresence: 1, enhanced: 1 }));
});
