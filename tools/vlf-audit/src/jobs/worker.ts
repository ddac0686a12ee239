/** A counting thread: blocks of whole scopes in, the counts of their customers out. */
import { parentPort, workerData } from "node:worker_threads";
import { withOverrides } from "@vlf/common/models";
import { answerTask, type Task } from "@vlf/common/scopes";
import { countOptions, openScope } from "./count-scope.ts";
import type { WorkerSettings } from "./threads.ts";

const { overrides, schemes, rules5, cisco } = workerData as WorkerSettings;
const options = countOptions(withOverrides(overrides), schemes, rules5, cisco);

parentPort?.on("message", (task: Task) => {
  const answer = answerTask(task, (scope, known) => openScope(scope, known, options));
  parentPort?.postMessage(answer, [answer.memory]);
});
