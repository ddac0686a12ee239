/** The settings that go with a cut: what an audit takes from `vlf.toml`, and nothing else of it. */
import { ciscoRules } from "@vlf/common/cisco-settings";
import type { Config } from "@vlf/common/config";
import { standaloneAllocation } from "@vlf/common/allocation";
import { withOverrides } from "@vlf/common/models";
import { tomlText } from "@vlf/common/toml";
import { rules5 } from "@vlf/common/voss5-services";

const TABLES = ["models", "audit", "voss5", "cisco"] as const;

/**
 * TOML of the tables that count, in one order; empty without any. No table that may name a secret is among them.
 * @throws {UsageError} for settings that an audit would refuse: here, and not on every host
 */
export function settingsText(config: Config): string {
  withOverrides(config.tables("models"));
  standaloneAllocation(config);
  rules5(config);
  ciscoRules(config);
  const tables = TABLES.map((name) => [name, config.table(name)] as const);
  const filled = tables.filter(([, table]) => Object.keys(table).length > 0);
  return tomlText(Object.fromEntries(filled));
}
