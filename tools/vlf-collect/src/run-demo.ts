/** `vlf-collect demo`: a made-up system of any size, the same for the same options. */
import { formatTime } from "@vlf/common/clock";
import { type DemoOptions, demoPlatform, demoSystem } from "./demo/index.ts";
import type { Output } from "./run-output.ts";

/** One of these is one subscriber, but for the few above every site. */
const SUBSCRIBER = "device/cucm/User";

export interface DemoCommand extends Pick<DemoOptions, "customers" | "subscribers" | "seed"> {
  readonly command: "demo";
}

/** Writes the system into the output, which it leaves without its end record. It is always complete. */
export async function collectDemo(
  { customers, subscribers, seed }: DemoCommand,
  allFields: boolean,
  collectedAt: Date,
  output: Output,
): Promise<true> {
  const options = { customers, subscribers, seed, allFields, collectedAt: formatTime(collectedAt) };
  output.facts({ platform: demoPlatform(options) }, "demo");
  let made = 0;
  output.showShare(() => made / Math.max(subscribers, 1));
  for (const record of demoSystem(options)) {
    if (record.type === "instance" && record.model === SUBSCRIBER) made += 1;
    const waiting = record.type === "instance" ? output.instance(record) : output.pass(record);
    if (waiting !== undefined) await waiting;
  }
  return true;
}
