/**
 * Makes the packages of npm: FOLDER/vlf-NAME-VERSION.tgz, each with one tool as scripts/build.ts builds it, its man
 * page, completions and licenses, and no dependencies. Usage: packages.ts [FOLDER] (default: dist/packages)
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { mkdtempSync, readdirSync } from "node:fs";
import type { Tool } from "@vlf/common/main";
import { completions } from "./completions.ts";
import { manPage } from "./man.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: object;
}

const root = join(import.meta.dirname, "../..");
const target = resolve(process.argv[2] ?? join(root, "dist/packages"));
const work = mkdtempSync(join(tmpdir(), "vlf-packages-"));
try {
  execFileSync(process.execPath, ["--import", "tsx", join(root, "scripts/build.ts"), work], {
    cwd: root,
    stdio: "inherit",
  });
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const tool of readdirSync(work).filter((name) => name.startsWith("vlf-"))) {
    await complete(tool, join(work, tool)); // oxlint-disable-line no-await-in-loop
    execFileSync("npm", ["pack", "--silent", "--pack-destination", target], {
      cwd: join(work, tool),
      stdio: ["ignore", "inherit", "inherit"],
    });
  }
} finally {
  rmSync(work, { recursive: true });
}

/** Adds what a package has besides the program. */
async function complete(name: string, folder: string): Promise<void> {
  const source = join(root, "tools", name);
  const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as Manifest;
  const { version, description, license, engines } = manifest;
  const readme = readFileSync(join(source, "README.md"), "utf8");
  const { tool } = (await import(join(source, "src/cli.ts"))) as { tool: Tool };
  const put = (path: string, text: string): void => {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  put(`man/${name}.1`, manPage(readme, { name, version, date: releaseDate() }));
  const { bash, zsh, fish } = completions(name, tool.help);
  put(`completions/${name}.bash`, bash);
  put(`completions/_${name}`, zsh);
  put(`completions/${name}.fish`, fish);
  put("README.md", readme);
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  put(
    "package.json",
    `${JSON.stringify(
      {
        name,
        version,
        description,
        license,
        bin: { [name]: "bin.cjs" },
        man: [`./man/${name}.1`],
        engines,
      },
      undefined,
      2,
    )}\n`,
  );
}

/** The last change, so that the same sources make the same pages. */
function releaseDate(): Date {
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const seconds =
    epoch ?? execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  return new Date(1000 * Number(seconds));
}
