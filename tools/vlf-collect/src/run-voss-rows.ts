/** Instances of a page as lines of the output, each with the key that puts it in its place. */
import { isWithin } from "@vlf/common/hierarchy";
import type { Resource } from "./resource.ts";
import type { Placing, Unit } from "./run-voss-unit.ts";
import type { Selection } from "./select.ts";
import { keyOf } from "./voss/places.ts";

/** Instances with their keys; an empty line for one that is left out. */
export interface Rows {
  readonly keys: string[];
  readonly lines: string[];
}

/** The rows of a page, and what was seen of their places. */
export interface Placed {
  readonly rows: Rows;
  /** Instances that stand elsewhere than in the branch that was asked for. */
  readonly outside: number;
  /** Instances at nodes that the list of nodes does not have. */
  readonly unknown: number;
  /** Whether one stands below the node of the list. */
  readonly below: boolean;
}

/** @throws {ToolError} for an instance without a place */
export function rowsOf(
  unit: Unit,
  resources: readonly Resource[],
  placing: Placing,
  selection: Selection,
): Placed {
  const { model } = unit.spec;
  const rows: Rows = { keys: [], lines: [] };
  let outside = 0;
  let unknown = 0;
  let below = false;
  for (const resource of resources) {
    const { pkid, data } = resource;
    const hierarchy = placing.pathOf(resource);
    const place = placing.at(hierarchy);
    const isInside = isWithin(hierarchy, placing.top);
    // What stands elsewhere belongs to the count of rows, and is not written.
    if (!isInside) outside += 1;
    else if (!place.isNode) unknown += 1;
    below ||= isInside && hierarchy !== (unit.path ?? placing.top);
    const record = { type: "instance", model, pkid, hierarchy, data: selection.project(model, data) };
    rows.keys.push(keyOf(place, unit.model, pkid));
    rows.lines.push(isInside ? JSON.stringify(record) : "");
  }
  return { rows, outside, unknown, below };
}

/** Rows as lines of a journal. */
export function journalOf({ keys, lines }: Rows): string[] {
  return keys.map((key, i) => `${key}\t${lines[i]}`);
}

/** The rows that lines of a journal hold. */
export function rowsOfJournal(journal: readonly string[]): Rows {
  const rows: Rows = { keys: [], lines: [] };
  for (const line of journal) {
    const at = line.indexOf("\t");
    rows.keys.push(line.slice(0, at));
    rows.lines.push(line.slice(at + 1));
  }
  return rows;
}
