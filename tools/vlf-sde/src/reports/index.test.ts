/** The reports against the guide's tables: types, keys in their order, versions, spellings. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { MODELS, projections } from "@vlf/common/models";
import { REPORTS } from "./index.ts";
import type { Key } from "./_column.ts";
import { Joins } from "../joins/index.ts";
import { oneOfEach } from "./_filled.ts";
import type { Scope } from "./report.ts";
import { nodes, OPTIONS, rowsOf, scopeOf, written } from "./_system.ts";

interface TableKey {
  key: string;
  type: string;
  since: string;
  canBeMissing?: true;
  table?: string;
  example?: string;
  /** The table names no source for it, or not there. */
  withoutSource?: true;
}

interface Section {
  title: string;
  section: string;
  keys: TableKey[];
}

const TABLES = JSON.parse(
  readFileSync(new URL("./fixtures/guide-keys.json", import.meta.url), "utf8"),
) as Record<string, Section>;

test("there is a report for every type, in alphabetical order", () => {
  assert.deepEqual(
    REPORTS.map(({ type }) => type),
    Object.keys(TABLES).toSorted(byCodeUnit),
  );
  assert.equal(REPORTS.length, 23);
});

test("there is a file for every report", () => {
  const files = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("_"))
    .filter((name) => name !== "index.ts" && name !== "report.ts");
  assert.deepEqual(
    files.map((name) => name.replace(".ts", "").replaceAll("-", "_")).toSorted(byCodeUnit),
    REPORTS.map(({ type }) => type),
  );
});

/** Keys as the tables have them: `lines[].E164Members[].e164_number`. */
function* flat(keys: readonly Key[], prefix = ""): Generator<TableKey> {
  for (const { key, kind, since, canBeMissing, table, example, reading, members } of keys) {
    yield {
      key: prefix + key,
      type: kind,
      since,
      ...(canBeMissing === undefined ? {} : { canBeMissing }),
      ...(table === undefined ? {} : { table }),
      ...(example === undefined ? {} : { example }),
      ...(reading === undefined ? {} : { withoutSource: reading }),
    };
    if (members !== undefined) yield* flat(members, `${prefix}${key}${kind === "object" ? "." : "[]."}`);
  }
}

describe("the keys of a report are those of its table, in order", () => {
  for (const report of REPORTS) {
    test(report.type, () => {
      const table = TABLES[report.type];
      assert.equal(report.title, table?.title);
      assert.equal(report.section, table?.section);
      assert.deepEqual([...flat(report.keys(OPTIONS))], table?.keys);
    });
  }

  test("webex_teams in its older layout", () => {
    const keys = REPORTS.find(({ type }) => type === "webex_teams")?.keys({
      ...OPTIONS,
      webexLayout: "legacy",
    });
    assert.deepEqual(
      keys?.map(({ key }) => key),
      [
        "provider_name",
        "reseller_name",
        "customer_name",
        "division_name",
        "location_name",
        "hierarchy",
        "firstName",
        "lastName",
        "email",
        "status",
        "line",
        "services",
      ],
    );
  });
});

test("a report names models of the table only, its sources among them, and each once", () => {
  for (const { type, models, sources } of REPORTS) {
    assert.deepEqual(
      models.filter((id) => MODELS[id] === undefined),
      [],
      type,
    );
    assert.deepEqual(models, [...new Set(models)], type);
    for (const id of sources) assert.ok(models.includes(id), type);
  }
});

test("a report asks for the models that it names, and for no others", () => {
  const site = "sys.hcs.P.R.C.S";
  // One value everywhere, so that every name is found; blank where another model is asked only then.
  for (const second of [() => "x", (id: string) => (OWN_TEXTS.has(id) ? "" : "x")]) {
    const system = [...nodes(site, "--PRCS"), ...oneOfEach(site, second)];
    for (const report of REPORTS) {
      const asked = ASKED.get(report.type) ?? new Set<string>();
      ASKED.set(report.type, asked);
      const scope = scopeOf(system);
      const watched: Scope = { ...scope, instances: (id) => (asked.add(id), scope.instances(id)) };
      const rows = written((sink) => report.write(watched, new Joins(watched, OPTIONS), OPTIONS, sink));
      assert.ok(rows.length > 0, report.type);
    }
  }
  for (const { type, models } of REPORTS) {
    assert.deepEqual([...(ASKED.get(type) ?? [])].toSorted(), models.toSorted(), type);
  }
});

test("rows need no field that is not collected for the data export", () => {
  const site = "sys.hcs.P.R.C.S";
  const kept = projections(MODELS, ["sde"]);
  const whole = [...nodes(site, "--PRCS"), ...oneOfEach(site, (id) => `of ${id}`)];
  const projected = whole.map((instance) => {
    const project = kept.get(MODELS[instance.modelId]?.model ?? "");
    return { ...instance, data: project?.(instance.data) ?? {} };
  });
  for (const { type } of REPORTS) assert.deepEqual(rowsOf(type, projected), rowsOf(type, whole), type);
});

/** Fields of a VOSS user that an older model has as well, of a site that names its list, of a hybrid user. */
const OWN_TEXTS = new Set(["entitlement_profile", "title", "network_device_list"]);
const ASKED = new Map<string, Set<string>>();
