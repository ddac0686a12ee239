/** A counting thread: blocks of whole scopes in, their results out. */
import { Buffer } from "node:buffer";
import { parentPort, workerData } from "node:worker_threads";
import { modelOf, withOverrides } from "@vlf/common/models";
import { factReaders } from "../facts.ts";
import { countScope, type ScopeOptions } from "./count-scope.ts";
import type { Answer, Settings, Task } from "./messages.ts";

const models = withOverrides((workerData as Settings).overrides);
const options: ScopeOptions = {
  // The allocation belongs to the row, which is made where all nodes are known.
  audit: { models, standaloneAllocation: () => 0 },
  readers: factReaders(models),
  passedOn: new Set([modelOf(models, "patch").model, modelOf(models, "adaptation").model]),
};

parentPort?.on("message", ({ memory, scopes }: Task) => {
  let start = 0;
  const results = scopes.map(({ scope, end, known }) => {
    const result = countScope(Buffer.from(memory, start, end - start), scope, known, options);
    start = end;
    return result;
  });
  parentPort?.postMessage({ memory, results } satisfies Answer, [memory]);
});
