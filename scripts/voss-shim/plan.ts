/** Which commands make the files of which types: one reading of the system, and a branch for each family of files. */
import { createHash } from "node:crypto";
import type { ExportSettings } from "./settings.ts";
import { COUNT_TYPE, LICENSE_TYPE } from "./types.ts";

export type Command = readonly string[];

/** A family of files, made by one pipeline that reads the output of the source. */
export interface Branch {
  readonly types: readonly string[];
  readonly stages: readonly Command[];
  /** Delivers the files that were made; undefined: nowhere. */
  readonly delivery: Command | undefined;
}

export interface Plan {
  readonly source: Command;
  readonly branches: readonly Branch[];
}

export interface Wanted {
  readonly types: readonly string[];
  readonly deliveries: readonly string[];
  /** `--quiet`, `--now` and `--config`, for every tool. */
  readonly common: Command;
}

/** The commands of an export. */
export function planOf({ types, deliveries, common }: Wanted, settings: ExportSettings): Plan {
  const isSubscriber = (type: string): boolean => type !== LICENSE_TYPE && type !== COUNT_TYPE;
  const subscriber = types.filter(isSubscriber);
  const purposes = [
    ...(subscriber.length < types.length ? ["audit"] : []),
    ...(subscriber.length > 0 ? ["sde"] : []),
  ];
  const branches: Branch[] = [];
  if (types.includes(COUNT_TYPE)) {
    branches.push({ types: [COUNT_TYPE], stages: [["vlf-audit", ...common]], delivery: undefined });
  }
  if (types.includes(LICENSE_TYPE)) {
    branches.push({
      types: [LICENSE_TYPE],
      stages: [
        ["vlf-audit", ...common],
        ["vlf-pack", ...common],
      ],
      delivery: ship(deliveries, settings.shipsLicense, common),
    });
  }
  if (subscriber.length > 0) {
    branches.push({
      types: subscriber,
      // Its lines are ours to print, in the order of all types.
      stages: [["vlf-sde", ...subscriber.flatMap((type) => ["--type", type]), ...withQuiet(common)]],
      delivery: ship([...settings.deliver, ...deliveries], false, common),
    });
  }
  const source =
    settings.source === undefined
      ? ["vlf-collect", "voss", "--for", purposes.join(","), ...common]
      : ["sh", "-c", settings.source];
  return { source, branches };
}

function withQuiet(common: Command): Command {
  return common.includes("--quiet") ? common : ["--quiet", ...common];
}

function ship(names: readonly string[], byDefault: boolean, common: Command): Command | undefined {
  if (names.length === 0 && !byDefault) return undefined;
  return ["vlf-ship", ...[...new Set(names)].flatMap((name) => ["--delivery", name]), ...common];
}

const MAX_JOB_NAME = 64;

/**
 * The job that a command by hand is, for the lock and the memory of `vlf-notify`. Commands that make the
 * same files are the same job; others wait for each other by their group.
 */
export function jobName(types: readonly string[], group: string | undefined): string {
  if (types.includes(LICENSE_TYPE)) return "license-audit";
  if (types.includes(COUNT_TYPE)) return "daily-count";
  if (group !== undefined) return "data-export";
  const name = `export-${types.join(".")}`;
  if (name.length <= MAX_JOB_NAME) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${name.slice(0, MAX_JOB_NAME - 9)}-${digest}`;
}
