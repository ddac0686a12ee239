/** For tests of the engine: a store in memory, reports that show what they see, and a small system. */
import { gunzipSync } from "node:zlib";
import { MODELS } from "@vlf/common/models";
import type { Finding, Instance } from "@vlf/common/records";
import type { Report, ReportOptions } from "../reports/report.ts";
import { AllBlocks } from "./blocks.ts";
import { Export } from "./export.ts";
import { planOf } from "./plan.ts";
import type { ByteStore } from "./store.ts";

export class MemoryStore implements ByteStore {
  #bytes: Buffer = Buffer.alloc(0);

  append(bytes: Uint8Array): number {
    const offset = this.#bytes.length;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    return offset;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#bytes.subarray(offset, offset + length);
  }
}

/** A row for each phone: where it is, its names by node type, and how many users its scope has. */
export const PHONES: Report = {
  type: "phones",
  models: ["phone", "cucmUser"],
  write(scope, joins, _options, rows) {
    const users = scope.instances("cucmUser").length;
    for (const { hierarchy, data } of scope.instances("phone")) {
      const { provider, customer, location } = joins.place(hierarchy);
      const name = String(data["name"]);
      const value = {
        provider,
        customer,
        location,
        hierarchy,
        name,
        users,
        description: data["description"],
      };
      rows.text.json(value);
      rows.end(hierarchy, name);
    }
  },
};

/** A row for each site, with the countries of the whole system. */
export const SITES: Report = {
  type: "sites",
  models: ["node", "country"],
  whole: true,
  write(scope, _joins, _options, rows) {
    const countries = scope.instances("country").length;
    for (const { hierarchy } of scope.instances("node")) {
      if (scope.tree.typeOf(hierarchy) !== "site") continue;
      rows.text.json({ hierarchy, countries });
      rows.end(hierarchy, "");
    }
  },
};

export const ROW: ReportOptions = { spelling: "resolved", webexLayout: "current", table: MODELS };

export type Line = Instance | { readonly type: "scope-end"; readonly hierarchy: string };

let serial = 0;

export function instance(model: string, hierarchy: string, data: Instance["data"], pkid?: string): Instance {
  serial += 1;
  return { type: "instance", model, pkid: pkid ?? `${model}-${serial}`, hierarchy, data };
}

export function node(hierarchy: string, nodeType: string): Instance {
  return instance(
    "data/HierarchyNode",
    hierarchy,
    { name: hierarchy, node_type: nodeType },
    `n-${hierarchy}`,
  );
}

export function phone(hierarchy: string, name: string, description = ""): Instance {
  return instance("device/cucm/Phone", hierarchy, { name, description }, `p-${hierarchy}-${name}`);
}

export function user(hierarchy: string, userid: string): Instance {
  return instance("device/cucm/User", hierarchy, { userid }, `u-${userid}`);
}

export interface Exported {
  readonly findings: readonly Finding[];
  /** Bytes of the files by type. */
  readonly files: Readonly<Record<string, Buffer>>;
  /** Rows of the files by type. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}

export interface ExportWith {
  readonly reports?: readonly Report[];
  readonly bufferBytes?: number;
  readonly openStore?: (name: string) => ByteStore;
}

/** Exports lines, in that order. */
export function exportOf(lines: readonly Line[], options: ExportWith = {}): Exported {
  const { reports = [PHONES, SITES], bufferBytes = 1e9, openStore = () => new MemoryStore() } = options;
  const plan = planOf(reports, ROW, true);
  const output = new AllBlocks(reports, openStore);
  const exported = new Export({ plan, bufferBytes, openStore: () => openStore("waiting"), output });
  for (const [index, line] of lines.entries()) {
    if (line.type === "scope-end") exported.endScope(line.hierarchy);
    else exported.add(line, JSON.stringify(line).length, "stdin", index + 1);
  }
  const findings = exported.finish();
  const files = Object.fromEntries(
    reports.map((report) => [report.type, Buffer.concat([...output.of(report).file()])]),
  );
  const rows = Object.fromEntries(
    Object.entries(files).map(([type, bytes]) => [type, JSON.parse(gunzipSync(bytes).toString())]),
  );
  return { findings, files, rows };
}
