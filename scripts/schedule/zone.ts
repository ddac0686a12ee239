/** Time zones: cron of Debian knows none but the machine's, and our times are UTC. */

/**
 * The offsets from UTC in minutes that a zone has within two years from `now`, sorted.
 * @param zone name of the IANA data base: `America/St_Johns`
 * @throws {RangeError} for a name that is none
 */
export function offsetsOf(zone: string, now: Date): number[] {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  const offsets = new Set<number>();
  for (let week = 0; week < 104; week += 1) {
    const at = new Date(now.getTime() + week * 7 * 86_400_000);
    const name = format.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
    const size = 60 * Number(hours ?? 0) + Number(minutes ?? 0);
    offsets.add(sign === "-" ? -size : size);
  }
  return [...offsets].sort((a, b) => a - b);
}

/** True when the clocks of the zone show UTC all the year. */
export function isUtc(zone: string, now: Date): boolean {
  return offsetsOf(zone, now).every((offset) => offset === 0);
}

/** The minutes that the clocks of a zone may show when it is minute `minute` of an hour in UTC, sorted. */
export function localMinutes(zone: string, minute: number, now: Date): number[] {
  const minutes = offsetsOf(zone, now).map((offset) => (((minute + offset) % 60) + 60) % 60);
  return [...new Set(minutes)].sort((a, b) => a - b);
}
