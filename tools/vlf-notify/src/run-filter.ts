/** `vlf-notify` in a pipeline: passes all records on, and raises findings and deliveries from a level up. */
import { formatTime } from "@vlf/common/clock";
import { asToolError, BrokenPipeError, type ToolError } from "@vlf/common/exit";
import { EffectSink } from "@vlf/common/effect-sink";
import type { Io } from "@vlf/common/main";
import { readRecords, RecordWriter } from "@vlf/common/ndjson";
import type { AnyRecord, Delivery, Finding } from "@vlf/common/records";
import { type Alert, isAtLeast, TRANSFER_CODE } from "./alert.ts";
import type { FilterOptions } from "./cli.ts";
import { cutOffAlert } from "./job-alert.ts";
import { raise, report } from "./raise.ts";
import { deliveryAlert, FindingAlerts } from "./record-alerts.ts";
import { jobSettings, type Settings } from "./settings.ts";
import { type Receipt, State } from "./state.ts";

export async function runFilter(options: FilterOptions, settings: Settings, io: Io): Promise<number> {
  const { clock, log, tool, version, job } = options;
  jobSettings(settings.config, job);
  // The alerts matter more than the records that pass: a reader that went away stops none of them.
  const out = new EffectSink(io.stdout);
  const writer = new RecordWriter(out);
  const findings = new FindingAlerts();
  const deliveries: Alert[] = [];
  const receipts: Receipt[] = [];

  const take = (record: AnyRecord): void => {
    if (record.type === "finding") {
      const finding = record as unknown as Finding;
      if (isAtLeast(finding.severity, options.level)) findings.add(finding);
    }
    if (record.type === "delivery") {
      const delivery = record as unknown as Delivery;
      const alert = deliveryAlert(delivery);
      if (alert !== undefined && isAtLeast(alert.severity, options.level)) deliveries.push(alert);
      receipts.push(receiptOf(delivery, formatTime(clock.fixed ? clock.now : new Date())));
    }
  };
  const raiseAll = (more: readonly Alert[]): ReturnType<typeof raise> =>
    raise([...deliveries, ...findings.alerts(), ...more], { settings, clock, log, dryRun: options.dryRun });

  try {
    await readRecords(
      io.stdin,
      { name: "stdin" },
      {
        begin: (begin) => writer.begin({ ...begin, via: [...(begin.via ?? []), { tool, version }] }),
        record: (record) => {
          take(record);
          return writer.write(record);
        },
      },
    );
  } catch (error) {
    const failure = asToolError("read stdin", error);
    await keepReceipts(options, settings, receipts);
    await raiseAll(isToldByRun(options, failure) ? [] : [cutOffAlert(job, clock.now, failure.message)]);
    await writer.flush();
    throw failure;
  }
  await keepReceipts(options, settings, receipts);
  for (const record of (await raiseAll([])).records) await writer.write(record);
  await writer.end(tool);
  out.settle();
  return 0;
}

/** `vlf-notify run` around the pipeline sees it fail and raises that itself, once. */
function isToldByRun({ isBelowRun }: FilterOptions, failure: ToolError): boolean {
  return isBelowRun || failure instanceof BrokenPipeError;
}

function receiptOf({ destination, file, status }: Delivery, at: string): Receipt {
  return { destination, file, status, at };
}

async function keepReceipts(
  { job, log, dryRun }: FilterOptions,
  settings: Settings,
  receipts: readonly Receipt[],
): Promise<void> {
  if (receipts.length === 0 || dryRun) return;
  const state = new State(settings.state);
  const troubled = new Set(
    receipts
      .filter(({ status }) => status === "failed" || status === "queued")
      .map(({ destination }) => destination),
  );
  try {
    await state.addReceipts(job, receipts);
    for (const destination of new Set(receipts.map((receipt) => receipt.destination))) {
      if (!troubled.has(destination)) await state.close(destination, [TRANSFER_CODE]);
    }
  } catch (error) {
    report(log, asToolError("keep the state", error));
  }
}
