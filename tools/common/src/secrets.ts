/**
 * Secrets: from a file, the environment or systemd's credentials directory, never from an argument or
 * the settings themselves, and never into a message. A `Secret` gives its value only to `reveal()`.
 */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { systemMessage, UsageError } from "./exit.ts";

/** A value that shows itself nowhere: not in texts, not in JSON, not when inspected (private fields are not). */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value, for the peer that asks for it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return "(secret)";
  }

  toJSON(): string {
    return "(secret)";
  }
}

/** Where a secret may be: keys of a table, `NAME_file`, `NAME_env`, `NAME_credential`. */
export interface SecretPlace {
  readonly file?: string | undefined;
  readonly env?: string | undefined;
  /** Name in `$CREDENTIALS_DIRECTORY` (systemd: `LoadCredential=`). */
  readonly credential?: string | undefined;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The keys that name the place of a secret, for the spec of a table of `vlf.toml`. */
export function secretKeys<N extends string>(
  name: N,
): Readonly<Record<`${N}_file` | `${N}_env` | `${N}_credential`, "text">> {
  return { [`${name}_file`]: "text", [`${name}_env`]: "text", [`${name}_credential`]: "text" } as Record<
    `${N}_file` | `${N}_env` | `${N}_credential`,
    "text"
  >;
}

/**
 * The secret of a table of `vlf.toml`, of which at most one of `NAME_file`, `NAME_env` and
 * `NAME_credential` is given; `undefined` without any.
 * @throws {UsageError} for several places, and for one that holds nothing
 */
export function secretOf(
  config: Config,
  where: string,
  name: string,
  values: Readonly<Record<string, unknown>>,
  env: Env,
): Secret | undefined {
  const place = (kind: string): string | undefined => values[`${name}_${kind}`] as string | undefined;
  const found = { file: place("file"), env: place("env"), credential: place("credential") };
  if (Object.values(found).filter((value) => value !== undefined).length > 1) {
    throw config.problem(
      `${where} ${name}`,
      `one of ${name}_file, ${name}_env and ${name}_credential, not several`,
    );
  }
  return readSecret(`${where} ${name}`, found, env);
}

/**
 * Reads a secret; the line end after it is not part of it.
 * @param what names it in errors: `[voss] password`
 * @throws {UsageError} when the place cannot be read, is empty or, as a file, is open to other users
 */
export function readSecret(what: string, place: SecretPlace, env: Env): Secret | undefined {
  if (place.env !== undefined) {
    const value = env[place.env];
    if (value === undefined || value === "") {
      throw new UsageError(`read ${what}: the environment variable ${place.env} is not set`);
    }
    return new Secret(value);
  }
  if (place.credential !== undefined) {
    const folder = env["CREDENTIALS_DIRECTORY"];
    if (folder === undefined) {
      throw new UsageError(`read ${what}: CREDENTIALS_DIRECTORY is not set`, {
        hint: `run it as a systemd service with LoadCredential=${place.credential}:PATH`,
      });
    }
    return readFile(what, join(folder, place.credential));
  }
  if (place.file === undefined) return undefined;
  checkPrivate(what, place.file);
  return readFile(what, place.file);
}

/**
 * Refuses a file that other users may read, as ssh does with private keys.
 * @throws {UsageError} when it is open to others or not there
 */
export function checkPrivate(what: string, path: string): void {
  let mode: number;
  try {
    ({ mode } = statSync(path));
  } catch (error) {
    throw new UsageError(`read ${what}: "${path}": ${systemMessage(error)}`, { cause: error });
  }
  if ((mode & 0o077) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(4, "0");
    throw new UsageError(`read ${what}: "${path}" has the permissions ${octal}, open to others`, {
      hint: `run "chmod 600 ${path}"`,
    });
  }
}

function readFile(what: string, path: string): Secret {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`read ${what}: "${path}": ${systemMessage(error)}`, { cause: error });
  }
  const value = text.replace(/\r?\n$/, "");
  if (value === "") throw new UsageError(`read ${what}: "${path}" is empty`);
  return new Secret(value);
}
