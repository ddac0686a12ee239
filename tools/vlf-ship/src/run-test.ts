/** `vlf-ship test`: sends a marked file without data to each destination (guide, 1.8.1). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStamp, formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { asToolError, EXIT, ToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import type { Io } from "@vlf/common/main";
import type { Delivery } from "@vlf/common/records";
import type { TestOptions } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { destinationMaker } from "./destinations/index.ts";
import { failureOf } from "./failure.ts";
import { type Job, Tally } from "./jobs.ts";
import { findRoutes } from "./routes.ts";
import { beginOf, deliverJobs } from "./run-jobs.ts";
import { shipSettings } from "./settings.ts";
import { itemOfPath, sourceOf } from "./source.ts";

export async function runTest(options: TestOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const settings = { ...shipSettings(config, undefined), attempts: 1 };
  const context = { now: io.now(), env: io.env };
  const routes = findRoutes(options.wanted, config, settings.destinations);
  const destinations = routes.map(await destinationMaker(config, context));
  const begin = beginOf(options, ["test", ...destinations.map(({ name }) => name)]);
  const stamp = fileStamp(options.clock.now);
  const name = `vlf_TEST_${stamp}_${begin.run_id.slice(0, 8)}.txt`;
  if (options.dryRun) {
    for (const destination of destinations) {
      const what = destination.test === undefined ? `send "${name}" to` : "connect to";
      options.log.info(`would ${what} "${destination.locate(name)}"`);
    }
  }
  // What can be tried without leaving anything there is tried so.
  const failures = options.dryRun ? [] : await connect(destinations, name, options.log);
  const status = await withDummy(name, dummyText(begin.run_id, formatTime(options.clock.now)), (path) => {
    const loud = options.dryRun ? [] : destinations.filter((one) => one.test === undefined);
    const jobs = loud.map((one) => jobOf(one, path, name));
    const work = { begin, jobs, spool: undefined, settings, destinations: () => destinations };
    return deliverJobs({ ...work, others: failures }, options, io);
  });
  const tally = new Tally();
  for (const failure of failures) tally.add(failure);
  return status === EXIT.failed || tally.status === EXIT.ok ? status : tally.status;
}

/** Tries the connections of those destinations that can; gives a failed delivery for each that does not answer. */
async function connect(destinations: readonly Destination[], file: string, log: Log): Promise<Delivery[]> {
  const failures: Delivery[] = [];
  for (const destination of destinations) {
    if (destination.test === undefined) continue;
    try {
      log.info(`connected to "${destination.name}": ${await destination.test()}; nothing was sent`);
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      log.error(error.message);
      if (error.hint !== undefined) log.hint(error.hint);
      failures.push({
        type: "delivery",
        destination: destination.name,
        file,
        status: "failed",
        attempts: 1,
        location: "",
        sha256: "",
        message: error.message,
        failure: failureOf(error),
      });
    }
  }
  return failures;
}

/** What nobody can take for a license file. */
function dummyText(runId: string, time: string): string {
  return [
    "This is a test of vlf-ship.",
    "It holds no license data. It may be deleted.",
    `Sent: ${time}`,
    `Run: ${runId}`,
    "",
  ].join("\n");
}

async function withDummy<T>(name: string, text: string, work: (path: string) => Promise<T>): Promise<T> {
  let folder: string;
  try {
    folder = await mkdtemp(join(tmpdir(), "vlf-ship-test-"));
    await writeFile(join(folder, name), text);
  } catch (error) {
    throw asToolError(`write the test file "${name}"`, error);
  }
  try {
    return await work(join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function jobOf(destination: Destination, path: string, file: string): Job {
  return {
    destination: destination.name,
    file,
    sha256: undefined,
    target: () => destination,
    source: () => sourceOf(itemOfPath(path)),
    state: undefined,
  };
}
