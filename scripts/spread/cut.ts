/**
 * Cuts a record stream into parts of whole customers. Each part is a stream of its own, with all nodes above its
 * customers; what else lies outside of customers is one more part. What an audit passes on, or holds against all rows,
 * is in no part but in the rest. Pure: bytes in, pieces for files out.
 */
import { Buffer } from "node:buffer";
import { joinKey } from "@vlf/common/axl";
import { DataError } from "@vlf/common/exit";
import { nodeName, parentPath, selfAndAbove } from "@vlf/common/hierarchy";
import { fieldOf, modelOf, type ModelTable, textReader } from "@vlf/common/models";
import { MAX_LINE_BYTES, RecordFrame } from "@vlf/common/ndjson";
import type { AnyRecord, Begin, Instance } from "@vlf/common/records";
import { WholeLines } from "./lines.ts";

/** A customer, or some that lie within each other: they are in one part. */
interface Top {
  readonly path: string;
  readonly part: number;
}

/** Where the pieces go. Parts are numbered from 0; the memory of `bytes` is used again after the call. */
export interface Pieces {
  toPart(part: number, bytes: Uint8Array): void;
  toRest(bytes: Uint8Array): void;
  /** What lies at nodes of which the customer is not known yet; it is read again by `settle()`. */
  toWaiting(bytes: Uint8Array): void;
}

/** What is in a part. */
export interface Part {
  /** pkids, by the paths of their nodes. */
  readonly customers: ReadonlyMap<string, string>;
  readonly instances: number;
}

interface OpenPart {
  readonly customers: Map<string, string>;
  sizeBytes: number;
  instances: number;
  scopeEnds: number;
}

/** An instance in the form in which our tools write it. Any other line is parsed. */
const INSTANCE =
  /\{"type":"instance","model":"([^"\\]*)","pkid":"[^"\\]*","hierarchy":"([^"\\]+)","data":\{/y;
const LF = Buffer.from("\n");

export class Cut {
  readonly #pieces: Pieces;
  readonly #size: number;
  readonly #passedOn: ReadonlySet<string>;
  /** Models of which more than the place matters. */
  readonly #special: ReadonlySet<string>;
  readonly #nodeModel: string;
  readonly #nodeType: (data: Instance["data"]) => string;
  readonly #frame: RecordFrame;
  readonly #lines: ReturnType<RecordFrame["lineReader"]>;
  readonly #source: WholeLines = new WholeLines(MAX_LINE_BYTES);
  readonly #parts: OpenPart[] = [];
  readonly #tops = new Map<string, Top>();
  /** Parts of the customers below a path. */
  readonly #partsBelow = new Map<string, Set<number>>();
  readonly #ended = new Set<string>();
  /** Paths at or below which something waits. */
  readonly #waitingBelow = new Set<string>();
  /** Nodes that are in no customer, as far as is known: their lines by path. */
  readonly #nodes = new Map<string, { lines: Buffer[]; readonly type: string; readonly pkid: string }>();
  #begin: Begin | undefined;
  #waiting = 0;
  readonly #restCounts = new Map<string, number>();
  /** The line that is being read, with its line feed. */
  #line: Buffer = LF;
  #lastPath = "";
  #lastTop: Top | undefined;

  /** @param size parts at most */
  constructor(models: ModelTable, size: number, pieces: Pieces) {
    this.#pieces = pieces;
    this.#size = size;
    const node = modelOf(models, "node");
    this.#nodeModel = node.model;
    this.#nodeType = textReader(fieldOf(node, "node_type"));
    this.#passedOn = new Set(
      (["patch", "adaptation", "licenseCounts"] as const).map((id) => modelOf(models, id).model),
    );
    this.#special = new Set([...this.#passedOn, this.#nodeModel]);
    this.#frame = new RecordFrame(
      { name: "stdin" },
      { begin: (begin) => this.#open(begin), record: (record, line) => this.#take(record, line) },
    );
    this.#lines = this.#frame.lineReader();
  }

  /** Instances so far, for progress. */
  get instances(): number {
    return this.#parts.reduce((sum, { instances }) => sum + instances, this.#waiting);
  }

  get begin(): Begin {
    if (this.#begin === undefined) throw new Error("no begin record was read");
    return this.#begin;
  }

  /** @throws {DataError} for what is no record, or in a scope that has ended */
  push(chunk: Uint8Array): void {
    for (const block of this.#source.push(chunk)) this.#block(block);
  }

  /**
   * The end of the input. What waited has to come back after this, if anything did.
   * @throws {DataError} when the stream is not whole
   */
  async finish(): Promise<void> {
    const rest = this.#source.rest();
    this.#line = Buffer.concat([rest, LF]);
    await this.#lines.push(rest);
    await this.#lines.finish();
    this.#frame.finish(this.#lines.lines);
    if (this.#tops.size === 0) {
      throw new DataError("cut stdin: the input holds no customer: there is nothing to spread", {
        hint: "count it with vlf-audit",
      });
    }
    const providers = new Map<string, string>();
    for (const [path, { type, pkid }] of this.#nodes) {
      if (type !== "provider" || this.#topOf(path) !== undefined) continue;
      const other = providers.get(pkid);
      if (other !== undefined)
        throw new DataError(`cut stdin: "${other}" and "${path}" are two providers with the pkid "${pkid}"`);
      providers.set(pkid, path);
    }
  }

  /** Whether something waits. */
  get hasWaiting(): boolean {
    return this.#waiting > 0;
  }

  /** Takes what waited: whole lines, now that all customers are known. */
  settle(lines: Buffer): void {
    const text = lines.toString("latin1");
    for (let start = 0; start < text.length;) {
      const end = text.indexOf("\n", start) + 1;
      const line = lines.subarray(start, end);
      const { hierarchy } = JSON.parse(line.toString()) as Instance;
      this.#toPart(this.#topOf(hierarchy)?.part ?? this.#outsidePart(), line, 1);
      start = end;
    }
  }

  /** Writes nodes above customers and the ends of all parts and of the rest; gives what is in each part. */
  close(): Part[] {
    const above: Buffer[] = [];
    for (const [path, { lines }] of this.#nodes) {
      const top = this.#topOf(path);
      if (top === undefined) above.push(...lines);
      else for (const line of lines) this.#toPart(top.part, line, 1);
    }
    for (const [part, { instances, scopeEnds }] of this.#parts.entries()) {
      for (const line of above) this.#pieces.toPart(part, line);
      const counts = { instance: instances + above.length, "scope-end": scopeEnds };
      this.#pieces.toPart(part, recordLine({ type: "end", tool: "vlf-spread", counts }));
    }
    const counts = Object.fromEntries(this.#restCounts);
    this.#pieces.toRest(recordLine({ type: "end", tool: "vlf-spread", counts }));
    return this.#parts.map(({ customers, instances }) => ({ customers, instances }));
  }

  #open(begin: Begin): void {
    this.#begin = begin;
    this.#pieces.toRest(recordLine(begin));
  }

  /** Whole lines. Those that follow each other and go to one place go there in one piece. */
  #block(bytes: Buffer): void {
    const text = bytes.toString("latin1");
    let from = 0;
    let count = 0;
    let part = -1;
    const flush = (to: number): void => {
      if (count > 0) this.#toPart(part, bytes.subarray(from, to), count);
      from = to;
      count = 0;
    };
    for (let start = 0; start < text.length;) {
      const end = text.indexOf("\n", start) + 1;
      const top = this.#frame.isOpen ? this.#topOfLine(text, start) : undefined;
      if (top === undefined) {
        flush(start);
        this.#line = bytes.subarray(start, end);
        void this.#lines.push(this.#line); // nothing that takes its records waits
        from = end;
      } else {
        if (top.part !== part) flush(start);
        part = top.part;
        count += 1;
        this.#lines.lines += 1;
        this.#frame.count("instance", 1);
      }
      start = end;
    }
    flush(bytes.length);
  }

  /** The customer of an instance, by the form of its line; `undefined` where it has to be parsed. */
  #topOfLine(text: string, start: number): Top | undefined {
    INSTANCE.lastIndex = start;
    const [, model = "", path = ""] = INSTANCE.exec(text) ?? [];
    if (path === "" || this.#special.has(model)) return undefined;
    if (path !== this.#lastPath) {
      // The text has a character for each byte.
      const name = Buffer.from(path, "latin1").toString("utf8");
      if (this.#endedAt(name) !== undefined) return undefined;
      this.#lastPath = path;
      this.#lastTop = this.#topOf(name);
    }
    return this.#lastTop;
  }

  #take(record: AnyRecord, line: number): void {
    this.#lastPath = "";
    if (record.type === "scope-end") {
      this.#endScope(String(record["hierarchy"]));
      return;
    }
    const instance = record as unknown as Instance;
    if (record.type !== "instance" || this.#passedOn.has(instance.model)) {
      this.#restCounts.set(record.type, (this.#restCounts.get(record.type) ?? 0) + 1);
      this.#pieces.toRest(this.#line);
      return;
    }
    const { hierarchy, model } = instance;
    const ended = this.#endedAt(hierarchy);
    if (ended !== undefined) {
      throw new DataError(
        `read stdin:${line}: an instance at "${hierarchy}", but the scope of "${ended}" has ended`,
      );
    }
    if (model === this.#nodeModel) this.#takeNode(instance);
    else this.#takeInstance(hierarchy);
  }

  #takeInstance(path: string): void {
    const top = this.#topOf(path);
    if (top !== undefined) {
      this.#toPart(top.part, this.#line, 1);
      return;
    }
    this.#waiting += 1;
    this.#markWaiting(path);
    this.#pieces.toWaiting(this.#line);
  }

  #takeNode({ hierarchy: path, pkid, data }: Instance): void {
    const type = joinKey(this.#nodeType(data));
    const top = this.#topOf(path);
    if (type === "customer") {
      const part = top?.part ?? this.#newTop(path).part;
      this.#toPart(part, this.#line, 1);
      (this.#parts[part] as OpenPart).customers.set(path, pkid);
      return;
    }
    if (top !== undefined) {
      this.#toPart(top.part, this.#line, 1);
      return;
    }
    const own = Buffer.from(this.#line);
    const known = this.#nodes.get(path);
    if (known === undefined) this.#nodes.set(path, { lines: [own], type, pkid });
    else known.lines.push(own);
    this.#markWaiting(path);
  }

  /** A customer that is in no other. Customers below it that came before it have chosen its part. */
  #newTop(path: string): Top {
    const below = [...(this.#partsBelow.get(path) ?? [])];
    if (below.length > 1) {
      throw new DataError(
        `cut stdin: customers below the customer "${nodeName(path)}" came before it and are in ${below.length} parts`,
        { hint: "have hierarchy nodes come first in the input, or count it with vlf-audit" },
      );
    }
    const top = { path, part: below[0] ?? this.#emptiest() };
    this.#tops.set(path, top);
    for (const at of selfAndAbove(path)) {
      const parts = this.#partsBelow.get(at);
      if (parts === undefined) this.#partsBelow.set(at, new Set([top.part]));
      else parts.add(top.part);
    }
    return top;
  }

  /** The part that has least so far; a new one while there are fewer than wanted. */
  #emptiest(): number {
    if (this.#parts.length < this.#size) return this.#newPart();
    let best = 0;
    for (const [index, { sizeBytes }] of this.#parts.entries())
      if (sizeBytes < (this.#parts[best] as OpenPart).sizeBytes) best = index;
    return best;
  }

  #newPart(): number {
    this.#parts.push({ customers: new Map(), sizeBytes: 0, instances: 0, scopeEnds: 0 });
    const part = this.#parts.length - 1;
    this.#pieces.toPart(part, recordLine(this.begin));
    return part;
  }

  /** The part of what lies outside of customers: the last, and without customers. */
  #outsidePart(): number {
    const last = this.#parts.length - 1;
    return (this.#parts[last] as OpenPart).customers.size === 0 ? last : this.#newPart();
  }

  #toPart(part: number, bytes: Buffer, instances: number): void {
    const open = this.#parts[part] as OpenPart;
    open.sizeBytes += bytes.length;
    open.instances += instances;
    this.#pieces.toPart(part, bytes);
  }

  /** A customer is over when its scope has ended and nothing of it waits. */
  #endScope(scope: string): void {
    this.#ended.add(scope);
    const own = this.#tops.get(scope);
    const tops =
      own !== undefined
        ? [own]
        : this.#partsBelow.has(scope)
          ? [...this.#tops.values()].filter(({ path }) => path.startsWith(`${scope}.`))
          : [];
    for (const { path, part } of tops) {
      if (this.#waitingBelow.has(path) || this.#isBelowTop(path)) continue;
      (this.#parts[part] as OpenPart).scopeEnds += 1;
      this.#pieces.toPart(part, recordLine({ type: "scope-end", hierarchy: path }));
    }
  }

  #isBelowTop(path: string): boolean {
    return this.#topOf(path)?.path !== path;
  }

  /** The outermost customer that a path is in. */
  #topOf(path: string): Top | undefined {
    let top: Top | undefined;
    for (const at of selfAndAbove(path)) top = this.#tops.get(at) ?? top;
    return top;
  }

  #endedAt(path: string): string | undefined {
    for (const at of selfAndAbove(path)) if (this.#ended.has(at)) return at;
    return undefined;
  }

  #markWaiting(path: string): void {
    for (
      let at: string | undefined = path;
      at !== undefined && !this.#waitingBelow.has(at);
      at = parentPath(at)
    )
      this.#waitingBelow.add(at);
  }
}

function recordLine(record: object): Buffer {
  return Buffer.from(`${JSON.stringify(record)}\n`);
}
