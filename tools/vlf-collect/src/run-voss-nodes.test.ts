import assert from "node:assert/strict";
import { test } from "node:test";
import { modelOf, MODELS } from "@vlf/common/models";
import type { VossClient } from "./run-voss-client.ts";
import type { Hierarchy } from "./run-voss-hierarchy.ts";
import { NodeReader } from "./run-voss-nodes.ts";
import { type Protocol, protocolOf } from "./voss/protocol.ts";
import type { Settings } from "./voss/settings.ts";

const [ROOT = "", CUSTOMER = "", SITE = ""] = [1, 2, 3].map((i) => String(i).padStart(24, "0"));

/** A node as the API gives it: with its own path, the node above and those right below. */
function node(pkid: string, path: string, type: string, parent: string[], children: string[]): object {
  const refer = (one: string): object => ({ pkid: one, href: `/api/data/HierarchyNode/${one}` });
  const references = { self: [refer(pkid)], parent: parent.map(refer), children: children.map(refer) };
  return {
    meta: { model_type: "data/HierarchyNode", path, references },
    data: { name: path.split(".").at(-1), node_type: type },
  };
}

/** What the list at each node holds, where it holds the node's own instances alone. */
const OWN: Readonly<Record<string, object>> = {
  [ROOT]: node(ROOT, "sys", "", [], [CUSTOMER]),
  [CUSTOMER]: node(CUSTOMER, "sys.Ada", "Customer", [ROOT], [SITE]),
  [SITE]: node(SITE, "sys.Ada.Paris", "Site", [CUSTOMER], []),
};

/** Reads the nodes of a system whose lists hold a node's own instances alone. */
async function read(traversal: Protocol["traversal"]): Promise<{ hierarchy: Hierarchy; asked: string[] }> {
  const asked: string[] = [];
  const client = {
    async get<T>(path: string, take: (value: unknown) => T): Promise<T> {
      const at = new URL(path, "https://voss").searchParams.get("hierarchy") ?? "";
      asked.push(at);
      const own = OWN[at === "sys" ? ROOT : at];
      return Promise.resolve(take({ pagination: { total: 1 }, resources: own === undefined ? [] : [own] }));
    },
  } as unknown as VossClient;
  const settings = { protocol: protocolOf({ traversal }), hierarchy: "sys", pageSize: 200, connections: 2 };
  const reader = new NodeReader(settings as Settings, client, modelOf(MODELS, "node"));
  return { hierarchy: await reader.read(), asked };
}

test('with traversal "node" every node is asked for what is right below it', async () => {
  const { hierarchy, asked } = await read("node");
  assert.deepEqual(
    hierarchy.nodes.map(({ path }) => path),
    ["sys", "sys.Ada", "sys.Ada.Paris"],
  );
  assert.deepEqual(hierarchy.places.customers, ["sys.Ada"]);
  assert.deepEqual(asked, ["sys", ROOT, CUSTOMER, SITE]);
});

test("a list that lacks the children its nodes name is not taken for the whole hierarchy", async () => {
  await assert.rejects(read("below"), (error: Error & { hint?: string }) => {
    assert.match(error.message, /the list at "sys" lacks 1 nodes below node "0+1"$/);
    assert.match(error.hint ?? "", /traversal = "node"/);
    return true;
  });
});

test("nodes are handed over with their data once, and held without", async () => {
  const { hierarchy } = await read("node");
  assert.deepEqual(
    hierarchy.takeNodes().map(({ resource }) => resource.data["name"]),
    ["sys", "Ada", "Paris"],
  );
  assert.deepEqual(hierarchy.takeNodes(), []);
  assert.equal(hierarchy.nodes.length, 3);
});
