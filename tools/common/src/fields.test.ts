/** Reading fields without parsing gives what parsing gives: values, order, line numbers and errors, for any input. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { joinKey, namesBelow } from "./axl.ts";
import { type FieldsByModel, FieldScanner, isTextual, type WantedFields } from "./fields.ts";
import { Names } from "./names.ts";
import { readRecords, RecordFrame } from "./ndjson.ts";
import type { AnyRecord, Instance } from "./records.ts";

const KEYS: Readonly<Record<string, readonly string[]>> = {
  "data/User": ["username", "email", "é", "__proto__", "constructor"],
  "device/cucm/Phone": ["name", "lines", "class"],
  "device/cucm/User": ["email", "devices", "name", "groups"],
  "data/None": [],
  // As many as fit the tape of the scanner, and more.
  "data/Wide": Array.from({ length: 500 }, (_, at) => `k${at}`),
  "data/Wider": Array.from({ length: 600 }, (_, at) => `k${at}`),
};
const PARSED = "data/HierarchyNode";
/** Keys of which texts are wanted as they are compared. */
const COMPARED = new Set(["email", "name"]);
/** Keys below which names are wanted. */
const LISTS: Readonly<Record<string, readonly string[]>> = { devices: ["device"], groups: [] };
/** A model that nobody wants. */
const OTHER = "device/cucm/Line";

const BEGIN = JSON.stringify({
  type: "begin",
  schema: 1,
  tool: "t",
  version: "1",
  run_id: "r",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T03:00:00Z",
  platform: {},
});

/** What a reader hears of a stream, each thing with its line; the error last. */
type Heard = unknown[];

/** `named`: where texts are compared they are names, as which numbers of JSON are texts. */
function valuesOf(model: string, data: Instance["data"], named: boolean): unknown[] {
  return (KEYS[model] ?? []).map((key) => {
    const value = Object.hasOwn(data, key) ? data[key] : undefined;
    if (Object.hasOwn(LISTS, key)) return [...namesBelow(value, LISTS[key] ?? [])];
    if (named && COMPARED.has(key) && isTextual(value)) return joinKey(String(value));
    return COMPARED.has(key) && typeof value === "string" ? joinKey(value) : value;
  });
}

/** Checks that a text has one number, and a number one text. */
class Numbers {
  readonly #names: Names | undefined;
  readonly #known = new Map<string, number>();

  constructor(names: Names | undefined) {
    this.#names = names;
  }

  /** Of a name, or of a pkid of a model, which is new only once. */
  textOf(number: number, model = "", isNew = false): string {
    const text = this.#names?.text(number) ?? "";
    const key = `${model} ${text}`;
    assert.equal(this.#known.get(key) ?? number, number);
    assert.ok(!isNew || !this.#known.has(key));
    this.#known.set(key, number);
    return text;
  }

  /** Forgets about half of the numbers. */
  keep(): void {
    const last = (this.#names?.last ?? 0) >> 1;
    this.#names?.keep(last);
    for (const [key, number] of this.#known) if (number > last) this.#known.delete(key);
  }
}

async function hear(
  bytes: Buffer,
  chunk: number,
  byFields: boolean,
  maxLineBytes = 1 << 20,
  names?: Names,
): Promise<{ heard: Heard; taken: number }> {
  const heard: Heard = [];
  let taken = 0;
  const fields = new Map<string, WantedFields | "parse">([[PARSED, "parse"]]);
  const numbers = new Numbers(names);
  for (const [model, keys] of Object.entries(KEYS)) {
    const compared = keys.map((key) => COMPARED.has(key));
    const lists = keys.map((key) => (Object.hasOwn(LISTS, key) ? LISTS[key] : undefined));
    const named = names && keys.map((_, slot) => compared[slot] === true || lists[slot] !== undefined);
    const take: WantedFields["take"] = (pkid, hierarchy, values, line, isNew) => {
      taken += 1;
      const textOf = (one: unknown): unknown => (typeof one === "number" ? numbers.textOf(one) : one);
      const own = names === undefined ? pkid : numbers.textOf(pkid as number, model, isNew);
      heard.push({
        line,
        model,
        pkid: own,
        hierarchy,
        values: values.map((one, slot) => {
          const isNamed = named?.[slot] === true;
          if (lists[slot] === undefined) return isNamed ? textOf(one) : one;
          return (one as unknown[]).map((item) => (isNamed ? textOf(item) : item));
        }),
      });
    };
    fields.set(model, { keys, compared, lists, named, pkids: names && fields.size, take });
  }
  const record = (one: AnyRecord, line: number): void => {
    const { model, pkid, hierarchy, data } = one as unknown as Instance;
    // As an audit does at the end of a scope: what was read ahead may not go with it.
    if (one.type === "scope-end") numbers.keep();
    if (one.type !== "instance" || model === PARSED) heard.push({ line, one });
    else if (KEYS[model] !== undefined)
      heard.push({ line, model, pkid, hierarchy, values: valuesOf(model, data, names !== undefined) });
  };
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, at) =>
    bytes.subarray(at * chunk, (at + 1) * chunk),
  );
  try {
    heard.push(
      await readRecords(
        chunks,
        { name: "in", maxLineBytes },
        byFields ? { record, fields, names } : { record },
      ),
    );
  } catch (error) {
    heard.push(String(error));
  }
  return { heard, taken };
}

/** V8 15.0, which is in Deno 2.9, at times reads a key with escapes as another: there such input proves nothing. */
const ESCAPED_KEY = /"(?:[^"\\]|\\.)*\\(?:[^"\\]|\\.)*"\s*:/;
const isFaulty = "Deno" in globalThis;

/** Gives how many lines were taken without parsing. */
async function assertSame(text: string | Buffer, chunk = 1 << 16, maxLineBytes?: number): Promise<number> {
  const bytes = Buffer.from(text as string);
  if (isFaulty && ESCAPED_KEY.test(bytes.toString("utf8"))) return 0;
  const { heard, taken } = await hear(bytes, chunk, true, maxLineBytes);
  assert.deepEqual(heard, (await hear(bytes, chunk, false, maxLineBytes)).heard);
  // The same with numbers for names.
  const numbered = await hear(bytes, chunk, true, maxLineBytes, new Names());
  assert.deepEqual(numbered.heard, (await hear(bytes, chunk, false, maxLineBytes, new Names())).heard);
  assert.equal(numbered.taken, taken);
  return taken;
}

const line = (model: string, data: string, pkid = "p1", hierarchy = "sys.hcs"): string =>
  `{"type":"instance","model":"${model}","pkid":"${pkid}","hierarchy":"${hierarchy}","data":${data}}`;
const stream = (...lines: string[]): string => `${[BEGIN, ...lines].join("\n")}\n`;

/** Texts of JSON as no careful writer would make them. */
const blank = fc.oneof(
  { arbitrary: fc.constant(""), weight: 200 },
  { arbitrary: fc.constantFrom(" ", "\t", "\r", "  "), weight: 1 },
);
const text = fc.oneof(
  fc.string({ maxLength: 12 }).map((raw) => JSON.stringify(raw)),
  fc.string({ maxLength: 8, unit: "grapheme" }).map((raw) => JSON.stringify(raw)),
  fc.constantFrom(
    '""',
    '"\\u0041"',
    '"\\u006eame"',
    '"\\""',
    '"\\\\"',
    '"}}"',
    '"{"',
    '"a,b"',
    '"null"',
    '"\\/"',
    '"\u007f"',
    '" Anna "',
    '"ZOË "',
  ),
);
const number = fc.constantFrom(
  "0",
  "-0",
  "12",
  "-7",
  "1.5",
  "1e3",
  "2E-2",
  "-0.1e+4",
  "12345678901234567890",
  "1e999",
);
const noNumber = fc.constantFrom("01", "+1", ".5", "1.", "1e", "-", "0x1", "NaN", "1e+", "--1");
const word = fc.constantFrom("true", "false", "null");
const noWord = fc.constantFrom("tru", "True", "nulll", "undefined", "", "'a'", "falsey");
/** Of two equal keys, one of them escaped, V8 15.0 (Deno 2.9) at times gives the first: such ones do not come. */
function object(members: readonly string[]): string {
  const escaped = new Map<string, boolean>();
  const kept = members.filter((member) => {
    const written = /^\s*("(?:[^"\\]|\\.)*")/.exec(member)?.[1] ?? '""';
    const name = JSON.parse(written) as string;
    const isEscaped = written.includes("\\");
    const before = escaped.get(name);
    if (before === true || (before === false && isEscaped)) return false;
    escaped.set(name, isEscaped);
    return true;
  });
  return `{${kept.join(",")}}`;
}

const key = fc.oneof(
  fc
    .constantFrom(
      "username",
      "email",
      "name",
      "lines",
      "devices",
      "groups",
      "device",
      "é",
      "data",
      "model",
      "type",
      "pkid",
      "_value_1",
      "__proto__",
      "constructor",
      "class",
      "",
    )
    .map((name) => JSON.stringify(name)),
  fc.constantFrom('"user\\u006eame"', '"na\\u006de"', '"\\u00e9"'),
  text,
);
const { value } = fc.letrec<{ value: string; item: string; member: string }>((tie) => ({
  item: fc.tuple(blank, tie("value"), blank).map((parts) => parts.join("")),
  member: fc.tuple(blank, key, blank, fc.constant(":"), tie("item")).map((parts) => parts.join("")),
  value: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    { arbitrary: text, weight: 8 },
    { arbitrary: fc.oneof(number, word), weight: 4 },
    { arbitrary: fc.array(tie("item"), { maxLength: 4 }).map((items) => `[${items.join(",")}]`), weight: 2 },
    {
      arbitrary: fc.array(tie("member"), { maxLength: 5 }).map(object),
      weight: 2,
    },
  ),
}));
const anyData = fc
  .array(
    fc.tuple(key, value).map(([name, one]) => `${name}:${one}`),
    { maxLength: 8 },
  )
  .map(object);
const model = fc.constantFrom(
  "data/User",
  "device/cucm/Phone",
  "device/cucm/User",
  "data/None",
  PARSED,
  OTHER,
  "x",
);
/** Lists as writers make them, and nearly so; the same names come again, as texts too. */
const device = fc.constantFrom("SEP1", "sep2", " SEP1 ", "", "é", "x".repeat(70), 'a"b', null, 7, true);
const devices = fc.oneof(fc.array(device, { maxLength: 4 }), device, fc.array(device, { maxLength: 130 }));
const list = fc.oneof(
  devices,
  fc.dictionary(fc.constantFrom("device", "_value_1", "other", "__proto__"), devices, { maxKeys: 2 }),
  fc.constantFrom({}, [[]], { device: { device: ["SEP1"] } }, { _value_1: { device: ["SEP1"] } }),
);
const listed = fc
  .record({ devices: list, name: device, groups: list, email: device }, { requiredKeys: [] })
  .map((data) => JSON.stringify(data));
const name = fc.oneof(
  { arbitrary: fc.constantFrom("p1", "8a474a3b7c2c7f9c7bdb0edc", "né", "a.b"), weight: 20 },
  // One wrong line ends a stream: most have to be right for others to be seen.
  { arbitrary: fc.constantFrom("", "\\u0041"), weight: 1 },
);
/** Objects as writers make them, of which the reader has to take most. */
const tidy = fc
  .array(
    fc.tuple(fc.constantFrom("username", "email", "name", "lines", "x", "é"), fc.jsonValue({ maxDepth: 3 })),
    {
      maxLength: 6,
    },
  )
  .map((members) => JSON.stringify(Object.fromEntries(members)));
const anyLine = fc.oneof(
  { arbitrary: fc.tuple(model, tidy, name, name).map(([m, d, p, h]) => line(m, d, p, h)), weight: 12 },
  { arbitrary: fc.tuple(model, anyData, name, name).map(([m, d, p, h]) => line(m, d, p, h)), weight: 12 },
  {
    arbitrary: fc.tuple(listed, name, name).map(([d, p, h]) => line("device/cucm/User", d, p, h)),
    weight: 12,
  },
  {
    arbitrary: fc.constantFrom("", " ", '{"type":"scope-end","hierarchy":"sys"}', '{"type":"unheard-of"}'),
    weight: 2,
  },
  {
    arbitrary: fc
      .tuple(
        model,
        anyData,
        fc.shuffledSubarray(["type", "model", "pkid", "hierarchy", "data"], { minLength: 4 }),
      )
      .map(([m, d, order]) => {
        const all: Record<string, string> = {
          type: '"instance"',
          model: JSON.stringify(m),
          pkid: '"p"',
          hierarchy: '"sys"',
          data: d,
        };
        return `{${order.map((one) => `"${one}":${all[one]}`).join(",")}}`;
      }),
    weight: 2,
  },
);

describe("fields without parsing", () => {
  test("takes the lines that our tools write", async () => {
    const lines = [
      line("data/User", '{"username":"anna","email":null,"n":1,"deep":{"username":"no","a":[1,{"x":[]}]}}'),
      line("data/User", '{"email":"a@b.example"}', "p2", "sys.hcs.C"),
      line("device/cucm/Phone", '{"name":"SEP1","lines":{"line":[{"index":1}]},"class":true}'),
      line(OTHER, '{"pattern":"1000"}'),
      line("data/None", "{}"),
    ];
    const { heard, taken } = await hear(
      Buffer.from(stream(...lines, '{"type":"end","tool":"t","counts":{"instance":5}}')),
      1 << 16,
      true,
    );
    assert.equal(taken, 4);
    assert.deepEqual(heard.slice(0, 4), [
      {
        line: 2,
        model: "data/User",
        pkid: "p1",
        hierarchy: "sys.hcs",
        values: ["anna", null, undefined, undefined, undefined],
      },
      {
        line: 3,
        model: "data/User",
        pkid: "p2",
        hierarchy: "sys.hcs.C",
        values: [undefined, "a@b.example", undefined, undefined, undefined],
      },
      {
        line: 4,
        model: "device/cucm/Phone",
        pkid: "p1",
        hierarchy: "sys.hcs",
        values: ["sep1", { line: [{ index: 1 }] }, true],
      },
      { line: 6, model: "data/None", pkid: "p1", hierarchy: "sys.hcs", values: [] },
    ]);
    assert.deepEqual(heard[4], { begin: JSON.parse(BEGIN), counts: { instance: 5 } });
  });

  const odd: Record<string, string> = {
    "a key that is escaped": line("data/User", '{"user\\u006eame":"anna"}'),
    "texts with escapes": line(
      "data/User",
      '{"x\\ny":"\\u00e9","email":"\\"a\\\\","username":"\\/\\b\\f\\n\\r\\t","z":{"\\"":["\\\\"]}}',
    ),
    "an escape that is none": line(OTHER, '{"x":"\\x"}'),
    "an escape of too few digits": line(OTHER, '{"x":"\\u12g4"}'),
    "an escape at the end of a text": line(OTHER, '{"x":"\\"}'),
    "an escaped pkid": line(OTHER, "{}", "p\\u0041"),
    "an escaped hierarchy": line("data/User", "{}", "p", "sys\\u002eA"),
    "the last of two equal keys": line("data/User", '{"username":"a","username":"b"}'),
    "a second data": `${line("data/User", '{"username":"a"}').slice(0, -1)},"data":{"username":"b"}}`,
    "white space": line("data/User", '{ "username" : "a" }'),
    "a tab in a text": line("data/User", '{"username":"a\tb"}'),
    "a control character in a text": line(OTHER, '{"x":"a\u0001b"}'),
    "a carriage return at the end": `${line("data/User", "{}")}\r`,
    "a text that is not closed": line("data/User", '{"username":"a}'),
    "a comma too many": line("data/User", '{"username":"a",}'),
    "a comma too few": line("data/User", '{"username":"a""email":"b"}'),
    "a bracket too few": line("data/User", '{"x":[1,2}'),
    "a bracket too many": line("data/User", '{"x":[1,2]]}'),
    "no data": '{"type":"instance","model":"data/User","pkid":"p","hierarchy":"sys"}',
    "data that is a list": line("data/User", "[]"),
    "a blank pkid": line("data/User", "{}", ""),
    "a blank hierarchy": line(OTHER, "{}", "p", ""),
    "something behind the object": `${line("data/User", "{}")}x`,
    "a model that ends elsewhere": line('data/User","x":"', "{}"),
    "a wrapper around the fields": line("data/User", '{"_value_1":{"username":"a"}}'),
    "a deep value": line(OTHER, `{"x":${"[".repeat(200)}${"]".repeat(200)}}`),
    "a line that is cut off": line("data/User", '{"username":"anna"}').slice(0, -6),
    "characters beyond ASCII": line("data/User", '{"username":"Zoë","é":"日本"}', "ü", "sys.Ö"),
    "names at a key": line("device/cucm/User", '{"devices":{"device":["SEP1"," sep2 ",""]},"name":"SEP1"}'),
    "names at two lists": line("device/cucm/User", '{"groups":["SEP1","A"],"devices":{"device":["SEP1"]}}'),
    "names at another key": line("device/cucm/User", '{"devices":{"phone":["SEP1"]},"name":"phone"}'),
    "names in a wrapper": line(
      "device/cucm/User",
      '{"devices":{"_value_1":["SEP1"]},"groups":{"_value_1":"A"}}',
    ),
    "a name that is no list": line(
      "device/cucm/User",
      '{"devices":{"device":"SEP1"},"groups":{"device":"A"}}',
    ),
    "lists that are null": line("device/cucm/User", '{"devices":{"device":null},"groups":null}'),
    "lists that are empty": line("device/cucm/User", '{"devices":{"device":[]},"groups":[]}'),
    "no lists": line("device/cucm/User", "{}"),
    "two keys in a list": line("device/cucm/User", '{"devices":{"device":["SEP1"],"x":["SEP2"]}}'),
    "two equal keys in a list": line("device/cucm/User", '{"devices":{"device":["SEP1"],"device":["SEP2"]}}'),
    "lists in a list": line(
      "device/cucm/User",
      '{"devices":{"device":[["SEP1"]]},"groups":["A",["B"],null,1]}',
    ),
    "an escape in a list": line(
      "device/cucm/User",
      '{"devices":{"device":["SEP1","\\u0041"]},"name":"SEP1"}',
    ),
    "an escaped key of a list": line("device/cucm/User", '{"devices":{"devic\\u0065":["SEP1"]}}'),
    "long lists": line(
      "device/cucm/User",
      JSON.stringify({
        devices: { device: Array.from({ length: 99 }, (_, at) => `SEP${at}`) },
        groups: ["SEP1"],
      }),
    ),
    "lists that are too long": line(
      "device/cucm/User",
      JSON.stringify({
        groups: Array.from({ length: 120 }, (_, at) => `g${at}`),
        devices: ["g1"],
        name: "g1",
      }),
    ),
    "half of a surrogate pair": line("data/User", '{"username":"\\ud800"}'),
  };
  for (const [what, one] of Object.entries(odd)) {
    test(`gives the same for ${what}`, async () => {
      for (const around of [
        [one],
        [line("data/User", '{"username":"x"}'), one, line(OTHER, "{}")],
        [one, one],
      ]) {
        await assertSame(stream(...around));
        await assertSame(stream(...around).trimEnd());
      }
    });
  }

  test("gives the same for bytes that are not UTF-8, and for lines that are too long", async () => {
    const good = Buffer.from(stream(line("data/User", '{"username":"anna"}')));
    for (let at = BEGIN.length + 1; at < good.length; at += 3) {
      const bad = Buffer.from(good);
      bad[at] = 0xff;
      await assertSame(bad, 50);
    }
    for (const limit of [300, 100, 90, 89, 88]) await assertSame(good, 1 << 16, limit);
  });

  test("counts records in the order in which they came, over many blocks", async () => {
    const one = line("data/User", "{}");
    const many = Array.from({ length: 2000 }, () => one);
    const end = '{"type":"end","tool":"t","counts":{"x":1,"instance":2001}}';
    for (const lines of [
      [...many, '{"type":"x"}', one],
      [one, '{"type":"x"}', ...many],
    ]) {
      const text = stream(...lines, end);
      await assertSame(text);
      const { heard } = await hear(Buffer.from(text), 1 << 16, true);
      const { counts } = heard.at(-1) as { counts: Record<string, number> };
      assert.deepEqual(Object.entries(counts), [
        ["instance", 2001],
        ["x", 1],
      ]);
    }
  });

  test("gives the same before the begin record and behind the end record", async () => {
    const one = line("data/User", "{}");
    await assertSame(`${one}\n${stream(one)}`);
    await assertSame(stream(one, '{"type":"end","tool":"t","counts":{"instance":1}}', one));
  });

  test("keeps what it took when the memory of its block is used again", async () => {
    const taken: string[] = [];
    const take = (pkid: string, hierarchy: string, values: readonly unknown[]): void =>
      void taken.push(pkid, hierarchy, String(values[0]));
    const fields: FieldsByModel = new Map([["data/User", { keys: ["username"], take }]]);
    const reader = new RecordFrame({ name: "in" }, { record: () => undefined, fields }).lineReader();
    const bytes = Buffer.from(
      stream(line("data/User", '{"username":"anna-with-a-long-name"}', "a-pkid-that-is-long")),
    );
    void reader.push(bytes);
    bytes.fill(32);
    assert.deepEqual(taken, ["a-pkid-that-is-long", "sys.hcs", "anna-with-a-long-name"]);
  });

  test("gives the same where there is no WebAssembly", async () => {
    const text = stream(line("data/User", '{"username":"anna"}'), line(OTHER, "{}"));
    const kept = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
    assert.ok(kept);
    Reflect.deleteProperty(globalThis, "WebAssembly");
    try {
      assert.equal(await assertSame(text), 0);
    } finally {
      Object.defineProperty(globalThis, "WebAssembly", kept);
    }
    assert.equal(await assertSame(text), 1);
  });

  test("gives the same for more models, keys and values than the scanner has room for", async () => {
    const lines = Array.from({ length: 3000 }, (_, at) => line(`data/M${at}${"m".repeat(200)}`, "{}"));
    const keys = Array.from({ length: 2000 }, (_, at) =>
      line("data/User", `{"k${at}${"k".repeat(200)}":1,"email":"A"}`),
    );
    await assertSame(stream(...lines, ...keys, ...lines.slice(0, 9), line("data/User", '{"username":"a"}')));
    const long = "x".repeat(70_000);
    await assertSame(
      stream(line("data/User", `{"username":"${long}"}`), line("data/User", `{"email":"${long.repeat(5)}"}`)),
    );
  });

  test("reads a block right when the one before was not read to its end", () => {
    const taken: unknown[] = [];
    const fields: FieldsByModel = new Map([
      [
        "data/User",
        { keys: ["username"], take: (...all: unknown[]) => void taken.push([all[1], ...(all[2] as [])]) },
      ],
    ]);
    const scanner = new FieldScanner(fields);
    const user = (name: string, at: string): string =>
      `${line("data/User", `{"username":"${name}"}`, "p", at)}\n`;
    assert.ok(scanner.open(Buffer.from(user("anna", "sys.A") + user("bert", "sys.B")), true));
    assert.ok(scanner.next());
    scanner.take(1);
    assert.ok(scanner.open(Buffer.from(user("bert", "sys.B") + user("anna", "sys.A")), true));
    while (scanner.next()) scanner.take(2);
    assert.deepEqual(taken, [
      ["sys.A", "anna"],
      ["sys.B", "bert"],
      ["sys.A", "anna"],
    ]);
  });

  test("goes on where the memory of names has grown meanwhile", () => {
    const names = new Names();
    const taken: unknown[] = [];
    const take: WantedFields["take"] = (pkid, _, values) => {
      taken.push([names.text(pkid as number), names.text(values[0] as number)]);
      const { last } = names;
      for (let at = 0; at < 30_000; at += 1) names.number(`${last} ${at} ${"x".repeat(100)}`);
    };
    const fields: FieldsByModel = new Map([
      ["data/User", { keys: ["username"], compared: [true], named: [true], pkids: 1, take }],
    ]);
    const scanner = new FieldScanner(fields, names);
    const users = ["anna", "zoë", "bert"].map((name, at) =>
      line("data/User", `{"username":"${name}"}`, `p${at}`),
    );
    for (const round of [1, 2]) {
      assert.ok(scanner.open(Buffer.from(`${users.join("\n")}\n`), false));
      while (scanner.next()) scanner.take(round);
    }
    const all = [
      ["p0", "anna"],
      ["p1", "zoë"],
      ["p2", "bert"],
    ];
    assert.deepEqual(taken, [...all, ...all]);
  });

  test("gives the same for models of which many fields are wanted", async () => {
    const lines = Array.from({ length: 1000 }, (_, at) =>
      line(at % 3 === 0 ? "data/Wider" : "data/Wide", `{"k${at % 700}":"${at % 5}","k7":${at}}`),
    );
    assert.equal(await assertSame(stream(...lines)), 666);
  });

  test("gives the same for the rest of a stream of which a handler was slow", async () => {
    const many = Array.from({ length: 500 }, (_, at) => line("data/User", `{"username":"u${at % 7}"}`));
    await assertSame(stream(...many, '{"type":"scope-end","hierarchy":"sys.hcs"}', ...many), 5000);
  });

  test("gives the same for hostile JSON in any chunks", async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyLine, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4000 }),
        async (lines, chunk) => {
          taken += await assertSame(stream(...lines), chunk);
        },
      ),
      { numRuns: 3000 },
    );
    assert.ok(taken > (isFaulty ? 100 : 500), `only ${taken} lines were taken without parsing`);
  });

  test("gives the same where JSON is wrong", async () => {
    const wrong = fc.tuple(model, key, fc.oneof(noNumber, noWord)).map(([m, k, v]) => line(m, `{${k}:${v}}`));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(anyLine, wrong), { minLength: 1, maxLength: 4 }),
        async (lines) => void (await assertSame(stream(...lines))),
      ),
      { numRuns: 1000 },
    );
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom("", '"', "{", "}", "[", "]", ",", ":", "\\", " ", "0", "e", "-", "\n", "\u0001"),
      fc.nat(2),
    );
    await fc.assert(
      fc.asyncProperty(fc.tuple(model, anyData), change, async ([m, d], [place, put, drop]) => {
        const one = line(m, d);
        const at = place % one.length;
        await assertSame(stream(line(m, d), one.slice(0, at) + put + one.slice(at + drop), line(m, d)));
      }),
      { numRuns: 5000 },
    );
  });
});
