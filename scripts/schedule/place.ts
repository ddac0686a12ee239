/** Where the jobs run and with what: the same for crontab lines and units. */
import { join } from "node:path";
import type { Job } from "./jobs.ts";

export interface Place {
  /** Folder with the programs `vlf-job`, `vlf-schedule` and `voss`. */
  readonly scripts: string;
  /** Folder with vlf.toml and media/. */
  readonly home: string;
  /** Folder with a file for each credential that vlf.toml names; undefined when it names none. */
  readonly credentials: string | undefined;
  /** Names of these credentials. */
  readonly credentialNames: readonly string[];
  /** Folder of the program node, where it is not on the short PATH of cron and systemd. */
  readonly nodeFolder: string | undefined;
  /** True to run the tools on Deno. */
  readonly isDeno: boolean;
}

/** Words of `vlf-job` that start a job. Nothing secret is among them: credentials are files. */
export function jobWords(job: Job, place: Place, log: string | undefined, credentials: boolean): string[] {
  return [
    join(place.scripts, "vlf-job"),
    "--home",
    place.home,
    ...(log === undefined ? [] : ["--log", log]),
    ...(credentials && place.credentials !== undefined ? ["--credentials", place.credentials] : []),
    ...(place.nodeFolder === undefined ? [] : ["--path", place.nodeFolder]),
    ...(place.isDeno ? ["--deno"] : []),
    job.name,
    ...(job.watch ?? ["--unwatched"]),
    "--",
    ...job.command,
  ];
}
