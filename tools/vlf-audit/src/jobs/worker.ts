/** A counting thread: blocks of whole scopes in, their results out. */
import { parentPort, workerData } from "node:worker_threads";
import { withOverrides } from "@vlf/common/models";
import { countBlock, scopeOptions } from "./count-scope.ts";
import type { Settings, Task } from "./messages.ts";

const { overrides, schemes, rules5 } = workerData as Settings;
const options = scopeOptions(withOverrides(overrides), schemes, rules5);

parentPort?.on("message", (task: Task) => {
  const answer = countBlock(task, options);
  parentPort?.postMessage(answer, [answer.memory]);
});
