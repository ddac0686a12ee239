/**
 * A server that behaves as VOSS Automate's REST API is said to: HTTPS with a self-signed certificate,
 * Basic auth and session login, lists in pages, a throttle. Serves any system of records; goes wrong
 * by switch. What is assumed about VOSS stands in `tools/vlf-collect/src/voss/protocol.ts`.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Voss } from "./api.ts";
import type { Stats, VossOptions } from "./options.ts";
import { makeCertificate } from "./certificate.ts";
import type { Faults } from "./faults.ts";
import type { Store } from "./store.ts";

export interface VossServer {
  readonly url: string;
  readonly caFile: string;
  readonly username: string;
  readonly password: string;
  /** Holds the password; of nobody else to read. */
  readonly passwordFile: string;
  readonly stats: Stats;
  readonly store: Store;
  readonly faults: Faults;
  /** All that must be seen nowhere: the password, also as Basic auth sends it, and the cookies so far. */
  secrets(): string[];
  close(): Promise<void>;
}

/** Starts the server on a free port of the loopback. */
export async function startVossServer(options: VossOptions): Promise<VossServer> {
  const folder = mkdtempSync(join(tmpdir(), "voss-server-"));
  const { cert, key, certFile } = makeCertificate(folder, options.names ?? ["IP:127.0.0.1", "DNS:localhost"]);
  const password = `Pw-${randomBytes(12).toString("base64url")}`;
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const voss = new Voss(options, password);
  const sockets = new Set<Socket>();
  const server = createServer({ cert, key, keepAliveTimeout: 75_000 }, (request, response) => {
    void voss.answer(request, response);
  });
  server.on("secureConnection", (socket: Socket) => {
    voss.stats.sockets += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caFile: certFile,
    username: voss.username,
    password,
    passwordFile,
    stats: voss.stats,
    store: voss.store,
    faults: voss.faults,
    secrets: () => voss.secrets(),
    close: async () => {
      voss.close();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
