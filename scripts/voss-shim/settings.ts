/** `[export]` of vlf.toml, for the shim and its schedule: where the system is read, and where files go. */
import type { Config } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";

const KEYS = { source: "text", deliver: "texts" } as const;

export interface ExportSettings {
  /** Shell command whose output is the system; undefined: `vlf-collect voss`. */
  readonly source: string | undefined;
  /** Names of vlf.toml that the files of the subscriber data export go to. VOSS itself delivers none of them. */
  readonly deliver: readonly string[];
  /** True where license files have a destination: VOSS delivers them by itself, and so does this. */
  readonly shipsLicense: boolean;
}

/**
 * Reads `[export]`, and whether there is anything to read from.
 * @param env may hold VLF_SOURCE, which comes before the settings
 * @throws {UsageError} for a wrong key, and where no source is named: made-up data must not pass for real
 */
export function exportSettings(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
): ExportSettings {
  const values = config.values("[export]", config.table("export"), KEYS);
  const variable = env["VLF_SOURCE"] ?? "";
  const source = variable === "" ? values.source : variable;
  if (source === undefined && Object.keys(config.table("voss")).length === 0) {
    throw new UsageError(`read ${config.path}: neither [voss] nor [export] source: nothing to read from`, {
      hint: 'give [voss] url, or a command: source = "vlf-collect files answers"',
    });
  }
  const destinations = config.table("ship")["destinations"];
  return {
    source,
    deliver: values.deliver ?? [],
    shipsLicense: Array.isArray(destinations) ? destinations.length > 0 : typeof destinations === "string",
  };
}
