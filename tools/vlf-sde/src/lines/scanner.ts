/**
 * Takes instances of a scope without parsing them: their lines are copied into the memory of the module, which checks
 * them and puts down where values stand (../../module/lines.ts). It reads the lines that a `FieldScanner` reads.
 */
import { isAscii } from "node:buffer";
import { isWithin } from "@vlf/common/hierarchy";
import { type BlockScanner, NotAlone } from "@vlf/common/scopes";
import { type Memory, moduleMemory } from "../module.ts";
import { type Layout, Line, type LineBlock, NONE } from "./line.ts";

/** A model whose instances are taken so. */
export interface LineModel {
  /** Full name: `device/cucm/User`. */
  readonly model: string;
  readonly layout: Layout;
}

/** Takes an instance; the bytes are the length of its line. */
export type LineTaker<M> = (model: M, line: Line, bytes: number) => void;

// What the numbers of ../../../common/scanner/line.ts mean.
const PARSE = 0;
const TAKEN = 1;
const DROPPED = 2;
const DONE = 0;
const NEW_MODEL = 2;
const NEW_KEY = 3;
const NOT_WANTED = -1;
const UNREADABLE = -2;
/** In an entry: what it is, the line, and of one that is taken the path. */
const START = 1;
const END = 2;
const PATH = 7;
const HEAD_WORDS = 11;
const SHORT_WORDS = 3;
/** Room is made for so many entries at a time. */
const ENTRIES = 256;

/** A collection that stands for its one value; at the first level of `data` it is left to the parser. */
const WRAPPER = "_value_1";

/** What is wanted by the one whose models the module knows. */
let learned: object | undefined;

export class LineScanner<M extends LineModel> implements BlockScanner {
  /** The line that was found last: its place in the bytes that were opened. */
  start = 0;
  end = 0;
  isRead = false;

  readonly #wanted: ReadonlyMap<string, M | "parse">;
  readonly #memory: Memory = moduleMemory();
  /** Of one entry at most. */
  readonly #entryBytes: number;
  /** By number; `undefined` for those that are dropped. */
  #models: (M | undefined)[] = [];
  #learns = true;
  #taker: LineTaker<M> | undefined;
  #block: LineBlock;
  #scope = "";
  #hierarchy = "";
  /** The instance is in another scope. */
  #isElsewhere = false;
  /** Where the next bytes stand, and those that were opened last. */
  #rest = 0;
  #opened = 0;
  /** Entries that were not read yet, as indices of words. */
  #next = 0;
  #entriesEnd = 0;
  /** The entry that was read last; `NONE` where there is nothing to take. */
  #at: number = NONE;

  /** @param parsed full names of models whose lines are to be parsed; lines of those that are in neither list are checked and dropped */
  constructor(models: readonly M[], parsed: Iterable<string>) {
    const wanted = new Map<string, M | "parse">(models.map((model) => [model.model, model]));
    for (const model of parsed) wanted.set(model, "parse");
    this.#wanted = wanted;
    const slots = Math.max(0, ...models.map(({ layout }) => layout.slots.size));
    this.#entryBytes = 4 * (HEAD_WORDS + 2 * slots);
    this.#block = { memory: this.#memory, isAscii: true };
  }

  /** Goes on with the lines of a scope, which are all that is opened. Those of the one before are done with. */
  begin(scope: string, bytes: Uint8Array, taker: LineTaker<M>): void {
    const memory = this.#memory;
    if (learned !== this.#wanted) {
      memory.exports.forgetAll();
      this.#models = [];
      this.#learns = true;
      learned = this.#wanted;
    }
    memory.exports.beginLines();
    this.#rest = memory.putLines(bytes);
    this.#block = { memory, isAscii: isAscii(bytes) };
    this.#scope = scope;
    this.#taker = taker;
    this.#hierarchy = "";
  }

  /** Goes on with so many of the bytes: whole lines. */
  open(bytes: Uint8Array): boolean {
    const memory = this.#memory;
    const { exports } = memory;
    const from = memory.end;
    const end = this.#rest + bytes.length;
    let at = this.#rest;
    for (let why = NEW_MODEL; why !== DONE; at = exports.stoppedAt()) {
      memory.makeRoom(this.#entryBytes * ENTRIES);
      const limit = memory.bytes.length - this.#entryBytes;
      why = exports.scan(at, end, memory.end, limit, this.#learns ? 1 : 0);
      memory.end = exports.tapeEnd();
      if (why === NEW_MODEL) this.#learns = this.#learnModel();
      else if (why === NEW_KEY) this.#learns = this.#learnKey();
    }
    this.#opened = this.#rest;
    this.#rest = end;
    this.#next = from >> 2;
    this.#entriesEnd = memory.end >> 2;
    memory.keep(memory.end);
    return true;
  }

  next(): boolean {
    if (this.#next === this.#entriesEnd) return false;
    const { words } = this.#memory;
    const at = this.#next;
    const head = words[at] as number;
    const kind = head & 3;
    this.start = (words[at + START] as number) - this.#opened;
    this.end = (words[at + END] as number) - this.#opened;
    this.isRead = kind !== PARSE;
    if (kind === TAKEN) {
      this.#at = at;
      this.#next = at + HEAD_WORDS + 2 * this.#modelAt(at).layout.slots.size;
      const path = words[at + PATH] as number;
      if (path !== 0) {
        this.#hierarchy = this.#memory.bytes.toString("utf8", path, words[at + PATH + 1]);
        this.#isElsewhere = !isWithin(this.#hierarchy, this.#scope);
      }
    } else {
      this.#at = NONE;
      this.#next = at + SHORT_WORDS;
    }
    return true;
  }

  /**
   * Hands over the line that was found last.
   * @throws {NotAlone} for an instance elsewhere
   */
  take(): void {
    if (this.#at === NONE) return; // dropped
    if (this.#isElsewhere) throw new NotAlone();
    const model = this.#modelAt(this.#at);
    const line = new Line(this.#hierarchy, model.layout, this.#block, this.#at);
    this.#taker?.(model, line, this.end - this.start);
  }

  #modelAt(at: number): M {
    return this.#models[(this.#memory.words[at] as number) >> 2] as M;
  }

  #newText(): string {
    const { bytes, exports } = this.#memory;
    return bytes.toString("utf8", exports.newTextStart(), exports.newTextEnd());
  }

  #learnModel(): boolean {
    const wanted = this.#wanted.get(this.#newText().slice(0, -1));
    const model = typeof wanted === "object" ? wanted : undefined;
    this.#models.push(model);
    const kind = wanted === undefined ? DROPPED : model === undefined ? PARSE : TAKEN;
    return this.#memory.exports.addModel(kind, model?.layout.slots.size ?? 0) !== 0;
  }

  #learnKey(): boolean {
    const { exports } = this.#memory;
    const key = this.#newText().slice(1, -2);
    const slot = this.#models[exports.newKeyModel()]?.layout.slots.get(key) ?? NOT_WANTED;
    return exports.addKey(key === WRAPPER ? UNREADABLE : slot, 0) !== 0;
  }
}
