/**
 * Builds each tool into plain JavaScript with everything it needs, as packages hold it and benchmarks measure it:
 * dist/TOOL/tool.cjs; libs.cjs with its large packages; bin.cjs, which loads it; for the V8 that builds, what V8 makes of the file; worker.cjs
 * where the tool has threads; and dist/bin/TOOL, which points to bin.cjs (docs/adr/0027). Usage: build.ts [FOLDER]
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { bundleLarge, withoutLarge } from "./package/large.ts";
import { loadedLate } from "./package/late.ts";
import { notices } from "./package/notices.ts";

const root = join(import.meta.dirname, "..");
const dist = resolve(process.argv[2] ?? join(root, "dist"));
const TARGET = "node20.19";

const packageOf = (user: string, name: string): string => createRequire(join(root, user)).resolve(name);

/** Other doors to the same code, behind which Node has less to load. */
const ALIASES = {
  // Node's own streams, which are loaded already, for the copy of them that ndjson brings.
  "readable-stream": "node:stream",
  // Without settings in files and paths.
  "yargs-parser": packageOf("tools/common/src/args.ts", "yargs-parser/browser"),
  // Without threads.
  fflate: join(packageOf("tools/vlf-pack/src/zip.ts", "fflate"), "../../esm/browser.js"),
};

/** What a script of CommonJS has instead of `import.meta`; made when it is asked for. */
const META = 'const __meta = { get url() { return require("node:url").pathToFileURL(__filename).href; } };';

/**
 * A script of CommonJS starts some 5 ms sooner than a module. What is imported with `import()` stands in the same file
 * as a function, which runs when it is asked for.
 */
const OPTIONS: BuildOptions = {
  bundle: true,
  format: "cjs",
  platform: "node",
  target: TARGET,
  supported: { "dynamic-import": false },
  minifyWhitespace: true, // and no names: a stack should tell where it was
  banner: { js: META },
  define: { "import.meta.url": "__meta.url" },
  alias: ALIASES,
  // Native parts of ssh2, which does without them.
  external: ["cpu-features", "*.node"],
  absWorkingDir: root,
  logLevel: "warning",
};

/** Builds a file. Gives the files that it is made of. */
async function bundle(entry: string, outfile: string): Promise<string[]> {
  const { plugin, files } = withoutLarge();
  const { metafile } = await build({
    ...OPTIONS,
    entryPoints: [entry],
    outfile,
    plugins: [plugin, loadedLate()],
    metafile: true,
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => !/^(large|late):/.test(path));
  if (files.size > 0) inputs.push(...(await bundleLarge(files, join(dirname(outfile), "libs.cjs"), OPTIONS)));
  return inputs;
}

/** Makes a module the function that Node makes of it, so that bin.cjs need not copy it for that. */
function wrap(file: string): void {
  const text = readFileSync(file, "utf8");
  if (/\P{ASCII}/u.test(text)) throw new Error(`build "${file}": not ASCII, as which bin.cjs reads it`);
  writeFileSync(file, `(function (exports, require, module, __filename, __dirname) {${text}\n})`);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "bin"), { recursive: true });
writeFileSync(join(dist, "package.json"), '{ "type": "module" }\n');
const tools = readdirSync(join(root, "tools")).filter((name) => name.startsWith("vlf-"));
await Promise.all(
  tools.map(async (tool) => {
    const source = join(root, "tools", tool);
    const outdir = join(dist, tool);
    mkdirSync(outdir, { recursive: true });
    const files = await bundle(join(source, "bin.ts"), join(outdir, "tool.cjs"));
    wrap(join(outdir, "tool.cjs"));
    const worker = join(source, "src/jobs/worker.ts");
    if (existsSync(worker)) files.push(...(await bundle(worker, join(outdir, "worker.cjs"))));
    writeFileSync(join(outdir, "NOTICES"), notices(root, files));
    copyFileSync(join(root, "scripts/package/bin.cjs"), join(outdir, "bin.cjs"));
    chmodSync(join(outdir, "bin.cjs"), 0o755);
    symlinkSync(`../${tool}/bin.cjs`, join(dist, "bin", tool));
  }),
);
await build({
  entryPoints: { floor: join(root, "scripts/bench/floor.ts") },
  outdir: join(dist, "bench"),
  format: "esm",
  platform: "node",
  target: TARGET,
});
// Other programs of Node to make code caches for, by their paths.
const others = (process.env["VLF_NODES"] ?? "").split(delimiter).filter((path) => path !== "");
for (const node of [process.execPath, ...others]) warmUp(node);

/** Runs each tool once as in the monthly run, on a system of one customer, for the code caches. */
function warmUp(node: string): void {
  const folder = mkdtempSync(join(tmpdir(), "vlf-build-"));
  const run = (tool: string, input: string, ...args: readonly string[]): string =>
    execFileSync(node, [join(root, "scripts/package/code-cache.cjs"), join(dist, tool), ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder },
      input,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "inherit"],
    });
  const system = run("vlf-collect", "", "demo", "--customers", "1", "--subscribers", "5", "--seed", "1");
  const counts = run("vlf-audit", system);
  const receipts = run("vlf-ship", run("vlf-pack", counts, "--quiet"), "--quiet", "--to", ".");
  run("vlf-notify", receipts, "--quiet");
  run("vlf-notify", "", "run", "--", "true");
  run("vlf-sde", system, "--quiet", "--output", "sde");
  rmSync(folder, { recursive: true });
}
