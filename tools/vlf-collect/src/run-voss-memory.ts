/** How much memory a run takes beyond what it holds: V8 has some flags that work while it runs (docs/adr/0045). */

/** None of them is a limit: what is held may grow as far as without them. */
const FLAGS: readonly string[] = [
  // The heap grows with what is held, and not with what goes through it. A young generation is as large as it is now, 1 MiB
  // of room, instead of growing to 16 MiB in each half; garbage is collected when the rest has grown by a tenth, instead of
  // by half or four times.
  "--semi-space-growth-factor=1",
  "--heap-growing-percent=10",
  // What undici reads HTTP by is one large function of WebAssembly. To compile it again, better, takes 34 MB for a moment.
  "--no-wasm-tier-up",
  "--no-wasm-dynamic-tiering",
];

/** The first and the last V8 that is known to have them; any other would write to stderr that it has not. */
const [FIRST, LAST] = [11, 15];

/** For the rest of the process. */
export function keepHeapSmall(
  version: string = process.versions.v8,
  set: (flag: string) => void = setFlag,
): void {
  const major = Number.parseInt(version, 10);
  if (major >= FIRST && major <= LAST) for (const flag of FLAGS) set(flag);
}

function setFlag(flag: string): void {
  process.getBuiltinModule("node:v8").setFlagsFromString(flag);
}
