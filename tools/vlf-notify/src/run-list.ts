/** `vlf-notify list` and `clear`: the open alerts, as VOSS's `data/Alert` has them. */
import { EXIT, UsageError } from "@vlf/common/exit";
import type { Io } from "@vlf/common/main";
import { writeRecords } from "@vlf/common/ndjson";
import type { AlertRecord } from "@vlf/common/records";
import type { ClearOptions, ListOptions } from "./cli.ts";
import { beginOf } from "./frame.ts";
import type { Settings } from "./settings.ts";
import { type Entry, State } from "./state.ts";

export async function runList(options: ListOptions, settings: Settings, io: Io): Promise<number> {
  const entries = new State(settings.state).entries();
  await writeRecords(io.stdout, beginOf(options, "list"), entries.map(recordOf), options.tool);
  return EXIT.ok;
}

/** @throws {UsageError} for an id that is not open */
export async function runClear(options: ClearOptions, settings: Settings): Promise<number> {
  const { ids, log } = options;
  const cleared = await new State(settings.state).changeEntries((entries) => {
    const unknown = ids.find((id) => entries.every((entry) => entry.id !== id));
    if (unknown !== undefined) {
      throw new UsageError(`clear "${unknown}": no open alert has this id`, {
        hint: "vlf-notify list shows those that are open",
      });
    }
    const kept = ids.length === 0 ? [] : entries.filter(({ id }) => !ids.includes(id));
    return { entries: kept, result: entries.length - kept.length };
  });
  log.info(`cleared ${cleared} ${cleared === 1 ? "alert" : "alerts"}`);
  return EXIT.ok;
}

function recordOf({ id, code, category, severity, message, count, latest_at: at }: Entry): AlertRecord {
  return { type: "alert", id, code, category, severity, message, count, raised_at: at };
}
