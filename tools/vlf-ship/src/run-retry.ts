/** `vlf-ship retry`: delivers what waits in the spool. */
import { formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import type { Io } from "@vlf/common/main";
import type { SpoolOptions } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { destinationMaker } from "./destinations/index.ts";
import type { Job } from "./jobs.ts";
import { beginOf, deliverJobs, onSpool } from "./run-jobs.ts";
import { spoolOf } from "./run-list.ts";
import { shipSettings } from "./settings.ts";
import type { Spool, State } from "./spool.ts";

export async function runRetry(options: SpoolOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const settings = shipSettings(config, options.spool);
  const context = { now: io.now(), env: io.env };
  const makeDestination = await destinationMaker(config, context);
  const made = new Map<string, Destination>();
  /** Made when its first file is due: settings of one that nothing waits for need not be right. */
  const targetOf = ({ destination: name, from }: State): Destination => {
    const key = `${from} ${name}`;
    const destination = made.get(key) ?? makeDestination({ name, from, formats: undefined });
    made.set(key, destination);
    return destination;
  };
  return onSpool(spoolOf(settings, config, options.spool), settings, options, async (spool) => {
    const states = await spool.states();
    const wanted = states.filter((state) => isWanted(state, options));
    const left = states.filter(({ state }) => state === "failed").length;
    if (left > 0 && !options.failed) {
      options.log.warning(`${left} failed before and wait for a person: see "vlf-ship list"`);
    }
    if (options.dryRun) {
      for (const { file, target } of wanted) options.log.info(`would deliver "${file}" to "${target}"`);
    }
    const now = formatTime(options.clock.now);
    const work = {
      begin: beginOf(options, ["retry", ...wanted.map(({ destination, sha256 }) => destination + sha256)]),
      others: [],
      jobs: options.dryRun ? [] : wanted.map((state) => jobOf(state, spool, targetOf, now)),
      spool,
      settings,
      destinations: () => [...made.values()],
    };
    return deliverJobs(work, options, io);
  });
}

function isWanted({ state, destination }: State, { names, failed }: SpoolOptions): boolean {
  if (names.length > 0 && !names.includes(destination)) return false;
  return state === "queued" || (failed && state === "failed");
}

function jobOf(state: State, spool: Spool, targetOf: (state: State) => Destination, now: string): Job {
  return {
    destination: state.destination,
    file: state.file,
    sha256: state.sha256,
    target: () => targetOf(state),
    source: () => Promise.resolve(spool.source(state)),
    // One that had failed begins anew: the time to give up counts from now on.
    state: state.state === "failed" ? { ...state, queued_at: now, attempts: 0 } : state,
  };
}
