/** `vlf-notify`: which command does what. Each is loaded when it is needed: `run` has to start fast. */
import { loadConfig } from "@vlf/common/config";
import type { Io } from "@vlf/common/main";
import type { Options } from "./cli.ts";
import { jobSettings, readSettings } from "./settings.ts";

export async function run(read: () => Options, argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(read(), io);
  } catch (error) {
    // A monitoring system takes the status 2 of a wrong command line for "critical".
    if (!argv.includes("--plugin")) throw error;
    const { pluginFailure } = await import("./run-health.ts");
    return pluginFailure(error, io);
  }
}

async function dispatch(options: Options, io: Io): Promise<number> {
  const settings = readSettings(loadConfig(options.config), options.env);
  switch (options.verb) {
    case "run": {
      const { runJob } = await import("./run-job.ts");
      return runJob(options, settings, jobSettings(settings.config, options.job));
    }
    case "filter":
      return (await import("./run-filter.ts")).runFilter(options, settings, io);
    case "check":
      return (await import("./run-check.ts")).runCheck(options, settings, io);
    case "health":
      return (await import("./run-health.ts")).runHealth(options, settings, io);
    case "test":
      return (await import("./run-try.ts")).runTest(options, settings, io);
    case "list":
      return (await import("./run-list.ts")).runList(options, settings, io);
    case "clear":
      return (await import("./run-list.ts")).runClear(options, settings);
  }
}
