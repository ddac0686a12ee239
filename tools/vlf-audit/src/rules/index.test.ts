import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { EXPORTS } from "@vlf/common/voss4";
import { RULES } from "./index.ts";

test("the list holds every rule of the folder, each once", () => {
  const files = readdirSync(import.meta.dirname)
    .filter(
      (name) =>
        name.endsWith(".ts") && !name.startsWith("_") && !name.includes("test") && name !== "index.ts",
    )
    .map((name) => name.replace(".ts", ""));
  assert.deepEqual(RULES.map(({ id }) => id).toSorted(), files.toSorted());
});

test("there is a rule for every data export, in the order of the exports", () => {
  assert.deepEqual(
    RULES.map(({ id }) => id),
    Object.keys(EXPORTS),
  );
});

test("every rule says where it is written down", () => {
  for (const { id, reference } of RULES) assert.match(reference, /^guide 1\.\d/, id);
});
