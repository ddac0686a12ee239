/** What an export is about: the reports that were asked for, and the models that they read. */
import type { Data } from "@vlf/common/axl";
import {
  fieldOf,
  modelOf,
  type ModelTable,
  type Projection,
  projections,
  textReader,
} from "@vlf/common/models";
import type { Layout } from "../lines/line.ts";
import type { Report, ReportOptions } from "../reports/report.ts";

export interface Slot {
  /** Id in the model table. */
  readonly id: string;
  /** Full name: `device/cucm/User`. */
  readonly model: string;
  /** Its place in lists by model. */
  readonly index: number;
  /** Some report reads it customer by customer. */
  readonly scoped: boolean;
  /** Some report looks at those of all scopes at the end. */
  readonly whole: boolean;
  /** Cuts the data down to what reports read; gives what it was given when there is nothing to cut. */
  readonly trim: Projection;
  /** How its lines are kept where they are not parsed. */
  readonly layout: Layout;
}

/** Made once, for all scopes of a run. */
export interface Plan {
  readonly reports: readonly Report[];
  readonly row: ReportOptions;
  /** Rows are wanted as compressed files, not as texts. */
  readonly compress: boolean;
  /** By the full name of the model, as instances have it. */
  readonly slots: ReadonlyMap<string, Slot>;
  readonly slotsById: ReadonlyMap<string, Slot>;
  /** Some report looks at all scopes. */
  readonly looksAtWhole: boolean;
  /** Full name of the model of hierarchy nodes. */
  readonly nodeModel: string;
  readonly nodeType: (data: Data) => string;
}

export function planOf(reports: readonly Report[], row: ReportOptions, compress: boolean): Plan {
  const slots = slotsOf(reports, row.table);
  const node = modelOf(row.table, "node");
  return {
    reports,
    row,
    compress,
    slots,
    slotsById: new Map([...slots.values()].map((slot) => [slot.id, slot])),
    looksAtWhole: reports.some(({ whole }) => whole === true),
    nodeModel: node.model,
    nodeType: textReader(fieldOf(node, "node_type")),
  };
}

function slotsOf(reports: readonly Report[], table: ModelTable): ReadonlyMap<string, Slot> {
  const read = (whole: boolean): Set<string> =>
    new Set(reports.filter((report) => (report.whole === true) === whole).flatMap(({ models }) => models));
  const scoped = read(false);
  const whole = read(true);
  const kept = projections(table, ["sde"]);
  const slots = new Map<string, Slot>();
  for (const id of new Set([...scoped, ...whole])) {
    const spec = modelOf(table, id);
    const keys = new Set(["_value_1"]);
    for (const field of Object.values(spec.fields)) {
      if (field.purposes.includes("sde")) for (const [key = ""] of field.paths) keys.add(key);
    }
    const prune = kept.get(spec.model) ?? ((data: Data) => data);
    const trim = trimmer(keys, prune);
    slots.set(spec.model, {
      id,
      model: spec.model,
      index: slots.size,
      scoped: scoped.has(id),
      whole: whole.has(id),
      trim,
      layout: { slots: new Map([...keys].map((key, place) => [key, place])), trim, prune, values: [] },
    });
  }
  return slots;
}

/** A stream of vlf-collect is cut down already: then a look at the keys is cheaper than a copy. */
function trimmer(keys: ReadonlySet<string>, prune: Projection): Projection {
  return (data: Data) => {
    for (const key in data) if (!keys.has(key)) return prune(data);
    return data;
  };
}
