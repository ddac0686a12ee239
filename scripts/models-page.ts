/** Writes docs/models.md from the model table; `--check` compares instead and exits with 1 where they differ. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type FieldSpec, type Mark, MODELS, type ModelSpec } from "../tools/common/src/models.ts";

const page = join(import.meta.dirname, "../docs/models.md");

function head(specs: readonly ModelSpec[]): string {
  const marks = specs.flatMap(({ fields }) => Object.values(fields).map(({ mark }) => mark));
  const count = (mark: Mark): number => marks.filter((one) => one === mark).length;
  return `# Models and fields

<!-- Written by scripts/models-page.ts from tools/common/src/_model-table.ts: change the table, not this page. -->

The ${specs.length} VOSS models and ${marks.length} fields that the license audit (\`audit\`) and the subscriber data export (\`sde\`) read.
\`vlf-collect\` keeps these fields and drops the rest, so that no more personal data travels than is needed; \`--for\` says for
which of the two, \`--fields all\` keeps everything. Models that nothing here reads are left out.

The mark says where a name comes from:

- **documented** (${count("documented")} fields): a public page of the vendor spells it like this.
- **inferred** (${count("inferred")}): our reading of such a page, or of the API below it: AXL, Microsoft Graph, Webex.
- **not-found** (${count("not-found")}): no public page names it. A guess, to be checked against a real system.

A path goes down through \`data\`, with a dot between levels. Lists are walked through at every level, and \`{_value_1: x}\` is
read as x. Where a field has several paths, the first that holds a value counts.

## Correcting a name

A system may spell a field or a model differently. Compare one instance, as the API gives it, with the table below and say the
difference in \`vlf.toml\`: \`[models."NAME"]\` with the name of this page, then a field id with its real path or a list of paths,
or \`model\` with the real name of the model. All tools that read models take the correction, so give them all the same file.

For example, the meetings account of a user on your system is an instance of \`device/webex/Account\`, with the login name one
level down, and the e-mail address in one of two fields:

\`\`\`json
{"login": {"id": "jsmith"}, "mail": null, "primaryMail": "jsmith@example.com"}
\`\`\`

\`\`\`toml
[models."device/webex/User"]
model = "device/webex/Account"
meeting_id = "login.id"
email = ["mail", "primaryMail"]
\`\`\`

A model or field that is not on this page is refused, and so are two models of one name: a slip in a correction does not
become a count of 0.

## The models
`;
}

function row([id, { paths, purposes, mark }]: [string, FieldSpec]): string {
  const shown = paths.map((path) => `\`${path.join(".")}\``).join(", ");
  return `| \`${id}\` | ${shown} | ${purposes.join(", ")} | ${mark} |\n`;
}

function section({ id, model, mark, fields }: ModelSpec): string {
  const rows = Object.entries(fields).map(row).join("");
  return `
### \`${model}\`

Ours: \`${id}\`. The model itself: ${mark}.

| field | paths | for | mark |
|---|---|---|---|
${rows}`;
}

const specs = Object.values(MODELS);
const wanted = head(specs) + specs.map(section).join("");
if (!process.argv.includes("--check")) {
  writeFileSync(page, wanted);
} else if (readFileSync(page, "utf8") !== wanted) {
  console.error("docs/models.md differs from the model table: run node --import tsx scripts/models-page.ts");
  process.exitCode = 1;
}
