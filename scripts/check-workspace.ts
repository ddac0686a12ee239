/** The two runtimes must see the same workspace: members and versions stand in several files and agree. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "@vlf/common/version";

interface Manifest {
  name: string;
  version: string;
  description?: string;
  engines?: { node?: string };
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const root = join(import.meta.dirname, "..");
const problems: string[] = [];
const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), "utf8"));

const folders = readdirSync(join(root, "tools")).sort();
const members = (read("deno.json") as { workspace: string[] }).workspace.toSorted();
const wanted = folders.map((name) => `./tools/${name}`);
if (members.join() !== wanted.join())
  problems.push(`deno.json: workspace is ${members.join()}, wanted ${wanted.join()}`);

const main = read("package.json") as Manifest;
const versions = new Map<string, string>();
for (const [path, manifest] of [
  ["package.json", main] as const,
  ...folders.map(
    (name) => [`tools/${name}/package.json`, read(`tools/${name}/package.json`) as Manifest] as const,
  ),
]) {
  if (manifest.version !== main.version)
    problems.push(`${path}: version is ${manifest.version}, wanted ${main.version}`);
  if (manifest.engines?.node !== main.engines?.node)
    problems.push(`${path}: engines differ from package.json`);
  for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
    if (version === "workspace:*") continue;
    if (!/^\d+\.\d+\.\d+$/.test(version))
      problems.push(`${path}: ${name} is "${version}", wanted an exact version`);
    const other = versions.get(name) ?? version;
    if (other !== version) problems.push(`${path}: ${name} is ${version}, elsewhere ${other}`);
    versions.set(name, version);
  }
}

for (const name of folders.filter((folder) => folder !== "common")) {
  for (const path of [`tools/${name}/bin.ts`, `tools/${name}/README.md`, `scripts/bin/${name}`]) {
    if (!existsSync(join(root, path))) problems.push(`${path}: missing`);
  }
}

if (VERSION !== main.version)
  problems.push(`tools/common/src/version.ts: says ${VERSION}, wanted ${main.version}`);

for (const problem of problems) console.error(`check-workspace: error: ${problem}`);
process.exitCode = problems.length === 0 ? 0 : 1;
