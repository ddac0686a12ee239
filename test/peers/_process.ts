/** For tests: a server process in a folder of its own, on free ports, stopped by who started it. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, connect } from "node:net";

/** Ports of 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  return ports;
}

export interface Running {
  readonly child: ChildProcess;
  /** What it wrote to both of its outputs so far. */
  readonly output: () => string;
  /** Stops it, and waits until it has ended. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server and waits until it accepts connections on `port`.
 * @throws with its output when it ends before that, or does not listen within 20 seconds
 */
export async function startProcess(
  program: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const child = spawn(program, args, {
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C.UTF-8", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own: servers have children, and these go with them
  });
  const killGroup = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // none of them is left
    }
  };
  const onExit = (): void => killGroup("SIGKILL");
  process.on("exit", onExit);
  let output = "";
  let ended: string | undefined;
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const end = new Promise<void>((resolve) => {
    child.on("error", (error) => {
      ended = error.message;
      resolve();
    });
    child.on("exit", (code, signal) => {
      ended ??= `ended with ${code ?? signal}`;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    killGroup("SIGTERM");
    const hard = setTimeout(() => killGroup("SIGKILL"), 5000);
    await end;
    clearTimeout(hard);
    killGroup("SIGKILL");
    process.off("exit", onExit);
  };
  const deadline = Date.now() + 20_000;
  while (!(await accepts(port))) {
    if (ended !== undefined) throw new Error(`start ${program}: ${ended}: ${output}`);
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`start ${program}: does not listen on ${port}: ${output}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
  }
  return { child, output: () => output, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
