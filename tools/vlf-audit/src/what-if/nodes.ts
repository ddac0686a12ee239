/** The types of the nodes at which a what-if adds something, and of those above them. */
import { joinKey } from "@vlf/common/axl";
import { selfAndAbove } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable, textReader } from "@vlf/common/models";
import type { Instance } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import type { Customer } from "../customer.ts";

export class Nodes {
  readonly #model: string;
  readonly #typeOf: (data: Instance["data"]) => string;
  readonly #wanted: ReadonlySet<string>;
  readonly #types = new Map<string, string>();

  /** What lies above customers has rows, by provider. */
  readonly #hasAbove: boolean;

  constructor(models: ModelTable, paths: readonly string[], schemes: readonly SchemeId[]) {
    this.#hasAbove = schemes.includes("voss-5");
    const node = modelOf(models, "node");
    this.#model = node.model;
    this.#typeOf = textReader(fieldOf(node, "node_type"));
    this.#wanted = new Set(paths.flatMap((path) => [...selfAndAbove(path)]));
  }

  /** Looks at an instance of the input. */
  see({ model, hierarchy, data }: Instance): void {
    if (model === this.#model && this.#wanted.has(hierarchy))
      this.#types.set(hierarchy, joinKey(this.#typeOf(data)));
  }

  isKnown(path: string): boolean {
    return this.#types.has(path);
  }

  /** Whether what is at a node belongs to a row; `undefined` stands for what is in none. */
  isIn(path: string, row: Pick<Customer, "path" | "providerPkid"> | undefined): boolean {
    if (!this.isKnown(path)) return false;
    const customer = this.#nearest(path, "customer");
    if (row !== undefined && row.providerPkid === undefined) return customer === row.path;
    const provider = this.#hasAbove ? this.#nearest(path, "provider") : undefined;
    return customer === undefined && provider === row?.path;
  }

  /** Whether a node of a row is a site or below one; above customers that does not matter. */
  isAtSite(path: string, row: Pick<Customer, "path" | "providerPkid"> | undefined): boolean {
    if (row?.providerPkid !== undefined) return false;
    const site = this.#nearest(path, "site");
    return site !== undefined && site.length > (row?.path.length ?? 0);
  }

  #nearest(from: string, type: string): string | undefined {
    for (const path of selfAndAbove(from)) if (this.#types.get(path) === type) return path;
    return undefined;
  }
}
