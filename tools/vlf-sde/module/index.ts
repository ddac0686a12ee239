/**
 * What the data export does with bytes, as WebAssembly. AssemblyScript, compiled by scripts/build-scanner.ts; used
 * through ../src/module.ts only.
 */
export { addKey, addModel, newKeyModel, newTextEnd, newTextStart } from "../../common/scanner/line";
export { allocateProgram, cellsEnd, writeCells } from "./cells";
export { deflate } from "./deflate";
export { beginLines, forgetAll, scan, stoppedAt, tapeEnd } from "./lines";
export { addName, addNames, beginNames, findName, keepName, namesEnd } from "./names";
export { findItems, findTexts, foundTexts } from "./nested";
// For its test alone.
export { makeCode } from "./huffman";
