/** `vlf-notify test`: one alert of each level to each target, so that the first real one is not the first. */
import { EffectSink } from "@vlf/common/effect-sink";
import { EXIT } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import { type Alert, type Level, severityOf } from "./alert.ts";
import type { TestOptions } from "./cli.ts";
import { beginOf } from "./frame.ts";
import { raise } from "./raise.ts";
import type { Settings } from "./settings.ts";

/** 0 when every target took its alert, or the network did; 2 or 75 when one failed or there is none. */
export async function runTest(options: TestOptions, settings: Settings, io: Io): Promise<number> {
  const { clock, log, dryRun } = options;
  const { records, failures } = await raise(options.levels.map(testAlert), {
    settings,
    clock,
    log,
    dryRun,
    isTest: true,
  });
  const out = new EffectSink(io.stdout);
  await writeRecords(out, beginOf(options, "test"), records, options.tool);
  out.settle();
  const nobody = !dryRun && records.every(({ target }) => target === undefined);
  if (failures.some(({ status }) => status !== EXIT.temporary) || nobody) return EXIT.failed;
  return failures.length > 0 ? EXIT.temporary : EXIT.ok;
}

function testAlert(level: Level): Alert {
  return {
    id: "test",
    code: "test",
    category: "Test",
    severity: severityOf(level),
    title: `Test of level ${level}`,
    text: "This is a test of the alerts. Nothing has happened.",
    details: [],
  };
}
