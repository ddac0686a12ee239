/** The sample files of the guide (1.7.1, 1.7.2), byte for byte, from saved answers of the REST API. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, emptyFolder, missing } from "./_run.ts";
import { writeSample } from "./_sample.ts";

const expected = (name: string): string => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8");

test(
  "saved answers come to the sample's anonymous and detailed files, byte for byte",
  { skip: missing("unzip") },
  async (t) => {
    const folder = emptyFolder(t);
    writeSample(folder);
    const { status, stderr } = await bash(
      `vlf-collect files answers --now 2022-11-19T13:11:42Z | vlf-audit |
     vlf-pack --output out --now 2022-11-19T13:11:42Z --format detailed-csv --format anonymous-csv --format anonymous-zip | vlf-ship --to .`,
      folder,
    );
    assert.equal(status, 0, stderr);
    const detailed = "vlf_CS-P_VOSS-UN-1_detailed_2022-11-19_1311.csv";
    const anonymous = "vlf_CS-P_VOSS-UN-1_anonymous_2022-11-19_1311.csv";
    assert.equal(readFileSync(join(folder, "out", detailed), "utf8"), expected("sample-detailed.csv"));
    assert.equal(readFileSync(join(folder, "out", anonymous), "utf8"), expected("sample-anonymous.csv"));
    assert.equal(readFileSync(join(folder, detailed), "utf8"), expected("sample-detailed.csv"));
    const packed = `2022-11-19_1311_license/${anonymous}`;
    const { stdout } = await bash(
      `unzip -p vlf_CS-P_VOSS-UN-1_license_2022-11-19_1311.zip ${packed}`,
      folder,
    );
    assert.equal(stdout, expected("sample-anonymous.csv"));
  },
);
