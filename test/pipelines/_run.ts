/** For tests: runs pipelines of the real tools in a fresh folder, on Node or, by VLF_RUNTIME, on Deno. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";

export const ROOT: string = join(import.meta.dirname, "../..");
export const RUNTIME: string = process.env["VLF_RUNTIME"] ?? "node";
export const NOW = "2026-11-01T03:00:00Z";

/** Deno keeps its cache below HOME: apart from the folders that tests look into, and one for all. */
const HOME = mkdtempSync(join(tmpdir(), "vlf-home-"));
process.on("exit", () => rmSync(HOME, { recursive: true, force: true }));

/** What the tools see: no more than this, and a time zone that is not UTC. */
export function environment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: [join(ROOT, "scripts/bin"), process.env["PATH"] ?? ""].join(delimiter),
    HOME,
    LC_ALL: "C.UTF-8",
    TZ: "America/St_Johns",
    NO_COLOR: "1",
    VLF_RUNTIME: RUNTIME,
    VLF_BUILT: process.env["VLF_BUILT"] ?? "",
    ...extra,
  };
}

export interface Result {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** An empty folder that goes when the test ends. */
export function emptyFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "vlf-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a shell command as a script of a user would, with pipefail. */
export async function bash(
  command: string,
  folder: string,
  extra: Record<string, string> = {},
): Promise<Result> {
  const child = spawn("bash", ["-c", `set -o pipefail; ${command}`], {
    cwd: folder,
    env: environment(extra),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  return { status, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() };
}

/** All files below a folder, hidden ones too: what a reader could take for published, or find left over. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true, encoding: "utf8" })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Whether a program is there; where it is not, a test says so and is skipped. */
export function missing(...programs: string[]): string | false {
  const lost = programs.filter(
    (name) => spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status !== 0,
  );
  return lost.length > 0 && `needs ${lost.join(", ")}`;
}
