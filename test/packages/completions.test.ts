/** What bash, zsh and fish complete, asked of the shells themselves. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Tool } from "@vlf/common/main";
import { optionsIn } from "@vlf/common/_testing";
import { commandsOf, completions, optionsOf } from "../../scripts/package/completions.ts";
import { emptyFolder, missing, ROOT } from "../pipelines/_run.ts";

const TOOLS = readdirSync(join(ROOT, "tools")).filter((name) => name.startsWith("vlf-"));

async function helpOf(tool: string): Promise<string> {
  const { tool: found } = (await import(join(ROOT, "tools", tool, "src/cli.ts"))) as { tool: Tool };
  return found.help;
}

describe("a help text read for completion", () => {
  for (const tool of TOOLS) {
    test(`has all options of ${tool}`, async () => {
      const help = await helpOf(tool);
      assert.deepEqual(
        optionsOf(help)
          .map(({ long }) => `--${long}`)
          .toSorted(),
        [...new Set(optionsIn(help))],
      );
    });
  }

  test("tells commands with their texts, and options with what they take", async () => {
    assert.deepEqual(
      commandsOf(await helpOf("vlf-notify")).map(({ name }) => name),
      ["run", "check", "health", "test", "list", "clear"],
    );
    const [first] = commandsOf(await helpOf("vlf-pack"));
    assert.deepEqual(first, { name: "list", text: "a file record for each license file in the folder" });
    const options = optionsOf(await helpOf("vlf-pack"));
    assert.deepEqual(options[0], {
      long: "output",
      short: "o",
      value: "DIR",
      text: "the folder of the files",
    });
    assert.equal(options.find(({ long }) => long === "dry-run")?.value, undefined);
  });
});

/** Runs a script of a shell. Gives its lines. */
function lines(shell: readonly string[], script: string, cwd: string): string[] {
  const [program = "", ...args] = shell;
  const { stdout, stderr, status } = spawnSync(program, [...args, script], { cwd, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.split("\n").filter((line) => line !== "");
}

test(
  "bash completes commands, options, and files after options that take one",
  { skip: missing("bash") },
  async (t) => {
    const folder = emptyFolder(t);
    writeFileSync(join(folder, "c"), completions("vlf-ship", await helpOf("vlf-ship")).bash);
    const ask = (...words: string[]): string[] =>
      lines(
        ["bash", "-c"],
        `compopt() { echo "compopt $*"; }; source ./c; COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
       COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _vlf_ship; printf '%s\\n' "\${COMPREPLY[@]}"; complete -p vlf-ship`,
        folder,
      );
    const how = "complete -o bashdefault -o default -F _vlf_ship vlf-ship";
    assert.deepEqual(ask("vlf-ship", "re"), ["retry", how]);
    assert.deepEqual(ask("vlf-ship", "--de"), ["--delivery", how]);
    assert.deepEqual(ask("vlf-ship", "retry", "--s"), ["--spool", how]);
    assert.deepEqual(ask("vlf-ship", "--to", ""), [how], "files, by the default of readline");
    assert.deepEqual(ask("vlf-ship", "--delivery", "").slice(-2), ["compopt +o default +o bashdefault", how]);
  },
);

test("zsh completes commands and options", { skip: missing("zsh") }, async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "_vlf-ship"), completions("vlf-ship", await helpOf("vlf-ship")).zsh);
  const ask = (line: string): string =>
    lines(["zsh", "-f", join(import.meta.dirname, "ask.zsh")], line, folder).join("\n");
  assert.match(ask("vlf-ship --de"), /<vlf-ship --delivery[= ]?>/);
  assert.match(ask("vlf-ship forg"), /<vlf-ship forget ?>/);
});

test("fish completes commands and options with their texts", { skip: missing("fish") }, async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "c.fish"), completions("vlf-ship", await helpOf("vlf-ship")).fish);
  const ask = (line: string): string[] =>
    lines(["fish", "--no-config", "-c"], `source c.fish; complete -C '${line}'`, folder);
  assert.deepEqual(ask("vlf-ship re"), ["retry\tdeliver what waits in the spool"]);
  assert.deepEqual(ask("vlf-ship --deli"), ["--delivery\tdeliver to NAME of vlf.toml"]);
  assert.ok(ask("vlf-ship --to c.f").some((word) => word.startsWith("c.fish")));
});

for (const [shell, kind] of [
  ["bash", "bash"],
  ["zsh", "zsh"],
  ["fish", "fish"],
] as const) {
  test(`${shell} reads the completions of all tools`, { skip: missing(shell) }, async (t) => {
    const folder = emptyFolder(t);
    for (const tool of TOOLS) {
      const file = join(folder, tool);
      // oxlint-disable-next-line no-await-in-loop
      writeFileSync(file, completions(tool, await helpOf(tool))[kind]);
      const { status, stderr } = spawnSync(shell, ["-n", file], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
    }
  });
}
