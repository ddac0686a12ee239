/**
 * For tests: Debian's cron with a spool and run folder of its own. Both are fixed in the program, so it gets
 * them, and `/run` besides, in a mount namespace: the machine's own crontabs and daemon are not touched.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { missing } from "../pipelines/_run.ts";

/** Why the tests that need a namespace are skipped, or false. */
export function noNamespace(): string | false {
  const lost = missing("unshare");
  if (lost !== false) return lost;
  const { status } = spawnSync("unshare", ["-m", "true"], { stdio: "ignore" });
  return status !== 0 && "needs the right to make a mount namespace (root)";
}

/** Shell lines that give a namespace its own crontabs and its own /run. */
export const PRIVATE_CRON = `
mount --make-rprivate /
mount -t tmpfs none /run
mount -t tmpfs none /var/spool/cron
mkdir -m 1730 /var/spool/cron/crontabs
chgrp crontab /var/spool/cron/crontabs
if [ -d /etc/cron.d ]; then mount -t tmpfs none /etc/cron.d; fi
`;

export interface Isolated {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

/** Runs a shell script in a mount namespace with crontabs of its own. */
export function inNamespace(script: string, folder: string, env: Readonly<Record<string, string>>): Isolated {
  const child = spawn("unshare", ["-m", "sh", "-ec", `${PRIVATE_CRON}\n${script}`], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { child, output: () => output, ended };
}
