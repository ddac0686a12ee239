/**
 * Runs every `console` block of the READMEs and compares what it shows with what comes, and keeps the
 * help text between `<!-- help:TOOL -->` and `<!-- /help -->` in step. `--update` writes both instead.
 * A block's commands begin with `$ `; a line `...` stands for any lines. Each page has a folder of its own.
 */
import { execFile, type ExecFileException } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const root = join(import.meta.dirname, "..");
const update = process.argv.includes("--update");

interface Page {
  readonly path: string;
  readonly text: string;
}

/** Runs a shell command as a reader would; what it prints on both streams, in order of time. */
function shell(command: string, folder: string): Promise<string> {
  const env = {
    PATH: [join(root, "scripts/bin"), process.env["PATH"] ?? ""].join(delimiter),
    LC_ALL: "C.UTF-8",
    TZ: "Asia/Kolkata",
    NO_COLOR: "1",
    HOME: folder,
    VLF_BUILT: process.env["VLF_BUILT"] ?? "",
  };
  return new Promise((resolve) => {
    const done = (_error: ExecFileException | null, stdout: string): void => resolve(stdout);
    // The status is not compared: a block that shows it prints `$?`.
    execFile(
      "bash",
      ["-c", `exec 2>&1; set -o pipefail; ${command}`],
      { cwd: folder, env, maxBuffer: 1 << 26, timeout: 60_000 },
      done,
    );
  });
}

/** The commands of a block with the output shown for each. */
function commandsOf(block: string): { command: string; shown: string }[] {
  const commands: { command: string; shown: string }[] = [];
  let open = false;
  for (const line of block.split("\n")) {
    const last = commands.at(-1);
    if (line.startsWith("$ ")) commands.push({ command: line.slice(2), shown: "" });
    else if (last === undefined) throw new Error(`a console block begins with "${line}", wanted "$ command"`);
    else if (open) last.command += `\n${line}`;
    else last.shown += `${line}\n`;
    open = (line.startsWith("$ ") || open) && (line.endsWith("\\") || line.endsWith("|"));
  }
  return commands;
}

/** Whether output is what is shown; `...` on a line of its own stands for any lines. */
function matches(shown: string, output: string): boolean {
  const pattern = shown
    .split("\n")
    .map((line) => (line === "..." ? "(?:.*\\n)*?" : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`))
    .join("")
    .replace(/\n$/, "");
  return new RegExp(`^${pattern}$`).test(output);
}

const BLOCK = /^```console\n([\s\S]*?)^```$/gm;
const HELP = /(<!-- help:(\S+) -->\n```text\n)([\s\S]*?)(```\n<!-- \/help -->)/g;

async function check(page: Page): Promise<{ text: string; problems: string[]; commands: number }> {
  const problems: string[] = [];
  let { text } = page;
  let commands = 0;
  const folder = mkdtempSync(join(tmpdir(), "vlf-docs-"));
  try {
    for (const [, head, tool, shown, tail] of page.text.matchAll(HELP)) {
      const help = await shell(`${tool} --help`, folder);
      if (help !== shown) problems.push(`${page.path}: the help text of ${tool} is not the one it prints`);
      text = text.replace(`${head}${shown}${tail}`, () => `${head}${help}${tail}`);
    }
    const own = /^tools\/(vlf-[a-z]+)\/README\.md$/.exec(page.path)?.[1];
    if (own !== undefined && !page.text.includes(`<!-- help:${own} -->\n\`\`\`text\n`)) {
      problems.push(`${page.path}: no help text of ${own} between its marks`);
    }
    for (const [whole, block = ""] of page.text.matchAll(BLOCK)) {
      const fresh: string[] = [];
      for (const { command, shown } of commandsOf(block.replace(/\n$/, ""))) {
        commands += 1;
        const output = await shell(command, folder);
        if (!matches(shown, output))
          problems.push(`${page.path}: $ ${command}\n--- shown\n${shown}--- came\n${output}`);
        fresh.push(
          `$ ${command}\n${shown.split("\n").includes("...") && matches(shown, output) ? shown : output}`,
        );
      }
      text = text.replace(whole, () => `\`\`\`console\n${fresh.join("")}\`\`\``);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { text, problems, commands };
}

const only = process.argv.slice(2).filter((arg) => arg !== "--update");
const tools = readdirSync(join(root, "tools")).map((name) => join("tools", name, "README.md"));
const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
const pages = ["README.md", ...tools, ...docs.map((name) => join("docs", name))]
  .filter((path) => existsSync(join(root, path)))
  .filter((path) => only.length === 0 || only.some((part) => path.includes(part)))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

let total = 0;
let failed = 0;
for (const page of pages) {
  const { text, problems, commands } = await check(page);
  total += commands;
  if (update) {
    if (text !== page.text) writeFileSync(join(root, page.path), text);
  } else {
    failed += problems.length;
    for (const problem of problems) console.error(`check-docs: error: ${problem}`);
  }
}
console.log(
  `check-docs: ${total} commands of ${pages.length} pages ${update ? "run" : "compared"}, ${failed} problems`,
);
process.exitCode = failed === 0 && total > 0 ? 0 : 1;
