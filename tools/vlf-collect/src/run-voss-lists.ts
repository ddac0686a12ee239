/**
 * Reads lists side by side: as many pages at once as there are connections, lists in their order as far
 * as they have pages to ask for. Each page goes to the sorter, and to the checkpoint where there is one.
 */
import { TemporaryError, ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { ModelSpec, Purpose } from "@vlf/common/models";
import type { Resource } from "./resource.ts";
import { type Checkpoint, type Entry, type Head, pageOf } from "./run-voss-checkpoint.ts";
import { RefusedError, type VossClient } from "./run-voss-client.ts";
import { FieldReader } from "./run-voss-fields.ts";
import { ListFindings } from "./run-voss-findings.ts";
import type { Body } from "./run-voss-body.ts";
import { journalOf, rowsOf, rowsOfJournal } from "./run-voss-rows.ts";
import type { Sorter } from "./run-voss-sort.ts";
import { Unit } from "./run-voss-unit.ts";
import type { Selection } from "./select.ts";
import { readPage } from "./voss/answer.ts";
import { LineBuffer } from "./voss/line-buffer.ts";
import type { Ask, Outcome, Told } from "./voss/list.ts";
import { PageBytes, type Placed, type Rows } from "./voss/page-bytes.ts";
import { listPath } from "./voss/protocol.ts";
import { isBilled } from "./voss/required.ts";
import type { Shelf } from "./voss/seen.ts";
import type { Settings } from "./voss/settings.ts";
import { doSideBySide } from "./voss/side-by-side.ts";
import { type Placing, Standings } from "./voss/standings.ts";

/** Memory for the lines of a page, and from where on it is not kept. */
const FIRST_LINE_BYTES = 128 * 1024;
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

/** A page as it was read: its instances, or their rows already. */
type PageRead = { readonly total: number } & (Placed | { readonly resources: readonly Resource[] });

/** Pages that have to come before one more is asked for at the same time. */
const PAGES_PER_STEP = 4;

/** Where lists get their lines from, and put them. */
export interface Setup {
  readonly settings: Settings;
  readonly purposes: readonly Purpose[];
  readonly selection: Selection;
  readonly client: VossClient;
  readonly log: Log;
  readonly sorter: Sorter;
  /** For the pkids of long lists. */
  readonly shelf: Shelf;
}

export class Lists {
  readonly findings: ListFindings = new ListFindings();
  readonly #setup: Setup;
  #checkpoint: Checkpoint | undefined;
  readonly #units: Unit[] = [];
  readonly #byId = new Map<string, Unit>();
  /** Pages that an earlier run asked for and never kept. */
  readonly #lost = new Map<string, Ask & { readonly unit: Unit }>();
  #isReplaying = false;
  readonly #fields: FieldReader;
  readonly #pages = new Map<string, PageBytes>();
  #standings: Standings | undefined;
  /** Memory that no page needs at the moment. */
  readonly #free: LineBuffer[] = [];

  constructor(setup: Setup) {
    const { settings, client, purposes, log } = setup;
    this.#setup = setup;
    this.#fields = new FieldReader(settings, client, purposes, log);
  }

  get units(): readonly Unit[] {
    return this.#units;
  }

  /** Adds a list, unless it is there. */
  add(spec: ModelSpec, model: number, hierarchy: string): Unit {
    const known = this.#byId.get(`${spec.model}@${hierarchy}`);
    if (known !== undefined) return known;
    const { settings, shelf } = this.#setup;
    const unit = new Unit(this.#units.length, spec, model, hierarchy, settings.pageSize, shelf);
    this.#units.push(unit);
    this.#byId.set(unit.id, unit);
    return unit;
  }

  /** From now on pages are kept. */
  keepIn(checkpoint: Checkpoint): void {
    this.#checkpoint = checkpoint;
  }

  /** Takes an entry of an earlier run about a list. */
  replay(unit: Unit, { head, lines }: Entry): void {
    this.#isReplaying = true;
    try {
      if (head.missing !== undefined) this.findings.missing(unit, head.missing);
      else if (head.source !== undefined) {
        unit.source = head.source;
        this.findings.add(head.findings ?? []);
      } else if (head.forget === true) unit.forget();
      else this.#replayPage(unit, head, lines);
    } finally {
      this.#isReplaying = false;
    }
  }

  #replayPage(unit: Unit, head: Head, lines: readonly string[]): void {
    const { skip, limit, pass, total } = pageOf(head);
    const asked = `${unit.id} ${unit.epoch} ${pass} ${skip}`;
    if (head.asked === true) {
      this.#lost.set(asked, { unit, skip, limit, pass });
      return;
    }
    this.#lost.delete(asked);
    unit.outside += head.outside ?? 0;
    unit.unknown += head.unknown ?? 0;
    unit.hasBelow ||= head.below === true;
    const rows = rowsOfJournal(lines);
    const told = { skip, limit, pass, total, pkids: rows.pkids };
    this.#take(unit, told, rows, unit.list.replay(told));
  }

  /**
   * Reads all lists to their ends.
   * @throws the first failure; what is under way is broken off
   */
  async readAll(placing: Placing, showProgress: () => void): Promise<void> {
    const { settings, client } = this.#setup;
    let first = 0;
    const next = (): Unit | undefined => {
      while (this.#units[first]?.isDone === true) first += 1;
      for (let at = first; at < this.#units.length; at++)
        if (this.#units[at]?.hasNext === true) return this.#units[at];
      return undefined;
    };
    // What a crash has cost once comes first and alone, so that the next crash does not cost it again.
    for (const { unit, ...ask } of this.#lost.values()) {
      if (unit.list.prefer(ask)) await this.#page(unit, placing);
    }
    await doSideBySide({
      most: settings.connections,
      // With a checkpoint it begins with one page at a time: a run that dies soon again has lost few.
      atOnce: (done) =>
        this.#checkpoint === undefined ? settings.connections : 1 + Math.floor(done / PAGES_PER_STEP),
      next,
      do: async (unit) => {
        await this.#page(unit, placing);
        showProgress();
      },
      failed: (error) => client.stop(error),
    });
  }

  /** Asks for one page and takes it. */
  async #page(unit: Unit, placing: Placing): Promise<void> {
    const { settings, client } = this.#setup;
    const { model } = unit.spec;
    const ask = unit.list.next();
    if (ask === undefined) return;
    await this.#checkpoint?.add({ head: { list: unit.id, ...ask, asked: true }, lines: [] });
    const path = listPath(settings.protocol, model, { hierarchy: unit.hierarchy, ...ask });
    const lines = this.#free.pop() ?? new LineBuffer(FIRST_LINE_BYTES);
    try {
      let page: PageRead;
      try {
        page = await client.get(
          path,
          (value): PageRead => readPage(value, model),
          (body) => this.#fromBytes(unit, placing, body, lines),
        );
      } catch (error) {
        if (!(error instanceof RefusedError) || ask.skip > 0) throw error;
        await this.#refused(unit, error);
        return;
      }
      await this.#keep(unit, ask, page.total, await this.#placed(unit, placing, page));
    } finally {
      if (lines.bytes.length <= MOST_KEPT_BYTES) this.#free.push(lines);
    }
  }

  /** The rows of a page without parsing it; the first page of a list is looked at as a whole. */
  #fromBytes(unit: Unit, placing: Placing, body: Body, lines: LineBuffer): PageRead | undefined {
    if (unit.source !== "list") return undefined;
    body.check();
    const { model } = unit.spec;
    let pages = this.#pages.get(model);
    if (pages === undefined) {
      const { selection } = this.#setup;
      this.#standings ??= new Standings(placing);
      pages = new PageBytes(
        {
          name: model,
          number: unit.model,
          kept: selection.kept(model),
          project: (data) => selection.project(model, data),
        },
        this.#standings,
      );
      this.#pages.set(model, pages);
    }
    return pages.read(body.memory, body.size, unit.path ?? placing.top, lines);
  }

  /** The rows of a page however it was read. */
  async #placed(unit: Unit, placing: Placing, page: PageRead): Promise<Placed> {
    if ("rows" in page) return page;
    unit.source ??= await this.#sourceOf(unit, page.resources);
    const resources =
      unit.source === "list" ? page.resources : await this.#fields.instances(unit, page.resources);
    return rowsOf(unit, resources, placing, this.#setup.selection);
  }

  async #keep(unit: Unit, ask: Ask, total: number, placed: Placed): Promise<void> {
    const { rows, outside, unknown, below } = placed;
    unit.outside += outside;
    unit.unknown += unknown;
    unit.hasBelow ||= below;
    const told = { ...ask, total, pkids: rows.pkids };
    const isNew = unit.list.take(told);
    const head = { list: unit.id, ...ask, total, outside, unknown, below };
    const kept = this.#checkpoint?.add({ head, lines: journalOf(rows) });
    this.#take(unit, told, rows, isNew);
    await kept;
  }

  /** Hands the new rows of a page to the sorter, and looks whether the list has come to its end. */
  #take(unit: Unit, told: Told, rows: Rows, isNew: readonly boolean[]): void {
    unit.pages += 1;
    const keys: string[] = [];
    const starts: number[] = [];
    const ends: number[] = [];
    let start = 0;
    for (let i = 0; i < rows.ends.length; i += 1) {
      const end = rows.ends[i] as number;
      if (isNew[i] === true && end > start) {
        keys.push(rows.keys[i] as string);
        starts.push(start);
        ends.push(end);
      }
      start = end;
    }
    unit.instances += keys.length;
    const { outcome } = unit.list;
    if (outcome !== undefined) this.#ended(unit, outcome);
    this.#setup.sorter.add(keys, unit.tag(told.pass), { bytes: rows.bytes, starts, ends });
  }

  #ended(unit: Unit, outcome: Outcome): void {
    const { model } = unit.spec;
    if (outcome.kind === "whole") return;
    if (outcome.kind === "duplicates") {
      this.findings.duplicates(unit, outcome.count);
      return;
    }
    // An earlier run that ended like this said so; this one begins the list anew.
    if (this.#isReplaying) return;
    if (outcome.kind === "endless") {
      throw new ToolError(`read ${model}: the list does not end: ${outcome.found}`, {
        hint: "does the system heed skip and limit? see [voss.api] in vlf.toml",
      });
    }
    void this.#checkpoint?.add({ head: { list: unit.id, forget: true }, lines: [] });
    throw new TemporaryError(`read ${model}: the list changed while it was read: ${outcome.found}`, {
      hint: "try again at a quieter time",
    });
  }

  async #refused(unit: Unit, error: RefusedError): Promise<void> {
    const { settings } = this.#setup;
    const { spec } = unit;
    if (isBilled(spec) && !settings.allowMissing.includes(spec.model)) {
      throw new ToolError(`read ${spec.model}: ${error.message}`, {
        cause: error,
        hint: `counts rest on it: give the account the right to read it, or go on without by --allow-missing ${spec.model}`,
      });
    }
    this.findings.missing(unit, error.httpStatus);
    await this.#checkpoint?.add({ head: { list: unit.id, missing: error.httpStatus }, lines: [] });
  }

  async #sourceOf(unit: Unit, resources: readonly Resource[]): Promise<"list" | "instance" | undefined> {
    const [first, ...others] = resources;
    if (first === undefined) return "list";
    const same = this.#units.find((other) => other.spec === unit.spec && other.source !== undefined);
    if (same !== undefined) return same.source;
    const { source, findings } = await this.#fields.sourceOf(unit, [first, ...others]);
    this.findings.add(findings);
    await this.#checkpoint?.add({ head: { list: unit.id, source, findings }, lines: [] });
    return source;
  }
}
