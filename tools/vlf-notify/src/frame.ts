/** The begin record of streams that this tool begins itself. */
import { type Clock, formatTime } from "@vlf/common/clock";
import { type Begin, SCHEMA } from "@vlf/common/records";

export function beginOf(
  { tool, version, clock }: { readonly tool: string; readonly version: string; readonly clock: Clock },
  seed: string,
): Begin {
  const time = formatTime(clock.now);
  return {
    type: "begin",
    schema: SCHEMA,
    tool,
    version,
    run_id: clock.runId(seed),
    started_at: time,
    collected_at: time,
    platform: {},
  };
}
