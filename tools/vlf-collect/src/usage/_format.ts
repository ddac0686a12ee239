/** What a format of usage is: the text of a file in, usage of license types out. One file a format. */
import type { Usage } from "@vlf/common/records";
import type { UsageSettings } from "./settings.ts";

/** What the command line says of files that do not tell it themselves. */
export interface Told {
  readonly customer: string;
  readonly customerPkid: string;
  readonly cluster: string;
  readonly region: string;
  readonly subscription: string;
  readonly pool: string;
}

export interface UsageFile {
  /** For errors. */
  readonly name: string;
  readonly text: string;
}

export interface UsageContext {
  readonly told: Told;
  /** When the files were taken, for formats that do not say. RFC 3339, UTC. */
  readonly at: string;
  readonly settings: UsageSettings;
}

export interface UsageRead {
  readonly usage: readonly Usage[];
  /** What was left out, in words. */
  readonly leftOut: readonly string[];
}

export interface UsageFormat {
  readonly id: string;
  /** What it is, and whose word its form is. */
  readonly about: string;
  /** @throws {DataError} naming file and line */
  read(file: UsageFile, context: UsageContext): UsageRead;
}
