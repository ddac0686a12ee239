/**
 * For benchmarks: nginx over TLS in front of a server of test/voss. It stores each answer as a file when it
 * is asked for first, and serves the file from then on. Needs the programs nginx and openssl.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { makeCertificate } from "./_certificates.ts";
import { freePorts, startProcess } from "./_process.ts";

export interface NginxStore {
  readonly url: string;
  readonly caFile: string;
  /** The answers stored so far, in order: path and query of the request, and the bytes of the body. */
  pages(): { readonly path: string; readonly bytes: number }[];
  stop(): Promise<void>;
}

/** @param url of the server behind it, without a path */
export async function startNginxStore(url: string): Promise<NginxStore> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-nginx-store-"));
  chmodSync(folder, 0o755); // its workers are not root
  const root = join(folder, "root");
  mkdirSync(root);
  chmodSync(root, 0o777);
  const { caFile, certFile, keyFile } = makeCertificate(folder);
  const [port = 0] = await freePorts(1);
  const config = join(folder, "nginx.conf");
  const user = process.getuid?.() === 0 ? "user nobody nogroup;" : "";
  writeFileSync(
    config,
    `
daemon off;
${user}
worker_processes 1;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  access_log off;
  default_type application/json;
  sendfile on;
  keepalive_requests 10000000;
  keepalive_timeout 75;
  open_file_cache max=20000 inactive=600s;
  open_file_cache_valid 600s;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port} ssl;
    ssl_certificate ${certFile};
    ssl_certificate_key ${keyFile};
    root ${root};
    location / { set $name $request_uri; try_files $name @first; }
    location @first { proxy_pass ${url}; proxy_ssl_verify off; proxy_store ${root}$request_uri; }
  }
}
`,
  );
  const { stop } = await startProcess("nginx", ["-c", config, "-p", folder, "-e", "stderr"], port);
  return {
    url: `https://127.0.0.1:${port}`,
    caFile,
    pages: () =>
      readdirSync(root, { recursive: true, encoding: "utf8" })
        .map((name) => ({ path: `/${relative(".", name)}`, stat: statSync(join(root, name)) }))
        .filter(({ stat }) => stat.isFile())
        .map(({ path, stat }) => ({ path, bytes: stat.size }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
