/**
 * Resources as the REST API has them, `{meta, data}`: which model and instance one is, and where it
 * stands. Neither the place of the pkid nor the type of `meta.path` is certain in VOSS's public pages
 * (API guide, "meta" and "references" of response elements), so every documented place is looked at.
 */
import { type Data, leafText } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { fromRoot } from "@vlf/common/hierarchy";
import { DEVICE_KEY } from "@vlf/common/models";

export interface Resource {
  readonly model: string;
  readonly pkid: string;
  readonly data: Data;
  /** Dotted path of `meta.path`, from `sys`. */
  readonly path?: string;
  /** pkids of the node it belongs to, by the places that say it, the documented one first. */
  readonly nodes: readonly string[];
  /** True when `meta.references.parent` is there and empty: so it is for the root. */
  readonly isRoot: boolean;
  /** pkids of the nodes right below, where it is a node that names them. */
  readonly children?: readonly string[];
}

export function isObject(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value has the outer form of a resource. */
export function isResource(value: Data): boolean {
  return isObject(value["meta"]) && Object.hasOwn(value, "data");
}

/**
 * Reads a resource. Members that we do not know are no matter.
 * @param where names the place of the resource in the input, for errors
 * @throws {DataError} without a model, a pkid or data
 */
export function readResource(value: Data, where: () => string): Resource {
  const { meta, data } = value;
  if (!isObject(meta)) throw new DataError(`read ${where()}: no "meta", wanted an object`);
  const model = leafText(meta["model_type"]);
  if (model === "")
    throw new DataError(`read ${where()}: no "meta.model_type", wanted as "device/cucm/User"`);
  if (!isObject(data)) throw new DataError(`read ${where()}: "${model}" has wrong "data", wanted an object`);
  // The documented place first: what a model's own data calls "pkid" may be a key of the device.
  const pkid =
    references(meta, "self")[0] ||
    leafText(data["pkid"]) ||
    leafText(value["pkid"]) ||
    leafText(meta["pkid"]) ||
    lastSegment(leafText(meta["uri"]));
  if (pkid === "") {
    throw new DataError(
      `read ${where()}: "${model}" has no pkid, wanted "data.pkid" or "meta.references.self"`,
    );
  }
  if (model.startsWith(OF_CLUSTER)) keepDevice(meta, data);
  const children = references(meta, "children");
  const { path, nodes, isRoot } = placeOf(meta, pkid);
  return {
    model,
    pkid,
    data,
    ...(path === undefined ? {} : { path }),
    nodes,
    isRoot,
    ...(children.length === 0 ? {} : { children }),
  };
}

/** Models of Unified CM: the device in VOSS that an instance was read from tells its cluster. */
export const OF_CLUSTER = "device/cucm/";

/** Keeps the reference among the fields, where the table of models looks for it. */
function keepDevice(meta: Data, data: Data): void {
  const [device] = references(meta, "device");
  if (device !== undefined) (data as Record<string, unknown>)[DEVICE_KEY] = device;
}

function placeOf(meta: Data, pkid: string): Pick<Resource, "path" | "nodes" | "isRoot"> {
  const { path, references: all } = meta;
  const dotted = typeof path === "string" && !isNodeReference(path) ? path.trim() : "";
  const nodes: string[] = [];
  let isNamed = false;
  const add = (one: string): void => {
    isNamed = true;
    if (one !== pkid && !nodes.includes(one)) nodes.push(one);
  };
  references(meta, "parent").forEach(add);
  references(meta, "hierarchy").forEach(add);
  if (Array.isArray(path) || dotted === "") {
    // A node's own pkid may end its path; what stands before it is the node above.
    const chain = (Array.isArray(path) ? path : [path]).map(pkidOf);
    const last = chain.findLast((one) => one !== "" && one !== pkid);
    if (last !== undefined) add(last);
  }
  const parents = isObject(all) ? all["parent"] : undefined;
  const isRoot = Array.isArray(parents) && parents.length === 0 && !isNamed;
  // A list that grew has room for sixteen more; this one may be held.
  const place = { nodes: nodes.slice(), isRoot };
  return dotted === "" ? place : { path: fromRoot(dotted), ...place };
}

const NONE: readonly string[] = [];

/** pkids at one position of `meta.references`: a list of `{pkid, href}` of which either may be empty. */
function references(meta: Data, position: string): readonly string[] {
  const all = meta["references"];
  const list = isObject(all) ? all[position] : undefined;
  if (list === undefined) return NONE;
  const pkids: string[] = [];
  for (const one of Array.isArray(list) ? list : [list]) {
    const pkid = pkidOf(one);
    if (pkid !== "") pkids.push(pkid);
  }
  return pkids;
}

/** The pkid in a `{pkid, href}`, in an href, or as it is. */
function pkidOf(reference: unknown): string {
  if (isObject(reference)) return leafText(reference["pkid"]) || lastSegment(leafText(reference["href"]));
  const text = leafText(reference);
  return text.includes("/") ? lastSegment(text) : text;
}

/** `/api/data/HierarchyNode/5135fb8331790a2ffee7d7ab/?format=json` names a pkid at its end. */
function lastSegment(href: string): string {
  return /([^/?]+)\/?(?:\?.*)?$/.exec(href)?.[1] ?? "";
}

/** True for an href or a bare pkid (24 hexadecimal digits) in the place of a dotted path. */
function isNodeReference(text: string): boolean {
  return text.includes("/") || (text.length >= 24 && /^[0-9a-f]{24}$/.test(text.trim()));
}
