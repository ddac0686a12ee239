import assert from "node:assert/strict";
import { test } from "node:test";
import { fileName, folderName, isExpired, readFileName, readFolderName } from "./names.ts";

const DATE = new Date("2018-10-11T12:36:59Z");

test("the guide's example (2.2.1)", () => {
  assert.equal(folderName(DATE), "2018-10-11");
  assert.equal(fileName("analogue_line_sccp", DATE), "2018-10-11_1236_analogue_line_sccp.json.gz");
});

test("names of ours are read back", () => {
  assert.deepEqual(readFolderName("2018-10-11"), new Date("2018-10-11T00:00:00Z"));
  assert.equal(readFileName("2018-10-11_1236_ms_o365.json.gz", "2018-10-11"), "ms_o365");
});

for (const name of ["2018-13-01", "2018-02-30", "license", "2018-10-1", "2018-10-11.old", ""]) {
  test(`not a folder of ours: "${name}"`, () => assert.equal(readFolderName(name), undefined));
}

for (const name of [
  "2018-10-12_1236_line.json.gz",
  "2018-10-11_2436_line.json.gz",
  "2018-10-11_1260_line.json.gz",
  "2018-10-11_1236_line.json.gz.bak",
  "2018-10-11_1236_line.json",
  "x2018-10-11_1236_line.json.gz",
  "2018-10-11_1236_.json.gz",
]) {
  test(`not a file of ours in 2018-10-11: "${name}"`, () => {
    assert.equal(readFileName(name, "2018-10-11"), undefined);
  });
}

test("30 days are kept, 31 are not, by the calendar and whatever the hour (guide, 2.2.1)", () => {
  const day = new Date("2018-10-11T00:00:00Z");
  assert.equal(isExpired(day, new Date("2018-11-10T23:59:59Z")), false);
  assert.equal(isExpired(day, new Date("2018-11-11T00:00:00Z")), true);
  assert.equal(isExpired(day, new Date("2017-01-01T00:00:00Z")), false);
});
