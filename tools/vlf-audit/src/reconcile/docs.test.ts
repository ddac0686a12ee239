/** docs/entitlements.md names every model, column, finding and setting that there is, and no other finding. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { standingDefaults } from "../standing/settings.ts";
import { COLUMNS } from "./entitlement.ts";
import { MODELS } from "./models.ts";
import { DEFAULTS } from "./settings.ts";

const page = readFileSync(new URL("../../../../docs/entitlements.md", import.meta.url), "utf8");

/** The codes that the sources of a folder give to findings. */
function codesIn(folder: string): string[] {
  const url = new URL(folder, import.meta.url);
  const texts = readdirSync(url)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(new URL(name, url), "utf8"));
  return texts.flatMap((text) =>
    [...text.matchAll(/(?:note\(|noteFor\([^)]*\)\(|code: |add\()\s*"([a-z-]+)",/g)].map(
      ([, code = ""]) => code,
    ),
  );
}

test("every finding is on the page", () => {
  const codes = [...new Set([...codesIn("./"), ...codesIn("../standing/")])].toSorted();
  assert.ok(codes.length > 25, codes.join());
  assert.deepEqual(
    codes.filter((code) => !page.includes(`\`${code}\``)),
    [],
  );
});

test("every finding of the page is one of the sources", () => {
  const table = page.slice(page.indexOf("## Findings of reconcile"), page.indexOf("## Good standing"));
  const shown = [...table.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code = ""]) => code);
  assert.ok(shown.length > 10);
  assert.deepEqual(shown.toSorted(), [...new Set(codesIn("./"))].toSorted());
});

test("every model, column and setting is on the page or in the printed defaults that it names", () => {
  for (const { id } of MODELS) assert.ok(page.includes(`\`${id}\``), id);
  for (const column of Object.keys(COLUMNS)) assert.ok(page.includes(`\`${column}\``), column);
  for (const key of ["stale_days", "expiry_days", "jump_percent", "jump_licenses"]) {
    assert.ok(Object.hasOwn(DEFAULTS, key) && page.includes(key), key);
  }
  assert.match(standingDefaults(), /^usage_hours = 48$/m);
  assert.ok(page.includes("within 48 hours, `usage_hours`"));
});
