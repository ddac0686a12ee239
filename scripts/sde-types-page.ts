/** Writes the tables of docs/sde-types.md from the reports; `--check` compares instead and exits with 1 where they differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Key } from "../tools/vlf-sde/src/reports/_column.ts";
import { type DescribedReport } from "../tools/vlf-sde/src/reports/_report.ts";
import { REPORTS } from "../tools/vlf-sde/src/reports/index.ts";
import type { ReportOptions } from "../tools/vlf-sde/src/reports/report.ts";
import { MODELS } from "../tools/common/src/models.ts";

const page = join(import.meta.dirname, "../docs/sde-types.md");
const MARK = "<!-- Written by scripts/sde-types-page.ts from here on. -->\n";
const OPTIONS: ReportOptions = { spelling: "resolved", webexLayout: "current", table: MODELS };

const modelName = (id: string): string => `\`${MODELS[id]?.model ?? id}\``;

/** Keys and those inside them: `lines[].E164`. */
function* flat(keys: readonly Key[], prefix = ""): Generator<Key> {
  for (const key of keys) {
    yield { ...key, key: prefix + key.key };
    const inside = `${prefix}${key.key}${key.kind === "object" ? "." : "[]."}`;
    if (key.members !== undefined) yield* flat(key.members, inside);
  }
}

function table(keys: readonly Key[]): string {
  const rows = [...flat(keys)].map(({ key, kind, since, from, note, canBeMissing, reading, ...spelled }) => {
    const notes = [
      canBeMissing === true ? "left out when empty" : "",
      spelled.table === undefined ? "" : `in the table \`${spelled.table}\``,
      spelled.example === undefined ? "" : `in the example \`${spelled.example}\``,
      note ?? "",
    ];
    return `| \`${key}\` | ${kind} | ${since} | ${from}${reading === true ? " (our reading)" : ""} | ${notes.filter((text) => text !== "").join("; ")} |\n`;
  });
  return `| key | type | since | source | note |\n|---|---|---|---|---|\n${rows.join("")}`;
}

function section(report: DescribedReport): string {
  const { type, title, section: number, rowIs, reading, sources, models } = report;
  const joined = models.filter((id) => !sources.includes(id));
  const looksUp = joined.length === 0 ? "" : ` Looks up ${joined.map(modelName).join(", ")}.`;
  const legacy = report.keys({ ...OPTIONS, webexLayout: "legacy" });
  const current = report.keys(OPTIONS);
  const isDouble = legacy.map(({ key }) => key).join() !== current.map(({ key }) => key).join();
  return `
### \`${type}\`

${title}, guide ${number}. A row is ${rowIs}: ${sources.map(modelName).join(" and ")}.${reading ? " The guide does not say so: this is our reading." : ""}${looksUp}

${table(current)}${isDouble ? `\nWith \`--webex-layout legacy\`, as before 21.4-PB2:\n\n${table(legacy)}` : ""}`;
}

function spellings(): string {
  const rows = REPORTS.flatMap((report) =>
    [...flat(report.keys(OPTIONS))]
      .filter((key) => key.table !== undefined || key.example !== undefined)
      .map((key) => {
        const shown = key.key.slice(key.key.lastIndexOf(".") + 1);
        const other = (name: string | undefined): string => `\`${name ?? shown}\``;
        return `| ${report.type} | \`${key.key}\` | ${other(key.table)} | ${other(key.example)} |\n`;
      }),
  );
  return `## Keys with two spellings

| type | written as | in the table | in the example |
|---|---|---|---|
${rows.join("")}`;
}

const before = readFileSync(page, "utf8");
const at = before.indexOf(MARK);
if (at < 0) throw new Error(`docs/sde-types.md has no line "${MARK.trim()}"`);
const head = before.slice(0, at + MARK.length);
const wanted = `${head}
${spellings()}
## The types
${REPORTS.map(section).join("")}`;
if (!process.argv.includes("--check")) {
  writeFileSync(page, wanted);
} else if (before !== wanted) {
  console.error(
    "docs/sde-types.md differs from the reports: run node --import tsx scripts/sde-types-page.ts",
  );
  process.exitCode = 1;
}
