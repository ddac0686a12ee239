/** What is left in the bytes of lines makes the same files as what is parsed, whatever the values look like. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MODELS } from "@vlf/common/models";
import type { Instance } from "@vlf/common/records";
import type { Task } from "@vlf/common/scopes";
import { MemoryStore, node, ROW } from "../engine/_testing.ts";
import { type ExportedScope, ScopeExporter, takerOf } from "../engine/apart.ts";
import { AllBlocks } from "../engine/blocks.ts";
import { Export } from "../engine/export.ts";
import { planOf } from "../engine/plan.ts";
import { REPORTS } from "../reports/index.ts";

const PLAN = planOf(REPORTS, ROW, false);
const P = "sys.hcs.P";
const C = `${P}.Ü.C`;
const NODES = [node("sys", ""), node("sys.hcs", ""), node(P, "Provider"), node(`${P}.Ü`, "Reseller")];
const END = JSON.stringify({ type: "scope-end", hierarchy: C });

/** The lines of one customer, exported line by line and apart; gives the rows where they are the same. */
function rowsOf(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const [parsed, apart] = [false, true].map((isApart) => {
    const output = new AllBlocks(REPORTS, () => new MemoryStore());
    const openStore = (): MemoryStore => new MemoryStore();
    const exported = new Export({ plan: PLAN, bufferBytes: 1e9, openStore, output });
    for (const one of NODES) exported.add(one, 1, "", 0);
    if (isApart) {
      const bytes = Buffer.from(`${[...lines, END].join("\n")}\n`);
      const memory = Uint8Array.from(bytes).buffer;
      const scopes = [{ scope: C, end: bytes.length, known: exported.known(C) }];
      const [result] = EXPORTER.answer({ memory, scopes } satisfies Task).results;
      assert.ok(result);
      takerOf(exported, PLAN, output).adopt(C, result.result satisfies ExportedScope);
    } else {
      for (const line of lines) exported.add(JSON.parse(line) as Instance, line.length, "", 0);
      exported.endScope(C);
    }
    const findings = exported.finish();
    const rows = REPORTS.map((report) => [report.type, [...output.of(report).texts()]] as const);
    return { findings, rows: Object.fromEntries(rows) };
  });
  assert.deepEqual(apart, parsed);
  return parsed?.rows ?? {};
}

/** One for all, as a thread has it: what it learned of the form of lines serves the scopes that follow. */
const EXPORTER = new ScopeExporter(PLAN);

let serial = 0;
const line = (model: string, data: string, hierarchy = `${C}.S`): string => {
  serial += 1;
  return `{"type":"instance","model":"${model}","pkid":"p${serial}","hierarchy":"${hierarchy}","data":${data}}`;
};

const CUSTOMER = [JSON.stringify(node(C, "Customer")), JSON.stringify(node(`${C}.S`, "Site"))];

function descriptionsOf(...values: readonly string[]): unknown[] {
  const phones = values.map((value, nth) =>
    line("device/cucm/Phone", `{"name":"SEP${nth}","description":${value}}`),
  );
  const rows = rowsOf([...CUSTOMER, ...phones])["phones"] ?? [];
  return rows.map((row) => (JSON.parse(row) as Record<string, unknown>)["description"]);
}

describe("a text is copied as the parser would read it", () => {
  const CASES: readonly (readonly [name: string, json: string, text: string])[] = [
    ["plain", '"Desk 1"', "Desk 1"],
    ["with blanks around it", '"  Desk 1 "', "Desk 1"],
    ["of blanks alone", '"   "', ""],
    ["of one character", '"x"', "x"],
    ["empty", '""', ""],
    ["null", "null", ""],
    ["with blanks beyond ASCII around it", '"\u00a0Desk\u3000"', "Desk"],
    [
      "with the same as bytes",
      '"\u00a0Desk\u3000"'.replace(/\\u[0-9a-f]{4}/g, (escape) => JSON.parse(`"${escape}"`) as string),
      "Desk",
    ],
    ["with other letters", '"Büro Ü"', "Büro Ü"],
    ["with escapes", '"a\\"b\\\\c\\u0041\\/"', 'a"b\\cA/'],
    ["with an escaped letter of its own", '"\\u0041"', "A"],
    ["of 65 letters", `"${"x".repeat(65)}"`, "x".repeat(65)],
    ["that is a number", "12.50", "12.5"],
    ["that is a flag", "true", "true"],
    ["with a wrapper", '{"_value_1":"Desk","uuid":"{1}"}', "Desk"],
    ["that is a list", '["","Desk"]', "Desk"],
    ["that is an object", '{"a":"}"}', ""],
  ];
  for (const [name, json, text] of CASES) {
    test(name, () => {
      assert.deepEqual(descriptionsOf('"before"', json, '"behind"'), ["before", text, "behind"]);
    });
  }

  test("the last of two equal keys", () => {
    const rows = rowsOf([
      ...CUSTOMER,
      line("device/cucm/Phone", '{"name":"a","description":"1","description":"2"}'),
    ]);
    assert.match(rows["phones"]?.[0] ?? "", /"description":"2"/);
  });

  test("a value that was parsed is not taken for that of another scope", () => {
    const policies = ["Standard", "Strict__"].map((policy) => {
      const lines = ["data/User", "device/cucm/User"].map((model) =>
        line(model, `{"username":"u","userid":"u","account_information":{"credential_policy":"${policy}"}}`),
      );
      const rows = rowsOf([...CUSTOMER, ...lines])["subscriber"] ?? [];
      return (JSON.parse(rows[0] ?? "{}") as Record<string, unknown>)["credential_policy"];
    });
    assert.deepEqual(policies, ["Standard", "Strict__"]);
  });

  test("an instance that comes twice is exported once, and said", () => {
    const phone = line("device/cucm/Phone", '{"name":"a"}');
    const other = phone.replace('"a"', '"b"');
    assert.equal(rowsOf([...CUSTOMER, other, phone, phone])["phones"]?.length, 1);
  });
});

const text = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "x",
    " x",
    "x\u00a0",
    'q"q',
    "b\\s",
    "é",
    "\ud83d",
    "true",
    "No",
    "1",
    "sys.hcs.P",
  ),
  fc.string({ maxLength: 80 }),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(text, text, fc.constantFrom<unknown>(null, true, false, 0, 1, -2.5, 1e21)),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("_value_1", "line", "index", "dirn", "pattern", "device", "name", 'k"'),
      tie("any"),
      {
        maxKeys: 3,
      },
    ),
  ),
})).any;

/** Data of a model: values at the keys that are read, and at others. */
function dataOf(modelId: string): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.values(MODELS[modelId]?.fields ?? {});
  const keys = new Set(fields.flatMap(({ paths }) => paths.map(([key = ""]) => key)));
  return fc.dictionary(fc.constantFrom(...keys, "other"), value, { maxKeys: 8 });
}

const MODEL_IDS = Object.keys(MODELS).filter((id) => id !== "node");
const instances = fc.array(
  fc
    .constantFrom(...MODEL_IDS)
    .chain((id) =>
      fc.record({ model: fc.constant(MODELS[id]?.model ?? ""), data: dataOf(id), site: fc.boolean() }),
    ),
  { maxLength: 12 },
);

test("any values of any model", () => {
  fc.assert(
    fc.property(instances, (made) => {
      const lines = made.map(({ model, data, site }) =>
        line(model, JSON.stringify(data), site ? `${C}.S` : C),
      );
      rowsOf([...CUSTOMER, ...lines]);
    }),
    { numRuns: 300 },
  );
});
