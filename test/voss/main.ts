/**
 * Serves a demo system, or a file of instances, as VOSS Automate would, to try `vlf-collect voss` by hand:
 *   node --import tsx test/voss/main.ts --subscribers 5000
 * It says how to read it, and serves until it is interrupted. Started with an IPC channel it tells where it
 * is by a message, and answers every message with what it has seen.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { demoSystem } from "../../tools/vlf-collect/src/demo/index.ts";
import type { Instance, ScopeEnd } from "@vlf/common/records";
import { startVossServer } from "./server.ts";
import type { PathShape } from "./store.ts";

const { values } = parseArgs({
  options: {
    customers: { type: "string", default: "10" },
    subscribers: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    input: { type: "string" },
    "path-shape": { type: "string", default: "dotted" },
    throttle: { type: "string", default: "20" },
    latency: { type: "string", default: "0" },
    "all-fields": { type: "boolean", default: false },
  },
});

/** The records of a file that a VOSS would serve. */
function* recordsOf(path: string): Generator<Instance | ScopeEnd> {
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") continue;
    const record = JSON.parse(line) as Instance | ScopeEnd;
    if (record.type === "instance" || record.type === "scope-end") yield record;
  }
}

const server = await startVossServer({
  system:
    values.input === undefined
      ? demoSystem({
          customers: Number(values.customers),
          subscribers: Number(values.subscribers),
          seed: Number(values.seed),
          allFields: values["all-fields"],
          collectedAt: "2026-11-01T03:00:00Z",
        })
      : recordsOf(values.input),
  pathShape: values["path-shape"] as PathShape,
  throttle: Number(values.throttle),
  latencyMs: Number(values.latency),
});
const { url, caFile, username, passwordFile, stats } = server;
process.stderr.write(
  `serves until interrupted, to be read by\n  vlf-collect voss --url ${url} --username ${username} \\\n    --password-file ${passwordFile} --ca-file ${caFile}\n`,
);
process.send?.({ url, caFile, username, passwordFile });
process.on("message", () => {
  process.send?.({ ...stats, pages: Object.fromEntries(stats.pages) });
});
const stop = async (): Promise<void> => {
  await server.close();
  if (process.connected) process.disconnect();
};
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
process.once("disconnect", () => void stop());
