/** docs/cisco.md names what the code has: types, settings, findings, columns, causes, formats. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { CISCO_COLUMNS, CISCO_SCHEMES, CISCO_TYPES } from "@vlf/common/cisco";
import { DEVICE_CLASSES } from "@vlf/common/cisco-devices";
import { CISCO_SETTINGS } from "@vlf/common/cisco-settings";

const PAGE = readFileSync(new URL("../../../../docs/cisco.md", import.meta.url), "utf8");

/** The first cells of the rows of a section, each word in backquotes by itself. */
function firstCells(title: string): string[] {
  const section = PAGE.split(/^#{2,3} /m).find((part) => part.startsWith(`${title}\n`)) ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word),
  );
}

const source = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

test("the page has every setting, with its default, and no other", () => {
  assert.deepEqual(
    firstCells("Settings"),
    CISCO_SETTINGS.map(({ key }) => key),
  );
});

test("the page has every scheme with its types", () => {
  for (const scheme of CISCO_SCHEMES) {
    const row = PAGE.split("\n").find((line) => line.startsWith(`| \`${scheme}\` |`)) ?? "";
    const wanted = Object.entries(CISCO_TYPES[scheme]).map(([type, title]) => `${title} \`${type}\``);
    assert.ok(row.endsWith(`| ${wanted.join(", ")} |`), scheme);
  }
});

test("the page has every class, and the columns that have no license", () => {
  assert.deepEqual(firstCells("Device classes"), DEVICE_CLASSES);
  for (const { id, tier } of CISCO_COLUMNS["cisco-ucm"])
    if (tier === "none") assert.ok(PAGE.includes(`\`${id}\``), id);
});

test("the page has every finding and every cause, and no other", () => {
  const findings = [...source("./findings.ts").matchAll(/(?:note\(\s*)"([a-z-]+)"/g)].map(
    ([, code = ""]) => code,
  );
  assert.deepEqual(firstCells("Findings").toSorted(), [...new Set(findings)].toSorted());
  const text = source("../explain/causes.ts");
  const causes = [...text.matchAll(/cause: "([a-z-]+)"|"([a-z]+(?:-[a-z]+)*-only)"/g)].map(
    ([, cause, only]) => cause ?? only ?? "",
  );
  assert.deepEqual(firstCells("Why two schemes differ").toSorted(), [...new Set(causes)].toSorted());
});

test("the page has every format of usage", () => {
  const folder = new URL("../../../vlf-collect/src/usage/", import.meta.url);
  const formats = readdirSync(folder).flatMap((name) => {
    const id = / id: "([a-z-]+)",/.exec(readFileSync(new URL(name, folder), "utf8"))?.[1];
    return id === undefined ? [] : [id];
  });
  assert.deepEqual(firstCells("What other systems report").toSorted(), formats.toSorted());
});
