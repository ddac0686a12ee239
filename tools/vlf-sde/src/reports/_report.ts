/** Makes a report from its columns: one row for each instance of its source. */
import type { Joins } from "../joins/index.ts";
import type { Place } from "../joins/places.ts";
import { type Column, type Key, type Read, spellings } from "./_column.ts";
import { jsonOf } from "./_json.ts";
import type { Report, ReportOptions, Row, Source } from "./report.ts";

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
    *rows(scope, joins, options) {
      for (const { modelId, keeps, make } of bind(options)) {
        for (const source of scope.instances(modelId)) {
          if (keeps === undefined || keeps(source, joins)) yield make(source, joins);
        }
      }
    },
  };
}

interface BoundSource {
  readonly modelId: string;
  readonly keeps: ((source: Source, joins: Joins) => boolean) | undefined;
  readonly make: (source: Source, joins: Joins) => Row;
}

function bindSource(source: RowSource, sortBy: readonly string[], options: ReportOptions): BoundSource {
  return {
    modelId: source.modelId,
    keeps: source.keeps?.(options),
    make: rowMaker(columnsFor(source, options), sortBy, options),
  };
}

function columnsFor({ columns }: RowSource, options: ReportOptions): readonly Column[] {
  return typeof columns === "function" ? columns(options) : columns;
}

function rowMaker(
  columns: readonly Column[],
  sortBy: readonly string[],
  options: ReportOptions,
): BoundSource["make"] {
  const cells = columns.flatMap((column) => {
    const read = column.bind(options);
    return spellings(column, options.spelling).map((key) => ({ key, byNode: column.byNode === true, read }));
  });
  const sortReads = sortBy.map((wanted) => {
    const cell = cells.find(({ key }) => key === wanted);
    if (cell === undefined) throw new Error(`report has no key "${wanted}" to sort by`);
    return cell.read;
  });
  const [firstSort = () => "", ...otherSorts] = sortReads;
  const heads = cells.map(({ key }) => `${JSON.stringify(key)}:`);
  const reads = cells.map(({ read }) => read);
  /** Adds the cells between two places to the text of a row. */
  const add = (
    text: string,
    from: number,
    to: number,
    source: Source,
    joins: Joins,
    place: Place,
  ): string => {
    let result = text;
    for (let nth = from; nth < to; nth += 1) {
      const value = (reads[nth] as Read)(source, joins, place);
      if (value === undefined) continue;
      result += (result.length === 1 ? "" : ",") + (heads[nth] as string) + jsonOf(value);
    }
    return result;
  };
  // Rows come node by node mostly, and begin with what is the same for all of a node.
  const firstOwn = cells.findIndex(({ byNode }) => !byNode);
  let node: Place | undefined;
  let nodeText = "";
  return (source, joins) => {
    const place = joins.place(source.hierarchy);
    if (place !== node) {
      node = place;
      nodeText = add("{", 0, firstOwn, source, joins, place);
    }
    const text = `${add(nodeText, firstOwn, reads.length, source, joins, place)}}`;
    let sortKey = String(firstSort(source, joins, place));
    for (const read of otherSorts) sortKey += `\0${String(read(source, joins, place))}`;
    return { hierarchy: source.hierarchy, sortKey, text };
  };
}
