/** A counting thread: blocks of whole scopes in, the counts of their customers out. */
import { parentPort, workerData } from "node:worker_threads";
import { withOverrides } from "@vlf/common/models";
import { answerTask, type Task } from "@vlf/common/scopes";
import { ScopeCounter } from "./count-scope.ts";
import type { WorkerSettings } from "./threads.ts";

const { overrides, schemes, rules5, cisco } = workerData as WorkerSettings;
const counter = new ScopeCounter(withOverrides(overrides), schemes, rules5, cisco);

parentPort?.on("message", (task: Task) => {
  const answer = answerTask(task, (scope, known) => counter.open(scope, known));
  parentPort?.postMessage(answer, [answer.memory]);
});
