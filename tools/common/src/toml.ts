/** Writing TOML, for settings that one of our programs hands to another. */
import { stringify } from "smol-toml";
import type { ConfigTable } from "./config.ts";

/** Tables as TOML, with a line feed at its end; empty where there are none. */
export function tomlText(tables: ConfigTable): string {
  return Object.keys(tables).length === 0 ? "" : `${stringify(tables).trim()}\n`;
}
