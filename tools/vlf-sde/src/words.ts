/** The lines of VOSS's export command, as they stand in the guide (2.1.1, 2.2.1): scripts look for them. */
import type { Log } from "@vlf/common/log";
import type { Report } from "./reports/report.ts";

export interface ProgressOptions {
  readonly log: Log;
  readonly group: string | undefined;
  readonly reports: readonly Report[];
}

/**
 * All types are made in one pass, and their files stand together or not at all. So the lines come in VOSS's
 * order, and those from the first "Completed" on when the files stand.
 */
export class Progress {
  readonly #options: ProgressOptions;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  start(): void {
    const { log, group, reports } = this.#options;
    const types = reports.map(({ type }) => type);
    if (group !== undefined)
      log.say(`Starting ${group} group export consisting of ${types.join(", ")}, please wait...`);
    if (types[0] !== undefined) this.#starting(types[0]);
  }

  /** @param names the bare names of the files, in the order of the types */
  complete(names: readonly string[]): void {
    const { log, group, reports } = this.#options;
    for (const [index, { type }] of reports.entries()) {
      if (index > 0) this.#starting(type);
      log.say(`Completed ${type} export, created ${names[index] ?? ""}.`);
    }
    if (group !== undefined) log.say(`Completed ${group} group export.`);
  }

  #starting(type: string): void {
    this.#options.log.say(`Starting ${type} export, please wait...`);
  }
}
