/** Packages for HTTP, mail, SFTP, SNMP and reports stand in a file of their own: a run without them need not even read them. */
import { build, type BuildOptions, type Plugin } from "esbuild";

const LARGE = /^(undici|nodemailer|ssh2|ssh2-sftp-client|net-snmp|@observablehq\/plot|hucre|linkedom)(\/|$)/;

/** Has a bundle ask `./libs.cjs` for the large packages. Gives the files that are asked for, to be put there. */
export function withoutLarge(): { readonly plugin: Plugin; readonly files: ReadonlySet<string> } {
  const files = new Set<string>();
  const plugin: Plugin = {
    name: "large packages",
    setup(bundle) {
      bundle.onResolve({ filter: LARGE }, async ({ path, pluginData, ...from }) => {
        if (pluginData === "found") return undefined; // our own question
        const found = await bundle.resolve(path, {
          ...from,
          kind: "require-call", // as libs.cjs asks for it: the same default export as Node gives
          namespace: "file",
          pluginData: "found",
        });
        if (found.errors.length > 0) return { errors: found.errors };
        files.add(found.path);
        // Its name ends as that of a script, whatever the package has.
        return { path: `${nameOf(found.path)}.cjs`, namespace: "large" };
      });
      bundle.onResolve({ filter: /^\.\/libs\.cjs$/ }, ({ path }) => ({ path, external: true }));
      bundle.onLoad({ filter: /./, namespace: "large" }, ({ path }) => ({
        contents: `module.exports = require("./libs.cjs")[${JSON.stringify(path)}];`,
      }));
    },
  };
  return { plugin, files };
}

/** Builds `libs.cjs` of some files, each run when it is asked for. */
export async function bundleLarge(
  files: ReadonlySet<string>,
  outfile: string,
  options: BuildOptions,
): Promise<string[]> {
  const getters = [...files]
    .toSorted()
    .map(
      (path) => `get ${JSON.stringify(`${nameOf(path)}.cjs`)}() { return require(${JSON.stringify(path)}); }`,
    );
  const { metafile } = await build({
    ...options,
    stdin: { contents: `module.exports = {\n${getters.join(",\n")}\n};`, resolveDir: "/" },
    outfile,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

/** A file by its place in its package: the same on every machine. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}
