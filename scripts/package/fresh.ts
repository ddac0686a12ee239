/**
 * The packages on a machine that knows nothing of this project: an empty home, no workspace, no registry. Usage:
 * fresh.ts [VERSION]... makes the packages, and tries them on Deno and on each of these versions of Node (default:
 * 20, 22, 24 and the newest), which npm installs for it.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
const DENO = join(ROOT, "node_modules/deno/deno");

/** What a person types after `npm install -g`: the README's run, threads included, each file held against its numbers. */
const PIPELINE = `set -euo pipefail
mkdir archive
vlf-collect demo --customers 40 --subscribers 3000 --now 2026-11-01T03:00:00Z > system.ndjson
vlf-audit --jobs 2 < system.ndjson | tee counts.ndjson | vlf-pack -q | vlf-ship -q --to archive | vlf-notify -q > receipts.ndjson
vlf-audit --jobs 1 < system.ndjson | cmp - counts.ndjson
vlf-pack verify -q archive/*.zip > verified.ndjson
vlf-sde -q --jobs 2 --output sde < system.ndjson > exported.ndjson
vlf-notify run --name fresh -- true
echo "$(wc -l < receipts.ndjson) receipts, $(wc -l < exported.ndjson) exports"
`;

/** Makes the packages of npm in a folder. */
export function makePackages(folder: string): void {
  execFileSync(process.execPath, ["--import", "tsx", join(ROOT, "scripts/package/packages.ts"), folder], {
    cwd: ROOT,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/**
 * Installs the packages of a folder as `npm install -g` does, in an empty home below `machine`. Gives the environment
 * in which they are on the path, and nothing else of ours is.
 * @param node the program that runs them, or "deno"
 */
export function installPackages(packages: string, machine: string, node: string): Record<string, string> {
  const home = join(machine, "home");
  const prefix = join(machine, "prefix");
  mkdirSync(home, { recursive: true });
  const files = readdirSync(packages).map((name) => join(packages, name));
  const system = "/usr/local/bin:/usr/bin:/bin";
  const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
  execFileSync(
    npm,
    ["install", "--global", "--offline", "--no-audit", "--no-fund", "--prefix", prefix, ...files],
    {
      cwd: home,
      env: { HOME: home, PATH: `${dirname(process.execPath)}:${system}` },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const bin = join(machine, "bin");
  mkdirSync(bin);
  if (node === "deno") {
    for (const tool of readdirSync(join(prefix, "bin"))) {
      const script = join(prefix, "lib/node_modules", tool, "bin.cjs");
      writeFileSync(
        join(bin, tool),
        `#!/bin/sh\nexec "${DENO}" run -A --quiet --no-prompt "${script}" "$@"\n`,
      );
      chmodSync(join(bin, tool), 0o755);
    }
  } else {
    writeFileSync(join(bin, "node"), `#!/bin/sh\nexec "${node}" "$@"\n`);
    chmodSync(join(bin, "node"), 0o755);
  }
  return { HOME: home, PATH: [bin, join(prefix, "bin"), system].join(delimiter), LC_ALL: "C.UTF-8" };
}

/** Runs the pipeline in an empty folder of that machine. Gives what it printed. */
export function runPipeline(
  machine: string,
  env: Record<string, string>,
): { status: number | null; text: string } {
  const cwd = join(machine, "work");
  mkdirSync(cwd);
  const { status, stdout, stderr } = spawnSync("bash", ["-c", PIPELINE], { cwd, env, encoding: "utf8" });
  return { status, text: stdout + stderr };
}

/** The program of a version of Node, which npm brings as a package. */
function nodeOf(version: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), "{}\n");
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", `node@${version}`], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const program = ["node_modules/.bin/node", "node_modules/node/bin/node"].find((path) =>
    existsSync(join(folder, path)),
  );
  if (program === undefined) throw new Error(`install node@${version}: no program in ${folder}`);
  return join(folder, program);
}

function main(versions: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), "vlf-fresh-"));
  try {
    const packages = join(folder, "packages");
    makePackages(packages);
    for (const version of [...versions, "deno"]) {
      const node = version === "deno" ? version : nodeOf(version, join(folder, `node-${version}`));
      const machine = join(folder, `machine-${version}`);
      const env = installPackages(packages, machine, node);
      const name = execFileSync(node === "deno" ? DENO : node, ["--version"], { encoding: "utf8" }).split(
        "\n",
      )[0];
      const { status, text } = runPipeline(machine, env);
      console.log(`${name}: ${status === 0 ? "ok" : "FAILED"}: ${text.trim()}`);
      if (status !== 0) process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const versions = process.argv.slice(2);
  main(versions.length > 0 ? versions : ["20", "22", "24", "latest"]);
}
