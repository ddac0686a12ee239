/** What is left in the bytes of lines makes the same files as what is parsed, whatever the values look like. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { MODELS, withOverrides } from "@vlf/common/models";
import { type AnyRecord, type Instance, recordProblem } from "@vlf/common/records";
import type { Task } from "@vlf/common/scopes";
import { MemoryStore, node, ROW } from "../engine/_testing.ts";
import { type ExportedScope, ScopeExporter, takerOf } from "../engine/apart.ts";
import { AllBlocks } from "../engine/blocks.ts";
import { Export } from "../engine/export.ts";
import { planOf } from "../engine/plan.ts";
import { moduleMemory } from "../module.ts";
import { DATA } from "../reports/_arbitrary.ts";
import { REPORTS } from "../reports/index.ts";

const PLAN = planOf(REPORTS, ROW, false);
const P = "sys.hcs.P";
const C = `${P}.Ü.C`;
const NODES = [node("sys", ""), node("sys.hcs", ""), node(P, "Provider"), node(`${P}.Ü`, "Reseller")];

/** The same system, in ASCII as far as its names go: names in it are looked up where they stand. */
function inAscii(text: string): string {
  return text.replaceAll("Ü", "U");
}

function nodesAbove(customer: string): Instance[] {
  return NODES.map((one) => (customer === C ? one : { ...one, hierarchy: inAscii(one.hierarchy) }));
}

/** What a thread makes of the lines of one customer. */
function exportedApart(
  lines: readonly string[],
  exporter: ScopeExporter = EXPORTER,
  customer: string = C,
): ExportedScope | undefined {
  const known = new Export({
    plan: PLAN,
    bufferBytes: 1e9,
    openStore: () => new MemoryStore(),
    output: new AllBlocks(REPORTS, () => new MemoryStore()),
  });
  for (const one of nodesAbove(customer)) known.add(one, 1, "", 0);
  const end = JSON.stringify({ type: "scope-end", hierarchy: customer });
  const bytes = Buffer.from(`${[...lines, end].join("\n")}\n`);
  const memory = Uint8Array.from(bytes).buffer;
  const scopes = [{ scope: customer, end: bytes.length, known: known.known(customer) }];
  return exporter.answer({ memory, scopes } satisfies Task).results[0]?.result;
}

/** The lines of one customer, exported line by line and apart; gives the rows where they are the same. */
function rowsOf(lines: readonly string[]): Readonly<Record<string, readonly string[]>> {
  rowsOfCustomer(inAscii(C), lines.map(inAscii));
  return rowsOfCustomer(C, lines);
}

function rowsOfCustomer(
  customer: string,
  lines: readonly string[],
): Readonly<Record<string, readonly string[]>> {
  // Apart first: writing what was parsed takes more room, which then is there.
  const [apart, parsed] = [true, false].map((isApart) => {
    const output = new AllBlocks(REPORTS, () => new MemoryStore());
    const openStore = (): MemoryStore => new MemoryStore();
    const exported = new Export({ plan: PLAN, bufferBytes: 1e9, openStore, output });
    for (const one of nodesAbove(customer)) exported.add(one, 1, "", 0);
    if (isApart) {
      const result = exportedApart(lines, EXPORTER, customer);
      assert.ok(result);
      takerOf(exported, PLAN, output).adopt(customer, result);
    } else {
      for (const line of lines) exported.add(JSON.parse(line) as Instance, line.length, "", 0);
      exported.endScope(customer);
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
const instance = fc
  .constantFrom(...MODEL_IDS)
  .chain((id) =>
    fc.record({
      model: fc.constant(MODELS[id]?.model ?? ""),
      // What a reader looks for is mostly there in the second one, in all shapes of collections.
      data: fc.oneof(dataOf(id), DATA[id] ?? dataOf(id)),
      site: fc.boolean(),
    }),
  )
  .map(
    ({ model, data, site }) =>
      (): string =>
        line(model, JSON.stringify(data), site ? `${C}.S` : C),
  );

test("any values of any model", () => {
  fc.assert(
    fc.property(fc.array(instance, { maxLength: 12 }), (made) => {
      rowsOf([...CUSTOMER, ...made.map((make) => make())]);
    }),
    { numRuns: 600 },
  );
});

describe("names are looked up in the lines as the parser would read them", () => {
  // Letters of both cases, what stands beside them in ASCII, and two that become ASCII as small letters.
  const unit = fc.constantFrom(
    "a",
    "A",
    "z",
    "Z",
    "@",
    "[",
    "`",
    "{",
    "\u007f",
    "-",
    " ",
    '"',
    "é",
    "\u212a",
    "\u0130",
  );
  const name = fc
    .oneof(
      { weight: 4, arbitrary: fc.array(fc.constantFrom("a", "A", "b"), { maxLength: 20 }) },
      { weight: 1, arbitrary: fc.array(unit, { maxLength: 20 }) },
    )
    .map((units) => units.join(""));
  const names = fc.oneof(
    fc.array(name, { maxLength: 4 }).map((list) => ({ device: list })),
    name.map((one) => ({ device: one })),
    name,
    fc.constant({ device: [{ _value_1: "a" }, "A"] }),
  );

  test("whatever their letters are, and however many have one", () => {
    const user = fc.record({ userid: name, associatedDevices: names }, { requiredKeys: ["userid"] });
    const ids = fc.array(
      fc.oneof(
        name,
        name.map((one) => ({ _value_1: one })),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(fc.array(user, { maxLength: 6 }), ids, fc.boolean(), (users, found, hasMore) => {
        const more = hasMore ? { other: 1 } : {};
        rowsOf([
          ...CUSTOMER,
          ...users.map((one) => line("device/cucm/User", JSON.stringify({ ...one, ...more }))),
          ...found.map((id) => line("data/User", JSON.stringify({ username: id, role: serial }))),
          ...found.map((id) => line("device/cucm/Phone", JSON.stringify({ name: id }))),
        ]);
      }),
      { numRuns: 500 },
    );
  });

  const usersOf = (phone: string, ...devices: readonly string[]): unknown => {
    const users = devices.map((list, nth) =>
      line("device/cucm/User", `{"userid":"u${nth}","associatedDevices":{"device":${list}}}`),
    );
    const phones = line("device/cucm/Phone", `{"name":${phone}}`);
    const [row = "{}"] = rowsOf([...CUSTOMER, ...users, phones])["phones"] ?? [];
    return (JSON.parse(row) as Record<string, unknown>)["usernames"];
  };

  const CASES: readonly (readonly [name: string, phone: string, devices: string, found: boolean])[] = [
    ["in capital letters", '"SEP0123456789"', '["sep0123456789"]', true],
    ["in small letters", '"sep0123456789"', '["SEP0123456789"]', true],
    ["that differs in its last letter", '"SEP0123456789"', '["SEP0123456788"]', false],
    ["that goes on", '"SEP01234567"', '["SEP0123456789"]', false],
    ["that is longer", '"SEP0123456789"', '["SEP01234567"]', false],
    ["with a sign before A", '"a@1"', '["a`1"]', false],
    ["with a sign behind Z", '"a[1"', '["a{1"]', false],
    ["with other capital letters", '"\u00e9\u00ff1"', '["\u00c9\u01781"]', true],
    ["with other capital letters inside", '"x\u00e9\u00ff1"', '["x\u00c9\u01781"]', true],
    ["whose signs lie beside letters", '"@[`{"', '["`{@["]', false],
    ["with a sign of Kelvin", '"\\u212a1"', '["K1"]', true],
    ["with a sign of Kelvin among the names", '"k1"', '["\\u212a1"]', true],
    ["with another letter", '"é"', '["e"]', false],
    ["with an escape", '"a\\u0062"', '["AB"]', true],
  ];
  for (const [title, phone, devices, found] of CASES) {
    test(`a name ${title}`, () => {
      assert.deepEqual(usersOf(phone, '["x"]', devices, '["y"]'), found ? ["u1"] : []);
    });
  }

  test("others of the same list, where a name comes twice", () => {
    for (const name of ["b", "c", "d", "e", "f", "g"])
      assert.deepEqual(usersOf(`"${name}"`, '["a","b","c","d","e","f","g","a"]'), ["u0"], name);
  });

  test("a name that has to be parsed, and is longer than the room there is", () => {
    const name = `"\\u0041${"x".repeat(300_000)}"`;
    assert.deepEqual(usersOf(name, '["b"]', `[${name}]`), ["u1"]);
  });

  test("all who have a name, read and parsed, each once", () => {
    const wrapped = '[{"_value_1":"a"},"A"]';
    assert.deepEqual(usersOf('"a"', '["a","A"]', wrapped, '["b"]', '["A"]'), ["u0", "u1", "u3"]);
  });

  test("more names than there is room for", () => {
    const devices = Array.from({ length: 900 }, (_, nth) => `"${nth}"`).join();
    const lists = Array.from({ length: 9 }, () => `[${devices}]`);
    assert.deepEqual(
      usersOf('"899"', ...lists),
      lists.map((_, nth) => `u${nth}`),
    );
  });
});

describe("values that come again are parsed once", () => {
  const licensesOf = (...values: readonly string[]): unknown[] => {
    const users = values.map((licenses, nth) =>
      line("device/msgraph/MsolUser", `{"UserPrincipalName":"u${1000 + nth}","Licenses":${licenses}}`),
    );
    const rows = rowsOf([...CUSTOMER, ...users])["ms_o365"] ?? [];
    return rows.map(
      (row) => (JSON.parse(row) as { licenses: { account_sku_id: string }[] }).licenses[0]?.account_sku_id,
    );
  };

  test("each is what its text says, whatever came between", () => {
    const skus = Array.from({ length: 3000 }, (_, nth) => `s${nth % 3 === 0 ? nth : nth % 7}`);
    assert.deepEqual(licensesOf(...skus.map((sku) => `[{"AccountSkuId":"${sku}"}]`)), skus);
  });

  test("not where a field is corrected to stand at another key", () => {
    const table = withOverrides({ "device/msgraph/MsolUser": { plan_name: "Plans.ServiceName" } });
    const reports = REPORTS.filter(({ type }) => type === "ms_o365");
    const plan = planOf(reports, { ...ROW, table }, false);
    const users = ["a", "b"].map((service, nth) =>
      line(
        "device/msgraph/MsolUser",
        `{"UserPrincipalName":"u${nth}","Licenses":[{"AccountSkuId":"s","ServicePlans":[{"Enabled":false}]}],"Plans":[{"ServiceName":"${service}"}]}`,
      ),
    );
    const made = exportedApart([...CUSTOMER, ...users], new ScopeExporter(plan))?.made[0];
    const rows = Buffer.concat(made?.blocks.map(({ bytes }) => bytes) ?? []).toString();
    assert.match(rows, /"Service_Name":"a"[^]*"Service_Name":"b"/);
  });

  test("not where a line has more than what is wanted: other keys may hide it", () => {
    const users = ["", ',"other":1'].map((more, nth) =>
      line(
        "device/msgraph/MsolUser",
        `{"UserPrincipalName":"u${nth}","Licenses":[{"AccountSkuId":"a","x":1}]${more}}`,
      ),
    );
    assert.equal(rowsOf([...CUSTOMER, ...users])["ms_o365"]?.length, 2);
  });
});

describe("texts inside a value, where they stand as they are read and where not", () => {
  const USERS: readonly (readonly [name: string, json: string, found: boolean])[] = [
    ["a list", '{"device":["SEP0","x"]}', true],
    ["the second of a list", '{"device":["x","SEP0"]}', true],
    ["the name alone", '"SEP0"', true],
    ["a name instead of the list", '{"device":"SEP0"}', true],
    ["a list instead of the collection", '["SEP0"]', true],
    ["lists in lists", '{"device":[["x"],[["SEP0"]]]}', true],
    ["a list of collections", '[{"device":"x"},{"device":["SEP0"]}]', true],
    ["blanks around it", '{"device":[" SEP0 "]}', true],
    ["an escape in it", '{"device":["SEP\\u0030"]}', true],
    ["an escape in the key", '{"d\\u0065vice":["SEP0"]}', true],
    ["an escape in another key", '{"\\u0065":1,"device":["SEP0"]}', true],
    ["a wrapper", '{"device":[{"_value_1":"SEP0"}]}', true],
    ["a wrapper around the list", '{"_value_1":{"device":["SEP0"]}}', true],
    ["a wrapper beside the list, which is not looked at", '{"_value_1":"SEP0","device":["x"]}', false],
    ["the key twice: the last one counts", '{"device":["x"],"device":["SEP0"]}', true],
    ["the key twice, the name in the first", '{"device":["SEP0"],"device":["x"]}', false],
    ["another key that begins alike", '{"devices":["SEP0"],"device":[]}', false],
    ["the name as a key", '{"device":{"SEP0":"x"}}', false],
    ["an object in the list", '{"device":[{"a":"SEP0"},"SEP0"]}', true],
    ["null and empty ones", '{"device":[null,"","SEP0"]}', true],
    ["brackets and quotes in a text before it", '{"a":"}]\\"","device":["SEP0"]}', true],
    ["an empty list", '{"device":[]}', false],
    ["null", "null", false],
  ];
  for (const [name, json, found] of USERS) {
    test(`a device of a user: ${name}`, () => {
      const user = line("device/cucm/User", `{"userid":"anna","associatedDevices":${json}}`);
      const rows = rowsOf([...CUSTOMER, user, line("device/cucm/Phone", '{"name":"SEP0"}')])["phones"];
      assert.deepEqual(JSON.parse(rows?.[0] ?? "{}").usernames, found ? ["anna"] : []);
    });
  }

  test("more texts than there is room for", () => {
    const devices = Array.from({ length: 3000 }, (_, nth) => `"SEP${nth}"`).join();
    const user = line("device/cucm/User", `{"userid":"anna","associatedDevices":{"device":[${devices}]}}`);
    const rows = rowsOf([...CUSTOMER, user, line("device/cucm/Phone", '{"name":"SEP2999"}')])["phones"];
    assert.deepEqual(JSON.parse(rows?.[0] ?? "{}").usernames, ["anna"]);
  });

  const LINES: readonly (readonly [name: string, json: string, lines: string])[] = [
    [
      "a list",
      '{"line":[{"index":2,"dirn":{"pattern":"12"}},{"index":"1","dirn":{"pattern":"11"}}]}',
      "1:11 2:12",
    ],
    ["one", '{"line":{"index":1,"dirn":{"pattern":"11"}}}', "1:11"],
    ["none", '{"line":[]}', ""],
    ["null", '{"line":null}', ""],
    ["without the inner level", '[{"index":1,"dirn":{"pattern":"11"}}]', "1:11"],
    ["an index that is no number", '{"line":[{"index":"x","dirn":{"pattern":"11"}}]}', "x:11"],
    ["an index that is written oddly", '{"line":[{"index":1e0,"dirn":{"pattern":"11"}}]}', "1:11"],
    ["a pattern that is a number", '{"line":[{"index":1,"dirn":{"pattern":1100}}]}', "1:1100"],
    ["a pattern that is wrapped", '{"line":[{"index":1,"dirn":{"pattern":{"_value_1":"11"}}}]}', "1:11"],
    ["a pattern with an escape", '{"line":[{"index":1,"dirn":{"pattern":"\\\\+11"}}]}', "1:\\+11"],
    ["no index", '{"line":[{"dirn":{"pattern":"11"}}]}', "0:11"],
    ["no fields", '{"line":[{"other":1},{"index":1,"dirn":{"pattern":"11"}}]}', "1:11"],
    ["a bare text", '{"line":["11"]}', "0:11"],
    ["the index twice", '{"line":[{"index":1,"index":2,"dirn":{"pattern":"11"}}]}', "2:11"],
    [
      "a wrapper in the item",
      '{"line":[{"_value_1":{"index":3,"dirn":{"pattern":"13"}},"index":1,"dirn":{"pattern":"11"}}]}',
      "3:13",
    ],
  ];
  for (const [name, json, wanted] of LINES) {
    test(`the lines of a phone: ${name}`, () => {
      const rows = rowsOf([...CUSTOMER, line("device/cucm/Phone", `{"name":"SEP0","lines":${json}}`)])[
        "phones"
      ];
      const { lines } = JSON.parse(rows?.[0] ?? "{}") as {
        lines: { line_order: unknown; cucm_dn: string }[];
      };
      assert.equal(lines.map((one) => `${String(one.line_order)}:${one.cucm_dn}`).join(" "), wanted);
    });
  }
});

describe("lines in other forms", () => {
  const GOOD =
    '{"type":"instance","model":"device/cucm/Phone","pkid":"p","hierarchy":"sys.hcs.P.Ü.C","data":{"name":"a"}}';
  const FORMS: readonly (readonly [name: string, line: string])[] = [
    ["white space", GOOD.replace('"data":', '"data": ')],
    ["white space at the end", `${GOOD} `],
    ["a carriage return", `${GOOD}\r`],
    ["another order", GOOD.replace('"pkid":"p",', "").replace('"type"', '"pkid":"p","type"')],
    ["one key more", GOOD.replace('"data"', '"more":1,"data"')],
    ["a key behind the data", GOOD.replace(/\}$/, ',"more":1}')],
    ["an escape in a key", GOOD.replace('"name"', '"n\\u0061me"')],
    ["an escape in the pkid", GOOD.replace('"p"', '"\\u0070"')],
    ["a wrapper around the fields", GOOD.replace('{"name":"a"}', '{"_value_1":{"name":"a"}}')],
    ["a wrapper beside the fields", GOOD.replace('{"name":"a"}', '{"name":"a","_value_1":{"name":"b"}}')],
    ["no fields", GOOD.replace('{"name":"a"}', "{}")],
    ["a key of quotes", GOOD.replace('"name"', '"\\"":1,"name"')],
    ["an empty key", GOOD.replace('"name"', '"":1,"name"')],
    ["deep values", GOOD.replace('"name"', `"x":${"[".repeat(40)}${"]".repeat(40)},"name"`)],
    ["a model that nobody reads", GOOD.replace("device/cucm/Phone", "device/cucm/Other")],
    ["a long text", GOOD.replace('"a"', `"${"x".repeat(4_000_000)}"`)],
  ];
  for (const [name, odd] of FORMS) {
    test(name, () => {
      const other = line("device/cucm/Phone", '{"name":"b"}');
      rowsOf([...CUSTOMER, other, odd, other.replace(/p\d+/, "q")]);
    });
  }

  // Bytes put in and left out; what is no JSON any more must not be taken for some.
  const edit = fc.record({
    nth: fc.nat(),
    at: fc.nat(),
    put: fc.constantFrom("", "", '"', "\\", "{", "}", "[", "]", ",", ":", " ", "0", "n", "\t", "\u0000", "é"),
    left: fc.nat(2),
  });
  test("a line that is broken anywhere is not read apart, any other one is", () => {
    fc.assert(
      fc.property(
        fc.array(instance, { minLength: 1, maxLength: 4 }),
        edit,
        (made, { nth, at, put, left }) => {
          const lines = made.map((make) => make());
          const place = nth % lines.length;
          const text = lines[place] ?? "";
          const cut = at % text.length;
          const edited = text.slice(0, cut) + put + text.slice(cut + left);
          if (isInstanceHere(edited)) {
            rowsOf([...CUSTOMER, ...lines.with(place, edited)]);
          } else if (!isJson(edited)) {
            assert.equal(exportedApart([...CUSTOMER, ...lines.with(place, edited)]), undefined, edited);
          }
        },
      ),
      { numRuns: 1500 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return text.trim() === "";
  }
}

/** Whether a line is an instance of the customer, so that its scope stands by itself. */
function isInstanceHere(text: string): boolean {
  if (!isJson(text) || text.trim() === "") return false;
  const record = JSON.parse(text) as AnyRecord;
  return (
    record !== null &&
    record.type === "instance" &&
    recordProblem(record) === undefined &&
    String(record["hierarchy"]).startsWith(C) &&
    record["model"] !== "data/HierarchyNode" &&
    /^(|\..*)$/.test(String(record["hierarchy"]).slice(C.length))
  );
}

test("what readers put into the module does not grow with the scopes", () => {
  const data =
    '{"name":"a","associatedDevices":{"device":["a"]},"lines":{"line":[{"index":1,"dirn":{"pattern":"1"}}]},"dnNumber":"1","e164Ranges":[{"e164Number":"2","range":"1"}]}';
  const lines = MODEL_IDS.map((id) => inAscii(line(MODELS[id]?.model ?? "", data)));
  const nodes = CUSTOMER.map(inAscii);
  const used = [1, 2, 3].map(() => {
    assert.ok(exportedApart([...nodes, ...lines], EXPORTER, inAscii(C)));
    return moduleMemory().program([0]);
  });
  const [, second = 0, third = 0] = used;
  // After all the scopes of this file, too, there is room: 0 would say that there is none.
  assert.ok(second > 0);
  assert.equal(third - second, moduleMemory().program([0]) - third);
});

test("each exporter of a thread learns the form of lines by itself", () => {
  const phones = planOf(
    REPORTS.filter(({ type }) => type === "phones"),
    ROW,
    false,
  );
  const lines = [...CUSTOMER, line("device/cucm/Phone", '{"name":"SEP0","description":"d"}')];
  const rows = rowsOf(lines);
  assert.ok(exportedApart(lines, new ScopeExporter(phones)));
  assert.deepEqual(rowsOf(lines), rows);
});
