/** Where fields stand in lines. */
import type { FieldSpec } from "@vlf/common/models";
import { type Layout, type Line, NONE } from "./line.ts";

/** No value at any path. */
export const BLANK = -2;

/** Where the texts of a field stand in a line, where all of its paths have one level; others are parsed. */
export class TextPlace {
  readonly #keys: readonly string[] | undefined;
  #layout: Layout | undefined;
  #slots: readonly number[] = [];

  constructor({ paths }: FieldSpec) {
    if (paths.every((path) => path.length === 1)) this.#keys = paths.map(([key = ""]) => key);
  }

  /** The slots in which its texts may stand, in order; `undefined` where lines have to be parsed for them. */
  slotsOf(layout: Layout): readonly number[] | undefined {
    // A reader is used for one model.
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#slots = this.#keys?.map((key) => layout.slots.get(key) ?? NONE) ?? [NONE];
    }
    return this.#slots.includes(NONE) ? undefined : this.#slots;
  }

  /** The first slot that has a value, `BLANK` where none has; `NONE` where the line has to be parsed. */
  in(line: Line): number {
    if (this.#keys === undefined) return NONE;
    // A reader is used for one model.
    if (line.layout !== this.#layout) {
      this.#layout = line.layout;
      this.#slots = this.#keys.map((key) => line.layout.slots.get(key) ?? NONE);
    }
    const slots = this.#slots;
    for (let nth = 0; nth < slots.length; nth += 1) {
      const slot = slots[nth] as number;
      if (slot === NONE || !line.isBlank(slot)) return slot;
    }
    return BLANK;
  }
}
