/** For tests: tinyproxy as the web proxy between a site and the world. Needs the program tinyproxy. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, startProcess } from "./_process.ts";

export interface ProxyPeer {
  readonly host: string;
  readonly port: number;
  /** Where tunnels were asked for so far, in order: `127.0.0.1:8443`; refused ones too. */
  tunnels(): string[];
  stop(): Promise<void>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Starts it on a free port. With credentials it lets nobody through without them. */
export async function startProxy(credentials?: Credentials): Promise<ProxyPeer> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-proxy-"));
  const [port = 0] = await freePorts(1);
  const lines = [
    `Port ${port}`,
    "Listen 127.0.0.1",
    "Timeout 60",
    "MaxClients 100",
    "LogLevel Connect",
    ...(credentials === undefined ? [] : [`BasicAuth ${credentials.username} ${credentials.password}`]),
  ];
  const config = join(folder, "tinyproxy.conf");
  writeFileSync(config, `${lines.join("\n")}\n`, { mode: 0o600 });
  const { output, stop } = await startProcess("tinyproxy", ["-d", "-c", config], port);
  return {
    host: "127.0.0.1",
    port,
    tunnels: () => [...output().matchAll(/: CONNECT (\S+) HTTP/g)].map(([, target = ""]) => target),
    stop: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}
