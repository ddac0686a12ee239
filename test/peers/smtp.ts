/** For tests: Exim on loopback, with STARTTLS, TLS, logins and a size limit, that delivers into mailboxes. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import { missing } from "../pipelines/_run.ts";
import { makeCertificate } from "./_certificates.ts";
import { freePorts, startProcess } from "./_process.ts";

export interface SmtpOptions {
  /** Largest message it takes, bytes; announced as SIZE. */
  readonly sizeLimit?: number;
  /** Takes mail only from who has logged in. */
  readonly mustLogIn?: boolean;
  /** Offers STARTTLS, and logins after it; otherwise neither. Default: yes. */
  readonly hasTls?: boolean;
}

export interface Smtp {
  /** For STARTTLS and plain connections. */
  readonly port: number;
  /** For TLS from the start. */
  readonly tlsPort: number;
  /** Signs its certificate for `localhost` and 127.0.0.1. */
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  /** Holds the password, private to its owner. */
  readonly passwordFile: string;
  /**
   * All messages delivered so far, or those of one local part, whole and in the order of their arrival;
   * waits until nothing is under way. Each recipient has a copy.
   */
  messages(localPart?: string): Promise<string[]>;
  /** Forgets all messages, once nothing is under way. */
  empty(): Promise<void>;
  /** Its log: who connected how, what it refused. */
  log(): string;
  close(): Promise<void>;
}

/** Why it cannot run here. */
export const SMTP_SKIP: string | false =
  missing("exim4", "openssl") ||
  (process.getuid?.() !== 0 && "needs root, since Exim gives up its rights itself");

/** Any address at this domain is taken, but `refused*` (550) and `later*` (451). */
export const SMTP_DOMAIN = "mail.test";

/** Starts a server of its own folder. Needs root, since Exim gives up its rights itself. */
export async function startSmtp(options: SmtpOptions = {}): Promise<Smtp> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-smtp-"));
  const user = idOf("Debian-exim");
  for (const name of ["spool", "mail", "log"]) {
    mkdirSync(join(folder, name));
    chownSync(join(folder, name), user.uid, user.gid);
  }
  const { caFile, certFile, keyFile } = makeCertificate(folder);
  chmodSync(keyFile, 0o640);
  chownSync(keyFile, 0, user.gid);
  chmodSync(folder, 0o755);
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const password = "correct horse; 'battery' staple%";
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const configFile = join(folder, "exim.conf");
  writeFileSync(configFile, configOf(folder, [port, tlsPort], { certFile, keyFile }, password, options));
  const running = await startProcess("exim4", ["-C", configFile, "-bdf"], port);

  const queue = join(folder, "spool/input");
  const isIdle = (): boolean =>
    !existsSync(queue) ||
    readdirSync(queue, { recursive: true }).every((name) => !/-[HDJ]$/.test(String(name)));
  const idle = async (): Promise<void> => {
    const deadline = Date.now() + 20_000;
    while (!isIdle()) {
      if (Date.now() > deadline) throw new Error(`exim4 does not deliver: ${logOf(folder).slice(-2000)}`);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  };
  return {
    port,
    tlsPort,
    caFile,
    username: "ship",
    password,
    passwordFile,
    async messages(localPart) {
      await idle();
      return readMail(join(folder, "mail"), localPart);
    },
    async empty() {
      await idle();
      for (const name of ["new", "cur", "tmp"])
        rmSync(join(folder, "mail", name), { recursive: true, force: true });
    },
    log: () => logOf(folder),
    async close() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(
  folder: string,
  ports: readonly number[],
  tls: { certFile: string; keyFile: string },
  password: string,
  { sizeLimit = 50_000_000, mustLogIn = false, hasTls = true }: SmtpOptions,
): string {
  // In a text of Exim, a colon splits lists and a dollar begins a variable; this password has neither.
  const login = `\${if and{{eq{$auth1}{ship}}{eq{$auth2}{${password}}}}{yes}{no}}`;
  return `
primary_hostname = relay.test
exim_user = Debian-exim
exim_group = Debian-exim
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%slog
pid_file_path = ${folder}/spool/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${ports.join(" : ")}
tls_on_connect_ports = ${ports[1]}
tls_advertise_hosts = ${hasTls ? "*" : ""}
tls_certificate = ${tls.certFile}
tls_privatekey = ${tls.keyFile}
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
message_size_limit = ${sizeLimit}
host_lookup =
rfc1413_hosts =
rfc1413_query_timeout = 0s
helo_allow_chars = _
acl_smtp_rcpt = check_rcpt
acl_smtp_data = accept
smtp_accept_max = 100
log_selector = +tls_cipher +smtp_connection +smtp_protocol_error +received_recipients +subject
keep_environment =

begin acl
check_rcpt:
${mustLogIn ? "  deny message = log in first\n       !authenticated = *" : ""}
  deny message = no such user here
       local_parts = ^refused
  defer message = mailbox busy, try later
       local_parts = ^later
  accept domains = ${SMTP_DOMAIN}
  deny message = relay not permitted

begin routers
all:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  user = Debian-exim
  envelope_to_add
  return_path_add
  mode = 0644

begin retry
* * F,1h,1s

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{ship}}{eq{$auth3}{${password}}}}{yes}{no}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${login}
  server_set_id = $auth1
`;
}

/** Messages of one mailbox or all: files of the form Maildir, whose names begin with the time of arrival. */
function readMail(folder: string, localPart: string | undefined): string[] {
  const inbox = join(folder, "new");
  if (!existsSync(inbox)) return [];
  return readdirSync(inbox)
    .sort()
    .map((name) => readFileSync(join(inbox, name), "utf8"))
    .filter((text) => localPart === undefined || text.includes(`\nEnvelope-to: ${localPart}@`));
}

function logOf(folder: string): string {
  return readdirSync(join(folder, "log"))
    .sort()
    .map((name) => readFileSync(join(folder, "log", name), "utf8"))
    .join("");
}

function idOf(user: string): { uid: number; gid: number } {
  const id = (flag: string): number => Number(execFileSync("id", [flag, user], { encoding: "utf8" }).trim());
  return { uid: id("-u"), gid: id("-g") };
}
