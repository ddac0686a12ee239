import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Node, Nodes } from "./nodes.ts";

function node(pkid: string, name: string, more: Partial<Node> = {}): Node {
  return { pkid, name, nodes: [], isRoot: false, ...more };
}

function pathsOf(list: readonly Node[]): (string | undefined)[] {
  const nodes = new Nodes();
  for (const one of list) nodes.add(one);
  nodes.settle();
  return list.map(({ pkid }) => nodes.pathOf([pkid]));
}

describe("Nodes with parent references", () => {
  const tree = [
    node("3", "Innovia", { nodes: ["2"] }),
    node("1", "sys", { isRoot: true }),
    node("2", "hcs", { nodes: ["1"] }),
  ];

  test("build paths from the chain, in any order", () => {
    assert.deepEqual(pathsOf(tree), ["sys.hcs.Innovia", "sys", "sys.hcs"]);
  });

  test("give a path as soon as the chain is whole, and not before", () => {
    const nodes = new Nodes();
    nodes.add(node("2", "hcs", { nodes: ["1"] }));
    assert.equal(nodes.pathOf(["2"]), undefined);
    nodes.add(node("1", "sys", { isRoot: true }));
    assert.equal(nodes.pathOf(["2"]), "sys.hcs");
  });

  test("begin at a dotted path where the nodes above are not visible", () => {
    const top = node("2", "CS-P", { nodes: ["hidden"], path: "sys.hcs.CS-P" });
    assert.deepEqual(pathsOf([node("3", "Innovia", { nodes: ["2"] }), top]), [
      "sys.hcs.CS-P.Innovia",
      "sys.hcs.CS-P",
    ]);
  });

  test("have no path when they form a circle or lead nowhere", () => {
    const list = [
      node("1", "a", { nodes: ["2"] }),
      node("2", "b", { nodes: ["1"] }),
      node("3", "c", { nodes: ["9"] }),
    ];
    assert.deepEqual(pathsOf(list), [undefined, undefined, undefined]);
  });

  test("hold against a dotted path of the node itself", () => {
    const top = node("1", "X", { path: "sys.X" });
    const below = node("2", "Y", { nodes: ["1"], path: "sys.other.Y" });
    assert.deepEqual(pathsOf([below, top]), ["sys.X.Y", "sys.X"]);
  });

  test("take the first parent that is known", () => {
    const nodes = new Nodes();
    nodes.know("1", "sys.a");
    nodes.know("2", "sys.b");
    nodes.add(node("3", "c", { nodes: ["9", "1", "2"] }));
    assert.equal(nodes.pathOf(["3"]), "sys.a.c");
  });

  test("hang below nodes whose own path was given", () => {
    const nodes = new Nodes();
    nodes.know("1", "sys.hcs");
    nodes.add(node("2", "CS-P", { nodes: ["1"] }));
    assert.equal(nodes.pathOf(["2"]), "sys.hcs.CS-P");
  });

  test("of two with one pkid the first counts", () => {
    const nodes = new Nodes();
    nodes.add(node("1", "sys", { isRoot: true }));
    nodes.add(node("1", "other", { isRoot: true }));
    assert.equal(nodes.pathOf(["1"]), "sys");
  });
});

describe("Nodes with a dotted meta.path only", () => {
  test("take it as their own where it ends in their name", () => {
    const list = [
      node("1", "sys", { path: "sys" }),
      node("2", "hcs", { path: "sys.hcs" }),
      node("3", "hcs", { path: "sys.hcs.hcs" }),
    ];
    assert.deepEqual(pathsOf(list), ["sys", "sys.hcs", "sys.hcs.hcs"]);
  });

  test("take it as the place above where it does not", () => {
    assert.deepEqual(pathsOf([node("2", "hcs", { path: "sys" })]), ["sys.hcs"]);
  });

  test("stand below a node of the same name when that one is at the path", () => {
    const list = [
      node("1", "Innovia", { path: "sys.hcs.Innovia" }),
      node("2", "Innovia", { path: "sys.hcs" }),
    ];
    assert.deepEqual(pathsOf(list), ["sys.hcs.Innovia.Innovia", "sys.hcs.Innovia"]);
  });

  test("three of one name below each other are told apart", () => {
    const list = [
      node("c", "A", { path: "sys.A.A" }),
      node("b", "A", { path: "sys.A" }),
      node("a", "A", { path: "sys" }),
    ];
    assert.deepEqual(pathsOf(list), ["sys.A.A.A", "sys.A.A", "sys.A"]);
  });

  test("are certain at once at the root", () => {
    const nodes = new Nodes();
    nodes.add(node("1", "sys", { path: "sys" }));
    assert.equal(nodes.pathOf(["1"]), "sys");
  });

  test("are not certain before the end when they may stand below a namesake", () => {
    const nodes = new Nodes();
    nodes.add(node("1", "Innovia", { path: "sys.hcs.Innovia" }));
    assert.equal(nodes.pathOf(["1"]), undefined);
    nodes.settle();
    assert.equal(nodes.pathOf(["1"]), "sys.hcs.Innovia");
  });
});

test("pathOf() gives the path of the first pkid that is known", () => {
  const nodes = new Nodes();
  nodes.know("2", "sys.b");
  nodes.know("3", "sys.c");
  assert.equal(nodes.pathOf(["1", "2", "3"]), "sys.b");
});
