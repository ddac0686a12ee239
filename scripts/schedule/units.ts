/** The schedule as units of systemd: a timer and a service for each job, and one that tells of a service that failed. */
import { join } from "node:path";
import { UsageError } from "@vlf/common/exit";
import { type Job, two, type When, weekdayName, whenText } from "./jobs.ts";
import { jobWords, type Place } from "./place.ts";

/** First line of every file of ours: others are never written over or removed. */
export const UNIT_MARK = "# Written by vlf-schedule --systemd --install; changes belong into systemctl edit";
const ALERT_UNIT = "vlf-alert@.service";

export interface Unit {
  readonly name: string;
  readonly text: string;
}

/** All units, sorted by job; the user is the one that the services run as. */
export function unitsOf(jobs: readonly Job[], place: Place, user: string): Unit[] {
  return [
    ...jobs.flatMap((job) => [
      { name: `vlf-${job.name}.service`, text: serviceOf(job, place, user) },
      { name: `vlf-${job.name}.timer`, text: timerOf(job) },
    ]),
    { name: ALERT_UNIT, text: alertOf(place, user) },
  ];
}

function serviceOf(job: Job, place: Place, user: string): string {
  return unit(
    place,
    [`Description=vlf-tools: ${escape(job.title)}`, "OnFailure=vlf-alert@%N.service", ...NETWORK],
    serviceLines(place, user, jobWords(job, place, undefined, false)),
  );
}

const NETWORK = ["Wants=network-online.target", "After=network-online.target"];

function timerOf(job: Job): string {
  return unit(
    undefined,
    [`Description=vlf-tools: ${escape(job.title)}, ${whenText(job.when)}`],
    undefined,
    // A run that was missed, since the machine was off, is made up for when it is on again.
    [
      "[Timer]",
      `OnCalendar=${calendarOf(job.when)}`,
      "Persistent=true",
      "",
      "[Install]",
      "WantedBy=timers.target",
    ],
  );
}

/** `vlf-notify run` tells of a command that failed; this tells of what it could not: that it did not start, or was killed. */
function alertOf(place: Place, user: string): string {
  const words = [
    join(place.scripts, "vlf-job"),
    "--home",
    place.home,
    ...(place.nodeFolder === undefined ? [] : ["--path", place.nodeFolder]),
    ...(place.isDeno ? ["--deno"] : []),
    "unit-failed",
    "--unwatched",
    "--",
    "vlf-schedule",
    "unit-failed",
  ];
  return unit(
    place,
    ["Description=vlf-tools: tell that %i failed", ...NETWORK],
    serviceLines(place, user, words, " %i"),
  );
}

function serviceLines(place: Place, user: string, words: readonly string[], instance = ""): string[] {
  const credentials =
    place.credentials === undefined
      ? []
      : place.credentialNames.map(
          (name) => `LoadCredential=${escape(name)}:${escape(join(place.credentials ?? "", name))}`,
        );
  return [
    "[Service]",
    "Type=oneshot",
    `User=${escape(user)}`,
    `WorkingDirectory=${escape(place.home)}`,
    `ExecStart=${words.map(execWord).join(" ")}${instance}`,
    ...credentials,
    "NoNewPrivileges=yes",
    "PrivateTmp=yes",
    "ProtectSystem=full",
  ];
}

function unit(
  place: Place | undefined,
  head: readonly string[],
  service: readonly string[] | undefined,
  rest: readonly string[] = [],
): string {
  const documentation =
    place === undefined
      ? []
      : [`Documentation=file:${encodeURI(join(place.scripts, "../docs/schedule.md"))}`];
  const lines = [UNIT_MARK, "[Unit]", ...head, ...documentation, "", ...(service ?? []), ...rest];
  return lines.map((line) => `${line}\n`).join("");
}

/** `*-*-01 03:00:00 UTC`, as `systemd-analyze calendar` has it. @internal exported for its tests */
export function calendarOf(when: When): string {
  if (when.every === "hour") return `*-*-* *:${two(when.minute)}:00 UTC`;
  const time = `${two(when.hour)}:${two(when.minute)}:00 UTC`;
  if (when.every === "month") return `*-*-${two(when.day)} ${time}`;
  return when.every === "week" ? `${weekdayName(when.weekday)} *-*-* ${time}` : `*-*-* ${time}`;
}

/** A value without specifiers. */
function escape(value: string): string {
  if (/\p{Cc}/u.test(value))
    throw new UsageError(`write the units: a control character in ${JSON.stringify(value)}`);
  return value.replaceAll("%", "%%");
}

/** A word of ExecStart=: quotes, and no specifier or variable. */
function execWord(word: string): string {
  const text = escape(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "$$$$");
  return /^[\w@%+=:,./-]+$/.test(word) ? text : `"${text}"`;
}
