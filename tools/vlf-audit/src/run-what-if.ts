/** `vlf-audit --what-if FILE`: instances in, the difference that changes would make out. */
import { readFileSync } from "node:fs";
import { ciscoRules } from "@vlf/common/cisco-settings";
import { loadConfig } from "@vlf/common/config";
import { asToolError, EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { withOverrides } from "@vlf/common/models";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { Instance } from "@vlf/common/records";
import type { SchemeId } from "@vlf/common/schemes";
import { rules5 } from "@vlf/common/voss5-services";
import { Audit, type AuditResult } from "./audit.ts";
import type { WhatIfCommand } from "./cli.ts";
import { factReaders } from "./facts.ts";
import { asTexts } from "./naming.ts";
import { recordsRead } from "./records-read.ts";
import { standaloneAllocation } from "./settings.ts";
import type { Context } from "./what-if/_change.ts";
import { readChanges } from "./what-if/change-file.ts";
import { keepingReaders } from "./what-if/instance.ts";
import { Nodes } from "./what-if/nodes.ts";
import { type Totals, whatIfPage } from "./what-if/page.ts";
import { WhatIf } from "./what-if/what-if.ts";

/** Counts the instances on standard input without and with the changes; gives the exit status. */
export async function runWhatIf(options: WhatIfCommand, io: Io): Promise<number> {
  const { file, schemes, log, tool, version, asText } = options;
  const config = loadConfig(options.config);
  const models = withOverrides(config.tables("models"));
  const context: Context = { models, readers: factReaders(models, schemes), values: new WeakMap() };
  const changes = readChanges(file, textOf(file), context);
  const settings = { schemes, standaloneAllocation: standaloneAllocation(config) };
  const paths = changes.flatMap(({ adds, hierarchy }) =>
    adds && hierarchy !== undefined ? [hierarchy] : [],
  );
  const nodes = new Nodes(models, paths, schemes);
  const whatIf = new WhatIf(changes, nodes, settings);
  const audit = new Audit(
    {
      ...settings,
      models,
      rules5: rules5(config),
      cisco: ciscoRules(config),
      whatIf: (row) => whatIf.take(row),
    },
    asTexts(models, schemes, keepingReaders(context, changes)),
  );

  const count = recordsRead(log, () => `${audit.customers} customers counted`);
  // Nothing of the input is passed on: what-ifs and what is real never stand in one stream.
  const { begin } = await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      fields: audit.fields("stdin"),
      onFields: count,
      record(record, line) {
        count();
        if (record.type === "scope-end") audit.endScope(String(record["hierarchy"]));
        if (record.type !== "instance") return;
        const instance = record as unknown as Instance;
        nodes.see(instance);
        audit.add(instance, "stdin", line);
      },
    },
  );
  const counted = audit.finish();
  const result = whatIf.finish();
  log.done();
  const worst = result.findings.some(({ severity }) => severity !== "info");
  const status = options.exitStatus && worst ? EXIT.no : EXIT.ok;
  if (asText) {
    for (const { severity, message } of result.findings)
      if (severity === "info") log.info(message);
      else log.warning(message);
    await io.stdout.write(whatIfPage(schemes, result, (scheme) => totalsOf(scheme, counted)));
    return status;
  }
  const writer = new RecordWriter(io.stdout);
  await writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }], what_if: file });
  for (const record of [...result.changes, ...result.tiers, ...result.findings]) await writer.write(record);
  await writer.end(tool);
  return status;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw asToolError(`read ${file}`, error);
  }
}

/** The licenses of all rows by tier, without changes. */
function totalsOf(scheme: SchemeId, { customers }: AuditResult): Totals {
  const totals: Record<string, number> = {};
  for (const { count } of customers) {
    if (count.scheme !== scheme) continue;
    for (const [tier, licenses] of Object.entries<number>({ ...count.licenses }))
      totals[tier] = (totals[tier] ?? 0) + licenses;
  }
  return totals;
}
