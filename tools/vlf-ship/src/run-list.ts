/** `vlf-ship list` and `vlf-ship forget`: what is in the spool, and out of it. */
import { existsSync } from "node:fs";
import { type Config, loadConfig } from "@vlf/common/config";
import { DataError, EXIT, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import type { Delivery } from "@vlf/common/records";
import type { SpoolOptions } from "./cli.ts";
import { beginOf, onSpool } from "./run-jobs.ts";
import { type ShipSettings, shipSettings } from "./settings.ts";
import { Spool, type State } from "./spool.ts";

/**
 * The folder of the spool. That of the settings may not be there yet: nothing had to wait so far.
 * @throws {UsageError} when neither `--spool` nor the settings name one, or that of `--spool` is not there
 */
export function spoolOf({ spool }: ShipSettings, { path }: Config, asked: string | undefined): string {
  if (asked !== undefined && !existsSync(asked)) {
    throw new UsageError(`open spool "${asked}": no such folder`, { hint: "is --spool spelled right?" });
  }
  if (spool !== undefined) return spool;
  throw new UsageError("read options: no spool", {
    hint: `give --spool FOLDER, or set [ship] spool in ${path}`,
  });
}

/** Writes a delivery record for each file and destination of the spool; with `--all` also what arrived. */
export async function runList(options: SpoolOptions, io: Io): Promise<number> {
  const config = loadConfig(options.config);
  const states = await new Spool(
    spoolOf(shipSettings(config, options.spool), config, options.spool),
  ).states();
  const wanted = states.filter(
    ({ state, destination }) =>
      (options.all || state !== "delivered") &&
      (options.names.length === 0 || options.names.includes(destination)),
  );
  await writeRecords(io.stdout, beginOf(options, ["list"]), wanted.map(deliveryOf), options.tool);
  return EXIT.ok;
}

function deliveryOf({
  destination,
  file,
  state,
  attempts,
  location,
  sha256,
  message,
  failure,
}: State): Delivery {
  const base = {
    type: "delivery",
    destination,
    file,
    status: state,
    attempts,
    location,
    sha256,
    message,
  } as const;
  return failure === "" ? base : { ...base, failure };
}

/** Takes what waits for a destination out of the spool: it will not be delivered. */
export async function runForget(options: SpoolOptions): Promise<number> {
  const config = loadConfig(options.config);
  const settings = shipSettings(config, options.spool);
  return onSpool(spoolOf(settings, config, options.spool), settings, options, async (spool) => {
    const waiting = (await spool.states()).filter(({ state }) => state !== "delivered");
    const found = waiting.filter(
      ({ destination, file }) => options.names.includes(destination) && options.files.includes(file),
    );
    const lost = options.files.find((name) => found.every(({ file }) => file !== name));
    if (lost !== undefined) {
      throw new DataError(`forget "${lost}": waits for none of ${options.names.join(", ")}`, {
        hint: 'see "vlf-ship list"',
      });
    }
    for (const state of found) {
      if (!options.dryRun) await spool.forget(state);
      const verb = options.dryRun ? "would forget" : "forgot";
      options.log.info(`${verb} "${state.file}" for "${state.destination}"`);
    }
    if (!options.dryRun) await spool.clean("");
    return EXIT.ok;
  });
}
