/** How soon V8 optimizes what runs often. */

/**
 * The V8 of Node 20 optimizes a function after some 66 kB of its bytecode were run, on a thread beside those that work, and
 * does so again whenever it sees a new shape of a value. Where all processors are at work anyway that takes as much from the work
 * as it gives to it; with nine times its patience less is optimized, and less of it twice. Others were not measured.
 */
const BUDGET = 600_000;

/** For all of the process, threads that start later among it. */
export function optimizeLater(): void {
  if (process.versions.v8.startsWith("11.")) {
    process.getBuiltinModule("node:v8").setFlagsFromString(`--interrupt-budget=${BUDGET}`);
  }
}
