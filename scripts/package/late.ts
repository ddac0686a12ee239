/** Modules of Node that few runs need, or need late: each is loaded when something of it is first used. */
import { createRequire } from "node:module";
import type { Plugin } from "esbuild";

const LATE = /^node:(child_process|crypto|fs\/promises|os|stream|zlib)$/;

/** Has a bundle load these modules when they are used, and not where they are imported. */
export function loadedLate(): Plugin {
  const require = createRequire(import.meta.url);
  return {
    name: "modules loaded late",
    setup(bundle) {
      bundle.onResolve({ filter: LATE }, ({ path, namespace }) =>
        namespace === "late" ? { path, external: true } : { path, namespace: "late" },
      );
      bundle.onLoad({ filter: /./, namespace: "late" }, ({ path }) => {
        const module = JSON.stringify(path);
        const getters = Object.keys(require(path) as object).map(
          (name) => `get ${JSON.stringify(name)}() { return require(${module})[${JSON.stringify(name)}]; }`,
        );
        return { contents: `module.exports = {\n${getters.join(",\n")}\n};` };
      });
    },
  };
}
