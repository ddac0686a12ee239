/**
 * Builds each tool into plain JavaScript with everything it needs: dist/TOOL/bin.js, and dist/bin/TOOL that
 * points there. They start without the loader of TypeScript, and are what benchmarks measure. Usage: build.ts
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const dist = join(root, "dist");

/** Packages that are CommonJS call `require`, which a module has to make for itself. */
const REQUIRE =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, "bin"), { recursive: true });
writeFileSync(join(dist, "package.json"), '{ "type": "module" }\n');
for (const tool of readdirSync(join(root, "tools")).filter((name) => name.startsWith("vlf-"))) {
  const source = join(root, "tools", tool);
  const worker = join(source, "src/jobs/worker.ts");
  const outdir = join(dist, tool);
  // oxlint-disable-next-line no-await-in-loop -- one after the other is quick enough
  await build({
    entryPoints: { bin: join(source, "bin.ts"), ...(existsSync(worker) ? { worker } : {}) },
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    banner: { js: REQUIRE },
    define: { __dirname: "import.meta.dirname", __filename: "import.meta.filename" },
    // Native parts of ssh2, which does without them.
    external: ["cpu-features", "*.node"],
    logLevel: "warning",
  });
  chmodSync(join(outdir, "bin.js"), 0o755);
  symlinkSync(`../${tool}/bin.js`, join(dist, "bin", tool));
}
await build({
  entryPoints: { floor: join(root, "scripts/bench/floor.ts") },
  outdir: join(dist, "bench"),
  format: "esm",
  platform: "node",
  target: "node20.19",
});
