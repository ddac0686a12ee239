import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { COLUMNS, EXPORTS, type Profile, profileProblem, type Tier, weight } from "./voss4.ts";

const TIERS: Readonly<Record<string, Tier>> = {
  N: "none",
  Essential: "essential",
  Premium: "premium",
  "Contact Center": "contact_center",
  Hybrid: "hybrid",
  "Phone Server": "phone_server",
};

/** The rows of the table in docs/voss-4.md whose head has these cells, without code marks. */
async function table(...head: string[]): Promise<string[][]> {
  const page = await readFile(new URL("../../../docs/voss-4.md", import.meta.url), "utf8");
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

test("the table of columns in docs/voss-4.md has the number, id, title and tier of every column", async () => {
  const rows = await table("#", "id", "title", "tier", "counts", "source");
  assert.deepEqual(
    rows.map(([number, id, title, tier = ""]) => [number, id, title, TIERS[tier]]),
    COLUMNS.map(({ id, title, tier }, index) => [String(index + 1), id, title, tier]),
  );
});

test("the table of columns 2 to 17 in docs/voss-4.md gives every subscriber the column that counts it", async () => {
  const rows = await table("phones", "EM", "WebEx", "VM", "Spark", "SNR", "column");
  let subscribers = 0;
  for (const phones of [0, 1, 2]) {
    for (let bits = 0; bits < 32; bits += 1) {
      const [em, webex, vm, spark, snr] = [16, 8, 4, 2, 1].map((bit) => (bits & bit) !== 0) as Flags;
      const row = rows.find(
        ([number = "", ...services]) =>
          Number.parseInt(number, 10) === phones &&
          [em, webex, vm, spark, snr].every((has, at) =>
            ["any", has ? "yes" : "no"].includes(services[at] ?? ""),
          ),
      );
      const facts = { agent: false, phones, em, webex, vm, spark, snr };
      const profile: Profile = { export: "subscriber", profile: facts, count: 1 };
      const counting = COLUMNS.filter((column) => weight(column, profile) > 0).map(({ id }) => id);
      assert.deepEqual(counting, [/^\w+/.exec(row?.[6] ?? "")?.[0]], JSON.stringify(facts));
      subscribers += 1;
    }
  }
  assert.equal(subscribers, 96);
});

type Flags = [em: boolean, webex: boolean, vm: boolean, spark: boolean, snr: boolean];

test("the table of data exports in docs/voss-4.md has every export with its name", async () => {
  assert.deepEqual(await table("export", "name in the license JSON"), Object.entries(EXPORTS));
});

test("the table of facts in docs/voss-4.md has the facts of every profile, and no other", async () => {
  const rows = await table("export", "fact", "kind", "meaning");
  for (const id of Object.keys(EXPORTS)) {
    const facts = rows.filter(([of]) => of === id).map(([, fact = "", kind = ""]) => [fact, example(kind)]);
    const profile = Object.fromEntries(facts) as Record<string, string | number | boolean>;
    assert.equal(profileProblem({ export: id, profile, count: 1 }), undefined);
  }
  assert.deepEqual(
    rows.filter(([id = ""]) => !Object.hasOwn(EXPORTS, id)),
    [],
  );
});

/** A value of the kind that a row says: a flag, a count, or the first of its words. */
function example(kind: string): string | number | boolean {
  if (kind === "flag") return true;
  return kind === "count" ? 1 : (/^[a-z-]+/.exec(kind)?.[0] ?? "");
}

test("the table of findings in docs/voss-4.md has every finding of the audit with its severity", async () => {
  const folder = new URL("../../vlf-audit/src/", import.meta.url);
  const names = await readdir(folder, { recursive: true });
  const found = new Set<string>();
  // Those of other schemes and commands are on pages of their own.
  const others = /^(?:(?:cisco|reconcile|standing|what-if)\/|run-standing)/;
  for (const name of names.filter((file) => /(?<!\.test)\.ts$/.test(file) && !others.test(file))) {
    const text = await readFile(new URL(name, folder), "utf8");
    const noted = /(?:\.note\(|code:)\s*"([a-z-]+)",\s*(?:severity: )?"(info|warning|error)"/g;
    for (const [, code = "", severity = ""] of text.matchAll(noted)) found.add(`${code} ${severity}`);
  }
  // Those of the rules of 5.x are on the page of that scheme.
  const other = await readFile(new URL("../../../docs/voss-5.md", import.meta.url), "utf8");
  for (const [, code = "", severity = ""] of other.matchAll(
    /^\| `([a-z0-9-]+)` \| (info|warning|error) \|/gm,
  ))
    found.delete(`${code} ${severity}`);
  const rows = await table("code", "severity", "meaning");
  assert.deepEqual(
    rows.map(([code, severity]) => `${code} ${severity}`),
    [...found].toSorted(),
  );
});
