/** For tests: a system to spread, and hosts to count it. */
import assert from "node:assert/strict";
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Sshd } from "../peers/sshd.ts";
import { bash, emptyFolder, environment, NOW, type Result } from "../pipelines/_run.ts";

export const SCHEMES = "voss-4,voss-5,cisco-ucm";

/** What an audit takes from vlf.toml, and something that is for another tool. */
const SETTINGS = `[audit.standalone_allocation]
default = 3

[voss]
host = "voss.example"
`;

export interface Bench {
  readonly folder: string;
  /** The output of one audit over the whole. */
  readonly whole: string;
  readonly run: (command: string, env?: Record<string, string>) => Promise<Result>;
}

let made: Promise<{ readonly folder: string; readonly whole: string }> | undefined;

/** The one cut that all tests copy. */
function cut(): NonNullable<typeof made> {
  made ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "vlf-spread-"));
    process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "vlf.toml"), SETTINGS);
    const { stdout, stderr } = await bash(
      `vlf-collect demo --customers 3 --for audit --now ${NOW} > in.ndjson
       vlf-audit --scheme ${SCHEMES} < in.ndjson > whole.ndjson
       vlf-spread cut -q --work work --parts 2 --scheme ${SCHEMES} < in.ndjson`,
      folder,
    );
    assert.equal(stderr, "");
    assert.equal(stdout.split("\n").length, 4);
    return { folder, whole: readFileSync(join(folder, "whole.ndjson"), "utf8") };
  })();
  return made;
}

/** A folder with `in.ndjson`, and `work`, its cut into two parts and one of what lies outside of customers. */
export async function bench(t: TestContext): Promise<Bench> {
  const { folder: from, whole } = await cut();
  const folder = emptyFolder(t);
  cpSync(from, folder, { recursive: true });
  for (const name of ["parts", "results"]) chmodSync(join(folder, "work", name), 0o700);
  chmodSync(folder, 0o755);
  return { folder, whole, run: (command, env = {}) => bash(command, folder, env) };
}

/** A host in the words of GNU parallel. */
export function loginOf({ port, username, keys, knownHosts }: Sshd): string {
  const options = `-F /dev/null -p ${port} -i ${keys.ed25519} -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts}`;
  return `ssh ${options} ${username}@127.0.0.1`;
}

/** Environment of the tools on a host, as words for its shell. */
export function hostEnvironment(): string {
  const { PATH = "", VLF_RUNTIME = "", VLF_BUILT = "" } = environment();
  return `env PATH=${PATH} VLF_RUNTIME=${VLF_RUNTIME} VLF_BUILT=${VLF_BUILT} NO_COLOR=1`;
}

/** Waits for what another process does. */
export async function until(isThere: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isThere()) {
    if (Date.now() > deadline) throw new Error("it did not come in a minute");
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
