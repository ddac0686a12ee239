import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import fc from "fast-check";
import { type Data, leaves } from "./axl.ts";
import { parseConfig } from "./config.ts";
import { UsageError } from "./exit.ts";
import {
  fieldOf,
  type FieldSpec,
  modelOf,
  MODELS,
  projections,
  type Purpose,
  PURPOSES,
  textReader,
  textsReader,
  withOverrides,
} from "./models.ts";

const SPECS = Object.values(MODELS);

test("the model table names every model once, under its own id", () => {
  for (const [id, spec] of Object.entries(MODELS)) assert.equal(spec.id, id);
  assert.equal(new Set(SPECS.map(({ model }) => model)).size, SPECS.length);
  assert.ok(SPECS.length > 40);
  for (const { model } of SPECS) assert.match(model, /^(data|relation|device\/[a-z0-9]+)\/\w+$/);
});

test("the model table gives every field its id, a path, a purpose and a mark", () => {
  const marks = new Set(["documented", "inferred", "not-found"]);
  for (const { model, mark, fields } of SPECS) {
    assert.ok(marks.has(mark), model);
    assert.ok(Object.keys(fields).length > 0, model);
    for (const [id, field] of Object.entries(fields)) {
      const where = `${model} ${id}`;
      assert.equal(field.id, id);
      assert.match(id, /^[a-z][a-z0-9_]*$/);
      assert.ok(field.paths.length > 0, where);
      for (const path of field.paths) assert.ok(path.length > 0 && path.every((key) => key !== ""), where);
      assert.ok(field.purposes.length > 0, where);
      assert.ok(
        field.purposes.every((purpose) => PURPOSES.includes(purpose)),
        where,
      );
      assert.ok(marks.has(field.mark), where);
    }
  }
});

test('the model table has no field "model", which in vlf.toml names the model itself', () => {
  for (const { model, fields } of SPECS) assert.equal(Object.hasOwn(fields, "model"), false, model);
});

test("the model table has a row for every id written in its source, so that no id is there twice", async () => {
  const source = await readFile(new URL("./_model-table.ts", import.meta.url), "utf8");
  const ids = [...source.matchAll(/^ {2}model\("(\w+)"/gm)].map((found) => found[1]);
  assert.deepEqual(ids, Object.keys(MODELS));
});

test("modelOf() and fieldOf() refuse what the table does not have", () => {
  assert.throws(() => modelOf(MODELS, "fax"), /^Error: model table has no row "fax"$/);
  const phone = modelOf(MODELS, "phone");
  assert.equal(fieldOf(phone, "name").id, "name");
  assert.throws(() => fieldOf(phone, "colour"), /^Error: model "device\/cucm\/Phone" has no field "colour"$/);
});

function field(...paths: string[]): FieldSpec {
  return { id: "x", paths: paths.map((path) => path.split(".")), purposes: ["audit"], mark: "inferred" };
}

test("textsReader() gives all texts of the first path that holds one", () => {
  const read = textsReader(field("a.b", "c"));
  assert.deepEqual(read({ a: { b: [" 1 ", "", { _value_1: 2 }] }, c: "3" }), ["1", "2"]);
  assert.deepEqual(read({ a: { b: [" "] }, c: "3" }), ["3"]);
  assert.deepEqual(read({ c: ["3", "4"] }), ["3", "4"]);
  assert.deepEqual(read({ d: "5" }), []);
});

test("textReader() gives the first text, trimmed, or nothing", () => {
  for (const read of [textReader(field("a")), textReader(field("a", "z")), textReader(field("a.b"))]) {
    assert.equal(read({ a: " 1 " }), "1");
    assert.equal(read({ a: "" }), "");
    assert.equal(read({ a: null }), "");
    assert.equal(read({}), "");
    assert.equal(read({ a: 7 }), "7");
    assert.equal(read({ a: { _value_1: "1", uuid: "u" } }), "1");
    assert.equal(read({ a: ["", "2", "3"] }), "2");
  }
});

test("withOverrides() without corrections is the table itself", () => {
  assert.equal(withOverrides(undefined), MODELS);
  assert.deepEqual(withOverrides({}), MODELS);
});

test("withOverrides() corrects paths of a field and the name of a model, and leaves the rest", () => {
  const table = withOverrides({
    "device/webex/User": {
      model: "device/webex/Account",
      meeting_id: "login.id",
      email: ["mail", "mails.mail"],
    },
  });
  const spec = modelOf(table, "webexUser");
  assert.equal(spec.model, "device/webex/Account");
  assert.deepEqual(fieldOf(spec, "meeting_id").paths, [["login", "id"]]);
  assert.deepEqual(fieldOf(spec, "email").paths, [["mail"], ["mails", "mail"]]);
  assert.deepEqual(fieldOf(spec, "email").purposes, ["audit"]);
  assert.deepEqual({ ...table, webexUser: null }, { ...MODELS, webexUser: null });
  assert.equal(modelOf(MODELS, "webexUser").model, "device/webex/User");
});

test("withOverrides() lets two models change names", () => {
  const table = withOverrides({
    "device/webex/User": { model: "device/spark/User" },
    "device/spark/User": { model: "device/webex/User", email: "mail" },
  });
  assert.equal(modelOf(table, "webexUser").model, "device/spark/User");
  assert.equal(modelOf(table, "sparkUser").model, "device/webex/User");
  assert.deepEqual(fieldOf(modelOf(table, "sparkUser"), "email").paths, [["mail"]]);
});

const WRONG: [what: string, overrides: Record<string, Record<string, unknown>>, message: string][] = [
  [
    "a model that no tool reads",
    { "device/fax": { x: "y" } },
    'read [models."device/fax"]: no tool reads that model',
  ],
  [
    "our id in place of the model's name",
    { phone: { name: "y" } },
    'read [models."phone"]: no tool reads that model',
  ],
  [
    "a name that another correction gave",
    { "device/cucm/Phone": { model: "device/cucm/Handset" }, "device/cucm/Handset": { name: "n" } },
    'read [models."device/cucm/Handset"]: no tool reads that model',
  ],
  ["an unknown field", { "data/DpSite": { x: "y" } }, 'read [models."data/DpSite"]: no field "x"'],
  [
    "a name that every object has",
    { "data/DpSite": { constructor: "y" } },
    'read [models."data/DpSite"]: no field "constructor"',
  ],
  [
    "two models of one name",
    { "device/webex/User": { model: "device/spark/User" } },
    'read [models]: two models are named "device/spark/User"',
  ],
  [
    "two names for a model",
    { "data/DpSite": { model: ["a/b", "c/d"] } },
    'read [models."data/DpSite"] model: wanted one name',
  ],
  ...[7, true, "", [], [7], ["a", ""], "a..b", ".a", "a.", { a: "b" }, null].map(
    (value): [string, Record<string, Record<string, unknown>>, string] => [
      `${JSON.stringify(value)} for a path`,
      { "data/DpSite": { site_code: value } },
      'read [models."data/DpSite"] site_code: wanted a path or a list of paths, as "a.b"',
    ],
  ),
];
for (const [what, overrides, message] of WRONG) {
  test(`withOverrides() refuses ${what}`, () => {
    assert.throws(() => withOverrides(overrides), { name: "UsageError", message });
  });
}

test("withOverrides() tells the fields of the model in the hint", () => {
  assert.throws(
    () => withOverrides({ "data/DpSite": { slc: "x" } }),
    (error: UsageError) =>
      error.hint ===
      "fields of this model: emergency_number, external_access_prefix, site_code, published_number",
  );
});

const PHONE = {
  name: "SEP001",
  product: { _value_1: "Cisco 8851", uuid: "{1}" },
  ownerUserName: null,
  description: "desk",
  lines: { line: [{ index: "1", label: "x", dirn: { pattern: "100", uuid: "{2}" } }], lineIdentifier: null },
  speeddials: { speeddial: [] },
};

test("projections() keep the fields of the purposes in the shape they have, and drop the rest", () => {
  const audit = projections(MODELS, ["audit"]).get("device/cucm/Phone");
  assert.deepEqual(audit?.(PHONE), {
    name: "SEP001",
    product: { _value_1: "Cisco 8851", uuid: "{1}" },
    ownerUserName: null,
  });
  const both = projections(MODELS, ["sde", "audit"]).get("device/cucm/Phone");
  assert.deepEqual(both?.(PHONE), {
    name: "SEP001",
    product: { _value_1: "Cisco 8851", uuid: "{1}" },
    ownerUserName: null,
    description: "desk",
    lines: { line: [{ index: "1", dirn: { pattern: "100" } }] },
  });
});

test("projections() write the keys in the table's order, whatever the order in the data", () => {
  const project = projections(MODELS, ["audit"]).get("device/cucm/Phone");
  const turned = Object.fromEntries(Object.entries(PHONE).toReversed());
  assert.equal(JSON.stringify(project?.(turned)), JSON.stringify(project?.(PHONE)));
});

test("projections() have the models that a purpose reads and no others", () => {
  const names = (...purposes: Purpose[]): string[] => [...projections(MODELS, purposes).keys()];
  assert.deepEqual(names(), []);
  assert.deepEqual(
    names("audit", "sde"),
    SPECS.map(({ model }) => model),
  );
  for (const purpose of PURPOSES) {
    const wanted = SPECS.filter(({ fields }) =>
      Object.values(fields).some(({ purposes }) => purposes.includes(purpose)),
    );
    assert.deepEqual(
      names(purpose),
      wanted.map(({ model }) => model),
    );
  }
  assert.ok(!names("audit").includes("device/cucm/Line"));
  assert.ok(!names("sde").includes("data/Patch"));
  assert.ok(names("audit").length < names("audit", "sde").length);
});

test("projections() of a corrected table go by the corrected names", () => {
  const table = withOverrides({
    "device/webex/User": { model: "device/webex/Account", meeting_id: "login.id" },
  });
  const map = projections(table, ["audit"]);
  assert.equal(map.has("device/webex/User"), false);
  assert.deepEqual(
    map.get("device/webex/Account")?.({ login: { id: "a", pin: 1 }, webExId: "b", email: "c" }),
    {
      login: { id: "a" },
      email: "c",
    },
  );
});

test("the example in docs/models.md corrects the names as it says", async () => {
  const page = await readFile(new URL("../../../docs/models.md", import.meta.url), "utf8");
  const block = (kind: string): string => new RegExp(`\`\`\`${kind}\\n([^]*?)\`\`\``).exec(page)?.[1] ?? "";
  const table = withOverrides(parseConfig("vlf.toml", block("toml")).tables("models"));
  const spec = modelOf(table, "webexUser");
  const data = projections(table, ["audit"]).get("device/webex/Account")?.(JSON.parse(block("json")) as Data);
  assert.equal(textReader(fieldOf(spec, "meeting_id"))(data ?? {}), "jsmith");
  assert.equal(textReader(fieldOf(spec, "email"))(data ?? {}), "jsmith@example.com");
});

test("projections() keep a whole field where another path goes below it, in either order", () => {
  const data = { a: { b: 1, c: 2 } };
  for (const paths of [
    ["a", "a.b"],
    ["a.b", "a"],
  ]) {
    const spec = { id: "m", model: "m", mark: "inferred" as const, fields: { x: field(...paths) } };
    assert.deepEqual(projections({ m: spec }, ["audit"]).get("m")?.(data), data);
  }
});

interface Tree {
  [key: string]: Tree;
}

/** The keys that the paths of a model name, level by level. */
function treeOf(fields: Readonly<Record<string, FieldSpec>>): Tree {
  const tree: Tree = {};
  for (const { paths } of Object.values(fields)) {
    for (const path of paths) {
      let at = tree;
      for (const key of path) at = at[key] ??= {};
    }
  }
  return tree;
}

const scalar = fc.oneof(fc.constantFrom(null, "", " ", "x", 0, 7, true, false), fc.string({ maxLength: 4 }));

/** Anything that could stand where the tree's keys are looked for: levels left out, wrapped, repeated. */
function valueAt(tree: Tree, depth: number): fc.Arbitrary<unknown> {
  if (depth === 0) return scalar;
  const same = fc.oneof(scalar, depth > 1 ? objectAt(tree, depth - 2) : scalar);
  return fc.oneof(
    { weight: 2, arbitrary: scalar },
    { weight: 4, arbitrary: objectAt(tree, depth - 1) },
    { weight: 1, arbitrary: fc.array(same, { maxLength: 3 }) },
  );
}

function objectAt(tree: Tree, depth: number): fc.Arbitrary<Record<string, unknown>> {
  const members: Record<string, fc.Arbitrary<unknown>> = { junk: scalar, uuid: scalar };
  members["_value_1"] = valueAt(tree, Math.max(0, depth - 1));
  for (const [key, below] of Object.entries(tree)) members[key] = valueAt(below, depth);
  return fc.record(members, { requiredKeys: [] });
}

test("a field reads the same from projected data as from all data, for any data", () => {
  for (const purposes of [["audit"], ["sde"], ["audit", "sde"]] satisfies Purpose[][]) {
    const map = projections(MODELS, purposes);
    for (const spec of SPECS) {
      const project = map.get(spec.model);
      if (project === undefined) continue;
      const read = Object.values(spec.fields).filter((one) =>
        one.purposes.some((purpose) => (purposes as Purpose[]).includes(purpose)),
      );
      fc.assert(
        fc.property(objectAt(treeOf(spec.fields), 4), (data) => {
          const kept = project(data);
          for (const one of read) {
            for (const path of one.paths) assert.deepEqual(leaves(kept, path), leaves(data, path));
            assert.deepEqual(textsReader(one)(kept), textsReader(one)(data));
            assert.equal(textReader(one)(kept), textReader(one)(data));
            assert.equal(textReader(one)(data), textsReader(one)(data)[0] ?? "");
          }
          assert.ok(JSON.stringify(kept).length <= JSON.stringify(data).length);
        }),
        { numRuns: 20 },
      );
    }
  }
});
