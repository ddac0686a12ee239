/** The models that the asked reports read, and what is kept of their instances. */
import type { Data } from "@vlf/common/axl";
import { modelOf, type ModelTable, type Projection, projections } from "@vlf/common/models";
import type { Report, Source } from "../reports/report.ts";

export interface Slot {
  /** Id in the model table. */
  readonly id: string;
  /** Full name: `device/cucm/User`. */
  readonly model: string;
  /** Its place in lists by model. */
  readonly index: number;
  /** Some report reads it customer by customer. */
  readonly scoped: boolean;
  /** All instances, where some report looks at all scopes at the end. */
  readonly whole: Source[] | undefined;
  /** Cuts the data down to what reports read; gives what it was given when there is nothing to cut. */
  readonly trim: Projection;
}

/** Slots by the full name of the model, as instances have it. */
export function slotsOf(reports: readonly Report[], table: ModelTable): ReadonlyMap<string, Slot> {
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
    slots.set(spec.model, {
      id,
      model: spec.model,
      index: slots.size,
      scoped: scoped.has(id),
      whole: whole.has(id) ? [] : undefined,
      trim: trimmer(keys, kept.get(spec.model)),
    });
  }
  return slots;
}

/** A stream of vlf-collect is cut down already: then a look at the keys is cheaper than a copy. */
function trimmer(keys: ReadonlySet<string>, projection: Projection | undefined): Projection {
  return (data: Data) => {
    for (const key in data) if (!keys.has(key)) return projection?.(data) ?? data;
    return data;
  };
}
