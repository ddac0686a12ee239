/**
 * What the data export does with bytes, as WebAssembly. AssemblyScript, compiled by scripts/build-scanner.ts; used
 * through ../src/module.ts only.
 */
export { allocateProgram, cellsEnd, writeCells } from "./cells";
export { deflate } from "./deflate";
export {
  addKey,
  addModel,
  beginLines,
  forgetAll,
  newKeyModel,
  newTextEnd,
  newTextStart,
  scan,
  stoppedAt,
  tapeEnd,
} from "./lines";
export { findItems, findTexts, foundTexts } from "./nested";
// For its test alone.
export { makeCode } from "./huffman";
