/** Holds what was assumed and read against the system once more, before anything is written. */
import { ToolError } from "@vlf/common/exit";
import type { Finding } from "@vlf/common/records";
import { RefusedError, type VossClient } from "./run-voss-client.ts";
import type { Hierarchy } from "./run-voss-nodes.ts";
import type { Unit } from "./run-voss-unit.ts";
import { type Page, readPage } from "./voss/answer.ts";
import { listPath } from "./voss/protocol.ts";
import { isBilled } from "./voss/required.ts";
import type { Settings } from "./voss/settings.ts";

export class Verifier {
  readonly #settings: Settings;
  readonly #client: VossClient;

  constructor(settings: Settings, client: VossClient) {
    this.#settings = settings;
    this.#client = client;
  }

  /**
   * Holds the assumption about lists (`traversal`) against what came: a model of which nothing stands
   * below the node asked for is asked for at a customer, where there is one.
   * @throws {ToolError} when the assumption is wrong
   */
  async traversal({ places, nodes, top }: Hierarchy, units: readonly Unit[]): Promise<void> {
    if (this.#settings.protocol.traversal === "node") {
      const wrong = units.find(({ hasBelow }) => hasBelow);
      if (wrong === undefined) return;
      throw new ToolError(`read ${wrong.spec.model}: the list at "${wrong.path}" holds instances below it`, {
        hint: 'set traversal = "below" in [voss.api] of vlf.toml',
      });
    }
    const customer = nodes.find(({ path }) => path === places.customers[0]);
    if (customer === undefined || customer.path === top) return;
    for (const unit of units) {
      const { model } = unit.spec;
      if (unit.hasBelow || unit.isMissing || !isBilled(unit.spec)) continue;
      const { resources, total } = await this.#page(model, customer.pkid, 1);
      const found = resources.filter((resource) => resource.path === undefined || resource.path !== top);
      if (total === 0 && found.length === 0) continue;
      if (unit.instances > 0 && found.length === 0) continue;
      throw new ToolError(
        `read ${model}: the list at "${top}" lacks what the one at "${customer.path}" has`,
        {
          hint: 'lists hold a node\'s own instances alone: set traversal = "node" in [voss.api] of vlf.toml',
        },
      );
    }
  }

  /** Nodes that came or went meanwhile have no place of their own in the output. */
  async nodes(model: string, total: number): Promise<Finding[]> {
    const now = await this.#page(model, this.#settings.hierarchy, 1);
    if (now.total === total) return [];
    return [
      {
        type: "finding",
        code: "hierarchy-changed",
        severity: "warning",
        message: `there were ${total} hierarchy nodes at the beginning and ${now.total} at the end`,
        customer_pkid: "",
        model,
      },
    ];
  }

  /** The facts of the platform; a system that does not show them is none the worse. */
  async bundles(): Promise<Readonly<Record<string, unknown>>[]> {
    const { protocol, hierarchy, pageSize } = this.#settings;
    try {
      const { resources } = await this.#page(protocol.bundle_model, hierarchy, pageSize);
      return resources.map(({ data }) => data);
    } catch (error) {
      if (error instanceof RefusedError) return [];
      throw error;
    }
  }

  #page(model: string, hierarchy: string, limit: number): Promise<Page> {
    const path = listPath(this.#settings.protocol, model, { hierarchy, skip: 0, limit });
    return this.#client.get(path, (value) => readPage(value, model));
  }
}
