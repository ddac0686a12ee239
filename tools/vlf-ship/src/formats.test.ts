import assert from "node:assert/strict";
import { test } from "node:test";
import { formatOf, takes } from "./formats.ts";

/** Names as the guide has them (1.8.1), and names that only look so. */
const NAMES: Readonly<Record<string, string | undefined>> = {
  "vlf_CS-P_host-1_license_2026-11-01_0300.zip": "anonymous-zip",
  "vlf_CS-P_host-1_anonymous_2026-11-01_0300.csv": "anonymous-csv",
  "vlf_CS-P_host-1_detailed_2026-11-01_0300.csv": "detailed-csv",
  "vlf_CS-P_host-1_license_detailed_2026-11-01_0300.zip": "detailed-zip",
  "vlf_CS-P_host-1_license_legacy_2026-11-01_0300.zip": "anonymous-zip",
  "vlf_CS-P_host-1_detailed_legacy_2026-11-01_0300.csv": "detailed-csv",
  "vlf_My_license_h_detailed_2026-11-01_0300.csv": "detailed-csv",
  "vlf_CS-P_host-1_detailed_2026-11-01_0300.csv.hash": undefined,
  "vlf_CS-P_host-1_report_2026-11-01_0300.html": "html",
  "vlf_CS-P_host-1_report_anonymous_2026-11-01_0300.html": "anonymous-html",
  "vlf_CS-P_host-1_report_2026-11-01_0300.xlsx": "xlsx",
  "vlf_CS-P_host-1_report_2026-11-01_0300.html.hash": undefined,
  "vlf_CS-P_host-1_license_2026-11-01.zip": undefined,
  "xvlf_CS-P_host-1_license_2026-11-01_0300.zip": undefined,
  "vlf_CS-P_host-1_license_2026-11-01_0300.zip.part": undefined,
};

for (const [name, format] of Object.entries(NAMES)) {
  test(`formatOf() takes "${name}" for ${format ?? "no license file"}`, () => {
    assert.equal(formatOf(name), format);
  });
}

test("takes() takes all files without formats, sde for every report, and else what is named", () => {
  assert.equal(takes(undefined, undefined), true);
  assert.equal(takes(["anonymous-zip"], "anonymous-zip"), true);
  assert.equal(takes(["anonymous-zip"], "detailed-csv"), false);
  assert.equal(takes(["anonymous-zip"], undefined), false);
  assert.equal(takes(["sde"], "sde-phones"), true);
  assert.equal(takes(["sde-users"], "sde-phones"), false);
  assert.equal(takes(["sde"], "detailed-csv"), false);
});
