/** What a run tells people: how far it is, and at the end what it read. */
import type { Log } from "@vlf/common/log";
import type { Traffic } from "./run-voss-client.ts";
import type { Unit } from "./run-voss-unit.ts";

export class Progress {
  readonly #log: Log;
  readonly #traffic: Traffic;
  readonly #started: number = performance.now();

  constructor(log: Log, traffic: Traffic) {
    this.#log = log;
    this.#traffic = traffic;
  }

  /** Shows requests, rate and time left of these lists. */
  show(units: readonly Unit[], pageSize: number): void {
    this.#log.progress(() => {
      const { requests, bytes } = this.#traffic;
      let left = 0;
      for (const { list, isDone, instances } of units) {
        if (isDone) continue;
        left += Math.max(Math.ceil((list.progress.total - instances) / pageSize), 1);
      }
      const perSecond = requests / this.#seconds();
      return `${requests} requests, ${perSecond.toFixed(1)}/s, ${megabytes(bytes)}, about ${timeOf(left / perSecond)} left`;
    });
  }

  /** A line per model, and one for all. */
  report(units: readonly Unit[], nodes: number): void {
    const { requests, retries, bytes } = this.#traffic;
    this.#log.done();
    const byModel = new Map<string, { instances: number; pages: number; isMissing: boolean }>();
    for (const { spec, list, outside, pages, isMissing } of units) {
      const sum = byModel.get(spec.model) ?? { instances: 0, pages: 0, isMissing: false };
      byModel.set(spec.model, {
        instances: sum.instances + Math.max(list.progress.seen - outside, 0),
        pages: sum.pages + pages,
        isMissing: sum.isMissing || isMissing,
      });
    }
    for (const [model, { instances, pages, isMissing }] of byModel) {
      this.#log.info(`${model}: ${isMissing ? "missing" : `${instances} instances, ${pages} pages`}`);
    }
    this.#log.info(
      `${nodes} nodes; ${requests} requests, ${retries} of them again, ${megabytes(bytes)} in ${timeOf(this.#seconds())}`,
    );
  }

  #seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function timeOf(seconds: number): string {
  if (!Number.isFinite(seconds)) return "some time";
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
