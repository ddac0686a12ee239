/** Growth of a plan: what it allows, when it is measured, and what usage will be by then. */

export const ROUNDINGS = ["down", "up"] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/** A day in UTC, as the number of days since 1970-01-01. */
export type Day = number;
const DAY_MS = 86_400_000;

export function dayOf(time: Date): Day {
  return Math.floor(time.getTime() / DAY_MS);
}

export function startOf(day: Day): Date {
  return new Date(day * DAY_MS);
}

/** `2026-11-30` */
export function dayText(day: Day): string {
  return startOf(day).toISOString().slice(0, 10);
}

/** What may be used beyond a quantity. The rounding of parts is published nowhere: it is a setting. */
export function allowanceOf(quantity: number, percent: number, rounding: Rounding): number {
  const exact = quantity * percent; // whole hundredths, so that nothing is lost before rounding
  return rounding === "up" ? Math.ceil(exact / 100) : Math.floor(exact / 100);
}

/** The same day so many months later; the last day of the month where it has no such day. @internal exported for tests */
export function addMonths(day: Day, months: number): Day {
  const from = startOf(day);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + months];
  const lastDay = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return dayOf(new Date(Date.UTC(year, month, Math.min(from.getUTCDate(), lastDay))));
}

export interface TrueForward {
  /** Last day of the 11th month of the year of the subscription. */
  readonly measuredOn: Day;
  /** The anniversary, on which a true forward is due. */
  readonly dueOn: Day;
}

/**
 * The measurement of a subscription that comes next, today's included (Cisco's License Management Guide: the last
 * day of the 11th lifecycle month; due on the anniversary).
 */
export function nextTrueForward(start: Day, today: Day): TrueForward {
  for (let year = 0; ; year += 1) {
    const measuredOn = addMonths(start, 12 * year + 11) - 1;
    if (measuredOn >= today) return { measuredOn, dueOn: addMonths(start, 12 * (year + 1)) };
  }
}

/** Months 9, 10 and 11 of the year of the subscription that today is in: first days, and the day after the last. */
export function activeUserMonths(start: Day, today: Day): readonly [Day, Day, Day, Day] {
  let year = 0;
  while (addMonths(start, 12 * (year + 1)) <= today) year += 1;
  const month = (number: number): Day => addMonths(start, 12 * year + number - 1);
  return [month(9), month(10), month(11), month(12)];
}

/** Quantity of the next year of an active user plan: the average of three months, rounded up. */
export function activeUserQuantity(months: readonly [number, number, number]): number {
  return Math.ceil((months[0] + months[1] + months[2]) / 3);
}

export interface Point {
  readonly day: Day;
  readonly value: number;
}

/**
 * Usage on a day by the straight line with the least squares through what was measured; rounded up, never
 * negative. `undefined` without two days, since one tells no trend.
 */
export function projectedOn(points: readonly Point[], day: Day): number | undefined {
  const number = points.length;
  const [first] = points;
  if (first === undefined || number < 2) return undefined;
  const days = points.map((point) => point.day - first.day);
  const meanDay = days.reduce((sum, one) => sum + one, 0) / number;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / number;
  let [above, below] = [0, 0];
  for (const [at, { value }] of points.entries()) {
    const away = (days[at] ?? 0) - meanDay;
    above += away * (value - meanValue);
    below += away * away;
  }
  const exact = meanValue + (above / below) * (day - first.day - meanDay);
  // Sums of fractions err by parts of a billionth: a whole number must not be rounded up for that.
  return Math.max(0, Math.ceil(Number(exact.toFixed(6))));
}
