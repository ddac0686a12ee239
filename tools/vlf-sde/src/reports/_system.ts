/** Systems and rows for the tests of reports and joins. */
import { type Data, joinKey } from "@vlf/common/axl";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { MODELS } from "@vlf/common/models";
import { Joins } from "../joins/index.ts";
import { JsonText } from "../json-text.ts";
import { REPORTS } from "./index.ts";
import type { DescribedReport } from "./_report.ts";
import type { ReportOptions, RowSink, Scope, Source, Tree } from "./report.ts";

export const OPTIONS: ReportOptions = { spelling: "resolved", webexLayout: "current", table: MODELS };

/** An instance of a model by its id in the table. */
export interface One extends Source {
  readonly modelId: string;
}

export function one(modelId: string, hierarchy: string, data: Data, pkid = ""): One {
  return {
    modelId,
    pkid: pkid === "" ? `${modelId} ${hierarchy} ${JSON.stringify(data)}` : pkid,
    hierarchy,
    data,
  };
}

const TYPES: Readonly<Record<string, string>> = {
  P: "Provider",
  R: "Reseller",
  C: "Customer",
  S: "Site",
  L: "LinkedSite",
  I: "IntermediateNode",
  "-": "",
};

/**
 * The nodes along a path: one letter for the type of each element, `-` for a node without one and `?` for
 * a node that the input does not hold: `nodes("sys.hcs.P1.C1.S1", "--PCS")`.
 */
export function nodes(path: string, types: string): One[] {
  const names = path.split(".");
  if (names.length !== types.length) throw new Error(`"${types}" does not fit "${path}"`);
  return names.flatMap((name, nth) => {
    const letter = types[nth] ?? "";
    if (letter === "?") return [];
    return [one("node", names.slice(0, nth + 1).join("."), { name, node_type: TYPES[letter] })];
  });
}

export function treeOf(instances: readonly One[]): Tree {
  const types = new Map(
    instances
      .filter(({ modelId }) => modelId === "node")
      .map(({ hierarchy, data }) => [hierarchy, joinKey(String(data["node_type"]))]),
  );
  return { typeOf: (path) => types.get(path) };
}

/** A scope that holds everything; `path` says whether it is that of one customer. */
export function scopeOf(instances: readonly One[], path = ""): Scope {
  const tree = treeOf(instances);
  return { path, tree, instances: (id) => instances.filter(({ modelId }) => modelId === id) };
}

export function joinsOf(instances: readonly One[], path = "", options: ReportOptions = OPTIONS): Joins {
  return new Joins(scopeOf(instances, path), options);
}

function reportOf(type: string): DescribedReport {
  const report = REPORTS.find((candidate) => candidate.type === type);
  if (report === undefined) throw new Error(`no report "${type}"`);
  return report;
}

/** The rows as they are written: as JSON has them, in the order of the file. */
export function rowsOf(
  type: string,
  instances: readonly One[],
  options: Partial<ReportOptions> = {},
): Record<string, unknown>[] {
  const all = { ...OPTIONS, ...options };
  const scope = scopeOf(instances);
  const rows = written((sink) => reportOf(type).write(scope, new Joins(scope, all), all, sink));
  return rows
    .toSorted((a, b) => byRow(a, b) || byCodeUnit(a.text, b.text))
    .map(({ text }) => JSON.parse(text) as Record<string, unknown>);
}

interface Row {
  readonly hierarchy: string;
  readonly sortKey: string;
  readonly text: string;
}

/** Rows as they are written, in no order. */
export function written(write: (sink: RowSink) => void): Row[] {
  const rows: Row[] = [];
  const text = new JsonText();
  const start = text.end;
  write({
    text,
    end(hierarchy, sortKey) {
      rows.push({ hierarchy, sortKey, text: text.textFrom(start) });
      text.clear();
    },
  });
  return rows;
}

function byRow(a: Row, b: Row): number {
  const path = (row: Row): string => row.hierarchy.replaceAll(".", "\0");
  return byCodeUnit(path(a), path(b)) || byCodeUnit(a.sortKey, b.sortKey);
}
