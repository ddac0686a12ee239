/** `vlf-collect voss --check`: reach the system, log in, read one page of each model, tell what is missing. */
import { EXIT, type ExitStatus, ToolError } from "@vlf/common/exit";
import { modelOf } from "@vlf/common/models";
import type { ByteSink } from "@vlf/common/ndjson";
import { modelsOf, TIMER, type VossSetup } from "./run-voss.ts";
import { RefusedError, VossClient } from "./run-voss-client.ts";
import { readPage } from "./voss/answer.ts";
import { absentFields, fieldName, neededFields } from "./voss/fields.ts";
import { listPath } from "./voss/protocol.ts";
import { isBilled } from "./voss/required.ts";
import { readSettings } from "./voss/settings.ts";

/** What is said of a model: a word, its instances, more. */
type Row = readonly [model: string, state: string, total: string, more: string];

/**
 * Writes a table for people: no records, so that no tool takes it for a system without instances.
 * @returns 2 when a model that counts rest on cannot be read
 * @throws {ToolError} when the system cannot be reached, or refuses the account
 */
export async function checkVoss(setup: VossSetup, stdout: ByteSink): Promise<ExitStatus> {
  const { log, table, purposes } = setup;
  const settings = readSettings(setup.command, setup.config, setup.env);
  const client = new VossClient(settings, log, TIMER);
  const { hierarchy, pageSize, protocol, allowMissing } = settings;
  const rows: Row[] = [];
  const lost: string[] = [];
  try {
    // The node model comes first: when the account is refused, there is one request with it.
    for (const spec of modelsOf(table, purposes).keys()) {
      const { model } = spec;
      log.progress(() => model);
      try {
        const path = listPath(protocol, model, { hierarchy, skip: 0, limit: pageSize });
        const { resources, total } = await client.get(path, (value) => readPage(value, model));
        const data = resources.map((resource) => resource.data);
        const absent = absentFields(neededFields(spec, purposes), data).map(fieldName);
        const count = total === 0 && resources.length > 0 ? "unknown" : String(total);
        rows.push([model, "ok", count, absent.length === 0 ? "" : `absent: ${absent.join(", ")}`]);
      } catch (error) {
        if (!(error instanceof RefusedError)) throw error;
        const needed = spec === modelOf(table, "node") || (isBilled(spec) && !allowMissing.includes(model));
        if (needed) lost.push(model);
        rows.push([model, String(error.httpStatus), "-", needed ? "counts rest on it" : "optional"]);
      }
    }
  } finally {
    log.done();
    await client.close();
  }
  await stdout.write(tableOf([["model", "state", "instances", ""], ...rows]));
  const [first] = lost;
  if (first === undefined) return EXIT.ok;
  throw new ToolError(
    `check ${settings.origin}: models that counts rest on cannot be read: ${lost.join(", ")}`,
    {
      hint: `give the account the right to read them, or go on without by --allow-missing ${first}`,
    },
  );
}

function tableOf(rows: readonly Row[]): string {
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(([model, state, total, more]) => {
      const [a = 0, b = 0, c = 0] = widths;
      return `${model.padEnd(a)}  ${state.padEnd(b)}  ${total.padStart(c)}  ${more}`.trimEnd();
    })
    .map((line) => `${line}\n`)
    .join("");
}
