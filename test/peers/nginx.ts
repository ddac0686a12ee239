/**
 * For tests: nginx with WebDAV, plain, with Basic login, and over TLS with client certificates. Needs the
 * programs nginx and openssl.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
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
import { type Certificate, makeCertificate } from "./_certificates.ts";
import { freePorts, startProcess } from "./_process.ts";

export interface NginxPeer {
  readonly host: string;
  /**
   * Plain: `/open/` for all, `/login/` with the login below, `/small/` takes 1000 bytes at most, `/busy/` says 503
   * and `Retry-After: 900` until it is `free()`.
   */
  readonly port: number;
  /** TLS: `/open/` for all, `/certified/` only for the client certificate. */
  readonly tlsPort: number;
  /** TLS with a certificate for other.example. */
  readonly otherPort: number;
  readonly caFile: string;
  readonly client: Certificate;
  readonly username: string;
  readonly password: string;
  /** Holds the password. */
  readonly passwordFile: string;
  /** What lies under a path, as `open/a.bin`; undefined for nothing. */
  read(path: string): Uint8Array | undefined;
  /** Names in a folder, hidden ones too, sorted. */
  names(folder: string): string[];
  place(path: string, content: Uint8Array): void;
  /** Where a folder lies on this machine. */
  folder(name: string): string;
  /** Empties all folders. */
  empty(): void;
  /** Lets `/busy/` take files. */
  free(): void;
  /** Methods and paths of the requests so far: `PUT /open/a.bin 201`. */
  requests(): string[];
  stop(): Promise<void>;
}

const FOLDERS = ["open", "login", "small", "busy", "certified"];

export async function startNginx(): Promise<NginxPeer> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-nginx-"));
  chmodSync(folder, 0o755); // its workers are not root
  const root = join(folder, "root");
  mkdirSync(root);
  const server = makeCertificate(folder);
  const client = makeCertificate(folder, "client");
  const other = makeCertificate(folder, "other", "DNS:other.example");
  const [username, password] = ["vlf ship", "pässword:with colon"];
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  // {SHA} is one of the forms that nginx knows of itself.
  const hash = createHash("sha1").update(password).digest("base64");
  writeFileSync(join(folder, "users"), `${username}:{SHA}${hash}\n`, { mode: 0o644 });
  const [port = 0, tlsPort = 0, otherPort = 0] = await freePorts(3);
  const isRoot = process.getuid?.() === 0;
  const config = join(folder, "nginx.conf");
  writeFileSync(config, configuration(folder, { port, tlsPort, otherPort, server, other, isRoot }));
  const empty = (): void => {
    for (const name of FOLDERS) {
      rmSync(join(root, name), { recursive: true, force: true });
      mkdirSync(join(root, name));
      chmodSync(join(root, name), 0o777);
    }
  };
  empty();
  const { stop } = await startProcess("nginx", ["-c", config, "-p", folder, "-e", "stderr"], port);
  const log = join(folder, "access.log");
  return {
    host: "127.0.0.1",
    port,
    tlsPort,
    otherPort,
    caFile: server.caFile,
    client,
    username,
    password,
    passwordFile,
    read: (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path)) : undefined),
    names: (name) => readdirSync(join(root, name)).sort(),
    place: (path, content) => writeFileSync(join(root, path), content),
    folder: (name) => join(root, name),
    empty,
    free: () => writeFileSync(join(folder, "free"), ""),
    requests: () =>
      readFileSync(log, "utf8")
        .split("\n")
        .filter((line) => line !== ""),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Ports {
  readonly port: number;
  readonly tlsPort: number;
  readonly otherPort: number;
  readonly server: Certificate;
  readonly other: Certificate;
  readonly isRoot: boolean;
}

function configuration(folder: string, { port, tlsPort, otherPort, server, other, isRoot }: Ports): string {
  const dav = "dav_methods PUT DELETE; create_full_put_path off;";
  return `
daemon off;
${isRoot ? "user nobody nogroup;" : ""}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 64; }
http {
  log_format short '$request_method $uri $status';
  access_log ${folder}/access.log short;
  default_type application/octet-stream;
  client_max_body_size 4g;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  root ${folder}/root;
  server {
    listen 127.0.0.1:${port};
    location /open/ { ${dav} }
    location /login/ { ${dav} auth_basic "files"; auth_basic_user_file ${folder}/users; }
    location /small/ { ${dav} client_max_body_size 1000; }
    location /busy/ { ${dav} if (!-f ${folder}/free) { add_header Retry-After 900 always; return 503; } }
  }
  server {
    listen 127.0.0.1:${tlsPort} ssl;
    ssl_certificate ${server.certFile};
    ssl_certificate_key ${server.keyFile};
    ssl_client_certificate ${server.caFile};
    ssl_verify_client optional;
    location /open/ { ${dav} }
    location /read-only/ { }
    location /certified/ { ${dav} if ($ssl_client_verify != SUCCESS) { return 403; } }
  }
  server {
    listen 127.0.0.1:${otherPort} ssl;
    ssl_certificate ${other.certFile};
    ssl_certificate_key ${other.keyFile};
    location /open/ { ${dav} }
  }
}
`;
}
