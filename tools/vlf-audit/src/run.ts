/** The streams of vlf-audit: instances in, counts, profiles and findings out. */
import { ciscoRules } from "@vlf/common/cisco-settings";
import { loadConfig } from "@vlf/common/config";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { modelOf, withOverrides } from "@vlf/common/models";
import { type RecordHandlers, RecordWriter, readRecords, type StreamSummary } from "@vlf/common/ndjson";
import type { Finding, Instance } from "@vlf/common/records";
import { type CutLimits, readScopes, type ScopeOptions } from "@vlf/common/scopes";
import { rules5 } from "@vlf/common/voss5-services";
import { Audit, type CountedScope } from "./audit.ts";
import type { Options } from "./cli.ts";
import { startThreads } from "./jobs/threads.ts";
import { namingFor } from "./naming.ts";
import { sortedInstances } from "./output.ts";
import { recordsRead } from "./records-read.ts";
import { standaloneAllocation } from "./settings.ts";

/** The threads of a run, where they are not those of the options. */
interface OtherThreads {
  readonly threads: ScopeOptions<CountedScope>["threads"];
  readonly limits: Partial<CutLimits>;
}

/** Counts the instances on standard input; gives the exit status. */
export async function run(options: Options, io: Io, others?: OtherThreads): Promise<number> {
  const { log } = options;
  const config = loadConfig(options.config);
  const table = withOverrides(config.tables("models"));
  const { schemes } = options;
  const rules = rules5(config);
  const cisco = ciscoRules(config);
  const naming = namingFor(table, schemes);
  const audit = new Audit(
    {
      models: table,
      standaloneAllocation: standaloneAllocation(config),
      schemes,
      rules5: rules,
      cisco,
    },
    naming,
  );
  const passedOn = new Set([modelOf(table, "patch").model, modelOf(table, "adaptation").model]);
  const instances: Instance[] = [];
  const writer = new RecordWriter(io.stdout);
  let worst: Finding["severity"] = "info";
  const count = recordsRead(log, () => `${audit.customers} customers counted`);

  const fields = audit.fields("stdin");
  for (const model of passedOn) fields.set(model, "parse");
  const handlers: RecordHandlers = {
    fields,
    names: naming.names,
    onFields: count,
    begin: (begin) => {
      const via = [...(begin.via ?? []), { tool: options.tool, version: options.version }];
      return writer.begin({ ...begin, via });
    },
    record: (record, line) => {
      count();
      if (record.type === "instance") {
        const instance = record as unknown as Instance;
        if (passedOn.has(instance.model)) instances.push(instance);
        else audit.add(instance, "stdin", line);
        return undefined;
      }
      if (record.type === "scope-end") {
        audit.endScope(String(record["hierarchy"]));
        return undefined;
      }
      if (record.type === "finding") worst = worse(worst, record as unknown as Finding);
      return writer.write(record);
    },
  };
  const reading = { name: "stdin", allowPartial: options.allowPartial };
  const started = startThreads(options.jobs, {
    overrides: config.tables("models"),
    schemes,
    rules5: rules,
    cisco,
  });
  const taker = {
    known: (scope: string) => JSON.stringify(audit.nodesOf(scope)) as string | undefined,
    adopt: (scope: string, counted: CountedScope) => audit.adopt(scope, counted),
  };
  let summary: StreamSummary;
  try {
    summary =
      options.jobs === 1
        ? await readRecords(io.stdin, reading, handlers)
        : await readScopes(
            io.stdin,
            { ...reading, taker, threads: started, ...others, onAdopted: count },
            handlers,
          );
  } finally {
    await started.close();
  }

  const result = audit.finish();
  log.done();
  for (const record of sortedInstances(instances)) await writer.write(record);
  for (const { count, profiles } of result.customers) {
    await writer.write(count);
    for (const profile of profiles) await writer.write(profile);
  }
  for (const finding of result.findings) {
    worst = worse(worst, finding);
    await writer.write(finding);
  }
  if (summary.problem !== undefined) {
    // No end record: what was counted from a part must not be packed and billed as the whole.
    log.warning(`read stdin: ${summary.problem}: the counts are of a part, and the output has no end record`);
    await writer.flush();
    await io.stdout.write("");
    return EXIT.ok;
  }
  await writer.end(options.tool);
  return options.exitStatus && worst !== "info" ? EXIT.no : EXIT.ok;
}

const SEVERITIES: readonly Finding["severity"][] = ["info", "warning", "error"];

function worse(severity: Finding["severity"], finding: Finding): Finding["severity"] {
  return SEVERITIES.indexOf(finding.severity) > SEVERITIES.indexOf(severity) ? finding.severity : severity;
}
