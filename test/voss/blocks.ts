/** Instances in blocks, as the store of the test server keeps them, and lists made of blocks. */

/** Instances of one model that belong to one customer, or to none. */
export interface Block {
  /** The customer's path; `undefined` for what no customer holds. */
  readonly root: string | undefined;
  readonly bytes: Buffer;
  /** Where each instance ends, behind its comma. */
  readonly ends: Uint32Array;
  /** The node of each instance, as its number in `#paths`. */
  readonly nodes: Uint32Array;
}

/** Part of a list: a whole block, or some of its instances. */
export interface Slice {
  readonly block: Block;
  readonly picks: Uint32Array | undefined;
  /** How many stand before it in the list. */
  readonly start: number;
}

export interface List {
  readonly slices: readonly Slice[];
  readonly total: number;
}

export function offset({ ends }: Block, index: number): number {
  return index === 0 ? 0 : (ends[index - 1] ?? 0);
}

export function item(block: Block, index: number): Buffer {
  return block.bytes.subarray(offset(block, index), offset(block, index + 1));
}

/** The slice that holds position `skip`: the last that starts at or before it. */
export function firstAt(slices: readonly Slice[], skip: number): number {
  let low = 0;
  let high = slices.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((slices[middle]?.start ?? 0) <= skip) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}
