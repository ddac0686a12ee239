/** `[usage]` in `vlf.toml`: what no public text says of the formats, with a default of ours. */
import type { Config, ConfigTable } from "@vlf/common/config";
import { keyOf } from "./license-types.ts";

/** Names of columns, those that are tried one after the other. */
export type Columns<C extends string> = Readonly<Record<C, readonly string[]>>;

export type CssmColumn = "license" | "used" | "purchased" | "account" | "status" | "subscription";
export type AvayaColumn = "date" | "application" | "metric" | "value" | "customer" | "subscription";

export interface UsageSettings {
  readonly cssm: Columns<CssmColumn>;
  readonly avaya: Columns<AvayaColumn>;
  /** Ids by name, in the form of `keyOf()`. */
  readonly types: ReadonlyMap<string, string>;
  /** Licenses of Webex that are no use of anything: by a word in their name. */
  readonly webexSkip: readonly string[];
}

/**
 * Cisco publishes that the list can be exported, and not its header; of Avaya's usage no form is public.
 * @internal exported for tests
 */
export const USAGE_SETTINGS: UsageSettings = {
  cssm: {
    license: ["License", "License Name"],
    used: ["In Use"],
    purchased: ["Purchased"],
    account: ["Virtual Account"],
    status: ["Alerts", "Status"],
    subscription: ["Subscription ID"],
  },
  avaya: {
    date: ["date"],
    application: ["application"],
    metric: ["metric"],
    value: ["value"],
    customer: ["customer"],
    subscription: ["subscription"],
  },
  types: new Map(),
  webexSkip: ["Hybrid"],
};

/** @throws {UsageError} for a key that there is not, or a value of another kind */
export function usageSettings(config: Config): UsageSettings {
  const { cssm, avaya, types, ...rest } = config.table("usage");
  const { webex_skip: webexSkip = USAGE_SETTINGS.webexSkip } = config.values("[usage]", rest, {
    webex_skip: "texts",
  });
  return {
    cssm: columns(config, "[usage.cssm]", cssm, USAGE_SETTINGS.cssm),
    avaya: columns(config, "[usage.avaya]", avaya, USAGE_SETTINGS.avaya),
    types: new Map(
      Object.entries(table(config, "[usage.types]", types)).map(([name, id]) => {
        if (typeof id !== "string" || id === "")
          throw config.problem(`[usage.types] "${name}"`, "a text in quotes");
        return [keyOf(name), id];
      }),
    ),
    webexSkip,
  };
}

/** The settings as TOML that changes nothing. */
export function usageDefaults({ cssm, avaya, types, webexSkip }: UsageSettings): string {
  const lines = [
    "[usage]",
    "# words in the names of Webex licenses that always read 1 of 0 (Cisco says so of hybrid services)",
    `webex_skip = ${JSON.stringify(webexSkip)}`,
    "",
    "# columns of the list of CSSM (its header is not published, these are ours)",
    "[usage.cssm]",
    ...Object.entries(cssm).map(([key, names]) => `${key} = ${JSON.stringify(names)}`),
    "",
    "# columns of the usage of Avaya (no form is published, this one is ours)",
    "[usage.avaya]",
    ...Object.entries(avaya).map(([key, names]) => `${key} = ${JSON.stringify(names)}`),
    "",
    "# license types by the name that a source has for them",
    "[usage.types]",
    ...[...types].map(([name, id]) => `${JSON.stringify(name)} = ${JSON.stringify(id)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function columns<C extends string>(
  config: Config,
  where: string,
  value: unknown,
  defaults: Columns<C>,
): Columns<C> {
  const spec = Object.fromEntries(Object.keys(defaults).map((key) => [key, "texts" as const]));
  return { ...defaults, ...config.values(where, table(config, where, value), spec) };
}

function table(config: Config, where: string, value: unknown): ConfigTable {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw config.problem(where, "a table");
  return value as ConfigTable;
}
