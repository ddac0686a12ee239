/** Folders and names of the export files, and how long they are kept (guide, 2.2.1). */
import { fileStamp } from "@vlf/common/clock";

/** `2018-10-11`: the folder of a day, in UTC. */
export function folderName(date: Date): string {
  return fileStamp(date).slice(0, 10);
}

/** `2018-10-11_1236_phones.json.gz` */
export function fileName(type: string, date: Date): string {
  return `${fileStamp(date)}_${type}.json.gz`;
}

const FOLDER = /^(\d{4})-(\d\d)-(\d\d)$/;
const FILE = /^(\d{4}-\d\d-\d\d)_([01]\d|2[0-3])([0-5]\d)_([a-z0-9_]+)\.json\.gz$/;

/** The day of a folder of ours, or `undefined`. */
export function readFolderName(name: string): Date | undefined {
  const [, year, month, day] = FOLDER.exec(name) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return !Number.isNaN(date.getTime()) && folderName(date) === name ? date : undefined;
}

/** The type of a file of ours in a day's folder, or `undefined`: the name has to bear the folder's day. */
export function readFileName(name: string, folder: string): string | undefined {
  const [, day, , , type] = FILE.exec(name) ?? [];
  return day === folder ? type : undefined;
}

const DAY_MS = 86_400_000;
/** Files of 31 days and older are removed (guide, 2.2.1: "a retention policy of 30 days"). */
const EXPIRED_DAYS = 31;

/** Whether files of a day have been kept long enough. Days are counted by the calendar, in UTC. */
export function isExpired(day: Date, now: Date): boolean {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  return (today - day.getTime()) / DAY_MS >= EXPIRED_DAYS;
}
