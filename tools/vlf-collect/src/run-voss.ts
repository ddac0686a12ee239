/**
 * `vlf-collect voss`: reads a system over its REST API. First the hierarchy, then each model as one list
 * (docs/adr/0010), sorted into customers and written when all has come.
 */
import { createHash } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { undoOnSignal } from "@vlf/common/cleanup";
import { type Clock, formatTime } from "@vlf/common/clock";
import type { Config } from "@vlf/common/config";
import { ToolError } from "@vlf/common/exit";
import { isWithin } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import { modelOf, type ModelSpec, type ModelTable, type Purpose } from "@vlf/common/models";
import { VERSION } from "./help.ts";
import type { Output } from "./run-output.ts";
import { type Begun, Checkpoint } from "./run-voss-checkpoint.ts";
import { VossClient } from "./run-voss-client.ts";
import { Lists } from "./run-voss-lists.ts";
import { orderedFindings } from "./run-voss-findings.ts";
import { type Hierarchy, HierarchyChangedError } from "./run-voss-hierarchy.ts";
import { keepHeapSmall } from "./run-voss-memory.ts";
import { NodeReader } from "./run-voss-nodes.ts";
import { PkidFile } from "./run-voss-pkids.ts";
import { Progress } from "./run-voss-progress.ts";
import { packed } from "./run-voss-rows.ts";
import { Sorter } from "./run-voss-sort.ts";
import type { Unit } from "./run-voss-unit.ts";
import { Verifier } from "./run-voss-verify.ts";
import { writeSorted } from "./run-voss-write.ts";
import { type Fields, makeSelection, type Selection } from "./select.ts";
import { neededFields } from "./voss/fields.ts";
import type { Timer } from "./voss/limiter.ts";
import { platformOf } from "./voss/platform.ts";
import { readSettings, type Settings, type VossCommand } from "./voss/settings.ts";

export interface VossSetup {
  readonly command: VossCommand;
  readonly config: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly clock: Clock;
  readonly table: ModelTable;
  readonly purposes: readonly Purpose[];
  readonly fields: Fields;
  /** What tells this run from another at the same time. */
  readonly seed: string;
}

/** Nodes that are handed to the sorter at once. */
const NODES_AT_ONCE = 500;

export const TIMER: Timer = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

/** The models of a run with their numbers in the order of the output. */
export function modelsOf(table: ModelTable, purposes: readonly Purpose[]): Map<ModelSpec, number> {
  const specs = Object.values(table);
  return new Map(
    specs.flatMap((spec, index) => (neededFields(spec, purposes).length > 0 ? [[spec, index] as const] : [])),
  );
}

/** Writes the system into the output, which it leaves without its end record. It is always complete. */
export async function collectVoss(setup: VossSetup, output: Output): Promise<() => Promise<void>> {
  const settings = readSettings(setup.command, setup.config, setup.env);
  keepHeapSmall();
  const run = new Run(setup, settings);
  return undoOnSignal(
    () => run.stop(),
    async () => {
      try {
        await run.collect(output);
        return () => run.succeeded();
      } catch (error) {
        await run.failed(error);
        throw error;
      } finally {
        await run.close();
      }
    },
  );
}

class Run {
  readonly #setup: VossSetup;
  readonly #settings: Settings;
  readonly #selection: Selection;
  readonly #client: VossClient;
  readonly #sorter: Sorter;
  readonly #pkids: PkidFile;
  readonly #lists: Lists;
  readonly #nodes: NodeReader;
  readonly #models: ReadonlyMap<ModelSpec, number>;
  readonly #progress: Progress;
  #checkpoint: Checkpoint | undefined;
  #temporary: string | undefined;

  constructor(setup: VossSetup, settings: Settings) {
    const { table, purposes, fields, log } = setup;
    this.#setup = setup;
    this.#settings = settings;
    this.#selection = makeSelection(table, purposes, fields);
    this.#models = modelsOf(table, purposes);
    this.#client = new VossClient(settings, log, TIMER);
    this.#progress = new Progress(log, this.#client.traffic);
    this.#sorter = new Sorter(() => this.#runFolder());
    this.#pkids = new PkidFile(() => this.#runFolder());
    this.#lists = new Lists({
      settings,
      purposes,
      selection: this.#selection,
      client: this.#client,
      log,
      sorter: this.#sorter,
      shelf: this.#pkids,
    });
    this.#nodes = new NodeReader(settings, this.#client, modelOf(table, "node"));
  }

  async collect(output: Output): Promise<void> {
    const begun = await this.#open();
    const hierarchy = await this.#nodes.read();
    this.#addUnits(hierarchy);
    this.#addNodes(hierarchy);
    const { places, top } = hierarchy;
    await this.#lists.readAll(
      {
        top,
        pathOf: (resource) => hierarchy.pathOf(resource),
        at: (path) => places.at(path),
      },
      () => this.#progress.show(this.#lists.units, this.#settings.pageSize),
    );
    const { units, findings } = this.#lists;
    const node = modelOf(this.#setup.table, "node");
    const verifier = new Verifier(this.#settings, this.#client);
    const verified = await verifier.verify(hierarchy, units, { model: node.model, total: this.#nodes.total });
    findings.add(verified.findings);
    output.facts(
      {
        ...begun,
        platform: platformOf(verified.bundles, hierarchy.providers),
        collected_at: begun.started_at,
      },
      "VOSS",
    );
    await writeSorted(this.#sorter.sorted(), places.customers, units, output);
    const order = [...this.#models.keys()].map(({ model }) => model);
    for (const finding of orderedFindings(findings.all, units, order)) await output.pass(finding);
    this.#progress.report(units, this.#nodes.size);
  }

  /** Stops requests, and takes away what the run keeps for itself. */
  async stop(): Promise<void> {
    this.#client.stop(new ToolError("stopped"));
    await this.#removeRuns();
  }

  async succeeded(): Promise<void> {
    await this.#checkpoint?.remove();
  }

  async failed(error: unknown): Promise<void> {
    // Pages placed by a hierarchy that is not the system's any more are of no use.
    if (error instanceof HierarchyChangedError) await this.#checkpoint?.remove();
  }

  async close(): Promise<void> {
    await this.#client.close();
    await this.#checkpoint?.close();
    this.#pkids.close();
    await this.#removeRuns();
  }

  async #removeRuns(): Promise<void> {
    // Both: what an earlier run left is taken before its checkpoint is open.
    for (const folder of [this.#checkpoint?.runs, this.#temporary])
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  #runFolder(): string {
    if (this.#checkpoint !== undefined) return this.#checkpoint.runs;
    this.#temporary ??= mkdtempSync(join(tmpdir(), "vlf-collect-")); // for the user alone
    return this.#temporary;
  }

  /** Opens the checkpoint where one is wanted, and takes what an earlier run left in it. */
  async #open(): Promise<Begun> {
    const { clock, seed, fields, purposes, table } = this.#setup;
    const {
      checkpoint: folder,
      origin,
      username,
      hierarchy,
      pageSize,
      protocol,
      allowMissing,
    } = this.#settings;
    const begun = { started_at: formatTime(clock.now), run_id: clock.runId(seed) };
    if (folder === undefined) return begun;
    const options = { fields, purposes, table, hierarchy, pageSize, protocol, allowMissing };
    const hash = createHash("sha256").update(JSON.stringify(options)).digest("hex");
    const identity = { version: VERSION, url: origin, username, options: hash };
    const checkpoint = await Checkpoint.open(folder, identity, begun, ({ head, lines }) => {
      if (head.list !== undefined) {
        this.#lists.replay(this.#unitOf(head.list, folder), { head, lines });
      } else this.#nodes.replay({ head, lines });
    });
    this.#checkpoint = checkpoint;
    this.#lists.keepIn(checkpoint);
    this.#nodes.keepIn(checkpoint);
    return checkpoint.begun;
  }

  #unitOf(id: string, folder: string): Unit {
    const at = id.indexOf("@");
    const found = [...this.#models].find(([spec]) => spec.model === id.slice(0, at));
    if (found === undefined) throw new ToolError(`read checkpoint "${folder}": unknown list "${id}"`);
    return this.#lists.add(...found, id.slice(at + 1));
  }

  /** One list per model; where lists hold a node's own instances alone, one per model and node. */
  #addUnits(hierarchy: Hierarchy): void {
    const node = modelOf(this.#setup.table, "node");
    const { traversal } = this.#settings.protocol;
    const scopes: [hierarchy: string, path: string][] =
      traversal === "node"
        ? hierarchy.nodes
            .filter(({ path }) => isWithin(path, hierarchy.top))
            .map(({ pkid, path }) => [pkid, path])
        : [[this.#settings.hierarchy, hierarchy.top]];
    for (const [spec, model] of this.#models) {
      if (spec === node) continue;
      for (const [scope, path] of scopes) this.#lists.add(spec, model, scope).path = path;
    }
  }

  #addNodes(hierarchy: Hierarchy): void {
    const { places } = hierarchy;
    const { model, id } = modelOf(this.#setup.table, "node");
    const number = Object.keys(this.#setup.table).indexOf(id);
    let keys: string[] = [];
    let lines: string[] = [];
    const hand = (): void => {
      const { ends, bytes } = packed([], keys, lines);
      this.#sorter.add(keys, "nodes", { bytes, starts: [0, ...ends.slice(0, -1)], ends });
      keys = [];
      lines = [];
    };
    for (const { pkid, path, resource } of hierarchy.takeNodes()) {
      const data = this.#selection.project(model, resource.data);
      keys.push(places.key(path, number, pkid));
      lines.push(JSON.stringify({ type: "instance", model, pkid, hierarchy: path, data }));
      // In parts: what comes at once has to have room at once.
      if (keys.length >= NODES_AT_ONCE) hand();
    }
    hand();
  }
}
