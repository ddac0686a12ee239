/** What an example of the guide is made of, and how its rows are corrected. */
import { nodes, one, type One } from "./_system.ts";
import type { ReportOptions } from "./report.ts";

export type ExampleRow = Record<string, unknown>;
export type Correction = readonly [why: string, correct: (rows: ExampleRow[]) => void];

export interface Example {
  readonly type: string;
  readonly of?: string;
  readonly options?: Partial<ReportOptions>;
  readonly instances: readonly One[];
  readonly corrections?: readonly Correction[];
}

/** The two places that most examples share, below a root of their own. */
export function twoSites(root: string): { site1: string; site2: string; hierarchy: One[] } {
  const site1 = `sys.${root}.Prov1.Resel1.Cust1.Intermed1.Intermed1_1.Site1`;
  const site2 = `sys.${root}.Prov2.Resel2.Cust2.Intermed2.Site2`;
  return { site1, site2, hierarchy: [...nodes(site1, "--PRCIIS"), ...nodes(site2, "--PRCIS")] };
}

export function customerNode(path: string): One[] {
  return nodes(path, "--PRC");
}

export function user(node: string, userid: string, devices: string[], data = {}): One {
  return one("cucmUser", node, { userid, associatedDevices: { device: devices }, ...data });
}

export function e164(node: string, dn: string, number: string): One {
  return one("e164Block", node, { dnNumber: dn, e164Number: number, range: "1" });
}

export function rename(from: string, to: string): (rows: ExampleRow[]) => void {
  return (rows) => {
    for (const row of rows) {
      if (!Object.hasOwn(row, from)) continue;
      row[to] = row[from];
      delete row[from];
    }
  };
}

export function set(values: ExampleRow, nth?: number): (rows: ExampleRow[]) => void {
  return (rows) => rows.forEach((row, at) => (nth === undefined || at === nth) && Object.assign(row, values));
}

export function stars(key: string, marks: string): Correction {
  return [`${marks} marks what a version added`, rename(`${marks} ${key}`, key)];
}
