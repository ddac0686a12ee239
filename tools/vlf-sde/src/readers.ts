/**
 * Readers of fields of an instance, parsed or left in the bytes of its line. They give what those of
 * `@vlf/common/models` give of the parsed fields, and read a plain text or flag without parsing.
 */
import type { Data } from "@vlf/common/axl";
import {
  type FieldSpec,
  flagReader as flagOfData,
  textReader as textOfData,
  textsReader as textsOfData,
} from "@vlf/common/models";
import { itemsOf as itemsOfData, type Items } from "./items.ts";
import { type Layout, Line, NONE } from "./lines/line.ts";
import { BLANK, TextPlace } from "./lines/text-place.ts";
import { moduleMemory } from "./module.ts";
import type { CellText } from "./placed-text.ts";
import type { Source } from "./reports/report.ts";

/** Reads a text. */
export interface TextReader {
  (source: Source): string;
  /** Reads it to be written in a row, or looked up: it is left where it stands, if it can be. */
  readonly cell: (source: Source) => CellText;
}

/** One reader for a field, so that a value that several columns want is read once. */
const textReaders = new WeakMap<FieldSpec, TextReader>();

/** The first text at a field, or `""`. */
export function textReader(field: FieldSpec): TextReader {
  let reader = textReaders.get(field);
  if (reader === undefined) {
    const place = new TextPlace(field);
    const read = ofOneSource(newTextReader(field, place));
    reader = Object.assign(read, { cell: cellReader(place, read) });
    textReaders.set(field, reader);
  }
  return reader;
}

/** Remembers what was read of the last source. */
function ofOneSource<T>(read: (source: Source) => T): (source: Source) => T {
  let last: Source | undefined;
  let value: T;
  return (source) => {
    if (source !== last) {
      value = read(source);
      last = source;
    }
    return value;
  };
}

function newTextReader(field: FieldSpec, place: TextPlace): (source: Source) => string {
  const read = textOfData(field);
  const parse = parser(field, read);
  return (source) => {
    if (!(source instanceof Line)) return read(source.data);
    const slot = place.in(source);
    if (slot === BLANK) return "";
    return (slot === NONE ? undefined : source.text(slot)) ?? parse(source);
  };
}

function cellReader(place: TextPlace, read: (source: Source) => string): TextReader["cell"] {
  return (source) => {
    if (!(source instanceof Line)) return read(source);
    const slot = place.in(source);
    if (slot === BLANK) return "";
    return (slot === NONE ? undefined : source.placed(slot)) ?? read(source);
  };
}

/** Reads texts. */
export interface TextsReader {
  (source: Source): readonly string[];
  /**
   * Where they may stand in lines: the slots, of which the first one that has a value counts, and the path below it, as
   * `moduleMemory().program()` gave both; the path is 0 where the value itself is meant.
   */
  programFor(layout: Layout): { readonly slots: number; readonly path: number } | undefined;
}

/** One for a field: what it has the module know stays there. */
const textsReaders = new WeakMap<FieldSpec, TextsReader>();

/** All texts at a field, in order, without blanks and empty ones. */
export function textsReader(field: FieldSpec): TextsReader {
  let reader = textsReaders.get(field);
  if (reader === undefined) {
    const programs = new Map<Layout, ReturnType<TextsReader["programFor"]>>();
    const programFor: TextsReader["programFor"] = (layout) => {
      if (!programs.has(layout)) programs.set(layout, textsProgram(field, layout));
      return programs.get(layout);
    };
    reader = Object.assign(newTextsReader(field), { programFor });
    textsReaders.set(field, reader);
  }
  return reader;
}

function textsProgram({ paths }: FieldSpec, layout: Layout): ReturnType<TextsReader["programFor"]> {
  const [[, ...below] = []] = paths;
  // Below the first key only where there is one path.
  if (paths.length > 1 && paths.some((path) => path.length > 1)) return undefined;
  const slots = paths.map(([key = ""]) => layout.slots.get(key));
  if (slots.includes(undefined)) return undefined;
  const memory = moduleMemory();
  const place = memory.program([slots.length, ...(slots as number[])]);
  const path = below.length === 0 ? 0 : memory.program(pathParts(below));
  return place === 0 || (path === 0 && below.length > 0) ? undefined : { slots: place, path };
}

function newTextsReader(field: FieldSpec): (source: Source) => readonly string[] {
  const place = new TextPlace(field);
  const read = textsOfData(field);
  const parse = parser<readonly string[]>(field, read);
  const below = belowReader(field);
  return (source) => {
    if (!(source instanceof Line)) return read(source.data);
    const slot = place.in(source);
    if (slot === BLANK) return NO_TEXTS;
    const text = slot === NONE ? undefined : source.text(slot);
    return text === undefined ? (below?.(source) ?? parse(source)) : [text];
  };
}

/** Reads the texts inside a value, for a field of one path; `undefined` for a line that has to be parsed. */
function belowReader({ paths }: FieldSpec): ((line: Line) => readonly string[] | undefined) | undefined {
  const [[key = "", ...below] = [], ...others] = paths;
  if (others.length > 0 || below.length === 0) return undefined;
  let program: number | undefined;
  return (line) => {
    program ??= line.block.memory.program(pathParts(below));
    const slot = line.layout.slots.get(key);
    if (slot === undefined || program === 0) return undefined;
    if (line.isBlank(slot)) return NO_TEXTS;
    return line.isParsed(slot) ? line.textsBelow(slot, program) : undefined;
  };
}

/** A path as the module reads it. */
function pathParts(path: readonly string[]): (number | Uint8Array)[] {
  return [path.length, ...path.map((key) => Buffer.from(`${JSON.stringify(key)}:`))];
}

const NO_TEXTS: readonly string[] = [];

/** Whether a flag is set. */
export function flagReader(field: FieldSpec): (source: Source) => boolean {
  const place = new TextPlace(field);
  const read = flagOfData(field);
  const parse = parser(field, read);
  return (source) => {
    if (!(source instanceof Line)) return read(source.data);
    const slot = place.in(source);
    if (slot === BLANK) return false;
    return (slot === NONE ? undefined : source.flag(slot)) ?? parse(source);
  };
}

/** Reads what has to be parsed; a value that stands in many lines one after the other, as `{"policy":"Standard"}`, once. */
function parser<T>(field: FieldSpec, read: (data: Data) => T): (line: Line) => T {
  const pick = picker([field]);
  const [key = "", ...otherKeys] = new Set(field.paths.map(([first = ""]) => first));
  if (otherKeys.length > 0) return (line) => read(pick(line));
  let last: Line | undefined;
  let value: T;
  return (line) => {
    const slot = line.layout.slots.get(key) ?? NONE;
    // The memory of the last line is that of another scope where the block is another.
    const isKnown = last?.block === line.block && slot !== NONE && line.hasValueOf(last, slot);
    if (!isKnown) value = read(pick(line));
    last = line;
    return value;
  };
}

/** Reads items of a collection; `of` takes instances, the rest is as `itemsOf()` of items.ts has it. */
export type SourceItems<F extends readonly FieldSpec[]> = Omit<Items<F>, "of"> & {
  of(source: Source): unknown[];
};

/** The collection in which the fields lie. */
export function itemsOf<const F extends readonly FieldSpec[]>(...fields: F): SourceItems<F> {
  const items: Items<F> = itemsOfData(...fields);
  const pick = picker(fields);
  return { ...items, of: (source) => items.of(pick(source)) };
}

/** Reads the first text of each of some fields, of all items of the collection in which they lie; `""` for one that is missing. */
export function itemTexts(...fields: readonly FieldSpec[]): (source: Source) => readonly string[][] {
  const cells = itemCells(...fields);
  return (source) => cells(source).map((item) => item.map(String));
}

/** The same to be written in a row. */
export function itemCells(
  ...fields: readonly FieldSpec[]
): (source: Source) => readonly (readonly CellText[])[] {
  const items = itemsOf(...fields);
  const parse = (source: Source): string[][] =>
    items.of(source).map((item) => items.texts.map((read) => read(item)));
  const [key, ...prefix] = items.prefix;
  // Not where a field has several paths, or is the item itself.
  const within = items.within.map(({ paths: [path = [], ...others] }) => (others.length > 0 ? [] : path));
  if (key === undefined || within.some((path) => path.length === 0)) return parse;
  let program: number | undefined;
  return (source) => {
    if (!(source instanceof Line)) return parse(source);
    const slot = source.layout.slots.get(key);
    if (slot === undefined) return parse(source);
    if (source.isBlank(slot)) return NO_ITEMS;
    program ??= source.block.memory.program([
      ...pathParts(prefix),
      within.length,
      ...within.flatMap((path) => pathParts(path)),
    ]);
    if (program === 0 || !source.isParsed(slot)) return parse(source);
    return source.itemsBelow(slot, program, within.length) ?? parse(source);
  };
}

const NO_ITEMS: readonly (readonly CellText[])[] = [];

/**
 * Makes something of some fields, which all begin with one key: once for all lines in which the same value stands. It must
 * not be changed.
 */
export function onceForValue<T>(
  fields: readonly FieldSpec[],
  make: (source: Source) => T,
): (source: Source) => T {
  const [key, ...others] = new Set(fields.flatMap(({ paths }) => paths.map(([first = ""]) => first)));
  if (key === undefined || others.length > 0) return make;
  const made = new WeakMap<object, T>();
  return (source) => {
    const value = source instanceof Line ? source.value(key) : undefined;
    if (typeof value !== "object" || value === null) return make(source);
    let result = made.get(value);
    if (result === undefined) made.set(value, (result = make(source)));
    return result;
  };
}

/** Parses what the paths of fields begin with. */
function picker(fields: readonly FieldSpec[]): (source: Source) => Data {
  const keys = [...new Set(fields.flatMap(({ paths }) => paths.map(([key = ""]) => key)))];
  return (source) => (source instanceof Line ? source.pick(keys) : source.data);
}
