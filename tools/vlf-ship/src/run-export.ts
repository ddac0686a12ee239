/**
 * `vlf-ship export`: a ZIP archive with a `FILES` folder that holds all files, as the export of Audit Report
 * Files in the portal gives one (guide, 1.8.1). What else that archive holds is not documented: here nothing.
 */
import { basename, dirname } from "node:path";
import { loadConfig } from "@vlf/common/config";
import { withStaging } from "@vlf/common/cleanup";
import { DataError, EXIT, ToolError, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import type { ExportOptions } from "./cli.ts";
import { destinationMaker } from "./destinations/index.ts";
import { findRoutes } from "./routes.ts";
import { shipSettings } from "./settings.ts";
import { type Item, itemOfPath } from "./source.ts";
import { zipFiles } from "./zip.ts";

export async function runExport(options: ExportOptions, io: Io): Promise<number> {
  const items = [...options.paths.map(itemOfPath), ...(await listed(options, io))];
  const names = items.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new DataError(`export: two files have the name "${twice}"`);
  if (items.length === 0) {
    throw new DataError("export: no file", { hint: "name files, or a file destination that holds some" });
  }
  const { output } = options;
  await withStaging(dirname(output), io.now(), async (staging) => {
    await staging.add(basename(output), zipFiles(items));
    const [published] = await staging.publish();
    const news = published?.isNew === true ? "written" : "there already with the same content";
    options.log.info(`${items.length} files in "${output}": ${news}`);
  });
  return EXIT.ok;
}

/** The files of the destinations of type `file`: those whose names begin with `vlf` (guide, 1.8.1). */
async function listed(options: ExportOptions, io: Io): Promise<Item[]> {
  if (options.wanted.names.length + options.wanted.targets.length === 0 && options.paths.length > 0)
    return [];
  const config = loadConfig(options.config);
  const { destinations } = shipSettings(config, undefined);
  const makeDestination = await destinationMaker(config, { now: io.now(), env: io.env });
  const items: Item[] = [];
  for (const route of findRoutes(options.wanted, config, destinations)) {
    const destination = makeDestination(route);
    if (destination.list === undefined) {
      throw new UsageError(`export "${route.name}": wanted a destination of type "file"`);
    }
    const paths = await destination.list();
    if (paths.length === 0) throw new ToolError(`export "${route.name}": no file whose name begins with vlf`);
    items.push(...paths.map(itemOfPath));
  }
  return items;
}
