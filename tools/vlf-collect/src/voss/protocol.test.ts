import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Assumption, ASSUMPTIONS, instancePath, listPath, protocolOf } from "./protocol.ts";

const PAGE = join(import.meta.dirname, "../../../../docs/voss-api.md");

test("docs/voss-api.md has the table of assumptions as it is in the code", () => {
  const rows = Object.entries(ASSUMPTIONS).map(([key, assumption]) => {
    const { value, mark, source } = assumption as Assumption;
    return `| \`${key}\` | ${value === "" ? "" : `\`${value}\``} | ${mark} | ${source} |`;
  });
  const lines = readFileSync(PAGE, "utf8").split("\n");
  assert.deepEqual(
    lines.filter((line) => /^\| `[a-z_]+` \|/.test(line)),
    rows,
  );
});

test("listPath() sends hierarchy, format, the switch for full data, skip and limit", () => {
  const page = { hierarchy: "sys.hcs.CS P", skip: 200, limit: 100 };
  assert.equal(
    listPath(protocolOf(), "device/cucm/User", page),
    "/api/device/cucm/User/?hierarchy=sys.hcs.CS+P&format=json&summary=false&skip=200&limit=100",
  );
});

test("listPath() leaves out a switch without a value and sends a corrected one", () => {
  const page = { hierarchy: "sys", skip: 0, limit: 1 };
  const corrected = protocolOf({ summary_value: "", traversal_value: "down" });
  assert.equal(
    listPath(corrected, "data/User", page),
    "/api/data/User/?hierarchy=sys&format=json&traversal=down&skip=0&limit=1",
  );
});

test("instancePath() names the instance, escaped", () => {
  assert.equal(instancePath(protocolOf(), "data/User", "a/b"), "/api/data/User/a%2Fb/?format=json");
});
