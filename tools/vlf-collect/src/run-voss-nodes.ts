/** Reads the hierarchy: the nodes of the branch asked for, and those above it as far as they may be read. */
import { TemporaryError, ToolError } from "@vlf/common/exit";
import type { ModelSpec } from "@vlf/common/models";
import type { Resource } from "./resource.ts";
import { type Checkpoint, type Entry, pageOf } from "./run-voss-checkpoint.ts";
import { RefusedError, type VossClient } from "./run-voss-client.ts";
import { type Hierarchy, resolveHierarchy } from "./run-voss-hierarchy.ts";
import { readPage, resourceOf } from "./voss/answer.ts";
import { type Ask, List, LIST_LIMITS, type Told } from "./voss/list.ts";
import { instancePath, listPath } from "./voss/protocol.ts";
import type { Settings } from "./voss/settings.ts";
import { doSideBySide } from "./voss/side-by-side.ts";

export class NodeReader {
  readonly #settings: Settings;
  readonly #client: VossClient;
  readonly #spec: ModelSpec;
  #checkpoint: Checkpoint | undefined;
  readonly #lists = new Map<string, List>();
  readonly #resources = new Map<string, Resource>();
  /** Nodes of lists that have not been asked for what is below them. */
  readonly #fresh: Resource[] = [];
  /** Nodes that no list brought, but a request of their own. */
  readonly #above = new Set<string>();
  /** Nodes above that may not be read. */
  readonly #refused = new Set<string>();
  #size = 0;

  constructor(settings: Settings, client: VossClient, spec: ModelSpec) {
    this.#settings = settings;
    this.#client = client;
    this.#spec = spec;
  }

  keepIn(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
  }

  /** Takes an entry of an earlier run about nodes. */
  replay({ head, lines }: Entry): void {
    const resources = lines.map((line) => JSON.parse(line) as Resource);
    const { nodes, refused } = head;
    if (refused !== undefined) this.#refused.add(refused);
    else if (nodes === undefined) for (const resource of resources) this.#keepAbove(resource);
    else if (head.forget === true) this.#lists.delete(nodes);
    else {
      this.#listOf(nodes).replay({ ...pageOf(head), pkids: resources.map(({ pkid }) => pkid) });
      this.#keep(resources);
    }
  }

  /** Total of the list of nodes, 0 where it is not known. */
  get total(): number {
    return this.#lists.get(this.#settings.hierarchy)?.progress.total ?? 0;
  }

  /** Nodes that were read. */
  get size(): number {
    return this.#size;
  }

  /**
   * Reads what is missing, and finds the path of every node.
   * @throws {ToolError} when there is no node, or one without a path
   */
  async read(): Promise<Hierarchy> {
    const lists = new Set([this.#settings.hierarchy]);
    // A set may grow while it is walked.
    for (const hierarchy of lists) {
      await this.#readList(hierarchy);
      if (this.#settings.protocol.traversal !== "node") continue;
      for (const { pkid, children = [] } of this.#fresh.splice(0)) {
        for (const one of [pkid, ...children]) lists.add(one);
      }
    }
    if (this.#resources.size === 0) {
      throw new ToolError(`read ${this.#spec.model}: no hierarchy node at "${this.#settings.hierarchy}"`, {
        hint: "give the node of the account by --hierarchy, as sys.hcs.CS-P",
      });
    }
    this.#checkChildren();
    await this.#readAbove();
    const { hierarchy: asked, protocol } = this.#settings;
    const hierarchy = resolveHierarchy(this.#resources, this.#spec, asked, protocol.customer_type);
    this.#size = this.#resources.size;
    this.#resources.clear();
    this.#fresh.length = 0;
    return hierarchy;
  }

  /**
   * Holds the list against the children that its nodes name (API guide, "references"): without them a
   * list of a node's own instances alone looks like a system without customers.
   */
  #checkChildren(): void {
    for (const { pkid, children = [] } of this.#resources.values()) {
      if (this.#above.has(pkid)) continue;
      const lost = children.filter((child) => !this.#resources.has(child));
      if (lost.length === 0) continue;
      const { hierarchy } = this.#settings;
      throw new ToolError(
        `read ${this.#spec.model}: the list at "${hierarchy}" lacks ${lost.length} nodes below node "${pkid}"`,
        {
          hint: 'lists hold a node\'s own instances alone: set traversal = "node" in [voss.api] of vlf.toml; or nodes were made meanwhile: run it again',
        },
      );
    }
  }

  async #readList(hierarchy: string): Promise<void> {
    const list = this.#listOf(hierarchy);
    await doSideBySide({
      most: this.#settings.connections,
      atOnce: () => this.#settings.connections,
      next: () => list.next(),
      do: (ask) => this.#page(hierarchy, list, ask),
      failed: (error) => this.#client.stop(error),
    });
    const { outcome } = list;
    if (outcome?.kind === "endless") {
      throw new ToolError(`read ${this.#spec.model}: the list does not end: ${outcome.found}`);
    }
    if (outcome?.kind === "changing") {
      await this.#checkpoint?.add({ head: { nodes: hierarchy, forget: true }, lines: [] });
      throw new TemporaryError(
        `read ${this.#spec.model}: the list changed while it was read: ${outcome.found}`,
      );
    }
  }

  async #page(hierarchy: string, list: List, ask: Ask): Promise<void> {
    const { model } = this.#spec;
    const path = listPath(this.#settings.protocol, model, { hierarchy, ...ask });
    let page: Awaited<ReturnType<typeof readPage>>;
    try {
      page = await this.#client.get(path, (value) => readPage(value, model));
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      throw new ToolError(`read ${model}: ${error.message}`, {
        cause: error,
        hint: "give a node that the account may read by --hierarchy, as sys.hcs.CS-P",
      });
    }
    const { resources, total } = page;
    const told: Told = { ...ask, total, pkids: resources.map(({ pkid }) => pkid) };
    list.take(told);
    this.#keep(resources);
    const lines = resources.map((resource) => JSON.stringify(resource));
    await this.#checkpoint?.add({ head: { nodes: hierarchy, ...ask, total }, lines });
  }

  #listOf(hierarchy: string): List {
    let list = this.#lists.get(hierarchy);
    if (list === undefined) {
      list = new List({ ...LIST_LIMITS, pageSize: this.#settings.pageSize });
      this.#lists.set(hierarchy, list);
    }
    return list;
  }

  #keep(resources: readonly Resource[]): void {
    for (const resource of resources) {
      if (this.#resources.has(resource.pkid)) continue;
      this.#resources.set(resource.pkid, resource);
      this.#fresh.push(resource);
    }
  }

  #keepAbove(resource: Resource): void {
    this.#resources.set(resource.pkid, resource);
    this.#above.add(resource.pkid);
  }

  /** Asks for the nodes above, one by one: they name provider and reseller of a customer. */
  async #readAbove(): Promise<void> {
    const { model } = this.#spec;
    for (;;) {
      const missing = [...this.#resources.values()]
        .map(({ nodes: [parent] }) => parent)
        .find((pkid) => pkid !== undefined && !this.#resources.has(pkid) && !this.#refused.has(pkid));
      if (missing === undefined) return;
      try {
        const resource = await this.#client.get(
          instancePath(this.#settings.protocol, model, missing),
          (value) => resourceOf(value, model, "the node"),
        );
        // Whatever it calls itself, it is the answer for this pkid.
        this.#keepAbove({ ...resource, pkid: missing });
        await this.#checkpoint?.add({
          head: { above: missing },
          lines: [JSON.stringify({ ...resource, pkid: missing })],
        });
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        this.#refused.add(missing);
        await this.#checkpoint?.add({ head: { refused: missing }, lines: [] });
      }
    }
  }
}
