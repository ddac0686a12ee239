/** Holds what was assumed and read against the system once more, before anything is written. */
import { ToolError } from "@vlf/common/exit";
import type { Finding } from "@vlf/common/records";
import { RefusedError, type VossClient } from "./run-voss-client.ts";
import type { Hierarchy } from "./run-voss-hierarchy.ts";
import type { Unit } from "./run-voss-unit.ts";
import { type Page, readPage } from "./voss/answer.ts";
import { listPath } from "./voss/protocol.ts";
import { isBilled } from "./voss/required.ts";
import type { Settings } from "./voss/settings.ts";
import { doSideBySide } from "./voss/side-by-side.ts";

/** What came of it, and the facts of the platform. */
export interface Verified {
  readonly findings: readonly Finding[];
  readonly bundles: readonly Readonly<Record<string, unknown>>[];
}

/** Requests still to be made, which tell what is wrong of the lists they are about. */
interface Checks {
  readonly checks: readonly (() => Promise<void>)[];
  readonly wrong: ReadonlyMap<Unit, ToolError>;
}

export class Verifier {
  readonly #settings: Settings;
  readonly #client: VossClient;

  constructor(settings: Settings, client: VossClient) {
    this.#settings = settings;
    this.#client = client;
  }

  /**
   * Asks for all of it at the same time, so that a run does not end request by request.
   * @param nodes the model of nodes, and the total of its list
   * @throws {ToolError} when the assumption about lists (`traversal`) is wrong
   */
  async verify(
    hierarchy: Hierarchy,
    units: readonly Unit[],
    nodes: { readonly model: string; readonly total: number },
  ): Promise<Verified> {
    const { connections } = this.#settings;
    const findings: Finding[] = [];
    let bundles: Verified["bundles"] = [];
    const { checks, wrong } = this.#traversal(hierarchy, units);
    const work = [
      ...checks,
      async () => void findings.push(...(await this.#nodes(nodes.model, nodes.total))),
      async () => void (bundles = await this.#bundles()),
    ];
    await doSideBySide({
      most: connections,
      atOnce: () => connections,
      next: () => work.shift(),
      do: (one) => one(),
      failed: (error) => this.#client.stop(error),
    });
    const unit = units.find((one) => wrong.has(one));
    if (unit !== undefined) throw wrong.get(unit);
    return { findings, bundles };
  }

  /**
   * Holds the assumption about lists (`traversal`) against what came: a model of which nothing stands
   * below the node asked for is asked for at a customer, where there is one.
   */
  #traversal(hierarchy: Hierarchy, units: readonly Unit[]): Checks {
    const wrong = new Map<Unit, ToolError>();
    if (this.#settings.protocol.traversal === "node") {
      for (const unit of units.filter(({ hasBelow }) => hasBelow)) {
        wrong.set(
          unit,
          new ToolError(`read ${unit.spec.model}: the list at "${unit.path}" holds instances below it`, {
            hint: 'set traversal = "below" in [voss.api] of vlf.toml',
          }),
        );
      }
      return { checks: [], wrong };
    }
    const { top } = hierarchy;
    const path = hierarchy.places.customers[0];
    const customer = path === undefined ? undefined : hierarchy.pkidOf(path);
    if (customer === undefined || path === top) return { checks: [], wrong };
    const checks = units
      .filter(({ hasBelow, isMissing, spec }) => !hasBelow && !isMissing && isBilled(spec))
      .map((unit) => async () => {
        const { model } = unit.spec;
        const { resources, total } = await this.#page(model, customer, 1);
        const found = resources.filter((resource) => resource.path === undefined || resource.path !== top);
        if (found.length === 0 && (total === 0 || unit.instances > 0)) return;
        wrong.set(
          unit,
          new ToolError(`read ${model}: the list at "${top}" lacks what the one at "${path}" has`, {
            hint: 'lists hold a node\'s own instances alone: set traversal = "node" in [voss.api] of vlf.toml',
          }),
        );
      });
    return { checks, wrong };
  }

  /** Nodes that came or went meanwhile have no place of their own in the output. */
  async #nodes(model: string, total: number): Promise<Finding[]> {
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
  async #bundles(): Promise<Readonly<Record<string, unknown>>[]> {
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
