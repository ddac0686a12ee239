/** `[reconcile]` in `vlf.toml`, with its defaults. */
import type { Config } from "@vlf/common/config";
import type { ColumnNames } from "./order-files.ts";
import { COLUMNS } from "./entitlement.ts";
import { type Rounding, ROUNDINGS } from "./growth.ts";
import type { ClusterFacts } from "./measures.ts";
import { GROWTHS, type LicenseModel, MODELS, USAGE_RULES, type UsageRule } from "./models.ts";

export interface ReconcileSettings {
  readonly models: readonly LicenseModel[];
  readonly usage: readonly UsageRule[];
  /** Names or pkids of customers by what orders and other systems call them. */
  readonly customers: ReadonlyMap<string, string>;
  readonly clusters: ReadonlyMap<string, ClusterFacts>;
  readonly columns: ColumnNames;
  /** Where several sources measure one thing, the first of them counts. */
  readonly sources: readonly string[];
  readonly rounding: Rounding;
  /** Days after which a measure is stale. */
  readonly staleDays: number;
  readonly expiryDays: number;
  readonly jumpPercent: number;
  readonly jumpLicenses: number;
}

/** None of these numbers is published anywhere: they are ours. */
export const DEFAULTS = {
  sources: ["license-count", "axl-totals", "hcmf", "webex", "avaya", "cssm"],
  rounding: "down",
  stale_days: 3,
  expiry_days: 90,
  jump_percent: 50,
  jump_licenses: 10,
} as const;

/** @throws {UsageError} naming the key, for one that is unknown or holds something else */
export function reconcileSettings(config: Config): ReconcileSettings {
  const { models, columns, customers, clusters, usage, ...rest } = config.table("reconcile");
  const values = config.values("[reconcile]", rest, {
    sources: "texts",
    rounding: ROUNDINGS,
    stale_days: "whole-number",
    expiry_days: "whole-number",
    jump_percent: "whole-number",
    jump_licenses: "whole-number",
    ignore_columns: "texts",
  });
  return {
    models: withModels(config, models),
    usage: [...usageRules(config, usage), ...USAGE_RULES],
    customers: textsOf(config, "customers", customers),
    clusters: clusterFacts(config, clusters),
    columns: {
      names: new Map([...columnNames(config, columns)].map(([ours, theirs]) => [theirs, ours])),
      ignored: new Set(values.ignore_columns),
      customers: new Set(textsOf(config, "customers", customers).keys()),
    },
    sources: values.sources ?? DEFAULTS.sources,
    rounding: values.rounding ?? DEFAULTS.rounding,
    staleDays: values.stale_days ?? DEFAULTS.stale_days,
    expiryDays: values.expiry_days ?? DEFAULTS.expiry_days,
    jumpPercent: values.jump_percent ?? DEFAULTS.jump_percent,
    jumpLicenses: values.jump_licenses ?? DEFAULTS.jump_licenses,
  };
}

type Table = Readonly<Record<string, unknown>>;

function tableOf(config: Config, where: string, value: unknown): Table {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw config.problem(where, "a table");
  return value as Table;
}

function textsOf(config: Config, name: string, value: unknown): Map<string, string> {
  const where = `[reconcile.${name}]`;
  return new Map(
    Object.entries(tableOf(config, where, value)).map(([key, text]) => {
      if (typeof text !== "string" || text === "")
        throw config.problem(`${where} ${key}`, "a text in quotes");
      return [key, text];
    }),
  );
}

function columnNames(config: Config, value: unknown): Map<string, string> {
  const names = textsOf(config, "columns", value);
  const unknown = [...names.keys()].find((name) => !Object.hasOwn(COLUMNS, name));
  if (unknown !== undefined) {
    throw config.problem(`[reconcile.columns] ${unknown}`, `one of ${Object.keys(COLUMNS).join(", ")}`);
  }
  return names;
}

function clusterFacts(config: Config, value: unknown): Map<string, ClusterFacts> {
  const spec = { customer: "text", region: "text" } as const;
  return new Map(
    Object.entries(tableOf(config, "[reconcile.clusters]", value)).map(([name, facts]) => {
      const where = `[reconcile.clusters."${name}"]`;
      return [name, config.values(where, tableOf(config, where, facts), spec)];
    }),
  );
}

function usageRules(config: Config, value: unknown): UsageRule[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw config.problem("[[reconcile.usage]]", "tables in double brackets");
  const spec = { vendor: "text", application: "text", model: "text" } as const;
  return value.map((one: unknown) => {
    const where = "[[reconcile.usage]]";
    const {
      application = "*",
      vendor,
      model,
    } = config.values(where, tableOf(config, where, one), spec, ["vendor", "model"]);
    return { vendor, application, model };
  });
}

/** The built-in models with what the settings change of them, and those that only the settings have. */
function withModels(config: Config, value: unknown): LicenseModel[] {
  const spec = {
    title: "text",
    types: "texts",
    allowance: "whole-number",
    growth: GROWTHS,
    family: "text",
    minimum: "whole-number",
    minimum_type: "text",
  } as const;
  const models = new Map(MODELS.map((model) => [model.id, model]));
  for (const [id, changes] of Object.entries(tableOf(config, "[reconcile.models]", value))) {
    const where = `[reconcile.models.${id}]`;
    const { substitution, ...rest } = tableOf(config, where, changes);
    const { types, minimum, minimum_type: minimumType, ...plain } = config.values(where, rest, spec);
    const known = models.get(id) ?? {
      id,
      title: id,
      types: undefined,
      substitution: [],
      allowance: 0,
      growth: "none" as const,
      family: id,
    };
    const type = minimumType ?? known.minimum?.type;
    if (minimum !== undefined && type === undefined) throw config.problem(`${where} minimum_type`, "a type");
    models.set(id, {
      ...known,
      ...plain,
      ...(types === undefined
        ? {}
        : { types: Object.fromEntries(types.map((name) => [name, known.types?.[name] ?? name])) }),
      ...(substitution === undefined ? {} : { substitution: chainsOf(config, where, substitution) }),
      ...(minimum === undefined || type === undefined ? {} : { minimum: { type, quantity: minimum } }),
    });
  }
  for (const model of models.values()) checkChains(config, model);
  return [...models.values()];
}

function chainsOf(config: Config, where: string, value: unknown): string[][] {
  const isChain = (one: unknown): one is string[] =>
    Array.isArray(one) && one.every((type) => typeof type === "string");
  if (Array.isArray(value) && value.every(isChain)) return value;
  throw config.problem(`${where} substitution`, 'lists of types from low to high: [["basic", "enhanced"]]');
}

/** A type in two lists could lend to both at once, which the way of lending is not made for. */
function checkChains(config: Config, { id, types, substitution }: LicenseModel): void {
  const all = substitution.flat();
  const where = `[reconcile.models.${id}] substitution`;
  const twice = all.find((type, at) => all.indexOf(type) !== at);
  if (twice !== undefined) throw config.problem(where, `each type once, "${twice}" is there twice`);
  const unknown = all.find((type) => types !== undefined && !Object.hasOwn(types, type));
  if (unknown !== undefined) throw config.problem(where, `types of the model, "${unknown}" is none`);
}
