/**
 * Instances that wait until their customer is complete: in memory up to a limit, beyond it on disk, node by
 * node, so that a customer is read back without the others.
 */
import { byCodeUnit } from "@vlf/common/hierarchy";
import { Line } from "../lines/line.ts";
import type { Source } from "../reports/report.ts";
import type { ByteStore } from "./store.ts";
import { byPath, type Entry } from "./tree.ts";

/** The instances at one node, by the number of their model. */
export interface Bucket {
  readonly lists: (Source[] | undefined)[];
  bytes: number;
}

/** A piece of the store. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

/** How an instance is put aside: the number of its model, pkid, data. */
type Aside = readonly [model: number, pkid: string, data: Source["data"]];

export class Waiting {
  readonly #limit: number;
  readonly #openStore: () => ByteStore;
  readonly #entries = new Set<Entry>();
  #store: ByteStore | undefined;
  #bytes = 0;

  /** @param limit bytes of lines that may wait in memory */
  constructor(limit: number, openStore: () => ByteStore) {
    this.#limit = limit;
    this.#openStore = openStore;
  }

  /** @param bytes length of its line, the measure of the limit */
  add(entry: Entry, model: number, source: Source, bytes: number): void {
    let { bucket } = entry;
    if (bucket === undefined) {
      entry.bucket = bucket = { lists: [], bytes: 0 };
      this.#entries.add(entry);
    }
    (bucket.lists[model] ??= []).push(source);
    bucket.bytes += bytes;
    this.#bytes += bytes;
    if (this.#bytes > this.#limit) this.#putAside();
  }

  /** Takes what waits at the entries, by the number of the model; nothing waits there afterwards. */
  take(entries: readonly Entry[]): readonly (readonly Source[] | undefined)[] {
    const lists: Source[][] = [];
    for (const entry of entries) {
      for (const [model, list] of entry.bucket?.lists.entries() ?? []) {
        if (list === undefined) continue;
        const all = lists[model];
        if (all === undefined) lists[model] = list;
        else for (const source of list) all.push(source);
      }
      for (const extent of entry.extents ?? []) this.#readBack(entry.path, extent, lists);
      this.#bytes -= entry.bucket?.bytes ?? 0;
      this.#entries.delete(entry);
      entry.bucket = undefined;
      entry.extents = undefined;
    }
    return lists;
  }

  /** By path, so that the nodes of a customer lie together. */
  #putAside(): void {
    this.#store ??= this.#openStore();
    for (const entry of [...this.#entries].sort(byPath)) {
      let text = "";
      for (const [model, list] of entry.bucket?.lists.entries() ?? []) {
        for (const { pkid, data } of list ?? []) {
          text += `${JSON.stringify([model, pkid, data] satisfies Aside)}\n`;
        }
      }
      const bytes = Buffer.from(text);
      (entry.extents ??= []).push({ offset: this.#store.append(bytes), length: bytes.length });
      entry.bucket = undefined;
    }
    this.#entries.clear();
    this.#bytes = 0;
  }

  #readBack(hierarchy: string, { offset, length }: Extent, lists: Source[][]): void {
    const bytes = this.#store?.read(offset, length) ?? new Uint8Array();
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString().split("\n");
    for (const line of lines) {
      if (line === "") continue;
      const [model, pkid, data] = JSON.parse(line) as Aside;
      (lists[model] ??= []).push({ pkid, hierarchy, data });
    }
  }
}

/**
 * Each instance once: the same one may come twice, as when it moved between pages while they were read. Of
 * two that differ the one at the smaller path stays, then the one with the smaller text, so that the order
 * of input does not matter.
 */
export function withoutDuplicates(sources: readonly Source[]): readonly Source[] {
  if (haveOwnHashes(sources)) return sources;
  const pkids = new Set<string>();
  for (const { pkid } of sources) pkids.add(pkid);
  // Counting first keeps the usual case, no duplicates, down to one set of pkids.
  if (pkids.size === sources.length) return sources;
  const first = new Map<string, Source>();
  for (const source of sources) {
    const other = first.get(source.pkid);
    if (other === undefined || before(source, other)) first.set(source.pkid, source);
  }
  return [...first.values()];
}

/** Used again each time; as large as it ever had to be. */
let hashes = new Int32Array(1 << 12);

/** Whether no two have the same number for their pkid, which then are different. */
function haveOwnHashes(sources: readonly Source[]): boolean {
  while (hashes.length < 2 * sources.length) hashes = new Int32Array(2 * hashes.length);
  const mask = hashes.length - 1;
  hashes.fill(0);
  for (const source of sources) {
    if (!(source instanceof Line)) return false;
    // 0 is an empty place.
    const hash = source.hash | 1;
    let place = (Math.imul(hash, 0x9e3779b1) >>> 8) & mask;
    for (let other = hashes[place]; other !== 0; other = hashes[place]) {
      if (other === hash) return false;
      place = (place + 1) & mask;
    }
    hashes[place] = hash;
  }
  return true;
}

function before(a: Source, b: Source): boolean {
  const order = byCodeUnit(a.hierarchy, b.hierarchy);
  return order < 0 || (order === 0 && JSON.stringify(a.data) < JSON.stringify(b.data));
}
