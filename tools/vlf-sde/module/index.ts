/**
 * What the data export does with bytes, as WebAssembly. AssemblyScript, compiled by scripts/build-scanner.ts; used
 * through ../src/engine/module.ts only.
 */
export { deflate } from "./deflate";
// For its test alone.
export { makeCode } from "./huffman";
