/**
 * Hierarchy paths of VOSS: `sys.hcs.CS-P.CS-NB.Innovia.INV-Reading`.
 * Node names hold no dot (pattern of `data/HierarchyNode.name`), so splitting at "." is safe.
 */

/** The path above, or `undefined` at the root. */
export function parentPath(path: string): string | undefined {
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : path.slice(0, dot);
}

/** The node's own name: the last segment. */
export function nodeName(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** True when `path` is `scope` or lies below it. */
export function isWithin(path: string, scope: string): boolean {
  return path === scope || (path.startsWith(scope) && path.charCodeAt(scope.length) === 46);
}

/** True when the two nodes are on one branch: the same node, or one above the other. */
export function onOneBranch(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a);
}

/** The path and all above it, nearest first. */
export function* selfAndAbove(path: string): Generator<string> {
  for (let at: string | undefined = path; at !== undefined; at = parentPath(at)) yield at;
}

/** Paths start at `sys`; the API also shows them without: both mean the same node. */
export function fromRoot(path: string): string {
  return path === "sys" || path.startsWith("sys.") ? path : `sys.${path}`;
}

/** Order by UTF-16 code unit: the same on every machine, unlike the locale's. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
