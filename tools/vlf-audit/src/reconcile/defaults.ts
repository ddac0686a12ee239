/** The built-in settings as a `[reconcile]` table, to be read and to be corrected. */
import { MODELS, USAGE_RULES } from "./models.ts";
import { DEFAULTS } from "./settings.ts";

/** TOML that changes nothing when it is put into `vlf.toml`. */
export function reconcileDefaults(): string {
  const { sources, rounding, ...numbers } = DEFAULTS;
  const lines = [
    "[reconcile]",
    `sources = ${JSON.stringify(sources)} # of several measures of one thing the first counts`,
    `rounding = ${JSON.stringify(rounding)} # of parts of an allowance`,
    ...Object.entries(numbers).map(([key, value]) => `${key} = ${value}`),
    "ignore_columns = []",
    "",
    "[reconcile.columns] # our column = what the file calls it",
    "",
    "[reconcile.customers] # what others call a customer = its name or pkid",
    "",
    '# [reconcile.clusters."10.0.0.1"] # where a cluster belongs',
    '# customer = ""',
    '# region = ""',
  ];
  for (const { id, title, types, substitution, allowance, growth, minimum, family } of MODELS) {
    lines.push("", `[reconcile.models.${id}]`, `title = ${JSON.stringify(title)}`);
    if (types === undefined) lines.push("# types: any");
    else lines.push(`types = ${JSON.stringify(Object.keys(types))}`);
    lines.push(
      `substitution = ${JSON.stringify(substitution)} # from low to high`,
      `allowance = ${allowance} # percent`,
      `growth = ${JSON.stringify(growth)}`,
      `family = ${JSON.stringify(family)}`,
    );
    if (minimum !== undefined) {
      lines.push(`minimum = ${minimum.quantity}`, `minimum_type = ${JSON.stringify(minimum.type)}`);
    }
  }
  for (const { vendor, application, model } of USAGE_RULES) {
    lines.push(
      "",
      "[[reconcile.usage]] # which model a record of usage is of",
      `vendor = ${JSON.stringify(vendor)}`,
      `application = ${JSON.stringify(application)}`,
      `model = ${JSON.stringify(model)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
