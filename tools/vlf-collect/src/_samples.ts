/** For tests: answers of the REST API, put together. */

/** A resource `{meta, data}` of the REST API. */
export function resource(model: string, pkid: string, meta: object, data: object = {}): object {
  return { meta: { model_type: model, ...meta }, data: { pkid, ...data } };
}

/** A list answer with one page of resources. */
export function answer(resources: readonly object[], pagination: object = {}): object {
  return { pagination: { skip: 0, limit: 250, total: resources.length, ...pagination }, meta: {}, resources };
}

/** A reference as `meta.references` has them. */
export function refers(pkid: string, model = "data/HierarchyNode"): object[] {
  return [{ pkid, href: `/api/${model}/${pkid}` }];
}

export function lines(...objects: readonly object[]): string {
  return objects.map((object) => `${JSON.stringify(object)}\n`).join("");
}

export function bytes(text: string): Uint8Array[] {
  return [Buffer.from(text)];
}

/** A user and a phone: as resources, as what is written of them, as records, as a stream, as an answer. */
export const USER: object = resource(
  "device/cucm/User",
  "u1",
  { path: "sys.hcs.CS-P" },
  { userid: "ada", secret: 1 },
);
export const PHONE: object = resource("device/cucm/Phone", "p1", { path: "hcs.CS-P.Site" }, { name: "SEP1" });
export const PLACES: readonly string[] = [
  "device/cucm/User u1 sys.hcs.CS-P",
  "device/cucm/Phone p1 sys.hcs.CS-P.Site",
];
export const RECORDS: readonly object[] = [
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
export const BEGIN: object = {
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
export const SCOPE_END: object = { type: "scope-end", hierarchy: "hcs.CS-P" };
export const STREAM: string = lines(BEGIN, ...RECORDS, SCOPE_END, {
  type: "end",
  tool: "other",
  counts: { instance: 2, "scope-end": 1 },
});
export const LIST: string = JSON.stringify(answer([USER, PHONE]), undefined, 2);

/** Two nodes that name each other by pkid, and a user placed by a list of pkids. */
export const NODES: readonly object[] = [
  resource(
    "data/HierarchyNode",
    "n2",
    { references: { parent: refers("n1") } },
    { name: "hcs", node_type: "" },
  ),
  resource("data/HierarchyNode", "n1", { references: { parent: [] } }, { name: "sys", node_type: "" }),
];
export const BY_LIST: object = resource("data/User", "a", { path: ["n1", "n2"] });
