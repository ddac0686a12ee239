import assert from "node:assert/strict";
import { test } from "node:test";
import type { Data } from "@vlf/common/axl";
import type { Log } from "@vlf/common/log";
import { modelOf, MODELS } from "@vlf/common/models";
import type { Resource } from "./resource.ts";
import type { VossClient } from "./run-voss-client.ts";
import { FieldReader, type Source } from "./run-voss-fields.ts";
import { Unit } from "./run-voss-unit.ts";
import { fieldName, neededFields } from "./voss/fields.ts";
import { protocolOf } from "./voss/protocol.ts";
import type { Settings } from "./voss/settings.ts";

const SPEC = modelOf(MODELS, "node");
const UNIT = new Unit(0, SPEC, 0, "sys", 200);
const [FIRST = "", SECOND = ""] = neededFields(SPEC, ["audit", "sde"]).map(fieldName);

function resource(data: Data): Resource {
  return { model: SPEC.model, pkid: "5135fb8331790a2ffee7d7ab", data, nodes: [], isRoot: false };
}

/** What is found for a list of one instance that, asked for alone, has these data; and the requests it took. */
async function source(listed: Data, alone: Data): Promise<Source & { asked: number; warnings: number }> {
  const seen = { asked: 0, warnings: 0 };
  const client = {
    async get(): Promise<Resource> {
      seen.asked += 1;
      return Promise.resolve(resource(alone));
    },
  } as unknown as VossClient;
  const log = { warning: () => (seen.warnings += 1) } as unknown as Log;
  const settings = { protocol: protocolOf() } as Settings;
  const reader = new FieldReader(settings, client, ["audit", "sde"], log);
  return { ...(await reader.sourceOf(UNIT, [resource(listed)])), ...seen };
}

test("an instance that has a needed field which its list lacks makes it a list of summaries", async () => {
  const {
    source: from,
    findings,
    warnings,
  } = await source({ [FIRST]: "a" }, { [FIRST]: "a", [SECOND]: "b" });
  assert.deepEqual([from, warnings], ["instance", 1]);
  assert.ok(findings.some(({ code }) => code === "summary-list"));
});

test("an instance that has other fields more is no reason to ask for each one alone", async () => {
  const { source: from, findings, warnings } = await source({ [FIRST]: "a" }, { [FIRST]: "a", other: "b" });
  assert.deepEqual([from, warnings], ["list", 0]);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["fields-absent"],
  );
});

test("a list with all needed fields is not questioned", async () => {
  const all = Object.fromEntries(neededFields(SPEC, ["audit", "sde"]).map((field) => [fieldName(field), ""]));
  const { source: from, findings, asked } = await source(all, {});
  assert.deepEqual([from, findings, asked], ["list", [], 0]);
});
