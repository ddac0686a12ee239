/** The scanner of lines, ../scanner/scan.ts, as WebAssembly. Used through fields.ts and names.ts only. */
import { Buffer } from "node:buffer";
import { SCANNER } from "./_scanner-wasm.ts";

/** What it gives, as `scan.ts` says. A boolean is 0 or 1. */
export interface Scanner {
  /** Of which the buffer is another one when it has grown. */
  readonly memory: { readonly buffer: ArrayBuffer };
  scan(from: number, to: number, learn: number): number;
  tapeEnd(): number;
  stoppedAt(): number;
  newTextStart(): number;
  newTextEnd(): number;
  newKeyModel(): number;
  addModel(kind: number, slots: number): number;
  addKey(slot: number, isList: boolean): number;
  forget(): void;
  numberOf(owner: number, start: number, length: number): number;
  reserveNumber(): number;
  lastNumber(): number;
  textStart(number: number): number;
  textLength(number: number): number;
  keepNumbers(last: number): void;
}

/** As far as the types of Node do not tell. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: unknown };
};

let compiled: object | undefined;

/** One with memory of its own; `undefined` where the runtime or the processor has no WebAssembly of this kind. */
export function startScanner(): Scanner | undefined {
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(SCANNER, "base64"));
    return new WebAssembly.Instance(compiled).exports as Scanner;
  } catch {
    return undefined;
  }
}
