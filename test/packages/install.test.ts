/** The packages of npm, installed in an empty home: what a user has who has nothing of this project. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installPackages, makePackages, runPipeline } from "../../scripts/package/fresh.ts";
import { emptyFolder, missing, RUNTIME } from "../pipelines/_run.ts";

interface Manifest {
  readonly dependencies?: object;
  readonly bin: Readonly<Record<string, string>>;
}

test("packages install without a registry and run the pipeline without the workspace", async (t) => {
  const machine = emptyFolder(t);
  const packages = join(machine, "packages");
  makePackages(packages);
  const env = installPackages(packages, machine, RUNTIME === "deno" ? "deno" : process.execPath);
  const { status, text } = runPipeline(machine, env);
  assert.equal(status, 0, text);
  assert.match(text, /^35 receipts, 25 exports$/m);

  const modules = join(machine, "prefix/lib/node_modules");
  for (const tool of readdirSync(modules).filter((name) => name.startsWith("vlf-"))) {
    const folder = join(modules, tool);
    await t.test(`${tool} has its program, licenses, man page and completions, and no dependencies`, () => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
      assert.equal(manifest.dependencies, undefined);
      assert.deepEqual(manifest.bin, { [tool]: "bin.cjs" });
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
      for (const file of [
        "LICENSE",
        "NOTICES",
        "README.md",
        "bin.cjs",
        `completions/_${tool}`,
        `completions/${tool}.bash`,
        `completions/${tool}.fish`,
        `man/${tool}.1`,
        "tool.cjs",
      ]) {
        assert.ok(files.includes(file), file);
      }
      assert.match(readFileSync(join(folder, "NOTICES"), "utf8"), /^yargs-parser 22\.0\.0 \(ISC\)$/m);
    });
    await t.test(`${tool} says its version and its help`, () => {
      const run = (option: string): string => execFileSync(tool, [option], { env, encoding: "utf8" });
      assert.match(run("--version"), new RegExp(`^${tool} \\d+\\.\\d+\\.\\d+\\n$`));
      assert.match(run("--help"), new RegExp(`^Usage: ${tool} `));
    });
    await t.test(`man shows ${tool} without a warning`, { skip: missing("man") }, () => {
      const page = join(machine, "prefix/share/man/man1", `${tool}.1`);
      const { stdout: shown, stderr } = spawnSync("man", ["--warnings", "-l", page], {
        env: { ...env, MANWIDTH: "80" },
        encoding: "utf8",
      });
      assert.equal(stderr, "");
      assert.match(shown, new RegExp(`NAME\\n +${tool} +- +`));
      for (const section of ["SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS"]) {
        assert.match(shown, new RegExp(`^${section}$`, "m"));
      }
    });
  }
});
