/** All kinds of destinations, and how one is made of a route. */
import type { Config } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import type { Route } from "../routes.ts";
import type { Context, Destination, DestinationKind } from "./destination.ts";
import { emailDestination } from "./email.ts";
import { fileDestination } from "./file.ts";
import { httpDestination } from "./http.ts";
import { sftpDestination } from "./sftp.ts";
import { vossCloudDestination } from "./voss-cloud.ts";

/** A new kind is a file beside this one and a line here. @internal */
export const KINDS: readonly DestinationKind[] = [
  emailDestination,
  fileDestination,
  httpDestination,
  sftpDestination,
  vossCloudDestination,
];

/**
 * The destination of a route.
 * @throws {UsageError} for an unknown name, kind or key
 */
export function makeDestination({ name, from }: Route, config: Config, context: Context): Destination {
  return from === "target" ? fromTarget(name, context) : fromSettings(name, config, context);
}

function fromSettings(name: string, config: Config, context: Context): Destination {
  const tables = config.tables("destinations");
  const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
  if (table === undefined) {
    throw new UsageError(`read ${config.path}: no destination "${name}"`, {
      hint: `known: ${Object.keys(tables).join(", ") || "none"}; add [destinations.${name}]`,
    });
  }
  const kind = KINDS.find(({ type }) => type === table["type"]);
  if (kind === undefined) {
    throw config.problem(`[destinations.${name}] type`, KINDS.map(({ type }) => `"${type}"`).join(" or "));
  }
  return kind.fromConfig(name, table, config, context);
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
