import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, resource, USER } from "../_samples.ts";
import { FormError, readPage, resourceOf } from "./answer.ts";

const MODEL = "device/cucm/User";

test("readPage() gives resources and total", () => {
  const page = readPage(answer([USER], { total: 7 }), MODEL);
  assert.equal(page.total, 7);
  assert.deepEqual(
    page.resources.map(({ pkid, path }) => [pkid, path]),
    [["u1", "sys.hcs.CS-P"]],
  );
});

for (const total of [undefined, 0, -1, "many", 1.5, null]) {
  test(`readPage() takes a total of ${JSON.stringify(total)} for unknown`, () => {
    assert.equal(readPage(answer([USER], { total }), MODEL).total, 0);
  });
}

test("readPage() reads a total written as text", () => {
  assert.equal(readPage(answer([], { total: "12" }), MODEL).total, 12);
});

test("the model asked for stands where an answer names none, or spells it otherwise", () => {
  const unnamed = { meta: { path: "sys" }, data: { pkid: "a" } };
  assert.equal(resourceOf(unnamed, MODEL, "it").model, MODEL);
  assert.equal(resourceOf(resource("device/cucm/user", "a", {}), MODEL, "it").model, MODEL);
});

const WRONG: readonly (readonly [what: string, value: unknown, message: RegExp])[] = [
  ["no object", [], /wanted an object/],
  ["no list", { pagination: {}, resources: {} }, /no list of "resources"/],
  ["null for a resource", answer([USER, null as never]), /resource 2 is no object/],
  ["a resource without data", answer([{ meta: { model_type: MODEL } }]), /resource 1: .*wrong "data"/],
  ["a resource without a pkid", answer([{ meta: {}, data: {} }]), /resource 1: .*no pkid/],
];
for (const [what, value, message] of WRONG) {
  test(`readPage() refuses ${what}`, () => {
    assert.throws(
      () => readPage(value, MODEL),
      (error) => error instanceof FormError && message.test(error.message),
    );
  });
}
