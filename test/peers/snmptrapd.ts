/** For tests: Net-SNMP's snmptrapd on loopback, with its own communities and users, that tells what came. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, startProcess } from "./_process.ts";

export interface TrapUser {
  readonly name: string;
  /** As snmptrapd writes it: `SHA`, `SHA-256`. */
  readonly auth?: readonly [protocol: string, password: string];
  readonly priv?: readonly [protocol: string, password: string];
  /** Hexadecimal; needed for traps, whose sender is the authority. */
  readonly engineId?: string;
}

export interface TrapdOptions {
  readonly communities?: readonly string[];
  readonly users?: readonly TrapUser[];
}

export interface Trapd {
  readonly port: number;
  /** The notifications so far, as it prints them, without time and addresses; waits for `count` of them. */
  received(count: number): Promise<string[]>;
  stop(): Promise<void>;
}

/** Programs that it needs: a test without them is skipped. */
export const TRAPD_PROGRAMS = ["snmptrapd"] as const;

/** Begins each notification in its output, so that texts of several lines stay together. */
const MARK = "=== notification";

/** Starts it on a free port. Objects are printed by number: `iso.3.6.1.2.1.1.3.0`. */
export async function startSnmptrapd({ communities = [], users = [] }: TrapdOptions): Promise<Trapd> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-trapd-"));
  const [port = 0] = await freePorts(1);
  const lines = [
    ...communities.map((community) => `authCommunity log ${community}`),
    ...users.flatMap(({ name, auth, priv, engineId }) => [
      `createUser ${engineId === undefined ? "" : `-e 0x${engineId} `}${name}${words(auth)}${words(priv)}`,
      `authUser log ${name} ${priv === undefined ? (auth === undefined ? "noauth" : "auth") : "priv"}`,
    ]),
    `format2 ${MARK}\\n%v\\n`,
  ];
  const config = join(folder, "snmptrapd.conf");
  writeFileSync(config, `${lines.join("\n")}\n`, { mode: 0o600 });
  // It listens on TCP as well, which tells when it is ready.
  const addresses = [`udp:127.0.0.1:${port}`, `tcp:127.0.0.1:${port}`];
  const args = ["-f", "-Lo", "-n", "-C", "-c", config, ...addresses];
  const env = { MIBS: "", MIBDIRS: folder, SNMP_PERSISTENT_DIR: join(folder, "state"), TZ: "UTC" };
  const { output, stop } = await startProcess("snmptrapd", args, port, env);
  const notifications = (): string[] =>
    output()
      .split(`${MARK}\n`)
      .slice(1)
      .map((text) => text.replace(/\n$/, ""));
  return {
    port,
    async received(count) {
      const deadline = Date.now() + 20_000;
      while (notifications().length < count) {
        if (Date.now() > deadline) throw new Error(`snmptrapd got less than ${count}: ${output()}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 10);
        });
      }
      return notifications();
    },
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function words(protocol: readonly [string, string] | undefined): string {
  return protocol === undefined ? "" : ` ${protocol[0]} "${protocol[1]}"`;
}
