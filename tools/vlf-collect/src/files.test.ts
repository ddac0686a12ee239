import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { answer, bytes, lines, refers, resource } from "./_samples.ts";
import { brokenRecord, collect, NOW, withFiles } from "./_testing.ts";

const USER = resource("device/cucm/User", "u1", { path: "sys.hcs.CS-P" }, { userid: "ada", secret: 1 });
const PHONE = resource("device/cucm/Phone", "p1", { path: "hcs.CS-P.Site" }, { name: "SEP1" });
const PLACES = ["device/cucm/User u1 sys.hcs.CS-P", "device/cucm/Phone p1 sys.hcs.CS-P.Site"];
const RECORDS = [
  {
    type: "instance",
    model: "device/cucm/User",
    pkid: "u1",
    hierarchy: "sys.hcs.CS-P",
    data: { userid: "ada" },
  },
  {
    type: "instance",
    model: "device/cucm/Phone",
    pkid: "p1",
    hierarchy: "hcs.CS-P.Site",
    data: { name: "SEP1" },
  },
];
const BEGIN = {
  type: "begin",
  schema: 1,
  tool: "other",
  version: "2",
  run_id: "r",
  started_at: "2026-10-01T00:00:00Z",
  collected_at: "2026-10-01T02:00:00+01:00",
  platform: { hostname: "voss-1", org_id: "O-1", color: "red" },
  via: [{ tool: "filter", version: "3" }],
};
const SCOPE_END = { type: "scope-end", hierarchy: "sys.hcs.CS-P" };
const STREAM = lines(BEGIN, ...RECORDS, SCOPE_END, {
  type: "end",
  tool: "other",
  counts: { instance: 2, "scope-end": 1 },
});
const LIST = JSON.stringify(answer([USER, PHONE]), undefined, 2);

describe("files reads", () => {
  const forms: Readonly<Record<string, string | Uint8Array>> = {
    "a list answer": LIST,
    "a list answer on one line": JSON.stringify(answer([USER, PHONE])),
    "an array of resources": JSON.stringify([USER, PHONE], undefined, 1),
    "an array of instance records": JSON.stringify(RECORDS),
    "lines of resources": lines(USER, PHONE),
    "lines with blanks between and no end of line": `\n \n${lines(USER)}\n${JSON.stringify(PHONE)}`,
    "lines of list answers": lines(answer([USER]), answer([PHONE])),
    "lines of instance records": lines(...RECORDS),
    "a record stream": STREAM,
    "a gzip of a list answer": gzipSync(LIST),
    "a gzip of a record stream": gzipSync(STREAM),
    "a gzip of two parts": Buffer.concat([gzipSync(lines(USER)), gzipSync(lines(PHONE))]),
    "a zip of documents": zipSync({
      "a/u.json": Buffer.from(JSON.stringify(USER, undefined, 1)),
      "p.json": Buffer.from(lines(PHONE)),
    }),
    "a zip of a record stream": zipSync({ "x.ndjson": Buffer.from(STREAM) }),
  };
  for (const [name, content] of Object.entries(forms)) {
    test(`${name}, from a file and from standard input in bytes`, async () => {
      await withFiles({ input: content }, async (folder) => {
        const { status, places, stderr, records } = await collect(["files", join(folder, "input")]);
        assert.deepEqual([status, stderr, places], [0, "", PLACES]);
        assert.equal(brokenRecord(records), undefined);
        assert.equal(records.at(-1)?.type, "end");
      });
      const single = Array.from(Buffer.from(content), (byte) => Uint8Array.of(byte));
      for (const args of [["files", "-"], ["files"]]) {
        assert.deepEqual((await collect(args, single)).places, PLACES);
      }
    });
  }

  test("one resource over several lines", async () => {
    const { places } = await collect(["files"], bytes(JSON.stringify(USER, undefined, 2)));
    assert.deepEqual(places, PLACES.slice(0, 1));
  });

  test("a zip with other files and folders in it, with a warning", async () => {
    const zip = zipSync({
      "d/": new Uint8Array(0),
      "a.xlsx": Buffer.from("PK"),
      "u.json": Buffer.from(lines(USER)),
    });
    const { status, places, stderr } = await collect(["files"], [zip]);
    assert.deepEqual([status, places.length], [0, 1]);
    assert.equal(stderr, "vlf-collect: warning: read stdin:a.xlsx: left out, it is not JSON\n");
  });

  test("folders in the order of code units, without hidden files", async () => {
    const one = (pkid: string): string => lines(resource("data/User", pkid, { path: "sys" }));
    const files = {
      "b/x": one("3"),
      "b.json": one("2"),
      B: one("1"),
      ".git/x": one("0"),
      ä: one("5"),
      b0: one("4"),
    };
    await withFiles(files, async (folder) => {
      const { records } = await collect(["files", folder]);
      assert.deepEqual(
        records.slice(1, -1).map((record) => record["pkid"]),
        ["1", "2", "3", "4", "5"],
      );
    });
  });

  test("only the models and fields of the purpose, or everything", async () => {
    const input = lines(USER, resource("data/Unread", "x", { path: "sys" }, { a: 1 }), {
      ...RECORDS[0],
      later: 2,
    });
    const data = async (...args: string[]): Promise<unknown[]> =>
      (await collect(["files", ...args], bytes(input))).records.slice(1, -1).map((record) => record["data"]);
    assert.deepEqual(await data("--for", "audit"), [{ userid: "ada" }, { userid: "ada" }]);
    assert.deepEqual(await data("--fields", "all"), [
      { pkid: "u1", userid: "ada", secret: 1 },
      { pkid: "x", a: 1 },
      { userid: "ada" },
    ]);
  });

  test("fields of a record that it does not know, and puts its own first", async () => {
    const { stdout } = await collect(
      ["files"],
      bytes(JSON.stringify([{ data: {}, later: [1], ...RECORDS[0] }])),
    );
    assert.equal(
      stdout.split("\n")[1],
      '{"type":"instance","model":"device/cucm/User","pkid":"u1","hierarchy":"sys.hcs.CS-P","later":[1],"data":{"userid":"ada"}}',
    );
  });

  test("keys named __proto__ as data", async () => {
    const input =
      '{"meta":{"model_type":"data/User","path":"sys","__proto__":{"pkid":"no"}},"data":{"pkid":"1","__proto__":{"x":1}}}\n';
    const { stdout, status } = await collect(["files", "--fields", "all"], bytes(input));
    assert.equal(status, 0);
    assert.ok(stdout.includes('"data":{"pkid":"1","__proto__":{"x":1}}'));
  });

  test("the same to the same bytes", async () => {
    await withFiles({ "a.json": LIST, "b.ndjson": STREAM }, async (folder) => {
      const [first, second] = [await collect(["files", folder]), await collect(["files", folder])];
      assert.equal(first.stdout, second.stdout);
      assert.notEqual(
        first.records[0]?.["run_id"],
        (await collect(["files", join(folder, "a.json")])).records[0]?.["run_id"],
      );
    });
  });
});

describe("files writes a begin record", () => {
  test("with the facts of a stream, its time in UTC and the tools it came through", async () => {
    const { records } = await collect(["files"], bytes(STREAM));
    const { run_id: runId, ...begin } = records[0] ?? { type: "" };
    assert.match(String(runId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(begin, {
      type: "begin",
      schema: 1,
      tool: "vlf-collect",
      version: "0.1.0",
      started_at: NOW,
      collected_at: "2026-10-01T01:00:00Z",
      platform: { org_id: "O-1", hostname: "voss-1", color: "red" },
      via: [
        { tool: "other", version: "2" },
        { tool: "filter", version: "3" },
      ],
    });
  });

  test("with the present time for answers", async () => {
    const { records } = await collect(["files"], bytes(LIST));
    assert.deepEqual(
      [records[0]?.["collected_at"], records[0]?.["platform"], records[0]?.["via"]],
      [NOW, {}, undefined],
    );
  });

  test("with the time of --collected-at before all others", async () => {
    const { records } = await collect(
      ["files", "--collected-at", "2026-09-30T23:00:00-01:00"],
      bytes(STREAM),
    );
    assert.equal(records[0]?.["collected_at"], "2026-10-01T00:00:00Z");
  });

  test("with [platform] before what the input says, and the models of [models]", async () => {
    const config =
      '[platform]\nhostname = "mine"\n[models."device/webex/User"]\nmodel = "device/webex/Account"\n';
    const webex = { type: "instance", model: "device/webex/Account", pkid: "w", hierarchy: "sys", data: {} };
    const stream = lines(BEGIN, webex, { type: "end", tool: "other", counts: { instance: 1 } });
    await withFiles({ "vlf.toml": config }, async (folder) => {
      const { records, places } = await collect(
        ["files", "--config", join(folder, "vlf.toml")],
        bytes(stream),
      );
      assert.deepEqual(records[0]?.["platform"], { org_id: "O-1", hostname: "mine", color: "red" });
      assert.deepEqual(places, ["device/webex/Account w sys"]);
    });
  });

  test("of the first input, and warns when a later one has another time", async () => {
    const later = lines(
      { ...BEGIN, collected_at: "2026-10-02T00:00:00Z" },
      { type: "end", tool: "other", counts: {} },
    );
    await withFiles({ "1": STREAM, "2": later, "3": STREAM }, async (folder) => {
      const { records, stderr, status } = await collect(["files", folder]);
      assert.deepEqual([status, records[0]?.["collected_at"]], [0, "2026-10-01T01:00:00Z"]);
      assert.equal(
        stderr,
        `vlf-collect: warning: read ${join(folder, "2")}: collected at 2026-10-02T00:00:00Z, written as 2026-10-01T01:00:00Z like the first input\n`,
      );
    });
    await withFiles({ "1": LIST, "2": STREAM }, async (folder) => {
      const { records, stderr } = await collect(["files", folder]);
      assert.equal(records[0]?.["collected_at"], NOW);
      assert.match(stderr, /2: collected at 2026-10-01T01:00:00Z, written as 2026-11-01T03:00:00Z/);
    });
  });
});

describe("files passes on", () => {
  const finding = { type: "finding", code: "x", severity: "info", message: "m", customer_pkid: "" };
  const stream = lines(BEGIN, SCOPE_END, finding, {
    type: "end",
    tool: "other",
    counts: { "scope-end": 1, finding: 1 },
  });
  const types = (records: readonly { type: string }[]): string[] => records.map(({ type }) => type);

  test("all records of the only stream", async () => {
    const { records } = await collect(["files"], bytes(stream));
    assert.deepEqual(types(records), ["begin", "scope-end", "finding", "end"]);
    assert.deepEqual(records.at(-1)?.["counts"], { "scope-end": 1, finding: 1 });
  });

  test("no scope-end of several streams, in files or in one zip", async () => {
    await withFiles({ a: stream, b: stream }, async (folder) => {
      assert.deepEqual(types((await collect(["files", folder])).records), [
        "begin",
        "finding",
        "finding",
        "end",
      ]);
    });
    const zip = zipSync({ a: Buffer.from(stream) });
    assert.deepEqual(types((await collect(["files"], [zip])).records), ["begin", "finding", "end"]);
  });
});

const NODES = [
  resource(
    "data/HierarchyNode",
    "n2",
    { references: { parent: refers("n1") } },
    { name: "hcs", node_type: "" },
  ),
  resource("data/HierarchyNode", "n1", { references: { parent: [] } }, { name: "sys", node_type: "" }),
];
const BY_LIST = resource("data/User", "a", { path: ["n1", "n2"] });
const BY_PARENT = resource("data/User", "b", { references: { parent: refers("n2") } });
const BY_PATH = resource("data/User", "c", { path: "sys.hcs" });
const NODE_PLACES = ["data/HierarchyNode n2 sys.hcs", "data/HierarchyNode n1 sys"];
const USER_PLACES = ["data/User a sys.hcs", "data/User b sys.hcs", "data/User c sys.hcs"];

describe("files places instances", () => {
  test("at nodes that came before, in order", async () => {
    await withFiles({ "1": lines(...NODES), "2": lines(BY_LIST, BY_PARENT, BY_PATH) }, async (folder) => {
      assert.deepEqual((await collect(["files", folder])).places, [...NODE_PLACES, ...USER_PLACES]);
    });
  });

  test("at nodes that come later, every one once, those with dotted paths at once", async () => {
    const first = lines(BY_PATH, BY_LIST, ...NODES.slice(1), BY_PARENT, BY_PATH);
    await withFiles({ "1": first, "2": lines(...NODES.slice(0, 1)) }, async (folder) => {
      const [a, b, c] = USER_PLACES;
      const [hcs, sys] = NODE_PLACES;
      assert.deepEqual((await collect(["files", folder])).places, [c, sys, hcs, a, b, c]);
    });
  });

  test("of standard input at nodes that come later", async () => {
    const { places } = await collect(["files"], bytes(lines(BY_PATH, BY_LIST, ...NODES, BY_PARENT)));
    const [a, b, c] = USER_PLACES;
    assert.deepEqual(places, [c, b, a, ...NODE_PLACES]);
  });

  test("of a zip and a gzip that are read again", async () => {
    const zip = zipSync({ "u.json": Buffer.from(lines(BY_LIST)), "x.txt": Buffer.from("x") });
    await withFiles({ "1": zip, "2": gzipSync(lines(BY_PARENT)), "3": lines(...NODES) }, async (folder) => {
      const { places, stderr } = await collect(["files", folder]);
      assert.deepEqual(places, [...NODE_PLACES, ...USER_PLACES.slice(0, 2)]);
      assert.equal(stderr.split("\n").length, 2, "the member left out is told once");
    });
  });

  test("at nodes of a record stream", async () => {
    const node = {
      type: "instance",
      model: "data/HierarchyNode",
      pkid: "n2",
      hierarchy: "hcs",
      data: { name: "hcs" },
    };
    const { places } = await collect(["files"], bytes(lines(node, BY_LIST)));
    assert.deepEqual(places, ["data/HierarchyNode n2 sys.hcs", "data/User a sys.hcs"]);
  });

  test("not when their model is not wanted", async () => {
    const lost = resource("data/Unread", "x", {});
    const { status, places } = await collect(["files"], bytes(lines(lost)));
    assert.deepEqual([status, places], [0, []]);
  });

  test("of a file that does not change between its two readings", async () => {
    await withFiles({ "1": lines(BY_LIST, BY_PARENT) }, async (folder) => {
      const path = join(folder, "1");
      function* stdin(): Generator<Uint8Array> {
        writeFileSync(path, lines(BY_LIST));
        yield Buffer.from(lines(...NODES));
      }
      const { status, stderr } = await collect(["files", path, "-"], stdin());
      assert.equal(status, 2);
      assert.equal(stderr, `vlf-collect: error: read ${path}: changed while it was read\n`);
    });
  });
});

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
    "a cut zip": [altered.subarray(0, -30), "read IN: damaged or cut zip: its directory is missing"],
    "a damaged zip": [altered, "read IN:u.json: damaged, its CRC-32 is not that of the zip's directory"],
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
