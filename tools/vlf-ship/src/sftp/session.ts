/**
 * One connection to an SFTP server. The library's own `put()` takes a full disk for a success, and its
 * `stat()` any failure for a missing file; so it connects here, and the operations are those of the protocol,
 * each with a time limit and with the server's own answer.
 */
import { connect as connectSocket, type Socket } from "node:net";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { openTunnel } from "@vlf/common/tunnel";
import type { AnyAuthMethod, AuthenticationType, ConnectConfig, SFTPWrapper } from "ssh2";
import SftpClient from "ssh2-sftp-client";
import { DeliveryError } from "../failure.ts";
import { connectError, operationError } from "./errors.ts";
import { hostKeyCheck } from "./host-key.ts";
import { Packets } from "./packets.ts";
import type { SftpSettings } from "./settings.ts";

const CONNECT_TIMEOUT_MS = 30_000;
const KEEPALIVE_MS = 15_000;

type Done<T> = (error: Error | null | undefined, result?: T) => void;

export class Session {
  readonly #sftp: SFTPWrapper;
  readonly #client: SftpClient;
  readonly #where: string;
  readonly #timeoutMs: number;
  readonly #waiting = new Set<(error: ToolError) => void>();
  #broken: ToolError | undefined;

  private constructor(settings: SftpSettings, client: SftpClient, sftp: SFTPWrapper) {
    this.#client = client;
    this.#sftp = sftp;
    this.#where = settings.host;
    this.#timeoutMs = 1000 * settings.timeoutSeconds;
    const lost = (error?: Error): void => {
      const why = error === undefined || error.message === "" ? "" : `: ${error.message}`;
      this.#break(
        new TemporaryError(`work on ${this.#where}: the connection was lost${why}`, { cause: error }),
      );
    };
    client.on("error", lost);
    client.on("close", () => lost());
    client.on("end", () => lost());
  }

  /**
   * Connects, checks the host's key and logs in.
   * @throws {DeliveryError} of the classes configuration and authentication; {TemporaryError}
   */
  static async open(settings: SftpSettings, signal?: AbortSignal): Promise<Session> {
    const { host, port } = settings;
    const action = `connect to ${host}:${port}`;
    const check = hostKeyCheck(settings.hostKey);
    // Without callbacks of ours the library writes to standard output.
    const client = new (SftpClient as unknown as new (name: string, callbacks: object) => SftpClient)(
      "vlf-ship",
      { error() {}, end() {}, close() {} },
    );
    // The library gives its promise an error of its own making, without ssh2's `level`.
    let first: unknown;
    client.on("error", (error: unknown) => {
      first ??= error;
    });
    const packets = new Packets();
    let socket: Socket | undefined;
    const timeoutMs = connectTimeoutMs(settings);
    // ssh2 limits the handshake, and not the way from there to the SFTP of the server.
    const timer = setTimeout(() => {
      first ??= new Error(`no answer within ${(2 * timeoutMs) / 1000} seconds`);
      socket?.destroy();
    }, 2 * timeoutMs);
    const onAbort = (): void => void socket?.destroy();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      socket = await openSocket(settings);
      signal?.throwIfAborted();
      const sftp = await client.connect({
        sock: packets.gather(socket),
        username: settings.username,
        readyTimeout: timeoutMs,
        keepaliveInterval: KEEPALIVE_MS,
        hostVerifier: check.verify,
        algorithms: { serverHostKey: [...check.algorithms] as never },
        authHandler: loginMethods(settings) as never,
      } satisfies ConnectConfig);
      packets.reuse(client);
      return new Session(settings, client, sftp);
    } catch (error) {
      socket?.destroy();
      if (signal?.aborted === true) throw signal.reason;
      const refusal = check.refusal();
      if (refusal !== undefined) {
        throw new DeliveryError("configuration", `${action}: ${refusal}`, {
          cause: error,
          hint: "someone may be in between, or the server has a new key: ask its administrator",
        });
      }
      throw connectError(action, first ?? error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  get isBroken(): boolean {
    return this.#broken !== undefined;
  }

  /** @throws {TemporaryError} when the connection is lost: then no answer tells what the server did */
  throwIfBroken(): void {
    if (this.#broken !== undefined) throw this.#broken;
  }

  /**
   * One operation of the protocol.
   * @param action for messages: `open "a.part"`
   * @throws {DeliveryError} with the server's answer; {TemporaryError} when the connection is lost or silent
   * @example const stats = await session.ask(`look at "${path}"`, (sftp, done) => sftp.lstat(path, done));
   */
  async ask<T = void>(action: string, start: (sftp: SFTPWrapper, done: Done<T>) => void): Promise<T> {
    if (this.#broken !== undefined) throw this.#broken;
    const about = `${action} on ${this.#where}`;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#break(new TemporaryError(`${about}: no answer within ${this.#timeoutMs / 1000} seconds`));
      }, this.#timeoutMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(onBroken);
      };
      const onBroken = (error: ToolError): void => {
        settle();
        reject(error);
      };
      this.#waiting.add(onBroken);
      try {
        start(this.#sftp, (error, result) => {
          settle();
          if (error === null || error === undefined) resolve(result as T);
          else reject(operationError(about, error));
        });
      } catch (error) {
        settle();
        reject(operationError(about, error));
      }
    });
  }

  /** Says goodbye; never fails, and waits two seconds at most. */
  async close(): Promise<void> {
    if (this.#broken !== undefined) return;
    const timer = setTimeout(() => this.#break(new TemporaryError(`work on ${this.#where}: closed`)), 2000);
    await this.#client.end().catch(() => false);
    clearTimeout(timer);
    this.#break(new TemporaryError(`work on ${this.#where}: closed`));
  }

  #break(error: ToolError): void {
    if (this.#broken !== undefined) return;
    this.#broken = error;
    for (const tell of this.#waiting) tell(error);
    (this.#client as unknown as { client: { destroy(): void } }).client.destroy();
  }
}

function connectTimeoutMs({ timeoutSeconds }: SftpSettings): number {
  return Math.min(CONNECT_TIMEOUT_MS, 1000 * timeoutSeconds);
}

/** A connected socket without Nagle's algorithm, which costs 40 ms a request here. */
async function openSocket(settings: SftpSettings): Promise<Socket> {
  const { host, port, proxy } = settings;
  const timeoutMs = connectTimeoutMs(settings);
  if (proxy !== undefined) return (await openTunnel(proxy, host, port, timeoutMs)).setNoDelay(true);
  return new Promise((resolve, reject) => {
    const socket = connectSocket({ host, port, noDelay: true });
    const timer = setTimeout(() => {
      socket.destroy(new Error(`no answer within ${timeoutMs / 1000} seconds`));
    }, timeoutMs);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
    };
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}

/**
 * The logins to try, each once: key, agent, password. A server that takes passwords by questions alone
 * (`keyboard-interactive`) gets the password there, and never by both ways: two refusals may lock an account.
 */
function loginMethods(
  settings: SftpSettings,
): (
  left: AuthenticationType[] | null,
  partial: boolean | null,
  next: (method: AnyAuthMethod | false) => void,
) => void {
  const { username, privateKey, passphrase, agent, password } = settings;
  const todo: ((left: readonly AuthenticationType[]) => AnyAuthMethod | undefined)[] = [
    // Asks for nothing: the answer names the methods that the server takes.
    () => ({ type: "none", username }),
  ];
  if (privateKey !== undefined) {
    const key = {
      key: privateKey.reveal(),
      ...(passphrase === undefined ? {} : { passphrase: passphrase.reveal() }),
    };
    todo.push(() => ({ type: "publickey", username, ...key }));
  }
  if (agent !== undefined) todo.push(() => ({ type: "agent", username, agent }));
  if (password !== undefined) {
    todo.push((left) => {
      if (left.includes("password") || !left.includes("keyboard-interactive")) {
        return { type: "password", username, password: password.reveal() };
      }
      let isAsked = false;
      return {
        type: "keyboard-interactive",
        username,
        prompt(_name, _instructions, _lang, prompts, finish) {
          finish(isAsked ? [] : prompts.map(({ echo }) => (echo === true ? username : password.reveal())));
          isAsked ||= prompts.length > 0;
        },
      };
    });
  }
  return (left, _partial, next) => {
    for (let make = todo.shift(); make !== undefined; make = todo.shift()) {
      const method = make(left ?? []);
      if (method !== undefined) return next(method);
    }
    return next(false);
  };
}
