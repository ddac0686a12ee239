/** What a kind of destination has to offer. One file per kind in this folder, listed in index.ts. */
import type { Config, ConfigTable } from "@vlf/common/config";
import type { Source } from "../source.ts";

/** Given when, and only when, the destination holds the content whole and durable. */
export interface Receipt {
  readonly status: "delivered" | "already-delivered";
  /** Where the file is now, in the words of the destination. */
  readonly location: string;
  /** Of the content as the destination gave it back; hexadecimal. */
  readonly sha256: string;
}

export interface Destination {
  /** As in `[destinations.NAME]`, or the target of `--to`. */
  readonly name: string;
  /** Where a file of that name would be. */
  locate(fileName: string): string;
  /**
   * Delivers all of a file or nothing. What is there already is never overwritten: the same content is
   * `already-delivered`, other content under that name a failure.
   * @throws {ToolError} for any failure; {DeliveryError} tells what helps, {TemporaryError} that waiting does
   */
  deliver(source: Source, attempt?: Attempt): Promise<Receipt>;
  /** Lets go of connections; nothing is delivered after it. */
  close?(): Promise<void>;
}

/** What a destination may know of one attempt. */
export interface Attempt {
  /** Aborts the attempt: a time limit, or the end of the program. */
  readonly signal?: AbortSignal;
}

/** What destinations may know of the run. */
export interface Context {
  /** The system's time. */
  readonly now: Date;
  /** For secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface DestinationKind {
  /** `type` in vlf.toml. */
  readonly type: string;
  /**
   * Makes one of `[destinations.NAME]`.
   * @throws {UsageError} for a key that is missing, unknown or of the wrong kind
   */
  fromConfig(name: string, table: ConfigTable, config: Config, context: Context): Destination;
  /**
   * Makes one of the target of `--to`; `undefined` when the target is of another kind.
   * @throws {UsageError} for a target of this kind that is wrong
   */
  fromTarget(target: string, context: Context): Destination | undefined;
}
