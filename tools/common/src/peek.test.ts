import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { readRecords } from "./ndjson.ts";
import { Peek } from "./peek.ts";
import type { AnyRecord } from "./records.ts";

const READ = new Set(["device/cucm/User", "data/Ü"]);

/** Whether the peek would leave a line unparsed that stands between two others. */
function isUnread(line: string): boolean {
  const before = Buffer.from(`{"type":"instance","model":"a","pkid":"\\u0031"}\n`);
  const own = Buffer.from(line);
  const block = Buffer.concat([before, own, Buffer.from("\n"), before]);
  return new Peek(READ).isUnread(block, before.length, before.length + own.length);
}

function parsed(line: string): AnyRecord | undefined {
  try {
    return JSON.parse(line) as AnyRecord;
  } catch {
    return undefined;
  }
}

const LINE =
  '{"type":"instance","model":"device/cucm/Line","pkid":"1","hierarchy":"sys","data":{"pattern":"\\\\+44"}}';

describe("Peek", () => {
  test("leaves a canonical instance of a model that is not read", () => assert.equal(isUnread(LINE), true));

  for (const [name, line] of [
    ["a model that is read", LINE.replace("cucm/Line", "cucm/User")],
    ["a model with an escape", LINE.replace("device/", "device\\/")],
    ["a model that is not ASCII", LINE.replace("device/cucm/Line", "data/Ü")],
    ["another type", LINE.replace("instance", "finding")],
    ["another order of keys", LINE.replace('"pkid":"1","hierarchy":"sys"', '"hierarchy":"sys","pkid":"1"')],
    ["white space", LINE.replace(":", ": ")],
    ["an empty pkid", LINE.replace('"pkid":"1"', '"pkid":""')],
    ["an empty hierarchy", LINE.replace('"sys"', '""')],
    ["an escape in the pkid", LINE.replace('"1"', '"\\""')],
    ["no data", LINE.replace(',"data":{"pattern":"\\\\+44"}', "")],
    ["data that is no object", LINE.replace('{"pattern":"\\\\+44"}', '["}}"]')],
    ["a line that is cut", LINE.slice(0, -1)],
    ["a line that is cut and joined to the next", `${LINE.slice(0, -9)}${LINE}`],
    ["the type again", LINE.replace(/\}\}$/, '},"type":"end","counts":{}}')],
    ["the model again", LINE.replace(/\}\}$/, '},"model":"device/cucm/User","x":{}}')],
    [
      "the model again, spelt with an escape",
      LINE.replace(/\}\}$/, '},"mod\\u0065l":"device/cucm/User","x":{}}'),
    ],
  ] as const) {
    test(`has ${name} parsed`, () => assert.equal(isUnread(line), false));
  }

  test("never leaves a line that parsing takes for something else", () => {
    const key = fc.constantFrom("type", "model", "pkid", "hierarchy", "data", "typ\\u0065", "x", 'q\\"');
    const text = fc.constantFrom(
      '"instance"',
      '"end"',
      '"device/cucm/Line"',
      '"device/cucm/User"',
      '"device\\/cucm\\/User"',
      '"p1"',
      '""',
      '"}}"',
      '"a\\"b"',
    );
    const value = fc.oneof(
      { weight: 5, arbitrary: text },
      fc.constantFrom("{}", '{"model":"x"}', '{"a":{"b":1}}', "[]", "1", "null"),
    );
    const colon = fc.constantFrom(":", ":", ":", " : ");
    const member = fc.tuple(key, colon, value).map(([name, sign, what]) => `"${name}"${sign}${what}`);
    const members = fc.array(member, { maxLength: 4 }).map((list) => list.join(","));
    const data = fc
      .tuple(members, fc.constantFrom("", '"b":{"}":"{\\"}"}', '"c":[{},"\\\\"]'))
      .map((list) => `{${list.filter((one) => one !== "").join(",")}}`);
    const tail = fc.oneof(
      { weight: 3, arbitrary: fc.constant("") },
      members.map((list) => (list === "" ? "" : `,${list}`)),
    );
    const model = fc.constantFrom("device/cucm/Line", "device/cucm/Line", "device/cucm/User");
    const start = fc
      .tuple(model, data)
      .map(
        ([name, object]) =>
          `"type":"instance","model":"${name}","pkid":"1","hierarchy":"sys","data":${object}`,
      );
    const other = fc.constantFrom(
      '"type":"instance","model":"device/cucm/Line","pkid":"1","hierarchy":"sys"',
      '"type":"instance"',
    );
    const head = fc.oneof({ weight: 5, arbitrary: start }, other);
    let unread = 0;
    fc.assert(
      fc.property(head, tail, fc.constantFrom("}", "}", "}", "}}", " }"), (start, rest, close) => {
        const line = `{${start}${rest}${close}`;
        if (!isUnread(line)) return;
        unread += 1;
        const record = parsed(line);
        if (record === undefined) return; // not JSON: of what nobody reads, that is not found out
        assert.equal(record.type, "instance");
        assert.equal(READ.has(String(record["model"])), false);
      }),
      { numRuns: 3000 },
    );
    assert.ok(unread > 100, `only ${unread} lines were left unparsed: the property says little`);
  });
});

describe("readRecords() with models", () => {
  const begin =
    '{"type":"begin","schema":1,"tool":"t","version":"0","run_id":"r","started_at":"2026-11-01T03:00:00Z","collected_at":"2026-11-01T03:00:00Z","platform":{}}';
  const user = LINE.replace("cucm/Line", "cucm/User");

  async function read(...lines: string[]): Promise<{ models: unknown[]; counts: unknown }> {
    const models: unknown[] = [];
    const source = [Buffer.from(`${lines.join("\n")}\n`)];
    const { counts } = await readRecords(
      source,
      { name: "test", models: READ },
      { record: (record) => void models.push(record["model"]) },
    );
    return { models, counts };
  }

  test("counts what it leaves unparsed", async () => {
    const end = '{"type":"end","tool":"t","counts":{"instance":3}}';
    assert.deepEqual(await read(begin, LINE, user, LINE, end), {
      models: ["device/cucm/User"],
      counts: { instance: 3 },
    });
  });

  test("misses what was lost among it", async () => {
    const end = '{"type":"end","tool":"t","counts":{"instance":3}}';
    await assert.rejects(read(begin, LINE, user, end), /announces 3 "instance" records, but 2 came/);
  });

  test("refuses it outside the frame", async () => {
    await assert.rejects(read(LINE, begin), /test:1: "instance" record first, wanted the begin record/);
    await assert.rejects(
      read(begin, '{"type":"end","tool":"t","counts":{}}', LINE),
      /test:3: "instance" record after the end record/,
    );
  });
});
