/**
 * Hosts in the words of GNU parallel, `[N/][ssh command ][user@]host`, handed to it with our own program in the place
 * of ssh: it gets the arguments of ssh, and gives a part to the host's standard input (docs/adr/0037).
 */
import { UsageError } from "@vlf/common/exit";

/** What stands in the place of ssh on this machine. */
const HERE = "here";

/** Audits at a time on a host unless its line says otherwise: one has several threads. */
const AUDITS = 1;

/** The lines of a file of logins that name a host. */
export function loginsIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/**
 * A login for parallel, in which `carrier` stands before the ssh command.
 * @throws {UsageError} for what is no host
 */
export function carriedLogin(login: string, carrier: string): string {
  const [, group = "", number, rest = ""] = /^(@[^/]+\/)?(?:(\d+)\/)?(.*)$/.exec(login) ?? [];
  const [, ssh, host = ""] = /^(?:(.*) )?(\S*)$/.exec(rest) ?? [];
  const audits = number ?? AUDITS;
  if (host === ":") return `${group}${audits}/${carrier} ${HERE} localhost`;
  if (!/^(?:[^@\s]+@)?[\w.:[\]-]+$/.test(host) || host.startsWith("-")) {
    throw new UsageError(`read the hosts: "${login}" names none`, {
      hint: 'as GNU parallel has them: host, user@host, 4/host, "ssh -p 2222 user@host", or : for this machine',
    });
  }
  if (/^[^@]*:[^@]*@/.test(host))
    throw new UsageError("read the hosts: a line has a password", { hint: "use keys, and an agent" });
  return `${group}${audits}/${carrier} ${ssh?.trim() || "ssh"} ${host}`;
}

/** What parallel makes of such a login: `[-p PORT] [-l USER] HOST -- exec ...` behind the ssh command. */
export interface Call {
  /** The ssh command with its arguments, the host last. */
  readonly ssh: readonly string[];
  readonly host: string;
  readonly isHere: boolean;
}

/** @throws {UsageError} when parallel did not call us as expected */
export function callOf(argv: readonly string[]): Call {
  const end = argv.indexOf("--");
  const ssh = argv.slice(0, end);
  const host = ssh.at(-1);
  if (end < 2 || host === undefined) {
    throw new UsageError("read the call of parallel: wanted an ssh command, a host and --");
  }
  const user = ssh.indexOf("-l");
  const name = user >= 0 && user < ssh.length - 2 ? `${ssh[user + 1]}@${host}` : host;
  return { ssh, host: ssh[0] === HERE ? "this machine" : name, isHere: ssh[0] === HERE };
}
