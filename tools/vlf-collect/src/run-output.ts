/** The record stream that a run writes: its begin record, what the selection keeps, its end record. */
import { type Clock, formatTime } from "@vlf/common/clock";
import { fromRoot } from "@vlf/common/hierarchy";
import type { Log } from "@vlf/common/log";
import { type ByteSink, RecordWriter } from "@vlf/common/ndjson";
import { type Begin, type Instance, type Platform, PLATFORM_KEYS, SCHEMA } from "@vlf/common/records";
import { TOOL, VERSION } from "./help.ts";
import type { Selection } from "./select.ts";

export interface Setup {
  readonly clock: Clock;
  readonly log: Log;
  readonly selection: Selection;
  /** From `[platform]` of vlf.toml: goes before what the input says. */
  readonly platform: Platform;
  /** From `--collected-at`: goes before what the input says. */
  readonly collectedAt: Date | undefined;
  /** What tells this run from another at the same time. */
  readonly seed: string;
}

/** What an input says of itself that the begin record passes on; a run that is gone on with, also when it began. */
export type Facts = Partial<Pick<Begin, "collected_at" | "platform" | "via" | "started_at" | "run_id">>;

export class Output {
  readonly #setup: Setup;
  readonly #writer: RecordWriter;
  readonly #sink: ByteSink;
  #facts: Facts = {};
  #begin: Begin | undefined;
  #share: () => string = () => "";
  #records = 0;
  #bytes = 0;

  constructor(sink: ByteSink, setup: Setup) {
    this.#setup = setup;
    this.#sink = sink;
    this.#writer = new RecordWriter({ write: (chunk) => this.#write(chunk) });
  }

  /**
   * Takes the facts of an input into the begin record. Only those of the first input count: the begin
   * record goes out with the first record, and later facts that differ are told as a warning.
   */
  facts(facts: Facts, name: string): void {
    if (this.#begin === undefined && this.#facts.collected_at === undefined) {
      this.#facts = facts;
      return;
    }
    const ours = this.#begin?.collected_at ?? this.#facts.collected_at;
    if (this.#setup.collectedAt !== undefined || facts.collected_at === ours) return;
    this.#setup.log.warning(
      `read ${name}: collected at ${facts.collected_at}, written as ${ours} like the first input`,
    );
  }

  /** Writes an instance if it is wanted, cut down to the fields that are. */
  instance(record: Instance): Promise<void> | undefined {
    const { selection } = this.#setup;
    const { model } = record;
    if (!selection.keeps(model)) return undefined;
    const kept: Instance = {
      type: "instance",
      model,
      pkid: record.pkid,
      hierarchy: fromRoot(record.hierarchy),
      ...unknownFields(record),
      data: selection.project(model, record.data),
    };
    return this.pass(kept);
  }

  /** Writes any record as it is. */
  pass(record: { type: string }): Promise<void> | undefined {
    this.#records += 1;
    const opened = this.#begin === undefined ? this.#open() : undefined;
    const written = this.#writer.write(record);
    return opened === undefined ? written : opened.then(() => written);
  }

  /** Writes records of a type that are lines of JSON already, with their line feeds. */
  lines(type: string, number: number, bytes: Buffer): Promise<void> | undefined {
    this.#records += number;
    const opened = this.#begin === undefined ? this.#open() : undefined;
    const write = (): Promise<void> | undefined => this.#writer.writeBytes(type, number, bytes);
    return opened === undefined ? write() : opened.then(write);
  }

  /** Resolves when the bytes handed in so far are out, and their memory may be used for others. */
  async written(): Promise<void> {
    await this.#sink.write("");
  }

  /** Ends the stream; without an end record, so that nothing bills by it, when it is not complete. */
  async end(isComplete: boolean): Promise<void> {
    if (this.#begin === undefined) await this.#open();
    if (isComplete) await this.#writer.end(TOOL);
    else {
      await this.#writer.flush();
      await this.#sink.write(""); // resolves when all before it is out
    }
    this.#setup.log.done();
  }

  /** Adds to the progress line how much of the whole is done, from 0 to 1. */
  showShare(share: () => number): void {
    this.#share = () => `, ${Math.floor(100 * Math.min(share(), 1))}%`;
  }

  #open(): Promise<void> | undefined {
    const { clock, platform, collectedAt, seed } = this.#setup;
    const facts = this.#facts;
    const now = formatTime(clock.now);
    this.#begin = {
      type: "begin",
      schema: SCHEMA,
      tool: TOOL,
      version: VERSION,
      run_id: facts.run_id ?? clock.runId(seed),
      started_at: facts.started_at ?? now,
      collected_at: collectedAt === undefined ? (facts.collected_at ?? now) : formatTime(collectedAt),
      platform: ordered({ ...facts.platform, ...platform }),
      ...(facts.via === undefined ? {} : { via: facts.via }),
    };
    return this.#writer.begin(this.#begin);
  }

  async #write(chunk: string | Uint8Array): Promise<void> {
    this.#bytes += chunk.length;
    this.#setup.log.progress(
      () => `${this.#records} records, ${(this.#bytes / 1e6).toFixed(1)} MB${this.#share()}`,
    );
    await this.#sink.write(chunk);
  }
}

/** What the begin record of a stream passes on: its time in UTC, its platform, the tools it came through. */
export function factsOf(begin: Begin): Facts {
  return {
    collected_at: formatTime(new Date(begin.collected_at)),
    platform: begin.platform,
    via: [{ tool: begin.tool, version: begin.version }, ...(begin.via ?? [])],
  };
}

const INSTANCE_KEYS: readonly string[] = ["type", "model", "pkid", "hierarchy", "data"];

/** Fields of a later version of the record, which pass through. */
function unknownFields(record: Instance): Readonly<Record<string, unknown>> {
  const keys = Object.keys(record);
  if (keys.length === INSTANCE_KEYS.length) return {};
  return Object.fromEntries(Object.entries(record).filter(([key]) => !INSTANCE_KEYS.includes(key)));
}

/** The platform's facts in the order of the license files, unknown ones after them. */
function ordered(platform: Platform): Platform {
  const result: Platform = {};
  for (const key of PLATFORM_KEYS) if (platform[key] !== undefined) result[key] = platform[key];
  return { ...result, ...platform };
}
