/**
 * `vlf-collect voss`: reads a system over its REST API. First the hierarchy, then each model as one list
 * (docs/adr/0010), sorted into customers and written when all has come.
 */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { undoOnSignal } from "@vlf/common/cleanup";
import { type Clock, formatTime } from "@vlf/common/clock";
import type { Config } from "@vlf/common/config";
import { ToolError } from "@vlf/common/exit";
import { byCodeUnit, isWithin } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import { modelOf, type ModelSpec, type ModelTable, type Purpose } from "@vlf/common/models";
import type { Finding } from "@vlf/common/records";
import { VERSION } from "./help.ts";
import type { Output } from "./run-output.ts";
import { type Begun, Checkpoint } from "./run-voss-checkpoint.ts";
import { RefusedError, VossClient } from "./run-voss-client.ts";
import { Lists, type Unit } from "./run-voss-lists.ts";
import { type Hierarchy, HierarchyChangedError, NodeReader } from "./run-voss-nodes.ts";
import { Sorter } from "./run-voss-sort.ts";
import { type Fields, makeSelection, type Selection } from "./select.ts";
import { readPage } from "./voss/answer.ts";
import { neededFields } from "./voss/fields.ts";
import type { Timer } from "./voss/limiter.ts";
import { customerIn, customerPart } from "./voss/places.ts";
import { platformOf } from "./voss/platform.ts";
import { listPath } from "./voss/protocol.ts";
import { isBilled } from "./voss/required.ts";
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
  readonly #lists: Lists;
  readonly #nodes: NodeReader;
  readonly #models: ReadonlyMap<ModelSpec, number>;
  readonly #started: number = performance.now();
  #checkpoint: Checkpoint | undefined;
  #temporary: string | undefined;

  constructor(setup: VossSetup, settings: Settings) {
    const { table, purposes, fields, log } = setup;
    this.#setup = setup;
    this.#settings = settings;
    this.#selection = makeSelection(table, purposes, fields);
    this.#models = modelsOf(table, purposes);
    this.#client = new VossClient(settings, log, TIMER);
    this.#sorter = new Sorter(() => this.#runFolder());
    this.#lists = new Lists({
      settings,
      purposes,
      selection: this.#selection,
      client: this.#client,
      log,
      sorter: this.#sorter,
    });
    this.#nodes = new NodeReader(settings, this.#client, modelOf(table, "node"));
  }

  async collect(output: Output): Promise<void> {
    const begun = await this.#open();
    const hierarchy = await this.#nodes.read();
    this.#addUnits(hierarchy);
    await this.#addNodes(hierarchy);
    const { places, top } = hierarchy;
    await this.#lists.readAll(
      {
        top,
        pathOf: (resource) => hierarchy.pathOf(resource),
        at: (path) => places.at(path),
      },
      () => this.#showProgress(),
    );
    await this.#verify(hierarchy);
    await this.#verifyNodes();
    const bundles = await this.#bundles();
    output.facts(
      { ...begun, platform: platformOf(bundles, hierarchy.providers), collected_at: begun.started_at },
      "VOSS",
    );
    await this.#write(hierarchy, output);
    this.#report();
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
    await this.#removeRuns();
  }

  async #removeRuns(): Promise<void> {
    const folder = this.#checkpoint?.runs ?? this.#temporary;
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  async #runFolder(): Promise<string> {
    if (this.#checkpoint !== undefined) return this.#checkpoint.runs;
    this.#temporary ??= await mkdtemp(join(tmpdir(), "vlf-collect-")); // for the user alone
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
        return this.#lists.replay(this.#unitOf(head.list, folder), { head, lines });
      }
      this.#nodes.replay({ head, lines });
      return undefined;
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

  async #addNodes({ nodes, places }: Hierarchy): Promise<void> {
    const { model, id } = modelOf(this.#setup.table, "node");
    const number = Object.keys(this.#setup.table).indexOf(id);
    const keys: string[] = [];
    const lines: string[] = [];
    for (const { pkid, path, resource } of nodes) {
      const data = this.#selection.project(model, resource.data);
      keys.push(`${places.key(path, number, pkid)}\tnodes`);
      lines.push(JSON.stringify({ type: "instance", model, pkid, hierarchy: path, data }));
    }
    await this.#sorter.add(keys, lines);
  }

  /**
   * Holds the assumption about lists (`traversal`) against what came: a model of which nothing stands
   * below the node asked for is asked for at a customer, where there is one.
   */
  async #verify({ places, nodes, top }: Hierarchy): Promise<void> {
    const { protocol } = this.#settings;
    if (protocol.traversal === "node") {
      const wrong = this.#lists.units.find(({ hasBelow }) => hasBelow);
      if (wrong === undefined) return;
      throw new ToolError(`read ${wrong.spec.model}: the list at "${wrong.path}" holds instances below it`, {
        hint: 'set traversal = "below" in [voss.api] of vlf.toml',
      });
    }
    const customer = nodes.find(({ path }) => path === places.customers[0]);
    if (customer === undefined || customer.path === top) return;
    for (const unit of this.#lists.units) {
      const { model } = unit.spec;
      if (unit.hasBelow || unit.isMissing || !isBilled(unit.spec)) continue;
      const path = listPath(protocol, model, { hierarchy: customer.pkid, skip: 0, limit: 1 });
      const { resources, total } = await this.#client.get(path, (value) => readPage(value, model));
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
  async #verifyNodes(): Promise<void> {
    const { protocol, hierarchy } = this.#settings;
    const { model } = modelOf(this.#setup.table, "node");
    const path = listPath(protocol, model, { hierarchy, skip: 0, limit: 1 });
    const { total } = await this.#client.get(path, (value) => readPage(value, model));
    if (total === this.#nodes.total) return;
    this.#lists.findings.push({
      type: "finding",
      code: "hierarchy-changed",
      severity: "warning",
      message: `there were ${this.#nodes.total} hierarchy nodes at the beginning and ${total} at the end`,
      customer_pkid: "",
      model,
    });
  }

  /** The facts of the platform; a system that does not show them is none the worse. */
  async #bundles(): Promise<Readonly<Record<string, unknown>>[]> {
    const { protocol, hierarchy, pageSize } = this.#settings;
    const path = listPath(protocol, protocol.bundle_model, { hierarchy, skip: 0, limit: pageSize });
    try {
      const { resources } = await this.#client.get(path, (value) => readPage(value, protocol.bundle_model));
      return resources.map(({ data }) => data);
    } catch (error) {
      if (error instanceof RefusedError) return [];
      throw error;
    }
  }

  async #write({ places }: Hierarchy, output: Output): Promise<void> {
    const stale = this.#staleTags();
    let customer = 0;
    let prefix = "";
    let last = "";
    const closeUntil = async (next: number): Promise<void> => {
      if (customer > 0)
        await output.pass({ type: "scope-end", hierarchy: places.customers[customer - 1] } as never);
      customer = next;
    };
    for await (const { keys, ends, bytes } of this.#sorter.sorted()) {
      // Lines that follow each other go out in one piece.
      let start = 0;
      let count = 0;
      const writeUntil = async (end: number): Promise<void> => {
        if (count > 0) await output.lines("instance", count, bytes.subarray(start, end));
        count = 0;
      };
      for (const [index, tagged] of keys.entries()) {
        const begin = index === 0 ? 0 : (ends[index - 1] ?? 0);
        const at = tagged.indexOf("\t");
        const key = tagged.slice(0, at);
        if (key === last || (stale.size > 0 && isStale(stale, tagged.slice(at + 1)))) {
          await writeUntil(begin);
          continue;
        }
        last = key;
        if (prefix === "" || !key.startsWith(prefix)) {
          await writeUntil(begin);
          prefix = customerPart(key);
          const number = customerIn(key);
          if (number !== customer) await closeUntil(number);
        }
        if (count === 0) start = begin;
        count += 1;
      }
      await writeUntil(bytes.length);
    }
    await closeUntil(0);
    for (const finding of this.#findings()) await output.pass(finding);
  }

  /** Lists of which readings were taken back, with the first that counts. */
  #staleTags(): ReadonlyMap<string, readonly [epoch: number, pass: number]> {
    const dirty = this.#lists.units.filter(({ epoch, list }) => epoch > 0 || list.firstPass > 1);
    return new Map(dirty.map(({ index, epoch, list }) => [String(index), [epoch, list.firstPass]]));
  }

  /** In the order of the models. */
  #findings(): Finding[] {
    const order = new Map([...this.#models].map(([{ model }, number]) => [model, number]));
    const number = ({ model = "" }: Finding): number => order.get(model) ?? 0;
    const found = [...this.#lists.findings];
    const add = (
      code: string,
      severity: Finding["severity"],
      unit: Unit,
      message: string,
      count: number,
    ): void => {
      const { model } = unit.spec;
      found.push({ type: "finding", code, severity, message, customer_pkid: "", model, count });
    };
    for (const unit of this.#lists.units) {
      const { spec, unknown, outside } = unit;
      if (unknown > 0) {
        add(
          "unknown-node",
          "warning",
          unit,
          `instances of ${spec.model} stand at nodes that are not in the list of nodes`,
          unknown,
        );
      }
      if (outside > 0) {
        add(
          "outside-scope",
          "info",
          unit,
          `instances of ${spec.model} from outside the branch that was asked for are left out`,
          outside,
        );
      }
    }
    return found.sort((a, b) => number(a) - number(b) || byCodeUnit(a.code, b.code));
  }

  #showProgress(): void {
    const { log } = this.#setup;
    log.progress(() => {
      const { requests, bytes } = this.#client.traffic;
      const seconds = (performance.now() - this.#started) / 1000;
      let left = 0;
      for (const { list, isDone, instances } of this.#lists.units) {
        if (isDone) continue;
        left += Math.max(Math.ceil((list.progress.total - instances) / this.#settings.pageSize), 1);
      }
      const perSecond = requests / seconds;
      return `${requests} requests, ${perSecond.toFixed(1)}/s, ${(bytes / 1e6).toFixed(1)} MB, about ${timeOf(left / perSecond)} left`;
    });
  }

  #report(): void {
    const { log } = this.#setup;
    const { requests, retries, bytes } = this.#client.traffic;
    log.done();
    const byModel = new Map<string, { instances: number; pages: number; isMissing: boolean }>();
    for (const { spec, list, outside, pages, isMissing } of this.#lists.units) {
      const instances = Math.max(list.progress.seen - outside, 0);
      const sum = byModel.get(spec.model) ?? { instances: 0, pages: 0, isMissing: false };
      byModel.set(spec.model, {
        instances: sum.instances + instances,
        pages: sum.pages + pages,
        isMissing: sum.isMissing || isMissing,
      });
    }
    for (const [model, { instances, pages, isMissing }] of byModel) {
      log.info(`${model}: ${isMissing ? "missing" : `${instances} instances, ${pages} pages`}`);
    }
    const seconds = (performance.now() - this.#started) / 1000;
    log.info(
      `${this.#nodes.size} nodes; ${requests} requests, ${retries} of them again, ${(bytes / 1e6).toFixed(1)} MB in ${timeOf(seconds)}`,
    );
  }
}

function isStale(stale: ReadonlyMap<string, readonly [epoch: number, pass: number]>, tag: string): boolean {
  const [index = "", epoch, pass] = tag.split(".");
  const first = stale.get(index);
  if (first === undefined) return false;
  return Number(epoch) < first[0] || (Number(epoch) === first[0] && Number(pass) < first[1]);
}

function timeOf(seconds: number): string {
  if (!Number.isFinite(seconds)) return "some time";
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
