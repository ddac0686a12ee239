/**
 * Resources as the REST API has them, `{meta, data}`: which model and instance one is, and where it
 * stands. Neither the place of the pkid nor the type of `meta.path` is certain in VOSS's public pages
 * (API guide, "meta" and "references" of response elements), so every documented place is looked at.
 */
import { type Data, leafText } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { fromRoot } from "@vlf/common/hierarchy";

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
  const [self] = references(meta, "self");
  // The documented place first: what a model's own data calls "pkid" may be a key of the device.
  const pkid = [self, data["pkid"], value["pkid"], meta["pkid"], lastSegment(leafText(meta["uri"]))]
    .map(leafText)
    .find((text) => text !== "");
  if (pkid === undefined) {
    throw new DataError(
      `read ${where()}: "${model}" has no pkid, wanted "data.pkid" or "meta.references.self"`,
    );
  }
  const children = references(meta, "children");
  return { model, pkid, data, ...placeOf(meta, pkid), ...(children.length === 0 ? {} : { children }) };
}

function placeOf(meta: Data, pkid: string): Pick<Resource, "path" | "nodes" | "isRoot"> {
  const { path } = meta;
  const dotted = typeof path === "string" && !isNodeReference(path) ? path.trim() : "";
  // A node's own pkid may end its path; what stands before it is the node above.
  const chain = (Array.isArray(path) ? path : [path])
    .filter((one) => dotted === "" || one !== path)
    .map(pkidOf)
    .filter((one) => one !== "" && one !== pkid);
  const nodes = [...references(meta, "parent"), ...references(meta, "hierarchy"), ...chain.slice(-1)];
  const parents = isObject(meta["references"]) ? meta["references"]["parent"] : undefined;
  return {
    ...(dotted === "" ? {} : { path: fromRoot(dotted) }),
    nodes: [...new Set(nodes)].filter((one) => one !== pkid),
    isRoot: Array.isArray(parents) && parents.length === 0 && nodes.length === 0,
  };
}

/** pkids at one position of `meta.references`: a list of `{pkid, href}` of which either may be empty. */
function references(meta: Data, position: string): string[] {
  const all = meta["references"];
  const list = isObject(all) ? all[position] : undefined;
  if (list === undefined || (Array.isArray(list) && list.length === 0)) return [];
  return (Array.isArray(list) ? list : [list]).map(pkidOf).filter((pkid) => pkid !== "");
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
  return text.includes("/") || /^[0-9a-f]{24}$/.test(text.trim());
}
