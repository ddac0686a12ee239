/**
 * Which destinations a run delivers to, and which formats each of them gets: a name is one of
 * `[destinations]`, of `[file_transfer_destinations]`, which combine several, or of
 * `[license_audit_settings]`, which pair one of those with file formats (guide, 1.8.1).
 */
import type { Config, ConfigTable } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { checkFormats } from "./formats.ts";

/** One destination of a run. */
export interface Route {
  /** As in `[destinations.NAME]`, or the target of `--to`. */
  readonly name: string;
  readonly from: "settings" | "target";
  /** Formats that go there; undefined: every file. */
  readonly formats: readonly string[] | undefined;
}

/** Where to deliver, as the command line says. */
export interface Wanted {
  /** Targets of `--to`. */
  readonly targets: readonly string[];
  /** Names of `--delivery`. */
  readonly names: readonly string[];
}

type Tables = Readonly<Record<string, ConfigTable>>;

interface AllTables {
  readonly destinations: Tables;
  readonly transfers: Tables;
  readonly settings: Tables;
}

/**
 * The routes of a run: those of `--to` and `--delivery`; without either, those of `[ship] destinations`.
 * A destination that is reached by several names gets what any of them gives it.
 * @throws {UsageError} for a name that is unknown or stands in two tables, or when there is none at all
 */
export function findRoutes(wanted: Wanted, config: Config, defaults: readonly string[]): Route[] {
  const tables: AllTables = {
    destinations: config.tables("destinations"),
    transfers: config.tables("file_transfer_destinations"),
    settings: config.tables("license_audit_settings"),
  };
  const asked = wanted.targets.length + wanted.names.length > 0;
  const found = [
    ...wanted.targets.map((name): Route => ({ name, from: "target", formats: undefined })),
    ...(asked ? wanted.names : defaults).flatMap((name) => routesOf(name, tables, config)),
  ];
  if (found.length > 0) return joined(found);
  throw new UsageError("read options: no destination", {
    hint: `give --to FOLDER, or set [ship] destinations in ${config.path}`,
  });
}

function routesOf(name: string, tables: AllTables, config: Config): Route[] {
  const places = (
    [
      ["destinations", tables.destinations],
      ["file_transfer_destinations", tables.transfers],
      ["license_audit_settings", tables.settings],
    ] as const
  ).filter(([, table]) => Object.hasOwn(table, name));
  if (places.length > 1) {
    throw new UsageError(
      `read ${config.path}: "${name}" is the name of ${places.map(([table]) => `[${table}.${name}]`).join(" and ")}`,
      { hint: "rename one of them: --delivery takes the names of all three tables" },
    );
  }
  switch (places[0]?.[0]) {
    case undefined:
      throw unknown(`destination "${name}"`, config, Object.values(tables).flatMap(Object.keys), name);
    case "destinations":
      return [{ name, from: "settings", formats: undefined }];
    case "file_transfer_destinations":
      return transferRoutes(name, tables, config);
    case "license_audit_settings":
      return settingRoutes(name, tables, config);
  }
}

const TRANSFER_KEYS = { destinations: "texts", description: "text" } as const;

function transferRoutes(name: string, { destinations, transfers }: AllTables, config: Config): Route[] {
  const where = `[file_transfer_destinations.${name}]`;
  const values = config.values(where, transfers[name] ?? {}, TRANSFER_KEYS, ["destinations"]);
  return values.destinations.map((one) => {
    if (!Object.hasOwn(destinations, one)) {
      throw unknown(`destination "${one}" of ${where}`, config, Object.keys(destinations), one);
    }
    return { name: one, from: "settings", formats: undefined };
  });
}

const SETTING_KEYS = { file_transfer_destination: "text", file_formats: "texts" } as const;

function settingRoutes(name: string, tables: AllTables, config: Config): Route[] {
  const where = `[license_audit_settings.${name}]`;
  const values = config.values(where, tables.settings[name] ?? {}, SETTING_KEYS, [
    "file_transfer_destination",
    "file_formats",
  ]);
  const transfer = values.file_transfer_destination;
  if (!Object.hasOwn(tables.transfers, transfer)) {
    throw unknown(
      `file transfer destination "${transfer}" of ${where}`,
      config,
      Object.keys(tables.transfers),
      transfer,
      "file_transfer_destinations",
    );
  }
  checkFormats(`read ${config.path}: ${where} file_formats`, values.file_formats);
  return transferRoutes(transfer, tables, config).map((route) => ({
    ...route,
    formats: values.file_formats,
  }));
}

function unknown(
  what: string,
  { path }: Config,
  known: readonly string[],
  name: string,
  table = "destinations",
): UsageError {
  return new UsageError(`read ${path}: no ${what}`, {
    hint: `known: ${known.join(", ") || "none"}; add [${table}.${name}]`,
  });
}

/** One route for each destination, in the order of their first names. */
function joined(routes: readonly Route[]): Route[] {
  const byName = new Map<string, Route>();
  for (const route of routes) {
    const key = `${route.from} ${route.name}`;
    const before = byName.get(key);
    byName.set(key, before === undefined ? route : { ...route, formats: union(before, route) });
  }
  return [...byName.values()];
}

function union(one: Route, other: Route): readonly string[] | undefined {
  if (one.formats === undefined || other.formats === undefined) return undefined;
  return [...new Set([...one.formats, ...other.formats])];
}
