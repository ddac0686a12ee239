import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { BY_LIST, bytes, lines, NODES, refers, resource } from "./_samples.ts";
import { collect, withFiles } from "./_testing.ts";

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

  test("at nodes that have nothing but a dotted path", async () => {
    const hcs = resource("data/HierarchyNode", "n2", { path: "sys.hcs" }, { name: "hcs" });
    const { places } = await collect(["files"], bytes(lines(BY_LIST, hcs)));
    assert.deepEqual(places, ["data/User a sys.hcs", "data/HierarchyNode n2 sys.hcs"]);
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
