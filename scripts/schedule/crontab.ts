/**
 * The schedule as lines of a crontab, between two marks: what is outside of them is not ours. The lines set
 * no variable, since one would hold for all lines after it, those of others too.
 */
import { join } from "node:path";
import { ToolError, UsageError } from "@vlf/common/exit";
import { type Job, type When, whenText, two } from "./jobs.ts";
import { jobWords, type Place } from "./place.ts";
import { isUtc, localMinutes } from "./zone.ts";

const BEGIN = "# BEGIN vlf-tools: written by vlf-schedule --install, taken out by vlf-schedule --remove";
const END = "# END vlf-tools";
const IS_BEGIN = /^# BEGIN vlf-tools\b/;
const IS_END = /^# END vlf-tools\b/;
/** cron of Debian refuses a crontab with a longer command. */
const MAX_COMMAND = 998;

export interface CronOptions {
  /** Time zone that cron goes by. */
  readonly zone: string;
  readonly now: Date;
}

/** Our lines with their marks, each ended by a line feed. */
export function cronBlock(jobs: readonly Job[], place: Place, { zone, now }: CronOptions): string {
  const lines = jobs.flatMap((job) => {
    const words = jobWords(job, place, join(place.home, "log", `${job.name}.log`), true);
    const { times, guard } = timesOf(job.when, zone, now);
    const command = `${guard}${words.map(shellWord).join(" ").replaceAll("%", "\\%")}`;
    if (command.length > MAX_COMMAND) {
      throw new UsageError(
        `write the line of "${job.name}": ${command.length} characters, cron takes ${MAX_COMMAND}`,
        {
          hint: "move the folders to shorter paths, or use --systemd",
        },
      );
    }
    return [`# ${job.title}: ${whenText(job.when)}`, `${times} ${command}`];
  });
  return [BEGIN, ...lines, END].map((line) => `${line}\n`).join("");
}

/**
 * The five fields, and what has to hold besides. On a machine whose clock is not UTC the line starts each
 * hour and asks for the hour in UTC: so it is right in summer and winter.
 */
function timesOf(when: When, zone: string, now: Date): { times: string; guard: string } {
  const minutes = localMinutes(zone, when.minute, now);
  if (when.every === "hour") return { times: `${minutes.join(",")} * * * *`, guard: "" };
  if (isUtc(zone, now)) {
    const day = when.every === "month" ? when.day : "*";
    const weekday = when.every === "week" ? when.weekday : "*";
    return { times: `${when.minute} ${when.hour} ${day} * ${weekday}`, guard: "" };
  }
  // Where the offset is no whole number of hours all the year, several minutes are tried, and one is right.
  const isOneMinute = minutes.length === 1;
  const day = when.every === "month" ? "\\%d" : when.every === "week" ? "\\%w" : "";
  const format = `${day}\\%H${isOneMinute ? "" : "\\%M"}`;
  const prefix = when.every === "month" ? two(when.day) : when.every === "week" ? String(when.weekday) : "";
  const wanted = `${prefix}${two(when.hour)}${isOneMinute ? "" : two(when.minute)}`;
  return {
    times: `${minutes.join(",")} * * * *`,
    guard: `[ "$(date -u +${format})" = ${wanted} ] && `,
  };
}

/** A word as the shell reads it back. */
function shellWord(word: string): string {
  if (/[\n\r]/.test(word)) throw new UsageError(`write the crontab: a line break in ${JSON.stringify(word)}`);
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The crontab with our block in the place of the one before, or at its end; without our block when
 * `block` is empty. All other lines stay as they are.
 * @throws {ToolError} when the marks are not a pair: then it is not clear what is ours
 */
export function withBlock(crontab: string, block: string): string {
  const { before, after } = partsOf(crontab);
  return `${before}${before === "" || before.endsWith("\n") ? "" : "\n"}${block}${after}`;
}

/** True when the crontab holds our block. */
export function hasBlock(crontab: string): boolean {
  return partsOf(crontab).isThere;
}

function partsOf(crontab: string): { before: string; after: string; isThere: boolean } {
  const lines = crontab.split(/(?<=\n)/);
  const begins = lines.flatMap((line, index) => (IS_BEGIN.test(line) ? [index] : []));
  const ends = lines.flatMap((line, index) => (IS_END.test(line) ? [index] : []));
  const [begin, end] = [begins[0] ?? -1, ends[0] ?? -1];
  if (begins.length > 1 || ends.length > 1 || begin < 0 !== end < 0 || begin > end) {
    throw new ToolError(
      "read the crontab: the marks of our lines are not one pair, a BEGIN and then an END",
      {
        hint: 'put them right with "crontab -e": "# BEGIN vlf-tools" before our lines, "# END vlf-tools" after them',
      },
    );
  }
  if (begin < 0) return { before: crontab, after: "", isThere: false };
  return { before: lines.slice(0, begin).join(""), after: lines.slice(end + 1).join(""), isThere: true };
}

/**
 * Refuses a crontab whose own settings would move our lines: CRON_TZ is the clock of all lines after it,
 * where cron knows it (Debian's does not), and SHELL has to be one that understands them.
 * @throws {UsageError} for such a setting
 */
export function checkSettings(crontab: string): void {
  for (const line of partsOf(crontab).before.split("\n")) {
    const [, name, quoted = ""] = /^\s*["']?(CRON_TZ|SHELL)["']?\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    const value = quoted.replaceAll(/^["']|["']$/g, "");
    const isGood =
      name === "CRON_TZ"
        ? /^(Etc\/)?(UTC|UCT|Zulu|Universal)$/.test(value)
        : /(^|\/)(da|ba|k|z)?sh$/.test(value);
    if (name !== undefined && !isGood) {
      throw new UsageError(`read the crontab: it sets ${name}=${value} for the lines after it, ours too`, {
        hint: `move the setting and its lines behind "# END vlf-tools" after adding it, or use --systemd`,
      });
    }
  }
}
