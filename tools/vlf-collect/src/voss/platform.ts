/**
 * Facts of the platform for the begin record, from what the system says of itself. The names of the
 * fields are documented (model relation/Bundle, 20.1.1 to 24.1); that they are what the header of the
 * license files shows is our reading. `[platform]` of vlf.toml goes before them.
 */
import { type Data, leafText } from "@vlf/common/axl";
import type { Platform } from "@vlf/common/records";

const FIELDS = [
  ["software_version", ["release", "version"]],
  ["platform_version", ["platformVersion"]],
  ["deployment_mode", ["deploymentMode"]],
] as const;

/** A fact that bundles contradict each other in is left out. */
export function platformOf(bundles: readonly Data[], providers: readonly string[]): Platform {
  const platform: Platform = {};
  for (const [fact, names] of FIELDS) {
    for (const name of names) {
      const value = onlyOne(bundles.map((data) => leafText(data[name])));
      if (value === undefined) continue;
      platform[fact] = value;
      break;
    }
  }
  const provider = onlyOne(providers);
  if (provider !== undefined) platform.provider_name = provider;
  return platform;
}

function onlyOne(texts: readonly string[]): string | undefined {
  const values = new Set(texts.filter((text) => text !== ""));
  return values.size === 1 ? [...values][0] : undefined;
}
