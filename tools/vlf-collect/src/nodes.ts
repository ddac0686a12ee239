/**
 * The hierarchy nodes of an input by pkid, and their own paths. A node's path is its parent's path and
 * its name; where no parent is known, `meta.path` decides, of which no page says whether it ends in
 * the node itself. Nodes may come in any order, so a path is given only when nothing later can change it.
 */
import { byCodeUnit, fromRoot, nodeName, parentPath } from "@vlf/common/hierarchy";

export interface Node {
  readonly pkid: string;
  readonly name: string;
  /** pkids that may be the parent's, the documented place first. */
  readonly nodes: readonly string[];
  /** Dotted path of `meta.path`. */
  readonly path?: string | undefined;
  readonly isRoot: boolean;
}

export class Nodes {
  readonly #nodes = new Map<string, Node>();
  readonly #paths = new Map<string, string>();

  /** Takes a node whose own path is given. */
  know(pkid: string, path: string): void {
    this.#paths.set(pkid, path);
    this.#nodes.delete(pkid);
  }

  /** Takes a node whose path is to be found. Of two with one pkid the first counts. */
  add(node: Node): void {
    if (!this.#nodes.has(node.pkid) && !this.#paths.has(node.pkid)) this.#nodes.set(node.pkid, node);
  }

  /** The own path of the first of these nodes that has one for certain. */
  pathOf(pkids: readonly string[]): string | undefined {
    for (const pkid of pkids) {
      const path = this.#find(pkid, new Set());
      if (path !== undefined) return path;
    }
    return undefined;
  }

  /** Decides the rest, after the last node: what has no path then has none. */
  settle(): void {
    const tops = [...this.#nodes.values()].filter(
      (node) => this.pathOf([node.pkid]) === undefined && node.path !== undefined && !this.#hasParent(node),
    );
    const taken = new Set(this.#paths.values());
    tops.sort((a, b) => depth(a) - depth(b) || byCodeUnit(a.pkid, b.pkid));
    for (const { pkid, name, path = "" } of tops) {
      // `meta.path` ends in the node's name: it is its own path, unless another node stands there.
      const own = taken.has(path) ? `${path}.${name}` : path;
      this.know(pkid, own);
      taken.add(own);
    }
  }

  #hasParent(node: Node): boolean {
    return node.nodes.some((pkid) => this.#nodes.has(pkid) || this.#paths.has(pkid));
  }

  #find(pkid: string, below: Set<string>): string | undefined {
    const known = this.#paths.get(pkid);
    if (known !== undefined) return known;
    const node = this.#nodes.get(pkid);
    if (node === undefined || below.has(pkid)) return undefined;
    below.add(pkid);
    let path = this.#ownPath(node);
    for (const parent of node.nodes) {
      const above = this.#find(parent, below);
      if (above === undefined) continue;
      path = `${above}.${node.name}`;
      break;
    }
    if (path !== undefined) this.know(pkid, path);
    return path;
  }

  /** The path as far as the node itself says it for certain. */
  #ownPath({ name, path, isRoot }: Node): string | undefined {
    if (path === undefined) return isRoot ? fromRoot(name) : undefined;
    if (parentPath(path) === undefined && nodeName(path) === name) return path; // "sys" itself
    return nodeName(path) === name ? undefined : `${path}.${name}`;
  }
}

function depth(node: Node): number {
  return (node.path ?? "").split(".").length;
}
