/** Makes a report from its columns: one row for each instance of its source. */
import type { Joins } from "../joins/index.ts";
import type { Place } from "../joins/places.ts";
import { type Column, type Key, type Read, spellings } from "./_column.ts";
import type { FieldSpec } from "@vlf/common/models";
import { CellProgram, Fixed, type JsonText } from "../json-text.ts";
import { type Layout, Line } from "../lines/line.ts";
import { TextPlace } from "../lines/text-place.ts";
import type { Report, ReportOptions, RowSink, Source } from "./report.ts";

/** Where rows come from. */
export interface RowSource {
  /** Id of the model: each instance is a row. */
  readonly modelId: string;
  readonly columns: readonly Column[] | ((options: ReportOptions) => readonly Column[]);
  /** Leaves instances out. */
  readonly keeps?: (options: ReportOptions) => (source: Source, joins: Joins) => boolean;
}

export interface ReportSpec {
  readonly type: string;
  /** Title and number of the section in the guide. */
  readonly title: string;
  readonly section: string;
  /** What is a row, in words. */
  readonly rowIs: string;
  /** The guide does not say what a row is, or from which model: this is our reading. */
  readonly reading?: true;
  readonly sources: readonly RowSource[];
  /** Ids of further models that its columns look things up in. */
  readonly joined?: readonly string[];
  /** Keys that rows of one node are sorted by. */
  readonly sortBy: readonly string[];
  readonly whole?: true;
}

/** A report that can be described on a page. */
export interface DescribedReport extends Report {
  readonly title: string;
  readonly section: string;
  readonly rowIs: string;
  readonly reading: boolean;
  readonly sources: readonly string[];
  /** Keys of a row in order, as the options have them. */
  keys(options: ReportOptions): readonly Key[];
}

export function report(spec: ReportSpec): DescribedReport {
  const bound = new WeakMap<ReportOptions, readonly BoundSource[]>();
  const bind = (options: ReportOptions): readonly BoundSource[] => {
    let sources = bound.get(options);
    if (sources === undefined) {
      sources = spec.sources.map((source) => bindSource(source, spec.sortBy, options));
      bound.set(options, sources);
    }
    return sources;
  };
  const sourceIds = spec.sources.map(({ modelId }) => modelId);
  return {
    type: spec.type,
    title: spec.title,
    section: spec.section,
    rowIs: spec.rowIs,
    reading: spec.reading === true,
    sources: sourceIds,
    models: [...new Set([...sourceIds, ...(spec.joined ?? [])])],
    ...(spec.whole === true ? { whole: spec.whole } : {}),
    keys: (options) => spec.sources.slice(0, 1).flatMap((source) => columnsFor(source, options)),
    write(scope, joins, options, rows) {
      for (const { modelId, keeps, write } of bind(options)) {
        for (const source of scope.instances(modelId)) {
          if (keeps === undefined || keeps(source, joins)) write(source, joins, rows);
        }
      }
    },
  };
}

interface BoundSource {
  readonly modelId: string;
  readonly keeps: ((source: Source, joins: Joins) => boolean) | undefined;
  readonly write: (source: Source, joins: Joins, rows: RowSink) => void;
}

function bindSource(source: RowSource, sortBy: readonly string[], options: ReportOptions): BoundSource {
  return {
    modelId: source.modelId,
    keeps: source.keeps?.(options),
    write: rowWriter(columnsFor(source, options), sortBy, options),
  };
}

function columnsFor({ columns }: RowSource, options: ReportOptions): readonly Column[] {
  return typeof columns === "function" ? columns(options) : columns;
}

/** A key of a row as it is written. */
interface Cell {
  readonly key: string;
  readonly byNode: boolean;
  readonly head: Fixed;
  readonly read: Read;
  /** The value is that of a field of the instance. */
  readonly copies: FieldSpec | undefined;
  readonly isFlag: boolean;
}

function cellsOf(columns: readonly Column[], options: ReportOptions): readonly Cell[] {
  return columns.flatMap((column) => {
    const read = column.bind(options);
    const copies = column.copies?.(options);
    const byNode = column.byNode === true;
    return spellings(column, options.spelling).map((key) => {
      const head = new Fixed(`,${JSON.stringify(key)}:`);
      return { key, byNode, head, read, copies, isFlag: column.kind === "boolean" };
    });
  });
}

/** What of a row is copied from a line; a report makes rows of one model, or of a few. */
function programFor(cells: readonly Cell[]): (layout: Layout) => CellProgram | undefined {
  const programs = new Map<Layout, CellProgram | undefined>();
  return (layout) => {
    if (!programs.has(layout)) {
      const copied = cells.map(({ head, copies, isFlag }) => {
        const slots = copies && new TextPlace(copies).slotsOf(layout);
        return { head, isFlag, slots: isFlag && slots?.length !== 1 ? undefined : slots };
      });
      programs.set(layout, CellProgram.of(copied));
    }
    return programs.get(layout);
  };
}

function rowWriter(
  columns: readonly Column[],
  sortBy: readonly string[],
  options: ReportOptions,
): BoundSource["write"] {
  const cells = cellsOf(columns, options);
  const sortReads = sortBy.map((wanted) => {
    const cell = cells.find(({ key }) => key === wanted);
    if (cell === undefined) throw new Error(`report has no key "${wanted}" to sort by`);
    return cell.read;
  });
  const [firstSort = () => "", ...otherSorts] = sortReads;
  // Rows come node by node mostly, and begin with what is the same for all of a node.
  const firstOwn = cells.findIndex(({ byNode }) => !byNode);
  const ofNode = cells.slice(0, firstOwn);
  const own = cells.slice(firstOwn);
  const programOf = programFor(own);
  let node: Place | undefined;
  let nodeText: Uint8Array = new Uint8Array();
  return (source, joins, rows) => {
    const { text } = rows;
    const place = joins.place(source.hierarchy);
    if (place === node) {
      text.raw(nodeText);
    } else {
      const start = text.end;
      text.fixed(OPEN);
      for (const cell of ofNode) writeCell(cell, text, source, joins, place);
      node = place;
      nodeText = new Uint8Array(text.memory.bytes.subarray(start, text.end));
    }
    const program = source instanceof Line ? programOf(source.layout) : undefined;
    for (let nth = 0; nth < own.length; nth += 1) {
      if (program !== undefined) nth = text.copied(program, nth, source as Line);
      const cell = own[nth];
      if (cell !== undefined) writeCell(cell, text, source, joins, place);
    }
    text.fixed(CLOSE);
    let sortKey = String(firstSort(source, joins, place));
    if (otherSorts.length > 0)
      for (const read of otherSorts) sortKey += `\0${String(read(source, joins, place))}`;
    rows.end(source.hierarchy, sortKey);
  };
}

const OPEN = new Fixed("{");
const CLOSE = new Fixed("}");

function writeCell(cell: Cell, text: JsonText, source: Source, joins: Joins, place: Place): void {
  const value = cell.read(source, joins, place);
  if (value === undefined) return;
  text.key(cell.head);
  text.json(value);
}
