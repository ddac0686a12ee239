/**
 * Compiles the scanner of lines, tools/common/scanner, to WebAssembly, and puts it as text into
 * tools/common/src/_scanner-wasm.ts, so that sources, bundles and packages all have it, on both runtimes.
 * `--check` fails where that file is not what the sources give.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const target = join(root, "tools/common/src/_scanner-wasm.ts");

/** 32 pages of 64 KiB: what `memory.ts` lays out. The memory never grows, so views of it stay good. */
const FLAGS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
const MEMORY = ["--initialMemory", "32", "--maximumMemory", "32"];

function compile(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "vlf-scanner-"));
  try {
    const file = join(folder, "scanner.wasm");
    const source = join(root, "tools/common/scanner/scan.ts");
    const asc = join(root, "node_modules/.bin/asc");
    const { status } = spawnSync(asc, [source, ...FLAGS, ...MEMORY, "-o", file], { stdio: "inherit" });
    if (status !== 0) throw new Error("build-scanner: error: the compiler failed");
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const text = `/** Made by scripts/build-scanner.ts of tools/common/scanner: change those. */
export const SCANNER =
  "${compile().toString("base64")}";
`;
if (!process.argv.includes("--check")) {
  writeFileSync(target, text);
} else if (readFileSync(target, "utf8") !== text) {
  console.error("build-scanner: error: _scanner-wasm.ts is not what its sources give");
  console.error("hint: npm run scanner");
  process.exitCode = 1;
}
