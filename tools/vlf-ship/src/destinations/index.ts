/** All kinds of destinations, and how one is made of a route. */
import type { Config } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import type { Route } from "../routes.ts";
import type { Context, Destination, DestinationKind } from "./destination.ts";
import { fileDestination } from "./file.ts";

type Load = () => Promise<DestinationKind>;

/**
 * A new kind is a file beside this one and a line here. Each is loaded when the settings name it: the libraries behind
 * them take longer to load than a file takes to a folder. @internal
 */
export const KINDS: Readonly<Record<string, Load>> = {
  email: async () => (await import("./email.ts")).emailDestination,
  file: () => Promise.resolve(fileDestination),
  http: async () => (await import("./http.ts")).httpDestination,
  sftp: async () => (await import("./sftp.ts")).sftpDestination,
  "voss-cloud": async () => (await import("./voss-cloud.ts")).vossCloudDestination,
};

/**
 * Makes the destination of a route.
 * @throws {UsageError} for an unknown name, kind or key
 */
export type MakeDestination = (route: Route) => Destination;

/** Loads the kinds that the settings name. */
export async function destinationMaker(config: Config, context: Context): Promise<MakeDestination> {
  const named = Object.values(config.tables("destinations")).map((table) => table["type"]);
  const wanted = Object.entries(KINDS).filter(([type]) => type === "file" || named.includes(type));
  const kinds = await Promise.all(wanted.map(([, load]) => load()));
  return ({ name, from }) =>
    from === "target" ? fromTarget(name, kinds, context) : fromSettings(name, kinds, config, context);
}

function fromSettings(
  name: string,
  kinds: readonly DestinationKind[],
  config: Config,
  context: Context,
): Destination {
  const tables = config.tables("destinations");
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    throw new UsageError(`read ${config.path}: no destination "${name}"`, {
      hint: `known: ${Object.keys(tables).join(", ") || "none"}; add [destinations.${name}]`,
    });
  }
  const kind = kinds.find(({ type }) => type === table["type"]);
  if (kind === undefined) {
    throw config.problem(
      `[destinations.${name}] type`,
      Object.keys(KINDS)
        .map((type) => `"${type}"`)
        .join(" or "),
    );
  }
  return kind.fromConfig(name, table, config, context);
}

function fromTarget(target: string, kinds: readonly DestinationKind[], context: Context): Destination {
  for (const kind of kinds) {
    const destination = kind.fromTarget(target, context);
    if (destination !== undefined) return destination;
  }
  throw new UsageError(`read options: --to is "${target}", wanted a folder or a file: URL`, {
    hint: 'a folder with a colon in its name is written "./a:b"',
  });
}
