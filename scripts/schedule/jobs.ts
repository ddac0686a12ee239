/** The jobs of the schedule: what runs when. All times are UTC, as VOSS's own schedule is (guide, 1.4). */

/** When a job runs: on a day of the month, on a weekday (0 is Sunday, as in the guide, 2.2.2), daily or hourly. */
export type When =
  | { readonly every: "month"; readonly day: number; readonly hour: number; readonly minute: number }
  | { readonly every: "week"; readonly weekday: number; readonly hour: number; readonly minute: number }
  | { readonly every: "day"; readonly hour: number; readonly minute: number }
  | { readonly every: "hour"; readonly minute: number };

export interface Job {
  /** Name of the job of `vlf-notify`, of its log and, after `vlf-`, of its units. */
  readonly name: string;
  readonly title: string;
  readonly when: When;
  readonly command: readonly string[];
  /** Options of `vlf-notify run`; undefined: the job watches over others, and runs by itself. */
  readonly watch: readonly string[] | undefined;
}

/** What a person may choose; `undefined` leaves a job out. */
export interface Times {
  readonly audit: When;
  readonly count: When | undefined;
  readonly export: When | undefined;
  readonly check: When | undefined;
}

/**
 * Longest time of an audit or a data export, and so the time that each waits for the other: one that comes
 * while another runs is late, and not lost.
 */
const LONG = "12h";
/** VOSS 24.1 and later stop their daily count after 120 minutes. */
const COUNT_LIMIT = "2h";

export interface JobOptions {
  readonly times: Times;
  /** True where deliveries that could not be made wait in a spool. */
  readonly hasSpool: boolean;
  /** Jobs whose time limit vlf.toml sets, which the line must not overrule. */
  readonly limited: readonly string[];
}

/** The jobs in the order of the page. */
export function jobsOf({ times, hasSpool, limited }: JobOptions): Job[] {
  const watch = (name: string, limit: string): string[] => [
    ...(limited.includes(name) ? [] : ["--timeout", limit]),
    "--wait",
    LONG,
  ];
  const jobs: Job[] = [
    {
      name: "license-audit",
      title: "monthly license audit (guide, 1.4)",
      when: times.audit,
      command: ["voss", "export", "type", "license_initial_audit", "--force"],
      watch: watch("license-audit", LONG),
    },
  ];
  if (times.count !== undefined) {
    jobs.push({
      name: "daily-count",
      title: "daily count of the licenses, kept for 30 days",
      when: times.count,
      command: ["voss", "license-audit-counting", "--force"],
      watch: watch("daily-count", COUNT_LIMIT),
    });
  }
  if (times.export !== undefined) {
    jobs.push({
      name: "data-export",
      title: "subscriber data export (guide, 2.2.1)",
      when: times.export,
      command: ["voss", "export", "group", "subscriber", "--force"],
      watch: watch("data-export", LONG),
    });
  }
  if (times.check !== undefined) {
    jobs.push({
      name: "report-check",
      title: "is the report of the month there? (guide, 1.6.3)",
      when: times.check,
      command: ["vlf-notify", "check", "--quiet"],
      watch: undefined,
    });
  }
  if (hasSpool) {
    jobs.push({
      name: "ship-retry",
      title: "deliveries that wait in the spool",
      when: { every: "hour", minute: 20 },
      command: ["vlf-schedule", "retry"],
      // No job of vlf-notify: a relay that is down for a night must not raise an alert each hour.
      watch: undefined,
    });
  }
  return jobs;
}

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** `03:00 UTC on day 1`: for people. */
export function whenText(when: When): string {
  if (when.every === "hour") return `each hour at minute ${when.minute}`;
  const time = `${two(when.hour)}:${two(when.minute)} UTC`;
  if (when.every === "month") return `${time} on day ${when.day} of the month`;
  return when.every === "week" ? `${time} each ${weekdayName(when.weekday)}` : `${time} each day`;
}

/** `Sun` for 0, as systemd names the days. */
export function weekdayName(weekday: number): string {
  return WEEKDAYS[weekday % 7] ?? "";
}

/** Two digits. */
export function two(number: number): string {
  return String(number).padStart(2, "0");
}
