import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { jobName, planOf } from "./plan.ts";
import { type ExportSettings, exportSettings } from "./settings.ts";

const NONE: ExportSettings = { source: undefined, deliver: [], shipsLicense: false };
const wanted = (...types: string[]): Parameters<typeof planOf>[0] => ({
  types,
  deliveries: [],
  common: ["--quiet"],
});

test("all types of a command are read once, and only what they need", () => {
  const purpose = (...types: string[]): string | undefined => planOf(wanted(...types), NONE).source[3];
  assert.equal(purpose("line", "site"), "sde");
  assert.equal(purpose("license_initial_audit"), "audit");
  assert.equal(purpose("license count"), "audit");
  assert.equal(purpose("line", "license_initial_audit"), "audit,sde");
  const { branches } = planOf(wanted("line", "license_initial_audit", "site"), NONE);
  assert.deepEqual(
    branches.map(({ types, stages }) => [types, stages.map(([program]) => program)]),
    [
      [["license_initial_audit"], ["vlf-audit", "vlf-pack"]],
      [["line", "site"], ["vlf-sde"]],
    ],
  );
});

test("a source of one's own is a shell command and stays as it is", () => {
  const plan = planOf(wanted("line"), { ...NONE, source: "zcat saved/*.gz | vlf-collect files -" });
  assert.deepEqual(plan.source, ["sh", "-c", "zcat saved/*.gz | vlf-collect files -"]);
});

test("license files go to [ship] destinations, data exports only where a person says so", () => {
  const delivery = (type: string, settings: Partial<ExportSettings>, ...deliveries: string[]): unknown =>
    planOf({ ...wanted(type), deliveries }, { ...NONE, ...settings }).branches[0]?.delivery;
  const license = "license_initial_audit";
  assert.equal(delivery(license, {}), undefined);
  assert.deepEqual(delivery(license, { shipsLicense: true }), ["vlf-ship", "--quiet"]);
  assert.deepEqual(delivery(license, {}, "voss"), ["vlf-ship", "--delivery", "voss", "--quiet"]);
  assert.equal(
    delivery("line", { shipsLicense: true }),
    undefined,
    "people's names must not go to the cloud",
  );
  assert.deepEqual(delivery("line", { deliver: ["billing"] }), [
    "vlf-ship",
    "--delivery",
    "billing",
    "--quiet",
  ]);
  assert.equal(delivery(license, { deliver: ["billing"] }), undefined);
});

test("the settings come from vlf.toml, and VLF_SOURCE before them", () => {
  const config = parseConfig(
    "vlf.toml",
    '[export]\nsource = "a"\ndeliver = "billing"\n[ship]\ndestinations = ["x"]\n',
  );
  assert.deepEqual(exportSettings(config, {}), { source: "a", deliver: ["billing"], shipsLicense: true });
  assert.equal(exportSettings(config, { VLF_SOURCE: "b" }).source, "b");
  assert.equal(exportSettings(config, { VLF_SOURCE: "" }).source, "a");
  const voss = parseConfig("vlf.toml", '[voss]\nurl = "https://voss"\n');
  assert.equal(exportSettings(voss, {}).source, undefined);
  const wrong = parseConfig("vlf.toml", '[export]\nsorce = "a"\n');
  assert.throws(() => exportSettings(wrong, {}), { message: "read vlf.toml: [export] sorce: unknown key" });
});

test("commands that make the same files are one job; no two others share a name", () => {
  assert.equal(jobName(["license_initial_audit"], "license"), "license-audit");
  assert.equal(jobName(["license_initial_audit"], undefined), "license-audit");
  assert.equal(jobName(["line", "site"], undefined), "export-line.site");
  assert.equal(jobName(["line"], "subscriber"), "data-export");
  const long = ["analogue_line_mgcp", "analogue_line_sccp", "call_pickup_group", "customer"];
  const names = [jobName(long, undefined), jobName([...long, "line"], undefined)];
  assert.equal(new Set(names).size, 2);
  for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9_.-]{0,63}$/);
});
