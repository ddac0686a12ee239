/** The WebAssembly of ../module and its memory, in which rows are written and compressed (docs/adr/0044). */
import { Buffer } from "node:buffer";
import { ToolError } from "@vlf/common/exit";
import { MODULE } from "./_module-wasm.ts";

/** What it gives. Places are addresses in its memory; a boolean is 0 or 1. */
interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  deflate(from: number, behind: number, to: number): number;
  scan(from: number, to: number, onto: number, limit: number, learn: number): number;
  stoppedAt(): number;
  tapeEnd(): number;
  newTextStart(): number;
  newTextEnd(): number;
  newKeyModel(): number;
  addModel(kind: number, slots: number): number;
  addKey(slot: number, isList: number): number;
  forgetAll(): void;
  beginLines(): void;
  allocateProgram(bytes: number): number;
  writeCells(program: number, from: number, entry: number, to: number, limit: number): number;
  cellsEnd(): number;
  findTexts(value: number, path: number): number;
  findItems(value: number, program: number): number;
  foundTexts(): number;
  beginNames(table: number, count: number, lists: number, limit: number): number;
  addNames(count: number, slots: number, path: number): number;
  keepName(from: number, bytes: number): number;
  addName(nth: number, start: number, behind: number): number;
  namesEnd(): number;
  findName(table: number, count: number, lists: number, start: number, behind: number): number;
  makeCode(counts: number, symbols: number, code: number): void;
}

/** As far as the types of Node do not tell. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

/** Up to here the module has its own tables. */
const HEAP = 0x200000;
/** Bytes behind what is used that may be read or written, and mean nothing. */
const SLACK = 64;
const PAGE = 65_536;
/** Room for the names of a small scope. */
const SMALL_NAMES = 65_536;
/** Growing makes all views anew, so it is done in large steps. */
const STEP = 1 << 20;

/** The memory of the one module of a thread. It only grows. */
class Memory {
  readonly exports: Exports;
  bytes: Buffer;
  view: DataView;
  words: Int32Array;
  /** Where tables of names are put, up to an end: behind the lines of the scope. */
  names: number = HEAP;
  namesEnd: number = HEAP;
  /** Where rows begin: behind the lines of the scope, and what is known of them. */
  rows: number = HEAP;
  /** Behind all that is in use. */
  end: number = HEAP;

  constructor(exports: Exports) {
    this.exports = exports;
    this.bytes = Buffer.from(exports.memory.buffer);
    this.view = new DataView(exports.memory.buffer);
    this.words = new Int32Array(exports.memory.buffer);
  }

  /**
   * Puts numbers where they stay, for the module to read; of a text its place and its length. Gives their place, and 0
   * where there is no room for more.
   */
  program(parts: readonly (number | Uint8Array)[]): number {
    let size = 0;
    let textBytes = 0;
    for (const part of parts) {
      size += typeof part === "number" ? 4 : 8;
      if (typeof part !== "number") textBytes += part.length + SLACK;
    }
    const place = this.exports.allocateProgram(size + textBytes);
    if (place === 0) return 0;
    let word = place >> 2;
    let text = place + size;
    for (const part of parts) {
      if (typeof part === "number") {
        this.words[word++] = part;
      } else {
        this.bytes.set(part, text);
        this.words[word++] = text;
        this.words[word++] = part.length;
        text += part.length;
      }
    }
    return place;
  }

  /** Copies the lines of a scope to where those of the one before stand. Gives their place. */
  putLines(bytes: Uint8Array): number {
    this.end = HEAP;
    this.makeRoom(bytes.length);
    this.bytes.set(bytes, HEAP);
    this.keep(HEAP + bytes.length + SLACK);
    this.names = this.end;
    // An instance takes some 500 bytes, and the tables that it is in, some 30.
    this.end += SMALL_NAMES + (bytes.length >> 3);
    this.makeRoom(0);
    this.namesEnd = this.end;
    this.keep(this.end + SLACK);
    return HEAP;
  }

  /** All before a place stays until the next scope; from there on there may be words. */
  keep(end: number): void {
    this.end = this.rows = (end + 7) & ~7;
  }

  /** Sees to it that so many bytes can be written behind all that is in use. */
  makeRoom(bytes: number): void {
    const more = this.end + bytes + SLACK - this.bytes.length;
    if (more <= 0) return;
    const { memory } = this.exports;
    memory.grow(Math.ceil(Math.max(more, STEP, this.bytes.length / 8) / PAGE));
    this.bytes = Buffer.from(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.words = new Int32Array(memory.buffer);
  }
}

export type { Memory };

let started: Memory | undefined;

/** @throws {ToolError} where the runtime has no WebAssembly */
export function moduleMemory(): Memory {
  return (started ??= new Memory(start()));
}

function start(): Exports {
  try {
    const compiled = new WebAssembly.Module(Buffer.from(MODULE, "base64"));
    return new WebAssembly.Instance(compiled).exports as Exports;
  } catch (error) {
    throw new ToolError(`start WebAssembly: ${String(error)}`, {
      hint: "export with a Node or Deno that has WebAssembly with 128 bits (SIMD), and not by --jitless",
    });
  }
}
