/** From the measures of a period to one figure per license type, by the statistic that was asked for. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Statistic } from "@vlf/common/records";
import { type Day, dayOf, type Point } from "./growth.ts";
import type { Part, Snapshot, Units } from "./measures.ts";

export interface Period {
  readonly start: Date;
  /** Not in it. */
  readonly end: Date;
  /** A period of days, or exact times, was asked for; otherwise it is what the input holds. */
  readonly isAsked: boolean;
}

/** A part of a figure: of a cluster, or of a subscription where the source tells it. */
export interface FigurePart {
  readonly cluster: string;
  readonly region: string;
  readonly subscription: string;
  readonly quantity: number;
}

export interface TypeFigure {
  readonly used: number;
  /** The day it was reached; `undefined` for an average. */
  readonly day: Day | undefined;
  /** They sum to `used`. */
  readonly parts: readonly FigurePart[];
  /** The whole of each day. */
  readonly points: readonly Point[];
}

export interface Figures {
  readonly byType: ReadonlyMap<string, TypeFigure>;
  /** Days with a measure. */
  readonly days: readonly Day[];
  /** Clusters whose last measure is so old that it counts no more: name and day. */
  readonly stale: readonly { readonly cluster: string; readonly day: Day }[];
}

/**
 * The figures of a customer by one source; `undefined` without a measure in the period.
 * @param carry a unit without a measure on a day keeps that of so many days before: clusters may be read on
 *   different days, and none may vanish from the sum for that
 * @param known types that have a figure even where no measure names them
 */
export function figuresOf(
  units: Units,
  period: Pick<Period, "start" | "end">,
  statistic: Statistic,
  carry: number,
  known: readonly string[] = [],
): Figures | undefined {
  const inPeriod = [...units.values()]
    .map((days) =>
      [...days].filter(([, { at }]) => at >= period.start.getTime() && at < period.end.getTime()),
    )
    .filter((days) => days.length > 0)
    .map((days) => new Map(days));
  const days = [...new Set(inPeriod.flatMap((unit) => [...unit.keys()]))].toSorted((a, b) => a - b);
  const lastDay = days.at(-1);
  if (lastDay === undefined) return undefined;
  const partsOn = new Map(
    days.map((day) => [day, inPeriod.flatMap((unit) => snapshotOn(unit, day, carry)?.parts ?? [])]),
  );
  const types = new Set([
    ...known,
    ...[...partsOn.values()].flat().flatMap(({ amounts }) => [...amounts.keys()]),
  ]);
  const byType = new Map<string, TypeFigure>();
  for (const type of types) byType.set(type, figureOf(type, days, partsOn, statistic));
  const stale = inPeriod.flatMap((unit) => {
    const newest = Math.max(...unit.keys());
    const clusters = (unit.get(newest)?.parts ?? []).map(({ cluster }) => cluster);
    return lastDay - newest > carry ? clusters.map((cluster) => ({ cluster, day: newest })) : [];
  });
  return { byType, days, stale };
}

function snapshotOn(unit: ReadonlyMap<Day, Snapshot>, day: Day, carry: number): Snapshot | undefined {
  for (let at = day; at >= day - carry; at -= 1) {
    const snapshot = unit.get(at);
    if (snapshot !== undefined) return snapshot;
  }
  return undefined;
}

function figureOf(
  type: string,
  days: readonly Day[],
  partsOn: ReadonlyMap<Day, readonly Part[]>,
  statistic: Statistic,
): TypeFigure {
  const points = days.map((day) => ({ day, value: sumOf(type, partsOn.get(day) ?? []) }));
  if (statistic === "average") {
    const parts = averageParts(type, days, partsOn);
    return { used: parts.reduce((sum, { quantity }) => sum + quantity, 0), day: undefined, parts, points };
  }
  const chosen =
    statistic === "last"
      ? points.at(-1)
      : points.reduce<Point | undefined>(
          (best, one) => (best === undefined || one.value > best.value ? one : best),
          undefined,
        );
  const { day, value: used } = chosen ?? { day: 0, value: 0 };
  const parts = (partsOn.get(day) ?? []).map((part) => ({
    ...placeOf(part),
    quantity: part.amounts.get(type) ?? 0,
  }));
  return { used, day, parts, points };
}

function sumOf(type: string, parts: readonly Part[]): number {
  return parts.reduce((sum, { amounts }) => sum + (amounts.get(type) ?? 0), 0);
}

function placeOf({ cluster, region, subscription }: Part): Omit<FigurePart, "quantity"> {
  return { cluster, region, subscription };
}

/**
 * The average over the days that have a measure, rounded up. Each part gets its whole share, and those
 * with the largest remainders one more, until they sum to it.
 */
function averageParts(
  type: string,
  days: readonly Day[],
  partsOn: ReadonlyMap<Day, readonly Part[]>,
): FigurePart[] {
  const sums = new Map<string, { place: Omit<FigurePart, "quantity">; sum: number }>();
  for (const part of [...partsOn.values()].flat()) {
    const key = JSON.stringify(placeOf(part));
    const known = sums.get(key) ?? { place: placeOf(part), sum: 0 };
    known.sum += part.amounts.get(type) ?? 0;
    sums.set(key, known);
  }
  const number = days.length;
  const all = [...sums].toSorted(([a], [b]) => byCodeUnit(a, b)).map(([, one]) => one);
  let missing =
    Math.ceil(all.reduce((total, { sum }) => total + sum, 0) / number) -
    all.reduce((total, { sum }) => total + Math.floor(sum / number), 0);
  const more = new Set<object>();
  for (const one of all.toSorted((a, b) => (b.sum % number) - (a.sum % number))) {
    if (missing <= 0) break;
    more.add(one);
    missing -= 1;
  }
  return all.map((one) => ({
    ...one.place,
    quantity: Math.floor(one.sum / number) + (more.has(one) ? 1 : 0),
  }));
}

/** The period of so many days that ends with the day of the last measure. */
export function lastDays(number: number, last: Date): Pick<Period, "start" | "end"> {
  const end = dayOf(last) + 1;
  return { start: new Date((end - number) * 86_400_000), end: new Date(end * 86_400_000) };
}
