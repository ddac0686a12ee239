/** All kinds of destinations, and how a run finds those it delivers to. */
import type { Config } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import type { Context, Destination, DestinationKind } from "./destination.ts";
import { fileDestination } from "./file.ts";

/** A new kind is a file beside this one and a line here. @internal */
export const KINDS: readonly DestinationKind[] = [fileDestination];

/** Where to deliver, as the command line says. */
export interface Wanted {
  /** Targets of `--to`. */
  readonly targets: readonly string[];
  /** Names of `--delivery`. */
  readonly names: readonly string[];
}

/**
 * The destinations of a run: those of `--to` and `--delivery`; without either, those of `[ship] destinations`.
 * @throws {UsageError} for an unknown name, kind or key, or when there is none at all
 */
export function findDestinations(wanted: Wanted, config: Config, context: Context): Destination[] {
  const tables = config.tables("destinations");
  const asked = wanted.targets.length + wanted.names.length > 0;
  const defaults = shipNames(config);
  const found = [
    ...unique(wanted.targets).map((target) => fromTarget(target, context)),
    ...unique(asked ? wanted.names : defaults).map((name) => {
      const table = tables[name];
      if (table === undefined) {
        throw new UsageError(`read ${config.path}: no destination "${name}"`, {
          hint: `known: ${Object.keys(tables).join(", ") || "none"}; add [destinations.${name}]`,
        });
      }
      const kind = KINDS.find(({ type }) => type === table["type"]);
      if (kind === undefined) {
        throw config.problem(
          `[destinations.${name}] type`,
          KINDS.map(({ type }) => `"${type}"`).join(" or "),
        );
      }
      return kind.fromConfig(name, table, config, context);
    }),
  ];
  if (found.length > 0) return found;
  throw new UsageError("read options: no destination", {
    hint: `give --to FOLDER, or set [ship] destinations in ${config.path}`,
  });
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function shipNames(config: Config): readonly string[] {
  const names: string[] = [];
  for (const [key, value] of Object.entries(config.table("ship"))) {
    if (key !== "destinations") throw config.problem(`[ship] ${key}`, "destinations");
    if (!Array.isArray(value)) throw config.problem("[ship] destinations", 'a list of names, as ["archive"]');
    for (const name of value as unknown[]) {
      if (typeof name !== "string")
        throw config.problem("[ship] destinations", 'a list of names, as ["archive"]');
      names.push(name);
    }
  }
  return names;
}

function fromTarget(target: string, context: Context): Destination {
  for (const kind of KINDS) {
    const destination = kind.fromTarget(target, context);
    if (destination !== undefined) return destination;
  }
  throw new UsageError(`read options: --to is "${target}", wanted a folder or a file: URL`, {
    hint: 'a folder with a colon in its name is written "./a:b"',
  });
}
