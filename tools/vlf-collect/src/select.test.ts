import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MODELS, type Purpose, PURPOSES, textsReader, withOverrides } from "@vlf/common/models";
import { collect } from "./_testing.ts";
import { makeSelection } from "./select.ts";

const DEMO = ["demo", "--customers", "3", "--subscribers", "150"];

async function demoData(...args: string[]): Promise<Map<string, Record<string, unknown>>> {
  const { records } = await collect([...DEMO, ...args]);
  const instances = records.filter((record) => record.type === "instance");
  return new Map(
    instances.map((record) => [
      `${String(record["model"])} ${String(record["pkid"])}`,
      record["data"] as Record<string, unknown>,
    ]),
  );
}

describe("--fields needed", () => {
  const choices: readonly (readonly Purpose[])[] = [["audit"], ["sde"], PURPOSES];
  for (const purposes of choices) {
    test(`reads the same as --fields all in every field of the table, for ${purposes.join(" and ")}`, async () => {
      const needed = await demoData("--for", purposes.join(","));
      const all = await demoData("--fields", "all");
      let compared = 0;
      for (const spec of Object.values(MODELS)) {
        const fields = Object.values(spec.fields).filter((field) =>
          field.purposes.some((purpose) => purposes.includes(purpose)),
        );
        const keys = [...all.keys()].filter((key) => key.startsWith(`${spec.model} `));
        if (fields.length === 0) continue;
        for (const key of keys) {
          const cut = needed.get(key);
          assert.ok(cut !== undefined, `${key} is there`);
          for (const field of fields) {
            const read = textsReader(field);
            assert.deepEqual(read(cut), read(all.get(key) ?? {}), `${key} ${field.id}`);
            compared += read(cut).length;
          }
        }
      }
      assert.ok(compared > 1000, `${compared} texts compared`);
    });
  }

  test("drops the models that no purpose needs", async () => {
    const audit = [...(await demoData("--for", "audit")).keys()];
    assert.ok(audit.some((key) => key.startsWith("device/cucm/User ")));
    assert.ok(!audit.some((key) => key.startsWith("device/cucm/Line ")));
    assert.ok([...(await demoData()).keys()].some((key) => key.startsWith("device/cucm/Line ")));
  });
});

describe("makeSelection()", () => {
  test("keeps hierarchy nodes for every purpose", () => {
    for (const purpose of PURPOSES) {
      const selection = makeSelection(MODELS, [purpose], "needed");
      assert.ok(selection.keeps("data/HierarchyNode"));
      const data = { name: "hcs", node_type: "Provider", extra: 1 };
      assert.deepEqual(selection.project("data/HierarchyNode", data), { name: "hcs", node_type: "Provider" });
      assert.equal(selection.nodeName(data), "hcs");
    }
  });

  test("keeps everything as it is with all", () => {
    const selection = makeSelection(MODELS, ["audit"], "all");
    const data = { a: 1 };
    assert.ok(selection.keeps("data/Unread"));
    assert.equal(selection.project("data/Unread", data), data);
  });

  test("keeps what a correction of the table names", () => {
    const table = withOverrides({ "data/User": { email: ["login.name"] } });
    const selection = makeSelection(table, ["audit"], "needed");
    assert.deepEqual(selection.project("data/User", { email: "a", login: { name: "b", x: 1 } }), {
      login: { name: "b" },
    });
  });
});
