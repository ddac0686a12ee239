/** Instances of a page as lines of the output, each with the key that puts it in its place. */
import { isWithin } from "@vlf/common/hierarchy";
import type { Resource } from "./resource.ts";
import type { Unit } from "./run-voss-unit.ts";
import type { Selection } from "./select.ts";
import type { Placed, Rows } from "./voss/page-bytes.ts";
import { keyOf, PKID_AT } from "./voss/places.ts";
import type { Placing } from "./voss/standings.ts";

/** @throws {ToolError} for an instance without a place */
export function rowsOf(
  unit: Unit,
  resources: readonly Resource[],
  placing: Placing,
  selection: Selection,
): Placed {
  const { model } = unit.spec;
  const pkids: string[] = [];
  const keys: string[] = [];
  const lines: string[] = [];
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
    pkids.push(pkid);
    keys.push(keyOf(place, unit.model, pkid));
    lines.push(isInside ? JSON.stringify(record) : "");
  }
  return { rows: packed(pkids, keys, lines), outside, unknown, below };
}

/** Rows of lines without their line feeds; empty ones are none. */
export function packed(pkids: readonly string[], keys: readonly string[], lines: readonly string[]): Rows {
  const bytes = Buffer.from(lines.map((line) => (line === "" ? "" : `${line}\n`)).join(""));
  let end = 0;
  const ends = lines.map((line) => (line === "" ? end : (end = bytes.indexOf("\n", end) + 1)));
  return { pkids, keys, ends, bytes };
}

/** Rows as lines of a journal. */
export function journalOf({ keys, ends, bytes }: Rows): string[] {
  return keys.map((key, i) => {
    const [start = 0, end = 0] = [i === 0 ? 0 : ends[i - 1], ends[i]];
    return `${key}\t${bytes.toString("utf8", start, Math.max(end - 1, start))}`;
  });
}

/** The rows that lines of a journal hold. */
export function rowsOfJournal(journal: readonly string[]): Rows {
  const keys: string[] = [];
  const lines: string[] = [];
  for (const line of journal) {
    const at = line.indexOf("\t");
    keys.push(line.slice(0, at));
    lines.push(line.slice(at + 1));
  }
  // A pkid of the journal may be written in another way, but always in the same.
  return packed(
    keys.map((key) => key.slice(PKID_AT)),
    keys,
    lines,
  );
}
