import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { Instance, ScopeEnd } from "@vlf/common/records";
import { type DemoOptions, demoPlatform } from "../../tools/vlf-collect/src/demo/index.ts";
import { bash, emptyFolder, filesBelow, NOW } from "../pipelines/_run.ts";
import { access, collect, contentOf, serve, SMALL, succeeded, system } from "./_collect.ts";

const demos = new Map<string, Promise<string[]>>();

/** What `vlf-collect demo` gives of a system without a detour. */
function demo(t: TestContext, options: Partial<DemoOptions>, args = ""): Promise<string[]> {
  const key = JSON.stringify([options, args]);
  let run = demos.get(key);
  if (run === undefined) demos.set(key, (run = runDemo(t, options, args)));
  return run;
}

async function runDemo(t: TestContext, options: Partial<DemoOptions>, args: string): Promise<string[]> {
  const { customers, subscribers, seed } = { ...SMALL, ...options };
  const command = `vlf-collect demo --customers ${customers} --subscribers ${subscribers} --seed ${seed}`;
  const ran = await bash(`${command} --now ${NOW} ${args}`, emptyFolder(t));
  assert.equal(ran.status, 0, ran.stderr);
  return ran.stdout.split("\n");
}

for (const seed of [1, 2, 77]) {
  for (const pathShape of ["dotted", "pkids", "hrefs"] as const) {
    test(`what is read is what the system holds: seed ${seed}, paths as ${pathShape}`, async (t) => {
      const server = await serve(t, { system: system({ seed, allFields: true }), pathShape });
      const ran = await collect(t, server, ["--page-size", "50"]);
      succeeded(ran);
      assert.deepEqual(contentOf(ran.lines), contentOf(await demo(t, { seed })));
    });
  }
}

test("what is read is what the system holds where the path of a node is the one above it", async (t) => {
  const server = await serve(t, { system: system(), nodePath: "above" });
  const ran = await collect(t, server);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf(await demo(t, {})));
});

test("what is read is what the system holds with all fields, and for the audit alone", async (t) => {
  const server = await serve(t, { system: system({ allFields: true }) });
  for (const args of [
    ["--fields", "all"],
    ["--for", "audit"],
  ]) {
    const ran = await collect(t, server, args);
    succeeded(ran);
    assert.deepEqual(contentOf(ran.lines), contentOf(await demo(t, {}, args.join(" "))));
  }
});

test("what is read is what the system holds in a session", async (t) => {
  const server = await serve(t);
  const ran = await collect(t, server, ["--login", "session"]);
  succeeded(ran);
  assert.deepEqual(contentOf(ran.lines), contentOf(await demo(t, {})));
  assert.equal(server.stats.logins, 1);
});

test("customers come one after the other, each closed when nothing of it follows", async (t) => {
  const ran = await collect(t, await serve(t), ["--page-size", "20"]);
  succeeded(ran);
  const closed: string[] = [];
  for (const { type, hierarchy } of ran.records) {
    if (typeof hierarchy !== "string") continue;
    assert.deepEqual(
      closed.filter((path) => `${hierarchy}.`.startsWith(`${path}.`)),
      [],
    );
    if (type === "scope-end") closed.push(hierarchy);
  }
  assert.deepEqual(
    closed,
    contentOf(await demo(t, {}))
      .map((line) => JSON.parse(line) as { type: string; hierarchy: string })
      .filter(({ type }) => type === "scope-end")
      .map(({ hierarchy }) => hierarchy)
      .sort(),
  );
});

test("the same system gives the same bytes, whichever page comes first", async (t) => {
  const server = await serve(t);
  const first = await collect(t, server, ["--page-size", "20", "--connections", "1"]);
  const second = await collect(t, server, ["--page-size", "20", "--connections", "16"]);
  const third = await collect(t, await serve(t, { latencyMs: 20 }), ["--page-size", "20"]);
  succeeded(first);
  const withoutRun = (lines: readonly string[]): readonly string[] => lines.slice(1);
  assert.deepEqual(withoutRun(second.lines), withoutRun(first.lines));
  assert.deepEqual(withoutRun(third.lines), withoutRun(first.lines));
});

test("the license files of what is read are those of the system", async (t) => {
  const options = { ...SMALL, subscribers: 300, allFields: false, collectedAt: NOW };
  const server = await serve(t, { system: system(options) });
  const folder = emptyFolder(t);
  const platform = Object.entries(demoPlatform(options)).map(([key, text]) => `${key} = "${text}"`);
  writeFileSync(join(folder, "vlf.toml"), `[platform]\n${platform.join("\n")}\n`);
  const collected = {
    direct: `vlf-collect demo --customers 3 --subscribers 300 --now ${NOW}`,
    read: `vlf-collect voss ${access(server).join(" ")} --rate 1000 --now ${NOW}`,
  };
  for (const [name, command] of Object.entries(collected)) {
    const made = `vlf-audit --now ${NOW} | vlf-pack --output ${name} --now ${NOW}`;
    const ran = await bash(`${command} | ${made} > ${name}.ndjson`, folder);
    assert.equal(ran.status, 0, ran.stderr);
  }
  const files = filesBelow(join(folder, "direct"));
  assert.ok(files.length >= 3, files.join());
  assert.deepEqual(filesBelow(join(folder, "read")), files);
  for (const file of files) {
    const [direct, read] = ["direct", "read"].map((name) => readFileSync(join(folder, name, file)));
    assert.ok(direct !== undefined && read !== undefined && direct.equals(read), file);
  }
});

test("a part of the hierarchy is read alone", async (t) => {
  const records = [...system()];
  const customer = records.find(({ type }) => type === "scope-end")?.hierarchy ?? "";
  const server = await serve(t, { system: records });
  const ran = await collect(t, server, ["--hierarchy", customer]);
  succeeded(ran);
  const isInside = ({ model, hierarchy }: { model: string; hierarchy: string }): boolean =>
    model !== "data/HierarchyNode" && `${hierarchy}.`.startsWith(`${customer}.`);
  const pkids = (all: readonly { pkid: string }[]): string[] => all.map(({ pkid }) => pkid).sort();
  const instances = ran.records.filter(({ type }) => type === "instance") as unknown as Instance[];
  assert.deepEqual(
    pkids(instances.filter(({ model }) => model !== "data/HierarchyNode")),
    pkids(records.filter((one) => one.type === "instance").filter(isInside)),
  );
  assert.ok(pkids(instances.filter(isInside)).length > 100);
});

test("the facts of the platform come from its bundle, unless vlf.toml says them", async (t) => {
  const bundle: Instance = {
    type: "instance",
    model: "relation/Bundle",
    pkid: "5135fc0f31790a3000a83b2b",
    hierarchy: "sys",
    data: {
      name: "voss",
      release: "21.4",
      version: "21.4.0",
      platformVersion: "21.4.0-1630252949",
      deploymentMode: "Provider with HCMF",
    },
  };
  function* withBundle(): Generator<Instance | ScopeEnd> {
    yield bundle;
    yield* system();
  }
  const server = await serve(t, { system: withBundle() });
  const folder = emptyFolder(t);
  writeFileSync(join(folder, "vlf.toml"), '[platform]\ndeployment_mode = "Enterprise"\norg_id = "O1"\n');
  const ran = await collect(t, server, [], { folder });
  succeeded(ran);
  const platform = ran.records[0]?.["platform"] as Record<string, string>;
  assert.equal(platform["software_version"], "21.4");
  assert.equal(platform["platform_version"], "21.4.0-1630252949");
  assert.equal(platform["deployment_mode"], "Enterprise");
  assert.equal(platform["org_id"], "O1");
});
