/** Reading pages without parsing them gives what parsing gives, for any bytes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Data } from "@vlf/common/axl";
import { withOverrides } from "@vlf/common/models";
import fc from "fast-check";
import { rowsOf } from "../run-voss-rows.ts";
import { Unit } from "../run-voss-unit.ts";
import { type Fields, makeSelection } from "../select.ts";
import { readPage } from "./answer.ts";
import { LineBuffer } from "./line-buffer.ts";
import { PageBytes, type Placed } from "./page-bytes.ts";
import { Places } from "./places.ts";
import { type Placing, Standings } from "./standings.ts";
import { SPARE_BYTES } from "./json-bytes.ts";

const MODEL = "device/cucm/Phone";
const NODE = "5135fb8331790a2ffee7d7ab";
const OTHER_NODE = "5135fb8331790a2ffee7d7ac";
const TABLE = withOverrides(undefined);
const PLACES = new Places(["sys.hcs", "sys.hcs.A"], ["sys.hcs.A"]);

const PLACING: Placing = {
  top: "sys.hcs",
  pathOf: ({ path, nodes, pkid }) => {
    const known = nodes.includes(NODE) ? "sys.hcs.A" : nodes.includes(OTHER_NODE) ? "sys.hcs.B" : undefined;
    const found = path ?? known;
    if (found === undefined) throw new Error(`"${pkid}" stands nowhere`);
    return found;
  },
  at: (path) => PLACES.at(path),
};

/** What there is to know of a page. */
interface Known extends Omit<Placed, "rows"> {
  readonly total: number;
  readonly pkids: readonly string[];
  readonly keys: readonly string[];
  readonly lines: readonly string[];
}

function known({ rows, ...rest }: Placed & { total: number }): Known {
  const { pkids, keys, ends, bytes } = rows;
  const lines = ends.map((end, i) => bytes.toString("utf8", i === 0 ? 0 : ends[i - 1], end));
  return { ...rest, pkids: [...pkids], keys: [...keys], lines };
}

/** Two ways to read pages, which remember what they met. */
function readers(fields: Fields): Record<"fast" | "slow", (page: Buffer) => Known | undefined> {
  const selection = makeSelection(TABLE, ["audit", "sde"], fields);
  const spec = Object.values(TABLE).find(({ model }) => model === MODEL);
  assert.ok(spec !== undefined);
  const unit = new Unit(0, spec, 7, "sys.hcs", 200);
  const project = (data: Data): Data => selection.project(MODEL, data);
  const model = { name: MODEL, number: 7, kept: selection.kept(MODEL), project };
  const pages = new PageBytes(model, new Standings(PLACING));
  const lines = new LineBuffer(16);
  // Used again, with what was in it before.
  const memory = Buffer.alloc(1 << 20, 0x22);
  return {
    fast(page) {
      page.copy(memory);
      const read = pages.read(memory, page.length, "sys.hcs", lines);
      return read === undefined ? undefined : known(read);
    },
    slow(page) {
      const { resources, total } = readPage(JSON.parse(page.toString()), MODEL);
      return known({ ...rowsOf(unit, resources, PLACING, selection), total });
    },
  };
}

const self = (pkid: string): string => `"self":[{"pkid":"${pkid}","href":"/api/${MODEL}/${pkid}"}]`;

function resource(pkid: string, data: string, path = '"sys.hcs.A"', more = ""): string {
  const parent = `"parent":[{"pkid":"${NODE}","href":"/api/data/HierarchyNode/${NODE}"}]`;
  const references = `{"device":[],${self(pkid)},${parent}${more}}`;
  return `{"meta":{"tags":[],"model_type":"${MODEL}","references":${references},"path":${path}},"data":${data}}`;
}

function pageOf(...resources: readonly string[]): string {
  return `{"pagination":{"skip":0,"total":${resources.length}},"resources":[${resources.join(",")}]}`;
}

const PHONE = '{"name":"SEP1","product":"Cisco 8845","lines":{"line":[{"index":1,"dirn":{"pattern":"1"}}]}}';

describe("usual pages are read without parsing", () => {
  const usual: readonly (readonly [what: string, page: string])[] = [
    ["as the API guide has them", pageOf(resource("a1", PHONE), resource("a2", PHONE))],
    ["without instances", pageOf()],
    [
      "with blanks",
      pageOf(resource("a1", PHONE)).replaceAll(":", ": ").replaceAll(",", ", ").replace(': ": ', ": "),
    ],
    [
      "with escapes and letters of all kinds",
      pageOf(resource("a1", '{"name":"\\u00e9\\"名\\\\","class":"x"}')),
    ],
    ["with members that nobody wants", pageOf(resource("a1", '{"odd":{"a":[1.50,{}]},"name":"x","zz":-0}'))],
    ["with numbers in other forms", pageOf(resource("a1", '{"name":1.50,"product":-0,"class":1e2}'))],
    ["with equal names in a value", pageOf(resource("a1", '{"name":{"b":1,"a":2,"b":3}}'))],
    ["with numbers for names in a value", pageOf(resource("a1", '{"name":{"b":1,"1":2,"0":3}}'))],
    [
      "with chosen names in another order",
      pageOf(resource("a1", '{"lines":{"line":{"dirn":{"x":1},"index":2}}}')),
    ],
    [
      "with nodes instead of paths",
      pageOf(resource("a1", PHONE, "null"), resource("a2", PHONE, "null").replaceAll(NODE, OTHER_NODE)),
    ],
    ["with wrapped collections", pageOf(resource("a1", '{"lines":{"_value_1":{"line":[]},"line":{"x":1}}}'))],
    [
      "with other members of lines",
      pageOf(resource("a1", '{"lines":{"line":{"uuid":"u","index":"1"},"x":0}}')),
    ],
    [
      "with a device",
      pageOf(resource("a1", PHONE, '"sys.hcs.A"', ',"device_":1')).replace(
        '"device":[]',
        `"device":[{"pkid":"d1","href":""}]`,
      ),
    ],
    [
      "from elsewhere, and from nodes that are not known",
      pageOf(resource("a1", PHONE, '"sys"'), resource("a2", PHONE, '"sys.hcs.B"')),
    ],
    ["with paths of pkids", pageOf(resource("a1", PHONE, `["${NODE}"]`), resource("a2", PHONE, `"${NODE}"`))],
    [
      "without a model and a total",
      pageOf(resource("a1", PHONE)).replace(`"model_type":"${MODEL}",`, "").replace("total", "x"),
    ],
  ];
  for (const fields of ["needed", "all"] as const) {
    const { fast, slow } = readers(fields);
    for (const [what, text] of usual) {
      test(`${what}, --fields ${fields}`, () => {
        const page = Buffer.from(text);
        const read = fast(page);
        assert.ok(read !== undefined, "it was left to the parser");
        assert.deepEqual(read, slow(page));
        assert.deepEqual(fast(page), read);
      });
    }
  }
});

describe("what is said in another way is left to the parser", () => {
  const odd: readonly (readonly [what: string, page: string])[] = [
    ["no JSON", "<html></html>"],
    ["cut off", pageOf(resource("a1", PHONE)).slice(0, -1)],
    ["something behind it", `${pageOf()}{}`],
    ["control characters", pageOf(resource("a1", PHONE.replace("SEP", "S\tP")))],
    ["lines", pageOf(resource("a1", PHONE)).replaceAll(",", ",\n")],
    ["no list", '{"pagination":{}}'],
    ["two lists", pageOf(resource("a1", PHONE)).replace("{", '{"resources":[],')],
    ["a field twice", pageOf(resource("a1", '{"name":"a","name":"b"}'))],
    ["a name with escapes", pageOf(resource("a1", '{"n\\u0061me":"a"}'))],
    ["a wrapper around the data", pageOf(resource("a1", '{"_value_1":{"name":"a"}}'))],
    ["no pkid in the references", pageOf(resource("a1", PHONE).replace('"self"', '"other"'))],
    ["a pkid twice", pageOf(resource("a1", PHONE).replace('[{"pkid"', '[{"pkid":"b","pkid"'))],
    ["two of itself", pageOf(resource("a1", PHONE).replace('"self":[', '"self":[{"pkid":""},'))],
    ["a link with a quote in it", pageOf(resource("a1", PHONE).replace("/api/device", '\\"}],\\"x'))],
    ["another model", pageOf(resource("a1", PHONE).replace(MODEL, "device/cucm/phone"))],
    ["an empty model", pageOf(resource("a1", PHONE).replace(MODEL, ""))],
    ["no place", pageOf(resource("a1", PHONE, "null").replaceAll(NODE, "x"))],
    ["its own pkid for a place", pageOf(resource(NODE, PHONE, "null"))],
    ["data that are none", pageOf(resource("a1", "[]"))],
    ["an instance that is none", pageOf("null")],
  ];
  for (const fields of ["needed", "all"] as const) {
    for (const [what, text] of odd) {
      if (fields === "all" && /field twice|wrapper|escapes/.test(what)) continue; // written as a whole
      test(`${what}, --fields ${fields}`, () => {
        assert.equal(readers(fields).fast(Buffer.from(text)), undefined);
      });
    }
  }
});

/** V8 of Deno 2.9 reads names with escapes wrongly at times (docs/adr/0036). */
const isDeno = "Deno" in globalThis;

const TEXTS = fc.constantFrom(
  '"x"',
  '""',
  '"\\u0041"',
  '"\\ud800"',
  '"\\/"',
  '"a\\"b"',
  '"é名🙂"',
  '"\u2028\u007f"',
  '"sys.hcs.A"',
  '" a1 "',
  '"a,}]"',
  '"{"',
);
const NUMBERS = fc.constantFrom(
  "0",
  "-0",
  "1",
  "-12",
  "1.0",
  "1e3",
  "1E400",
  "12345678901234567890",
  "0.1",
  "01",
  "1.",
  "-",
  "+1",
  ".5",
);
const NAMES = fc.constantFrom(
  '"name"',
  '"product"',
  '"lines"',
  '"line"',
  '"index"',
  '"dirn"',
  '"pattern"',
  '"_value_1"',
  '"_device"',
  '"__proto__"',
  '"1"',
  '"0"',
  '"constructor"',
  '"é"',
  '""',
  '"x"',
  '"pkid"',
  '"href"',
  '"self"',
  '"path"',
  '"data"',
  '"meta"',
  '"resources"',
  '"total"',
  ...(isDeno ? [] : ['"n\\u0061me"', '"\\u0031"']),
);
const GAP = fc.constantFrom("", "", "", "", "", "", " ", "  ", "\n");

const { value: VALUE } = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    TEXTS,
    NUMBERS,
    fc.constantFrom("null", "true", "false", "nul"),
    tie("object"),
    tie("list"),
  ),
  object: fc
    .tuple(fc.array(fc.tuple(NAMES, GAP, tie("value"), GAP), { maxLength: 5 }), GAP)
    .map(
      ([members, gap]) =>
        `{${gap}${members.map(([name, a, value, b]) => `${name}:${a}${value}${b}`).join(",")}}`,
    ),
  list: fc
    .array(fc.tuple(GAP, tie("value")), { maxLength: 4 })
    .map((all) => `[${all.map((one) => one.join("")).join(",")}]`),
}));

const PKIDS = fc.constantFrom("a1", "a2", "5135fc0f31790a3000a83b2b", NODE, " a", "a b", "");
const PATHS = fc.oneof(
  fc.constantFrom(
    '"sys.hcs"',
    '"sys.hcs.A"',
    '"hcs.A"',
    '"sys"',
    '" sys.hcs.B "',
    `"${NODE}"`,
    `["${NODE}"]`,
    `"/api/data/HierarchyNode/${NODE}/"`,
    "null",
  ),
  VALUE,
);
const RESOURCES = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        PKIDS,
        VALUE.filter((text) => text.startsWith("{")),
        PATHS,
      )
      .map(([pkid, data, path]) => resource(pkid, data, path)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(PKIDS, NAMES, VALUE)
      .map(([pkid, name, value]) => resource(pkid, PHONE, '"sys.hcs.A"', `,${name}:${value}`)),
  },
  { weight: 1, arbitrary: fc.tuple(VALUE, VALUE).map(([meta, data]) => `{"meta":${meta},"data":${data}}`) },
  {
    weight: 1,
    arbitrary: fc.tuple(VALUE, PKIDS).map(([value, pkid]) => resource(pkid, PHONE).replace("[]", value)),
  },
  { weight: 1, arbitrary: VALUE },
);

test("more places than are remembered, of any length, are each its own", () => {
  const { fast, slow } = readers("needed");
  // Where one ends tells it from the others, and lengths go over what there is room for.
  const paths = Array.from({ length: 9000 }, (_, i) => `sys.hcs.${"é".repeat(i % 300)}${i}`);
  for (let page = 0; page < 400; page += 1) {
    // Each page has some of the page before it once more.
    const resources = Array.from({ length: 60 }, (_, i) => {
      const path = paths[(page * 45 + i * (page % 2 === 0 ? 1 : 149)) % paths.length];
      return resource(`a${i}`, "{}", JSON.stringify(path));
    });
    const bytes = Buffer.from(pageOf(...resources));
    const read = fast(bytes);
    assert.ok(read !== undefined);
    assert.deepEqual(read, slow(bytes));
  }
});

interface Change {
  readonly at: number;
  readonly out: number;
  readonly put: string;
}
const CHANGES = fc.array(
  fc.record({
    at: fc.nat(),
    out: fc.nat({ max: 2 }),
    put: fc.constantFrom("", "", '"', "\\", ",", "{", "}", "]", " ", "0", ":", "\u0000", "\r"),
  }),
  { maxLength: 1 },
);

function changed(text: string, changes: readonly Change[]): Buffer {
  let bytes = Buffer.from(text);
  for (const { at, out, put } of changes) {
    const from = at % (bytes.length + 1);
    bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + out)]);
  }
  return bytes;
}

function outcome(read: () => Known | undefined): Known | string | undefined {
  try {
    return read();
  } catch (error) {
    return `not read: ${(error as Error).message}`;
  }
}

for (const fields of ["needed", "all"] as const) {
  test(`hostile pages give what parsing gives, --fields ${fields}`, () => {
    const { fast, slow } = readers(fields);
    let taken = 0;
    const pages = fc.record({ resources: fc.array(RESOURCES, { maxLength: 3 }), changes: CHANGES });
    fc.assert(
      fc.property(pages, ({ resources, changes }) => {
        const page = changed(pageOf(...resources), changes);
        // What is not UTF-8 is refused before.
        fc.pre(page.equals(Buffer.from(page.toString())) && page.length + SPARE_BYTES < 1 << 20);
        const read = fast(page);
        if (read === undefined) return;
        taken += 1;
        assert.deepEqual(
          read,
          outcome(() => slow(page)),
        );
      }),
      { numRuns: 4000 },
    );
    assert.ok(taken > 400, `only ${taken} pages were read without parsing`);
  });
}
