import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DataError } from "@vlf/common/exit";
import { answer, resource } from "./_samples.ts";
import { readDocument } from "./document.ts";
import type { Page } from "./totals.ts";

const USER = resource("device/cucm/User", "u1", { path: "sys.hcs" });
const PHONE = resource("device/cucm/Phone", "p1", { path: "sys.hcs" });
const RECORD = { type: "instance", model: "data/User", pkid: "d1", hierarchy: "sys", data: {} };

function read(value: unknown): { pkids: string[]; pages: Page[] } {
  const pages: Page[] = [];
  const items = [...readDocument(value, "a.json", (page) => pages.push(page))];
  return {
    pkids: items.map((item) => (item.kind === "record" ? item.record.pkid : item.resource.pkid)),
    pages,
  };
}

describe("readDocument() reads", () => {
  const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
    ["a list answer", answer([USER, PHONE]), ["u1", "p1"]],
    ["a list answer without pagination", { meta: {}, resources: [USER] }, ["u1"]],
    ["an empty list answer", { meta: {}, resources: [] }, []],
    ["one resource", USER, ["u1"]],
    ["one instance record", RECORD, ["d1"]],
    ["an array of resources", [USER, PHONE], ["u1", "p1"]],
    ["an array of instance records", [RECORD, RECORD], ["d1", "d1"]],
    ["an array of list answers", [answer([USER]), answer([PHONE])], ["u1", "p1"]],
    ["an empty array", [], []],
  ];
  for (const [name, value, wanted] of cases) test(name, () => assert.deepEqual(read(value).pkids, wanted));
});

describe("readDocument() tells of a page", () => {
  test("its model, place and total", () => {
    assert.deepEqual(read(answer([USER], { skip: 200, limit: 250, total: 201 })).pages, [
      { model: "device/cucm/User", name: "a.json", skip: 200, count: 1, total: 201 },
    ]);
  });

  test("the model of its meta when it is empty", () => {
    const empty = {
      pagination: { skip: 0, limit: 0, total: 7 },
      meta: { model_type: "data/User" },
      resources: [],
    };
    assert.deepEqual(read(empty).pages, [
      { model: "data/User", name: "a.json", skip: 0, count: 0, total: 7 },
    ]);
  });

  test("numbers in texts, and 0 for what is none", () => {
    const [page] = read(answer([USER], { skip: "200", total: null })).pages;
    assert.deepEqual([page?.skip, page?.total], [200, 0]);
  });

  test("nothing without pagination", () => assert.deepEqual(read({ meta: {}, resources: [USER] }).pages, []));
});

describe("readDocument() refuses", () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ["a text", "x", "read a.json: a string, wanted an object"],
    ["null in an array", [USER, null], "read a.json: item 2: null, wanted an object"],
    [
      "an empty object",
      {},
      "read a.json: an empty object, wanted {pagination, resources}, {meta, data} or an instance record",
    ],
    [
      "another object",
      { error: "x" },
      'read a.json: an object with "error", wanted {pagination, resources}, {meta, data} or an instance record',
    ],
    [
      "another record",
      { type: "finding" },
      'read a.json: a "finding" record, wanted {pagination, resources}, {meta, data} or an instance record',
    ],
    [
      "an end record",
      { type: "end", counts: {} },
      'read a.json: "end" record out of place, wanted begin first and end last',
    ],
    [
      "a wrong instance record",
      { ...RECORD, pkid: "" },
      'read a.json: instance record has a wrong "pkid", wanted a text that is not empty',
    ],
    ["resources that are no list", { resources: {} }, 'read a.json: wrong "resources", wanted a list'],
    [
      "a resource that is no object",
      answer([USER, []]),
      "read a.json: resource 2: an array, wanted {meta, data}",
    ],
    [
      "a resource without a model",
      answer([{ meta: {}, data: {} }]),
      'read a.json: resource 1: no "meta.model_type", wanted as "device/cucm/User"',
    ],
  ];
  for (const [name, value, message] of cases) {
    test(name, () => assert.throws(() => read(value), new DataError(message)));
  }
});
