/** `vlf-audit explain`: instances in, the evidence behind every number out, customer by customer. */
import { ciscoRules } from "@vlf/common/cisco-settings";
import { loadConfig } from "@vlf/common/config";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { withOverrides } from "@vlf/common/models";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { Evidence, Instance, SchemeDifference } from "@vlf/common/records";
import { type SchemeId, schemeOf } from "@vlf/common/schemes";
import { rules5 } from "@vlf/common/voss5-services";
import { Audit, type Explained } from "./audit.ts";
import type { ExplainOptions } from "./cli.ts";
import { differencesOf, type Pair } from "./explain/differences.ts";
import { evidenceOf } from "./explain/evidence.ts";
import { columnId, isWantedCustomer, ofUser } from "./explain/filter.ts";
import { differencesPage, pageOf } from "./explain/page.ts";
import { recordsRead } from "./records-read.ts";
import { standaloneAllocation } from "./settings.ts";

/** Explains the instances on standard input; gives the exit status. */
export async function runExplain(options: ExplainOptions, io: Io): Promise<number> {
  const { log, tool, version, user, asText } = options;
  const config = loadConfig(options.config);
  const { schemes } = options;
  const [first, second] = schemes;
  const pair: Pair | undefined = first === undefined || second === undefined ? undefined : [first, second];
  const column =
    options.column === undefined || first === undefined
      ? undefined
      : columnId(schemeOf(first), options.column);
  const settings = {
    models: withOverrides(config.tables("models")),
    standaloneAllocation: standaloneAllocation(config),
  };
  // What is made while one record is read waits here until it is written: one customer at most.
  const waiting: (Evidence | SchemeDifference)[] = [];
  // Of the first of two schemes, until the second tells of the same customer.
  let ofFirst: Evidence[] = [];
  const explain = (explained: Explained): void => {
    if (!isWantedCustomer(explained, options)) return;
    const all = evidenceOf(explained, settings);
    const ofOne = user === undefined ? all : ofUser(all, explained, user);
    for (const one of ofOne) if (column === undefined || one.column === column) waiting.push(one);
    if (pair === undefined || (explained.customer?.pkid ?? "") === "") return;
    if (explained.scheme === pair[0]) {
      ofFirst = ofOne;
      return;
    }
    waiting.push(...differencesOf(pair, [...ofFirst, ...ofOne], explained, settings.models));
    ofFirst = [];
  };
  const audit = new Audit({
    ...settings,
    schemes,
    rules5: rules5(config),
    cisco: ciscoRules(config),
    explain,
  });
  const writer = new RecordWriter(io.stdout);
  let found = 0;
  const flush = async (): Promise<void> => {
    const ready = waiting.splice(0);
    found += ready.length;
    if (asText) await io.stdout.write(pagesOf(schemes, ready));
    else {
      for (const one of ready) {
        const written = writer.write(one);
        if (written !== undefined) await written; // a promise for each record would take its time
      }
    }
  };

  const count = recordsRead(log, () => `${audit.customers} customers explained`);
  await readRecords(
    io.stdin,
    { name: "stdin" },
    {
      fields: audit.fields("stdin"),
      onFields: count,
      begin: (begin) => {
        if (asText) return undefined;
        return writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] });
      },
      record: (record, line) => {
        count();
        if (record.type === "instance") audit.add(record as unknown as Instance, "stdin", line);
        if (record.type !== "scope-end") return undefined;
        audit.endScope(String(record["hierarchy"]));
        return waiting.length > 0 ? flush() : undefined;
      },
    },
  );
  const { findings } = audit.finish();
  await flush();
  log.done();
  if (found === 0) log.warning("nothing in the input fits what was asked for");
  if (asText) return EXIT.ok;
  for (const finding of findings) await writer.write(finding);
  await writer.end(tool);
  return EXIT.ok;
}

/** Pages of what is ready: the evidence scheme by scheme, then what differs. */
function pagesOf(schemes: readonly SchemeId[], ready: readonly (Evidence | SchemeDifference)[]): string {
  const evidence = ready.filter((one) => one.type === "evidence");
  const pages = schemes.map((scheme) =>
    pageOf(
      schemeOf(scheme),
      evidence.filter((one) => one.scheme === scheme),
      schemes.length > 1,
    ),
  );
  return [...pages, differencesPage(ready.filter((one) => one.type === "scheme-difference"))].join("");
}
