/** What a kind of destination has to offer. One file per kind in this folder, listed in index.ts. */
import type { Config, ConfigTable } from "@vlf/common/config";
import type { Source } from "../source.ts";

/**
 * What a receipt rests on, the strongest first. It never says more than the peer did.
 * - `read-back`: the content was read back and has the same SHA-256.
 * - `digest`: the peer named the SHA-256 of what it holds.
 * - `size`: the peer named the size of what it holds.
 * - `accepted`: the peer said yes (201, 250) and nothing more.
 * - `remembered`: the spool holds the receipt of an earlier run; the peer was not asked again.
 */
export type Proof = "read-back" | "digest" | "size" | "accepted" | "remembered";

/** Given when, and only when, the destination took the whole content and said so. */
export interface Receipt {
  readonly status: "delivered" | "already-delivered";
  /** Where the file is now, in the words of the destination. */
  readonly location: string;
  /** Of the content that was sent, or found there; hexadecimal. */
  readonly sha256: string;
  readonly proof: Proof;
  /** The peer's answer, where it is worth keeping: `250 2.0.0 Ok: queued as 4F3A`. */
  readonly message?: string;
}

export interface Destination {
  /** As in `[destinations.NAME]`, or the target of `--to`. */
  readonly name: string;
  /**
   * True when the destination sees by itself that a file is there already. For the others (a mail, a POST)
   * the spool remembers what was delivered.
   */
  readonly recognizes: boolean;
  /** Formats that it takes, where it does not take all (the anonymous ones, for VOSS). */
  readonly formats?: readonly string[];
  /** Where a file of that name would be: a path, a URL without credentials, a mailbox. */
  locate(fileName: string): string;
  /**
   * Delivers all of a file or nothing. What is there already is never overwritten: the same content is
   * `already-delivered`, other content under that name a failure.
   * @throws {ToolError} for any failure; {DeliveryError} tells what helps, {TemporaryError} that waiting does
   */
  deliver(source: Source, attempt?: Attempt): Promise<Receipt>;
  /**
   * Why nothing is delivered there for now, where the settings turn it off: `file_upload_active is false`.
   */
  readonly off?: string;
  /**
   * Tries connection and login without delivering anything, and gives the peer's answer; without it `test`
   * delivers a marked file.
   */
  test?(attempt?: Attempt): Promise<string>;
  /** Paths of the license files that it holds, for `export`; only where they lie on this machine. */
  list?(): Promise<string[]>;
  /** Lets go of connections; nothing is delivered after it. */
  close?(): Promise<void>;
}

/** What a destination may know of one attempt. */
export interface Attempt {
  /** Aborts the attempt at the end of the program; the destination takes back what is half done. */
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
