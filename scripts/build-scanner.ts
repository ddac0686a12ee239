/**
 * Compiles what is AssemblyScript, the scanner of lines and the module of the data export, to WebAssembly, and puts it as
 * text beside what uses it, so that sources, bundles and packages all have it, on both runtimes.
 * `--check` fails where such a file is not what the sources give.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");

interface Module {
  readonly source: string;
  readonly target: string;
  /** What the text is exported as. */
  readonly name: string;
  /** Pages of 64 KiB. */
  readonly memory: readonly string[];
}

const MODULES: readonly Module[] = [
  {
    source: "tools/common/scanner/scan.ts",
    target: "tools/common/src/_scanner-wasm.ts",
    name: "SCANNER",
    // What `memory.ts` lays out, and some for names.
    memory: ["--initialMemory", "48"],
  },
  {
    source: "tools/vlf-sde/module/index.ts",
    target: "tools/vlf-sde/src/_module-wasm.ts",
    name: "MODULE",
    memory: ["--initialMemory", "48"],
  },
];

const FLAGS = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];

function compile({ source, memory }: Module): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "vlf-scanner-"));
  try {
    const file = join(folder, "module.wasm");
    const asc = join(root, "node_modules/.bin/asc");
    const args = [join(root, source), ...FLAGS, ...memory, "-o", file];
    const { status } = spawnSync(asc, args, { stdio: "inherit" });
    if (status !== 0) throw new Error("build-scanner: error: the compiler failed");
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const module of MODULES) {
  const target = join(root, module.target);
  const text = `/** Made by scripts/build-scanner.ts of ${dirname(module.source)}: change those. */
export const ${module.name} =
  "${compile(module).toString("base64")}";
`;
  if (!process.argv.includes("--check")) {
    writeFileSync(target, text);
  } else if (readFileSync(target, "utf8") !== text) {
    console.error(`build-scanner: error: ${module.target} is not what its sources give`);
    console.error("hint: npm run scanner");
    process.exitCode = 1;
  }
}
