/** docs/voss-5.md says what the tables of the scheme say. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { COLUMNS5 } from "./voss5.ts";
import { LAYOUTS } from "./voss5-layouts.ts";
import { DEFINITIONS, SERVICES } from "./voss5-services.ts";

/** The rows of the table whose head has these cells, without code marks. */
async function table(...head: string[]): Promise<string[][]> {
  const page = await readFile(new URL("../../../docs/voss-5.md", import.meta.url), "utf8");
  const lines = page.split("\n");
  const at = lines.indexOf(`| ${head.join(" | ")} |`);
  assert.notEqual(at, -1, `no table "${head.join(", ")}"`);
  const rows: string[][] = [];
  for (const line of lines.slice(at + 2)) {
    if (!line.startsWith("|")) break;
    const cells = line.slice(1, -1).split("|");
    rows.push(cells.map((cell) => cell.trim().replaceAll("`", "")));
  }
  return rows;
}

test("the table of columns has every column with number, id, title and kind", async () => {
  assert.deepEqual(
    (await table("#", "id", "title", "kind", "counts")).map((row) => row.slice(0, 4)),
    COLUMNS5.map(({ id, title, tier }, index) => [String(index + 1), id, title, tier]),
  );
});

test("the table of services has every service with its model, link, condition, column and marks", async () => {
  assert.deepEqual(
    await table("service", "model", "link", "condition", "column", "marks"),
    SERVICES.map(({ id, model, link, condition, component, marks }) => [
      id,
      model,
      link.join(", "),
      condition.join(", "),
      component,
      [marks.model, marks.link, marks.condition].join(", "),
    ]),
  );
});

test("the table of definitions has every definition with its marks", async () => {
  assert.deepEqual(
    await table("definition", "column", "model", "rule", "marks"),
    DEFINITIONS.map(({ id, column, model, rule, marks }) => [
      id,
      column,
      model,
      rule,
      `${marks.model}, ${marks.rule}`,
    ]),
  );
});

test("the table of layouts has the columns of every file, in order", async () => {
  assert.deepEqual(
    await table("layout", "file", "columns"),
    LAYOUTS.flatMap(({ id, detailed, anonymous }) => [
      [id, "detailed", detailed.join(", ")],
      [id, "anonymous", anonymous.join(", ")],
    ]),
  );
});

test("the table of findings has every finding of the scheme with its severity", async () => {
  const folder = new URL("../../vlf-audit/src/", import.meta.url);
  const rules = (await readdir(new URL("rules5/", folder))).map((name) => `rules5/${name}`);
  const found = new Set<string>();
  for (const name of [...rules, "outside.ts", "voss-counts.ts"]) {
    const text = await readFile(new URL(name, folder), "utf8");
    for (const [, code = "", severity = ""] of text.matchAll(
      /(?:row|common)\.note\(\s*"([a-z0-9-]+)",\s*"(info|warning|error)"/g,
    ))
      found.add(`${code} ${severity}`);
    // All findings of the comparison are warnings.
    if (name === "voss-counts.ts")
      for (const [, code = ""] of text.matchAll(/\bnote\(\s*"([a-z-]+)"/g)) found.add(`${code} warning`);
  }
  assert.deepEqual(
    (await table("code", "severity", "meaning")).map(([code, severity]) => `${code} ${severity}`),
    [...found].toSorted(),
  );
});
