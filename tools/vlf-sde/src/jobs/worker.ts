/** An exporting thread: blocks of whole scopes in, rows of their customers out. */
import { parentPort, workerData } from "node:worker_threads";
import { withOverrides } from "@vlf/common/models";
import type { Task } from "@vlf/common/scopes";
import { ScopeExporter } from "../engine/apart.ts";
import { planOf } from "../engine/plan.ts";
import { REPORTS } from "../reports/index.ts";
import type { Report } from "../reports/report.ts";
import type { WorkerSettings } from "./threads.ts";

const { types, compress, spelling, webexLayout, overrides } = workerData as WorkerSettings;
const reports = types.map((type): Report => {
  const report = REPORTS.find((candidate) => candidate.type === type);
  if (report === undefined) throw new Error(`no report "${type}"`);
  return report;
});
const plan = planOf(reports, { spelling, webexLayout, table: withOverrides(overrides) }, compress);

const exporter = new ScopeExporter(plan);

parentPort?.on("message", (task: Task) => {
  const answer = exporter.answer(task);
  parentPort?.postMessage(answer, [answer.memory]);
});
