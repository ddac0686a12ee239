/** The demo system has something for every key of every type. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, emptyFolder, NOW, ROOT } from "../pipelines/_run.ts";

type Row = Record<string, unknown>;

/** Keys that the demo leaves blank, and why. */
const BLANK = new Map([
  ["subscriber.pager_number", "nobody has a pager"],
  ["site.customer_address3", "two lines are enough"],
  ["phones.lines.E164Members", "N-to-1 numbers are those of hunt pilots"],
  ["extension_mobility.lines.E164Members", "the same"],
  ["analogue_line_mgcp.E164Members", "the same"],
  ["analogue_line_sccp.E164Members", "the same"],
]);

/** Names of the keys with a value, objects in lists included. */
function* filled(value: unknown, prefix: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const item of value) yield* filled(item, prefix);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* filled(inner, `${prefix}.${key}`);
  } else if (value !== "" && value !== false && value !== undefined) {
    yield prefix;
  }
}

/** `phones.lines.E164`, as docs/sde-types.md lists the keys; those that hold others are left out. */
function documentedKeys(): string[] {
  const page = readFileSync(join(ROOT, "docs/sde-types.md"), "utf8");
  return page
    .slice(page.indexOf("\n## The types\n"))
    .split("\n### ")
    .slice(1)
    .flatMap((section) => {
      const type = /^`(\w+)`/.exec(section)?.[1] ?? "";
      const [current = ""] = section.split("--webex-layout legacy");
      const keys = [...current.matchAll(/^\| `([\w.[\]]+)` \|/gm)].map((found) => found[1] ?? "");
      return keys
        .filter((key) => !keys.some((other) => other.startsWith(`${key}[].`) || other.startsWith(`${key}.`)))
        .map((key) => `${type}.${key.replaceAll("[]", "")}`);
    });
}

test("every key of every type has a value in some row of the demo", async (t) => {
  const folder = emptyFolder(t);
  const { status, stdout, stderr } = await bash(
    `vlf-collect demo --customers 20 --subscribers 800 --now ${NOW} | vlf-sde --quiet --stdout`,
    folder,
  );
  assert.equal(status, 0, stderr);
  const found = new Set<string>();
  for (const text of stdout.trim().split("\n")) {
    const record = JSON.parse(text) as { type: string; report?: string; row?: Row };
    if (record.type === "sde-row") for (const key of filled(record.row, record.report ?? "")) found.add(key);
  }
  const keys = documentedKeys();
  assert.ok(keys.length > 250, String(keys.length));
  const expected = [...BLANK.keys()].flatMap((key) =>
    key.endsWith("Members") ? [`${key}.e164_number`, `${key}.e164_range`] : [key],
  );
  assert.deepEqual(keys.filter((key) => !found.has(key)).toSorted(), expected.toSorted());
});
