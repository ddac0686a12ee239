/** A connection through a web proxy (HTTP CONNECT), for protocols that are not HTTP: mail, SFTP. */
import type { Socket } from "node:net";
// The client that nodemailer itself uses: it limits size and time of the proxy's answer.
import httpProxyClient from "nodemailer/lib/smtp-connection/http-proxy-client.js";
import { systemMessage, TemporaryError, ToolError } from "./exit.ts";
import type { Proxy } from "./http.ts";

/** The proxy refused: what its answer says about trying again. */
export class ProxyError extends ToolError {
  readonly failure: "configuration" | "authentication";

  constructor(failure: "configuration" | "authentication", message: string, hint: string) {
    super(message, { hint });
    this.failure = failure;
  }
}

/**
 * Opens a tunnel to `host:port`.
 * @param timeoutMs for all of it, from the first packet to the proxy's answer
 * @throws {ProxyError} when the proxy refuses; {TemporaryError} when it cannot be reached or the host behind it
 * @example
 * const socket = await openTunnel(proxyOf(config, "dmz", io.env), "sftp.example.com", 22, 30_000);
 */
export async function openTunnel(
  proxy: Proxy,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<Socket> {
  const action = `connect to ${host}:${port} through the web proxy ${proxy.host}:${proxy.port}`;
  const url = new URL(`http://${proxy.host.includes(":") ? `[${proxy.host}]` : proxy.host}:${proxy.port}`);
  if (proxy.username !== undefined) {
    url.username = encodeURIComponent(proxy.username);
    url.password = encodeURIComponent(proxy.password?.reveal() ?? "");
  }
  return new Promise((resolve, reject) => {
    httpProxyClient(url.href, port, host, { timeout: timeoutMs }, (error, socket) => {
      if (error === null && socket !== undefined) resolve(socket);
      else reject(tunnelError(action, error));
    });
  });
}

/** An error of the proxy in our words; it shows the proxy's status and never the URL. */
function tunnelError(action: string, error: unknown): ToolError {
  const status = /^Invalid response from proxy: (\d{3})$/.exec(
    error instanceof Error ? error.message : "",
  )?.[1];
  // tinyproxy answers 407 to no login, and 401 to a wrong one.
  if (status === "407" || status === "401") {
    return new ProxyError(
      "authentication",
      `${action}: it refused the login (${status})`,
      "check username and password of the web proxy",
    );
  }
  if (status !== undefined && !status.startsWith("5")) {
    return new ProxyError(
      "configuration",
      `${action}: it refused (${status})`,
      "ask who runs the proxy to allow this host and port",
    );
  }
  if (status !== undefined) return new TemporaryError(`${action}: it answered ${status}`);
  return new TemporaryError(`${action}: ${systemMessage(error)}`, { cause: error });
}
