/** `vlf-ship test`: sends a marked file without data to each destination (guide, 1.8.1). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStamp, formatTime } from "@vlf/common/clock";
import { loadConfig } from "@vlf/common/config";
import { asToolError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { TestOptions } from "./cli.ts";
import type { Destination } from "./destinations/destination.ts";
import { makeDestination } from "./destinations/index.ts";
import type { Job } from "./jobs.ts";
import { findRoutes } from "./routes.ts";
import { beginOf, deliverJobs } from "./run-jobs.ts";
import { shipSettings } from "./settings.ts";
import { itemOfPath, sourceOf } from "./source.ts";

export async function runTest(options: TestOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const settings = shipSettings(config, undefined);
  const context = { now: io.now(), env: io.env };
  const destinations = findRoutes(options.wanted, config, settings.destinations).map((route) =>
    makeDestination(route, config, context),
  );
  const begin = beginOf(options, ["test", ...destinations.map(({ name }) => name)]);
  const stamp = fileStamp(options.clock.now);
  const name = `vlf_TEST_${stamp}_${begin.run_id.slice(0, 8)}.txt`;
  const work = { begin, others: [], spool: undefined, settings, destinations: () => destinations };
  if (options.dryRun) {
    for (const destination of destinations) {
      const what = destination.test === undefined ? `send "${name}" to` : "connect to";
      options.log.info(`would ${what} "${destination.locate(name)}"`);
    }
    return deliverJobs({ ...work, jobs: [] }, options, io);
  }
  return withDummy(name, dummyText(begin.run_id, formatTime(options.clock.now)), (path) =>
    deliverJobs({ ...work, jobs: destinations.map((one) => jobOf(one, path, name)) }, options, io),
  );
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
  const { test } = destination;
  const tried: Destination = {
    name: destination.name,
    recognizes: false,
    locate: (name) => destination.locate(name),
    deliver: (source, attempt) => test?.call(destination, attempt) ?? destination.deliver(source, attempt),
  };
  return {
    destination: destination.name,
    file,
    sha256: undefined,
    // What can be tried without leaving anything there is tried so.
    target: () => (test === undefined ? destination : tried),
    source: () => sourceOf(itemOfPath(path)),
    state: undefined,
  };
}
