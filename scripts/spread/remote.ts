/** Commands for the shells of this machine and of the hosts. */

/** Settings travel in the command: far below the 128 KiB that Linux takes for one argument. */
export const SETTINGS_LIMIT_BYTES: number = 64 * 1024;

/** A text as one word of the shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export interface AuditCommand {
  /** How vlf-audit is called, as words of the shell. */
  readonly program: string;
  readonly schemes: readonly string[];
  /** TOML, or nothing. */
  readonly settings: string;
}

/**
 * A command for the login shell of a host, whatever shell that is: the audit of a stream on its standard input. Nothing of
 * the stream is written there. Settings are, to a folder that is gone when the audit ends.
 */
export function remoteCommand({ program, schemes, settings }: AuditCommand): string {
  const audit = (config: string): string =>
    `${program} --quiet --config ${config} --scheme ${schemes.join()}`;
  // A vlf.toml that lies on the host is not read.
  if (settings === "") return `sh -c ${quoted(audit("/dev/null"))}`;
  const base64 = Buffer.from(settings).toString("base64");
  const script = [
    "umask 077",
    "d=$(mktemp -d) || exit 75",
    `trap 'rm -rf "$d"' EXIT`,
    "trap 'exit 143' HUP INT TERM",
    `printf %s ${base64} | base64 -d > "$d/vlf.toml" || exit 75`,
    audit('"$d/vlf.toml"'),
  ];
  return `sh -c ${quoted(script.join("; "))}`;
}

/** Words of the shell for the audit on this machine. */
export function localCommand({ program, schemes }: AuditCommand, settingsFile: string): string {
  return `exec ${program} --quiet --config ${quoted(settingsFile)} --scheme ${schemes.join()}`;
}
