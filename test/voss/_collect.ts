/** For tests: serves a system as VOSS would and reads it by the real `vlf-collect voss`. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Instance, ScopeEnd } from "@vlf/common/records";
import { type DemoOptions, demoSystem } from "../../tools/vlf-collect/src/demo/index.ts";
import { emptyFolder, environment, NOW, type Result, ROOT } from "../pipelines/_run.ts";
import type { VossOptions } from "./options.ts";
import { startVossServer, type VossServer } from "./server.ts";

/** Big enough for several pages of 20 of the larger models, and small enough to be read in no time. */
export const SMALL: Pick<DemoOptions, "customers" | "subscribers" | "seed"> = {
  customers: 3,
  subscribers: 60,
  seed: 1,
};

export function system(options: Partial<DemoOptions> = {}): Generator<Instance | ScopeEnd> {
  return demoSystem({ ...SMALL, allFields: false, collectedAt: NOW, ...options });
}

/** A server for one test, without a throttle. */
export async function serve(t: TestContext, options: Partial<VossOptions> = {}): Promise<VossServer> {
  const server = await startVossServer({ system: system(), throttle: 0, ...options });
  t.after(() => server.close());
  return server;
}

export interface Collected extends Result {
  /** Lines of standard output. */
  readonly lines: readonly string[];
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** Whether the stream has its end record, so that the next tool takes it. */
  readonly isComplete: boolean;
}

export interface Run {
  /** Where it runs; a folder of its own without. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Is given the process as soon as it is there. */
  readonly started?: (child: ChildProcess) => void;
}

/** The options that lead to a server, as a user would type them. */
export function access(server: VossServer): string[] {
  const { url, username, passwordFile, caFile } = server;
  return ["--url", url, "--username", username, "--password-file", passwordFile, "--ca-file", caFile];
}

/**
 * Runs `vlf-collect voss` to its end. That none of the server's secrets is in its outputs is part of
 * every test that collects.
 */
export async function collect(
  t: TestContext,
  server: VossServer,
  args: readonly string[] = [],
  { folder = emptyFolder(t), env = {}, started }: Run = {},
): Promise<Collected> {
  const all = ["voss", ...access(server), "--rate", "1000", "--now", NOW, ...args];
  const child = spawn(join(ROOT, "scripts/bin/vlf-collect"), all, {
    cwd: folder,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  started?.(child);
  const [out, err]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [stdout, stderr] = [Buffer.concat(out).toString(), Buffer.concat(err).toString()];
  holdsNone(stdout, server.secrets(), "standard output");
  holdsNone(stderr, server.secrets(), "standard error");
  // What stands behind the last line feed was cut off by a signal.
  const lines = stdout.split("\n").slice(0, -1);
  // With --check it is a table.
  const json = lines.filter((line) => line.startsWith("{"));
  const records = json.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  return { status, stdout, stderr, lines, records, isComplete: records.at(-1)?.["type"] === "end" };
}

const undisturbedRuns = new Map<string, Promise<Collected>>();

/** The small system read without a fault, once for all tests of a file. */
export function undisturbed(args: readonly string[] = []): Promise<Collected> {
  const key = args.join(" ");
  let run = undisturbedRuns.get(key);
  if (run === undefined) undisturbedRuns.set(key, (run = readUndisturbed(args)));
  return run;
}

async function readUndisturbed(args: readonly string[]): Promise<Collected> {
  const cleaning: (() => unknown)[] = [];
  const after = (clean: () => unknown): void => void cleaning.unshift(clean);
  // Not of one test: it is done before the first that waits for it goes on.
  const scope = { after } as unknown as TestContext;
  try {
    const ran = await collect(scope, await serve(scope), args);
    succeeded(ran);
    return ran;
  } finally {
    for (const clean of cleaning) await clean();
  }
}

/** Fails when a text holds one of the secrets. */
export function holdsNone(text: string, secrets: readonly string[], where: string): void {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${where} holds a secret`);
}

/** Lines of these records that say what the system holds, in an order that does not depend on their own. */
export function contentOf(lines: readonly string[]): string[] {
  return lines.filter((line) => /^\{"type":"(instance|scope-end)"/.test(line)).sort();
}

/** What a stream of the whole system would hold. */
export function contentOfSystem(records: Iterable<Instance | ScopeEnd>): string[] {
  return contentOf(Array.from(records, (record) => JSON.stringify(record)));
}

export function findings(ran: Collected): { code: string; model: string; severity: string }[] {
  return ran.records
    .filter(({ type }) => type === "finding")
    .map(({ code, model = "", severity }) => ({
      code: String(code),
      model: String(model),
      severity: String(severity),
    }));
}

/** Did its work: status 0, the whole stream. */
export function succeeded(ran: Collected): void {
  assert.equal(ran.status, 0, ran.stderr);
  assert.ok(ran.isComplete, "no end record");
}

/** Failed as documented: this status, an error that says so, and nothing that a reader takes for a whole stream. */
export function failed(ran: Collected, status: 2 | 75, message: RegExp): void {
  assert.equal(ran.status, status, ran.stderr);
  assert.match(ran.stderr, message);
  assert.match(ran.stderr, /^vlf-collect: error: /m);
  assert.doesNotMatch(ran.stderr, /^\s+at /m);
  assert.ok(!ran.isComplete, "an end record after a failure");
}
