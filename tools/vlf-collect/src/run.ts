/** Runs a command of vlf-collect: configuration and clock in, one record stream out. */
import { loadConfig } from "@vlf/common/config";
import { EXIT } from "@vlf/common/exit";
import type { CommonOptions, Io } from "@vlf/common/main";
import { type Purpose, withOverrides } from "@vlf/common/models";
import { PLATFORM_KEYS } from "@vlf/common/records";
import type { DemoCommand } from "./run-demo.ts";
import type { FilesOptions } from "./run-files.ts";
import { Output } from "./run-output.ts";
import type { UsageCommand } from "./run-usage.ts";
import { type Fields, makeSelection } from "./select.ts";
import type { VossCommand } from "./voss/settings.ts";

/** The options that every command has, and those of the command. */
export interface Options {
  readonly purposes: readonly Purpose[];
  readonly fields: Fields;
  readonly collectedAt: Date | undefined;
  readonly command: FilesOptions | DemoCommand | VossCommand | UsageCommand;
}

/** Each command is loaded when it is asked for: the tool has to start fast. */
export async function run(
  options: Options,
  { config: path, clock, log }: CommonOptions,
  io: Io,
): Promise<number> {
  const { command, purposes, fields, collectedAt } = options;
  const config = loadConfig(path);
  const table = withOverrides(config.tables("models"));
  const selection = makeSelection(table, purposes, fields);
  const seed = JSON.stringify(options);
  const { env } = io;
  const setup = { config, env, log, clock, table, purposes, fields, seed };
  if (command.command === "voss" && command.check) {
    const { checkVoss } = await import("./run-voss-check.ts");
    return checkVoss({ ...setup, command }, io.stdout);
  }
  if (command.command === "usage" && command.printDefaults) {
    const { usageDefaults, usageSettings } = await import("./usage/settings.ts");
    await io.stdout.write(usageDefaults(usageSettings(config)));
    return EXIT.ok;
  }
  const output = new Output(io.stdout, {
    clock,
    log,
    selection,
    platform: config.texts("platform", PLATFORM_KEYS),
    collectedAt,
    seed,
  });
  if (command.command === "voss") {
    const { collectVoss } = await import("./run-voss.ts");
    const succeeded = await collectVoss({ ...setup, command }, output);
    await output.end(true);
    await succeeded();
    return EXIT.ok;
  }
  if (command.command === "files") {
    const { collectFiles } = await import("./run-files.ts");
    await output.end(await collectFiles(command, { stdin: io.stdin, log, selection }, output));
  } else if (command.command === "usage") {
    const { collectUsage } = await import("./run-usage.ts");
    const at = collectedAt ?? clock.now;
    await output.end(await collectUsage(command, { stdin: io.stdin, config, log, at }, output));
  } else {
    const { collectDemo } = await import("./run-demo.ts");
    await output.end(await collectDemo(command, fields === "all", collectedAt ?? clock.now, output));
  }
  return EXIT.ok;
}
