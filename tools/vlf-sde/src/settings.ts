/** `[sde]` of vlf.toml: what the command line leaves open. */
import type { Config } from "@vlf/common/config";
import { type ModelOverrides, withOverrides } from "@vlf/common/models";
import type { Options } from "./cli.ts";
import type { ReportOptions } from "./reports/report.ts";
import { readSize } from "./size.ts";

export const SPELLINGS: readonly ReportOptions["spelling"][] = ["resolved", "table", "example", "both"];
export const LAYOUTS: readonly ReportOptions["webexLayout"][] = ["current", "legacy"];

/** Where VOSS keeps the export files (guide, 2.2.1). */
const DEFAULT_OUTPUT = "media/data_export";
/** Bytes of lines; what was parsed of them takes some three times as much memory. */
const DEFAULT_BUFFER = 256 * 2 ** 20;

export interface Settings {
  readonly output: string;
  readonly bufferBytes: number;
  readonly row: ReportOptions;
  /** Corrections of the table of models. */
  readonly overrides: ModelOverrides;
}

/** @throws {UsageError} for a key that is unknown or of the wrong kind */
export function readSettings(config: Config, options: Options): Settings {
  const table = config.values("[sde]", config.table("sde"), {
    output: "text",
    spelling: SPELLINGS,
    webex_layout: LAYOUTS,
    buffer_size: "text",
  });
  const size = table.buffer_size;
  const overrides = config.tables("models");
  return {
    output: options.output ?? table.output ?? DEFAULT_OUTPUT,
    bufferBytes:
      options.bufferBytes ??
      (size === undefined ? DEFAULT_BUFFER : readSize(`read ${config.path}: [sde] buffer_size`, size)),
    row: {
      spelling: options.spelling ?? table.spelling ?? "resolved",
      webexLayout: options.webexLayout ?? table.webex_layout ?? "current",
      table: withOverrides(overrides),
    },
    overrides,
  };
}
