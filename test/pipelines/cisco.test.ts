/** The schemes of Cisco through the real tools: on threads as on one, out of saved answers, and in no license file. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { bash, emptyFolder } from "./_run.ts";

const ALL = "--schemes voss-4,cisco-ucm,cisco-flex-2,cisco-flex-3-nu,cisco-flex-3-ea";

/** Gives each instance of Unified CM a device, so that every customer has two clusters. */
function withClusters(system: string): string {
  return system.replaceAll(
    /^(\{"type":"instance","model":"device\/cucm\/[^\n]*"data":\{)/gm,
    (head) => `${head}"_device":"cluster-${head.includes("e") && head.length % 2 === 0 ? 1 : 2}",`,
  );
}

test("all schemes come out of one pass, on several threads as on one, cluster by cluster", async (t) => {
  const folder = emptyFolder(t);
  const made = await bash(
    "vlf-collect demo --customers 6 --subscribers 2500 --now 2026-11-01T03:00:00Z --quiet > plain",
    folder,
  );
  assert.deepEqual([made.status, made.stderr], [0, ""]);
  writeFileSync(
    join(folder, "vlf.toml"),
    '[cisco]\nextra_device = "basic"\n[cisco.devices]\n"Cisco 88*" = "basic"\n[cisco.clusters.London]\nregion = "EU"\ndevice = "cluster-1"\n',
  );
  writeFileSync(join(folder, "system"), withClusters(readFileSync(join(folder, "plain"), "utf8")));
  const { status, stderr } = await bash(
    `vlf-audit ${ALL} --jobs 1 < system > one && vlf-audit ${ALL} --jobs 3 < system > three && cmp one three &&
      vlf-audit --scheme cisco-ucm < system | grep '"scheme":"cisco-ucm"' > alone &&
      grep '"scheme":"cisco-ucm"' one | cmp - alone && vlf-audit merge one | tail -n +2 > merged &&
      tail -n +2 one | cmp - merged`,
    folder,
  );
  assert.deepEqual([status, stderr], [0, ""]);
  const rows = readFileSync(join(folder, "one"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith('{"type":"license-count","scheme":"cisco-ucm"'))
    .map((line) => JSON.parse(line) as { clusters: { cluster: string }[] });
  assert.equal(rows.length, 6);
  // One customer of the demo has nothing of Unified CM.
  const clusters = rows.map((row) => row.clusters.map(({ cluster }) => cluster).join());
  assert.deepEqual([...new Set(clusters)].toSorted(), ["", "cluster-2,London"]);
});

test("saved answers of the API tell the cluster by the device that they name", async (t) => {
  const folder = emptyFolder(t);
  mkdirSync(join(folder, "answers"));
  const resource = (model: string, pkid: string, path: string, data: object, device = ""): object => ({
    meta: {
      model_type: model,
      path,
      references: { self: [{ pkid, href: "" }], device: [{ pkid: device, href: "" }] },
    },
    data,
  });
  const site = "sys.hcs.P.C.S";
  writeFileSync(
    join(folder, "answers/all.json"),
    JSON.stringify([
      ...["sys", "sys.hcs", "sys.hcs.P", "sys.hcs.P.C", site].map((path, index) =>
        resource("data/HierarchyNode", `n${index}`, path, {
          name: path.slice(path.lastIndexOf(".") + 1),
          node_type: ["", "Hcs", "Provider", "Customer", "Site"][index],
        }),
      ),
      resource("device/cucm/User", "u1", site, { userid: "anna" }, "cm1"),
      resource(
        "device/cucm/Phone",
        "p1",
        site,
        { name: "SEP1", product: "Cisco 7965", ownerUserName: "anna" },
        "cm1",
      ),
      resource("device/cucm/Phone", "p2", site, { name: "SEP2", product: "Cisco 6901" }, "cm2"),
    ]),
  );
  writeFileSync(join(folder, "vlf.toml"), '[cisco.clusters.London]\nregion = "EU"\ndevice = "cm1"\n');
  const { status, stdout, stderr } = await bash(
    `vlf-collect files answers | vlf-audit --scheme cisco-ucm | grep '^{"type":"license-count"'`,
    folder,
  );
  assert.deepEqual([status, stderr], [0, ""]);
  const none = { telepresence_room: 0, cuwl: 0, enhanced_plus: 0, enhanced: 0, basic: 0, essential: 0 };
  assert.deepEqual((JSON.parse(stdout) as { clusters: unknown }).clusters, [
    { cluster: "cm2", region: "", licenses: { ...none, essential: 1 } },
    { cluster: "London", region: "EU", licenses: { ...none, enhanced: 1 } },
  ]);
});

test("no count of Cisco is in a license file of VOSS", async (t) => {
  const folder = emptyFolder(t);
  const { status, stderr } = await bash(
    `vlf-collect demo --customers 2 --subscribers 60 --now 2026-11-01T03:00:00Z --quiet > system &&
      vlf-audit < system > voss && vlf-audit ${ALL} < system > all &&
      vlf-pack --quiet --output one < voss > /dev/null && vlf-pack --quiet --output other < all > packed &&
      diff -r one other && vlf-pack verify other/* > verified &&
      test "$(grep -c '"license-count","scheme":"cisco-' packed)" = 8`,
    folder,
  );
  assert.deepEqual([status, stderr], [0, ""]);
  const alone = await bash("vlf-audit --scheme cisco-ucm < system | vlf-pack --output none", folder);
  assert.equal(alone.status, 2);
  assert.match(alone.stderr, /the input has rows of cisco-ucm alone, wanted voss-4 or voss-5/);
});

test("what Unified CM reports stands beside what is counted", async (t) => {
  const folder = emptyFolder(t);
  writeFileSync(
    join(folder, "totals.json"),
    JSON.stringify([
      { name: "Enhanced        ", value: "12" },
      { name: "CUWL Standard   ", value: "3" },
    ]),
  );
  const { status, stdout, stderr } = await bash(
    `vlf-collect usage --format axl-totals --customer Innovia --cluster c1 --now 2026-11-01T03:00:00Z totals.json`,
    folder,
  );
  assert.deepEqual([status, stderr], [0, ""]);
  const [begin, first, second, end] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.equal(begin?.["type"], "begin");
  assert.deepEqual(
    [first?.["license_type"], first?.["quantity"], first?.["cluster"]],
    ["enhanced", 12, "c1"],
  );
  assert.deepEqual([second?.["license_type"], second?.["license_name"]], ["cuwl", "CUWL Standard"]);
  assert.deepEqual(end?.["counts"], { usage: 2 });
});
