import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import {
  answer,
  BEGIN,
  bytes,
  lines,
  LIST,
  PHONE,
  PLACES,
  RECORDS,
  resource,
  SCOPE_END,
  STREAM,
  USER,
} from "./_samples.ts";
import { brokenRecord, collect, NOW, withFiles } from "./_testing.ts";

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
    assert.deepEqual(Object.keys(begin["platform"] as object), ["org_id", "hostname", "color"]);
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
      const fixed = await collect(["files", folder, "--collected-at", NOW]);
      assert.deepEqual([fixed.status, fixed.stderr], [0, ""]);
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
    assert.equal(records[1]?.["hierarchy"], "sys.hcs.CS-P");
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
