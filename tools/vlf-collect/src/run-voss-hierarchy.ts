/** The hierarchy of a system: its nodes with their paths, and where the instances of other models stand. */
import { joinKey } from "@vlf/common/axl";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { fromRoot, isWithin, nodeName } from "@vlf/common/hierarchy";
import { fieldOf, type ModelSpec, textReader } from "@vlf/common/models";
import { Nodes } from "./nodes.ts";
import type { Resource } from "./resource.ts";
import { Places } from "./voss/places.ts";
import { Texts } from "./voss/texts.ts";

/** A node that is not in the list of nodes, so that the places of instances are not known. */
export class HierarchyChangedError extends TemporaryError {}

/** A node with its own path. */
export interface Node {
  readonly pkid: string;
  readonly path: string;
}

/** A node with all that the system says of it. */
type WholeNode = Node & { readonly resource: Resource };

/** The hierarchy as far as it was read. */
export class Hierarchy {
  readonly places: Places;
  /** Path of the node that was asked for. */
  readonly top: string;
  /** Names of the nodes of type Provider. */
  readonly providers: readonly string[];
  /** By the number of their paths. */
  readonly #pkids: Texts;
  #whole: readonly WholeNode[];

  constructor(nodes: readonly WholeNode[], top: string, spec: ModelSpec, customerType: string) {
    const type = textReader(fieldOf(spec, "node_type"));
    const ofType = (wanted: string): Node[] =>
      nodes.filter(({ resource }) => joinKey(type(resource.data)) === joinKey(wanted));
    this.#whole = nodes;
    this.top = top;
    this.#pkids = new Texts(nodes.map(({ pkid }) => pkid));
    this.providers = ofType("Provider").map(({ path }) => nodeName(path));
    this.places = new Places(
      nodes.map(({ path }) => path),
      ofType(customerType).map(({ path }) => path),
    );
  }

  get nodes(): Node[] {
    return Array.from({ length: this.#pkids.length }, (_, i) => ({
      pkid: this.#pkids.at(i),
      path: this.places.nodes.at(i),
    }));
  }

  /** The pkid of the node at a path; of several the first. */
  pkidOf(path: string): string | undefined {
    const number = this.places.nodes.indexOf(path);
    return number < 0 ? undefined : this.#pkids.at(number);
  }

  /** The nodes with their data, once: it is not held for the whole run. */
  takeNodes(): readonly WholeNode[] {
    const nodes = this.#whole;
    this.#whole = [];
    return nodes;
  }

  /** @throws {HierarchyChangedError} for an instance at a node that is not known */
  pathOf({ model, pkid, path, nodes }: Resource): string {
    if (path !== undefined) return path;
    for (const node of nodes) {
      const number = this.#pkids.indexOf(node);
      if (number >= 0) return this.places.nodes.at(number);
    }
    if (nodes.length === 0) {
      throw new ToolError(`read ${model}: "${pkid}" names no node of the hierarchy, wanted meta.path`);
    }
    throw new HierarchyChangedError(
      `read ${model}: "${pkid}" stands at node "${nodes[0]}", which is not in the list of nodes`,
      { hint: "the hierarchy changed while it was read: run it again" },
    );
  }
}

/**
 * Finds the path of every node.
 * @param hierarchy what was asked for: a dotted path or a pkid
 * @throws {ToolError} for a node without a path, and when nothing stands at or below what was asked for
 */
export function resolveHierarchy(
  resources: ReadonlyMap<string, Resource>,
  spec: ModelSpec,
  hierarchy: string,
  customerType: string,
): Hierarchy {
  const paths = new Nodes();
  const name = textReader(fieldOf(spec, "name"));
  // Member by member: a copy of all of them takes several times as much, and there are many nodes.
  for (const { pkid, data, nodes, path, isRoot } of resources.values())
    paths.add({ pkid, name: name(data), nodes, path, isRoot });
  const isPkid = resources.has(hierarchy);
  // Where nothing above may be read and no path is dotted, the node asked for is known by its name.
  if (!isPkid) {
    const tops = [...resources.values()].filter(
      ({ nodes: [parent], data }) =>
        (parent === undefined || !resources.has(parent)) && name(data) === nodeName(hierarchy),
    );
    const [top] = tops;
    if (
      tops.length === 1 &&
      top !== undefined &&
      top.path === undefined &&
      paths.pathOf([top.pkid]) === undefined
    ) {
      paths.know(top.pkid, fromRoot(hierarchy));
    }
  }
  paths.settle();
  const nodes: WholeNode[] = [];
  for (const resource of resources.values()) {
    const path = paths.pathOf([resource.pkid]);
    if (path === undefined) {
      throw new ToolError(`read ${spec.model}: node "${resource.pkid}" has no path`, {
        hint: "give --hierarchy as a dotted path, as sys.hcs.CS-P",
      });
    }
    nodes.push({ pkid: resource.pkid, path, resource });
  }
  const top = isPkid ? paths.pathOf([hierarchy]) : fromRoot(hierarchy);
  if (top === undefined || !nodes.some(({ path }) => isWithin(path, top))) {
    throw new ToolError(`read ${spec.model}: no node at or below "${hierarchy}" in the list of nodes`);
  }
  return new Hierarchy(nodes, top, spec, customerType);
}
