import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isExpired, makeFacts, makeNames, readName } from "./facts.ts";
import { makeNames5 } from "./files5.ts";

const DATE = new Date("2022-11-19T13:11:59Z");

test("makeNames() follows the guide's patterns", () => {
  const names = makeNames(makeFacts({ provider_name: "CS-P", hostname: "VOSS-UN-1" }, {}, DATE));
  assert.deepEqual(names, {
    stamp: "2022-11-19_1311",
    detailed: "vlf_CS-P_VOSS-UN-1_detailed_2022-11-19_1311.csv",
    anonymous: "vlf_CS-P_VOSS-UN-1_anonymous_2022-11-19_1311.csv",
    zip: "vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311.zip",
    folder: "2022-11-19_1311_license",
    license: "vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311.json",
    patch: "vlf_CS-P_VOSS-UN-1_patch_2022-11-19_1311.json",
    adaptationLog: "vlf_CS-P_VOSS-UN-1_adaptation_log_2022-11-19_1311.json",
  });
});

test("makeNames() keeps folders, blanks and other letters out of names", () => {
  const { zip } = makeNames(makeFacts({ provider_name: "../a b/ü😀", hostname: "" }, {}, DATE));
  assert.equal(zip, "vlf_.._a_b____unknown_license_2022-11-19_1311.zip");
});

test("readName() reads every name that makeNames() makes", () => {
  const name = fc
    .string({ unit: "grapheme", maxLength: 12 })
    .filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text));
  const date = fc.date({ min: new Date("1980-01-01"), max: new Date("2099-12-31"), noInvalidDate: true });
  fc.assert(
    fc.property(name, name, date, (provider, host, when) => {
      const names = makeNames(makeFacts({ provider_name: provider, hostname: host }, {}, when));
      const start = names.zip.slice(0, names.zip.indexOf(`_license_${names.stamp}`));
      const minute = new Date(Math.floor(when.getTime() / 60_000) * 60_000);
      const common = { start, stamp: names.stamp, date: minute, isLegacy: false };
      assert.deepEqual(readName(names.detailed), { ...common, format: "detailed-csv", isSidecar: false });
      assert.deepEqual(readName(names.anonymous), { ...common, format: "anonymous-csv", isSidecar: false });
      assert.deepEqual(readName(names.zip), { ...common, format: "anonymous-zip", isSidecar: false });
      assert.deepEqual(readName(`${names.detailed}.hash`), {
        ...common,
        format: "detailed-csv",
        isSidecar: true,
      });
      const legacy = makeNames(makeFacts({ provider_name: provider, hostname: host }, {}, when), true);
      const ofLegacy = { ...common, isLegacy: true, isSidecar: false };
      assert.deepEqual(readName(legacy.detailed), { ...ofLegacy, format: "detailed-csv" });
      assert.deepEqual(readName(legacy.zip), { ...ofLegacy, format: "anonymous-zip" });
      const five = makeNames5(makeFacts({ provider_name: provider, hostname: host }, {}, when));
      assert.deepEqual(readName(five.detailedZip), { ...common, isSidecar: false, format: "detailed-zip" });
    }),
  );
});

for (const name of [
  "vlf_P_H_license_2022-11-19_1311.csv",
  "vlf_P_H_detailed_2022-11-19_1311.zip",
  "vlf_P_H_license_2022-11-19_1311.zip.hash",
  "vlf_P_H_license_detailed_legacy_2022-11-19_1311.zip",
  "vlf_P_H_license_detailed_2022-11-19_1311.zip.hash",
  "vlf_P_H_anonymous_breakdown_2022-11-19_1311.csv",
  "vlf_P_H_patch_2022-11-19_1311.json",
  "vlf_P_H_license_2022-02-29_1311.zip",
  "vlf_P_H_license_2022-11-19_2460.zip",
  "vlf_P_H_license_22-11-19_1311.zip",
  "vlf_P_license_2022-11-19_1311.zip",
  "vlf_P_H/_license_2022-11-19_1311.zip",
  "xvlf_P_H_license_2022-11-19_1311.zip",
  "vlf_P_H_license_2022-11-19_1311.zip\n",
]) {
  test(`readName() knows no ${JSON.stringify(name)}`, () => {
    assert.equal(readName(name), undefined);
  });
}

const KEPT: readonly (readonly [date: string, now: string, expired: boolean])[] = [
  ["2022-11-19T13:11Z", "2024-11-19T13:11Z", false],
  ["2022-11-19T13:11Z", "2024-11-19T13:12Z", true],
  ["2024-02-29T00:00Z", "2026-02-28T23:59Z", false],
  ["2024-02-29T00:00Z", "2026-03-01T00:00Z", false],
  ["2024-02-29T00:00Z", "2026-03-01T00:01Z", true],
  ["2022-03-01T09:00Z", "2024-02-29T10:00Z", false],
  ["2022-03-01T09:00Z", "2020-01-01T00:00Z", false],
];

for (const [date, now, expired] of KEPT) {
  test(`isExpired() of ${date} at ${now} is ${expired}`, () => {
    assert.equal(isExpired(new Date(date), new Date(now)), expired);
  });
}
