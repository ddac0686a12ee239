/**
 * Loaded before tests where `VLF_SEED` is set: properties try the same cases each time, so that what was
 * refused is refused again. Without it each run tries cases of its own.
 */
import fc from "fast-check";

const seed = process.env["VLF_SEED"];
if (seed !== undefined) fc.configureGlobal({ seed: Number(seed) });
