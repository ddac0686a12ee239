import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import {
  answer,
  BEGIN,
  BY_LIST,
  bytes,
  lines,
  LIST,
  NODES,
  PHONE,
  PLACES,
  RECORDS,
  resource,
  STREAM,
  USER,
} from "./_samples.ts";
import { collect, withFiles } from "./_testing.ts";

describe("files and missing pages", () => {
  const [first, second] = [answer([USER], { total: 2 }), answer([PHONE], { total: 2 })];

  test("fails without an end record", async () => {
    const { status, stderr, records } = await collect(["files"], bytes(lines(first, second)));
    assert.equal(status, 2);
    assert.match(
      stderr,
      /^vlf-collect: error: read stdin:1: only 1 of 2 instances of "device\/cucm\/User" are in the input \(lists with missing pages: 2\)\n/,
    );
    assert.notEqual(records.at(-1)?.type, "end");
  });

  test("goes on with --allow-partial, with warnings and without an end record", async () => {
    const { status, stderr, records, places } = await collect(
      ["files", "--allow-partial"],
      bytes(lines(first, second)),
    );
    assert.deepEqual([status, places], [0, PLACES]);
    assert.equal(stderr.match(/warning: read stdin:\d: only 1 of 2/g)?.length, 2);
    assert.equal(records.at(-1)?.type, "instance");
  });

  test("fails for an empty answer that names no model", async () => {
    const { stderr } = await collect(["files"], bytes(JSON.stringify(answer([], { total: 7 }))));
    assert.match(stderr, /read stdin:1: only 0 of 7 instances are in the input\n/);
  });

  test("takes pages together over files", async () => {
    const next = answer([{ ...USER, pkid: "u2" }], { skip: 1, total: 2 });
    await withFiles({ "1": JSON.stringify(next), "2": JSON.stringify(first) }, async (folder) => {
      assert.equal((await collect(["files", folder])).status, 0);
    });
  });

  test("does not ask for models that are not wanted", async () => {
    const unread = answer([resource("data/Unread", "x", { path: "sys" })], { total: 2 });
    assert.equal((await collect(["files"], bytes(lines(unread)))).status, 0);
    assert.equal((await collect(["files", "--fields", "all"], bytes(lines(unread)))).status, 2);
  });

  test("cut streams are accepted with --allow-partial, without an end record", async () => {
    const cut = lines(BEGIN, ...RECORDS);
    const { status, stderr, records } = await collect(["files", "--allow-partial"], bytes(cut));
    assert.deepEqual([status, records.length], [0, 3]);
    assert.equal(stderr, "vlf-collect: warning: read stdin: input ends after line 3 without an end record\n");
  });

  test("complete input has its end record with --allow-partial too", async () => {
    assert.equal((await collect(["files", "--allow-partial"], bytes(STREAM))).records.at(-1)?.type, "end");
  });
});

describe("files fails with status 2 and no end record for", () => {
  const gz = gzipSync(LIST);
  const altered = Buffer.from(zipSync({ "u.json": Buffer.from(LIST) }, { level: 0 }));
  altered[altered.indexOf("ada")] = 0x41;
  const cases: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
    "an empty file": ["", "read IN: empty, wanted JSON or NDJSON"],
    "a file of blanks": [" \n\r\n\t", "read IN: empty, wanted JSON or NDJSON"],
    "another form": ["hello\n", "read IN: unknown form, wanted JSON, NDJSON, gzip or zip"],
    "a byte order mark": [`\uFEFF${LIST}`, "read IN: unknown form, wanted JSON, NDJSON, gzip or zip"],
    "a cut document": [
      LIST.slice(0, -5),
      "read IN: not JSON, or cut off; wanted one document, or one object per line",
    ],
    "a cut document on one line": [
      lines(USER).slice(0, -9),
      "read IN: not JSON, or cut off; wanted one document, or one object per line",
    ],
    "two documents over lines": [
      `${LIST}\n${LIST}`,
      "read IN: not JSON, or cut off; wanted one document, or one object per line",
    ],
    "a document that is not UTF-8": [
      Buffer.from(LIST.replace("ada", "ad\xe0"), "latin1"),
      "read IN: bytes that are not UTF-8",
    ],
    "a line that is not UTF-8": [
      Buffer.from(`${lines(USER)}{"a": "\xe0"}\n`, "latin1"),
      "read IN:2: bytes that are not UTF-8",
    ],
    "a cut line": [`${lines(USER)}{"meta":`, 'read IN:2: the last line is cut off: "{\\"meta\\":"'],
    "a line of another form": [
      `${lines(USER)}{"a":1}\n`,
      'read IN:2: an object with "a", wanted {pagination, resources}, {meta, data} or an instance record',
    ],
    "a stream that lost its begin record": [
      lines(RECORDS[0] ?? {}, { type: "end", tool: "x", counts: { instance: 1 } }),
      'read IN:2: "end" record out of place, wanted begin first and end last',
    ],
    "a stream that lost its end record": [
      lines(BEGIN, ...RECORDS),
      "read IN: input ends after line 3 without an end record",
    ],
    "a stream with another count": [
      STREAM.replace('"instance":2', '"instance":3'),
      'read IN: the end record announces 3 "instance" records, but 2 came',
    ],
    "a stream of a later schema": [
      STREAM.replace('"schema":1', '"schema":2'),
      'read IN:1: begin record has a wrong "schema", wanted a schema version up to 1',
    ],
    "a stream whose time names no zone": [
      STREAM.replace("+01:00", ""),
      'read IN:1: begin record has a wrong "collected_at", wanted a time (RFC 3339 with a zone)',
    ],
    "a cut gzip": [gz.subarray(0, -9), "read IN: damaged or cut gzip"],
    "a damaged gzip": [Buffer.from(gz).fill(0x55, 40, 44), "read IN: damaged or cut gzip"],
    "a cut zip": [altered.subarray(0, -30), "read IN: ZIP archive: no end of the directory: cut off"],
    "a damaged zip": [altered, 'read IN: ZIP archive: entry "u.json": content is changed (CRC-32)'],
    "a zip without JSON": [zipSync({ a: Buffer.from("x") }), "read IN: no JSON in the zip"],
    "an empty zip": [zipSync({}), "read IN: no JSON in the zip"],
    "a zip with a bad member": [
      zipSync({ "a.json": Buffer.from("{}\n{}") }),
      "read IN:a.json:1: an empty object, wanted {pagination, resources}, {meta, data} or an instance record",
    ],
    "an empty member of a zip": [
      zipSync({ "a.json": new Uint8Array(0) }),
      "read IN:a.json: empty, wanted JSON or NDJSON",
    ],
    "an instance at a node that is missing": [
      lines(BY_LIST),
      'read IN:1: "data/User" "a" has no place in the hierarchy: node "n2" is not in the input',
    ],
    "an instance at no node": [
      lines(resource("data/User", "a", {})),
      'read IN:1: "data/User" "a" has no place in the hierarchy: no node is named',
    ],
    "a node whose parent is missing": [
      lines(...NODES.slice(0, 1)),
      'read IN:1: "data/HierarchyNode" "n2" has no place in the hierarchy: node "n1" is not in the input',
    ],
    "a node without a name": [
      lines(resource("data/HierarchyNode", "n", { path: "sys" })),
      'read IN:1: "data/HierarchyNode" "n" has no name',
    ],
  };
  for (const [name, [content, message]] of Object.entries(cases)) {
    test(name, async () => {
      await withFiles({ input: content }, async (folder) => {
        const path = join(folder, "input");
        const { status, stderr, stdout } = await collect(["files", path]);
        assert.equal(
          stderr.split("\n").find((line) => !line.includes(": warning: ")),
          `vlf-collect: error: ${message.replace("IN", path)}`,
        );
        assert.equal(status, 2);
        assert.ok(!stdout.includes('"type":"end"'));
      });
    });
  }

  test("paths: one that is not there, an empty folder, one given twice", async () => {
    await withFiles({ "empty/.hidden": "x", a: LIST }, async (folder) => {
      const errorOf = async (...paths: string[]): Promise<string | undefined> =>
        (await collect(["files", ...paths.map((path) => join(folder, path))])).stderr.split("\n")[0];
      assert.equal(
        await errorOf("b"),
        `vlf-collect: error: read "${join(folder, "b")}": no such file or folder (ENOENT)`,
      );
      assert.equal(
        await errorOf("empty"),
        `vlf-collect: error: read "${join(folder, "empty")}": no files in the folder`,
      );
      assert.equal(
        await errorOf("a", "a"),
        `vlf-collect: error: read options: "${join(folder, "a")}" is given twice`,
      );
    });
    assert.match((await collect(["files", "-", "-"])).stderr, /"stdin" is given twice/);
  });
});
