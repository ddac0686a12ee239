import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { demoSystem } from "./index.ts";

function instances(customers: number, subscribers: number): Instance[] {
  const options = { customers, subscribers, seed: 7, allFields: false, collectedAt: "2026-11-01T03:00:00Z" };
  return [...demoSystem(options)].filter((record) => record.type === "instance");
}

describe("names and numbers of the demo system", () => {
  /** All short values there are: words and digits of a list, that name nobody. */
  const SHORT = new Set(
    (
      "CS-NB CS-SB Site Agent Teams MCOEV Poly T54W desk focus open work " +
      "true false Y N 0 1 8 9 10 100 112 1000 -1"
    ).split(" "),
  );

  function* texts(value: unknown): Generator<string> {
    if (typeof value === "string") yield value.trim();
    else if (typeof value === "object" && value !== null) {
      for (const below of Object.values(value)) yield* texts(below);
    }
  }

  test("have at least six characters", () => {
    let checked = 0;
    for (const { model, hierarchy, data } of instances(12, 400)) {
      if (!hierarchy.startsWith("sys.hcs.CS-P.")) continue;
      for (const text of [...texts(data), ...hierarchy.split(".").slice(4)]) {
        assert.ok(text === "" || text.length >= 6 || SHORT.has(text), `${model} "${text}"`);
        checked++;
      }
    }
    assert.ok(checked > 10_000);
  });

  test("differ from person to person and from customer to customer", () => {
    const all = instances(40, 800);
    const lines = all.filter((one) => one.model === "device/cucm/Line");
    const keys = lines.map((one) => `${one.hierarchy.split(".")[4]} ${String(one.data["pattern"])}`);
    assert.equal(new Set(keys).size, keys.length);
    const phones = all.filter((one) => one.model === "device/cucm/Phone").map((one) => one.data["name"]);
    assert.equal(new Set(phones).size, phones.length);
    const mails = all.filter((one) => one.model === "device/cucm/User").map((one) => one.data["mailid"]);
    assert.equal(new Set(mails).size, mails.length);
  });

  test("have E.164 numbers with backslash, plus and 15 digits", () => {
    const numbers = instances(5, 200)
      .filter((one) => one.model === "relation/HcsDNE164AssociateREL")
      .map((one) => String(one.data["e164Number"]));
    assert.ok(numbers.length > 0);
    for (const number of numbers) assert.match(number, /^\\\+\d{15}$/);
  });
});
