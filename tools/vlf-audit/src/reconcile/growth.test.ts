import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { timeOf } from "@vlf/common/clock";
import { count, NOW, reconcile, rows, stream, usage } from "./_reconcile.ts";
import {
  activeUserMonths,
  activeUserQuantity,
  addMonths,
  allowanceOf,
  type Day,
  dayOf,
  dayText,
  nextTrueForward,
  projectedOn,
} from "./growth.ts";

const day = (text: string): Day => dayOf(timeOf(`${text}T00:00:00Z`) ?? new Date(Number.NaN));

for (const [bought, percent, allowed] of [
  [1000, 20, 200],
  [1000, 15, 150],
  [7, 20, 1],
  [4, 20, 0],
  [0, 20, 0],
  [29, 100, 29],
] as const) {
  test(`${percent} % of ${bought} are ${allowed}`, () => {
    assert.equal(allowanceOf(bought, percent, "down"), allowed);
  });
}

test("parts of an allowance are rounded up when the settings say so", () => {
  assert.equal(allowanceOf(7, 20, "up"), 2);
  assert.equal(allowanceOf(10, 20, "up"), 2);
});

for (const [start, today, measured, due] of [
  ["2026-01-01", "2026-11-23", "2026-11-30", "2027-01-01"],
  ["2026-01-01", "2026-11-30", "2026-11-30", "2027-01-01"],
  ["2026-01-01", "2026-12-01", "2027-11-30", "2028-01-01"],
  ["2025-01-15", "2026-03-01", "2026-12-14", "2027-01-15"],
  ["2024-02-29", "2024-03-01", "2025-01-28", "2025-02-28"],
  ["2024-03-31", "2024-04-01", "2025-02-27", "2025-03-31"],
] as const) {
  test(`a subscription of ${start} is measured after ${today} on ${measured}, due on ${due}`, () => {
    const { measuredOn, dueOn } = nextTrueForward(day(start), day(today));
    assert.deepEqual([dayText(measuredOn), dayText(dueOn)], [measured, due]);
  });
}

test("addMonths() ends with the last day of a shorter month", () => {
  assert.equal(dayText(addMonths(day("2026-01-31"), 1)), "2026-02-28");
  assert.equal(dayText(addMonths(day("2026-11-30"), 3)), "2027-02-28");
});

describe("active user plans", () => {
  test("50, 60 and 70 are 60 for the next year, parts are rounded up", () => {
    assert.equal(activeUserQuantity([50, 60, 70]), 60);
    assert.equal(activeUserQuantity([50, 60, 71]), 61);
  });

  test("months 9 to 11 are those of the year that today is in", () => {
    assert.deepEqual(activeUserMonths(day("2025-01-01"), day("2026-11-23")).map(dayText), [
      "2026-09-01",
      "2026-10-01",
      "2026-11-01",
      "2026-12-01",
    ]);
  });
});

describe("projectedOn()", () => {
  const points = (...values: number[]): { day: Day; value: number }[] =>
    values.map((value, at) => ({ day: 100 + at, value }));

  test("follows the straight line, also over days that are missing", () => {
    assert.equal(projectedOn(points(10, 12, 14), 110), 30);
    assert.equal(
      projectedOn(
        [
          { day: 100, value: 10 },
          { day: 104, value: 18 },
        ],
        110,
      ),
      30,
    );
  });

  test("is the same for usage that stays, never below 0, rounded up", () => {
    assert.equal(projectedOn(points(7, 7, 7), 400), 7);
    assert.equal(projectedOn(points(3, 2, 1), 400), 0);
    assert.equal(projectedOn(points(10, 10, 11), 103), 12);
  });

  test("a whole number is not rounded up for what sums of fractions err by", () => {
    assert.equal(projectedOn(points(5, 13, 10, 15, 15), 124), 60);
    assert.equal(projectedOn(points(13, 18, 5, 16, 0), 105), 2);
  });

  test("one day tells no trend", () => {
    assert.equal(projectedOn(points(5), 110), undefined);
    assert.equal(projectedOn([], 110), undefined);
  });
});

for (const [model, type, used, status, overconsumed] of [
  ["cisco-flex-3-ea", "knowledge_worker", 1000, "ok", 0],
  ["cisco-flex-3-ea", "knowledge_worker", 1200, "allowance", 0],
  ["cisco-flex-3-ea", "knowledge_worker", 1201, "over", 1],
  ["webex-suite", "Webex Suite", 1150, "allowance", 0],
  ["webex-suite", "Webex Suite", 1151, "over", 1],
  ["cisco-flex-3-nu", "professional", 1000, "ok", 0],
  ["cisco-flex-3-nu", "professional", 1001, "over", 1],
] as const) {
  test(`1,000 ${type} of ${model} are ${status} at ${used}`, async () => {
    const isCount = model.startsWith("cisco-");
    const record = isCount
      ? count(model, "Innovia", { [type]: used })
      : usage({
          application: "Webex",
          customer: "Innovia",
          license_type: type,
          quantity: used,
          source: "webex",
        });
    const answer = await reconcile({
      orders: [`S-1,Innovia,${model},${type},1000,2026-01-01T00:00:00Z,2030-01-01T00:00:00Z`],
      input: stream([record]),
      toml: '[[reconcile.usage]]\nvendor = "cisco"\napplication = "Webex"\nmodel = "webex-suite"\n',
    });
    const row = answer.positions.find((one) => one.level === "customer" && one.license_type === type);
    assert.deepEqual([row?.status, row?.overconsumed], [status, overconsumed]);
  });
}

test("an allowance of the order goes before that of the model: 100 with 20 % are over at 121", async () => {
  for (const [used, status] of [
    [120, "allowance"],
    [121, "over"],
  ] as const) {
    const answer = await reconcile({
      orders: { "orders.csv": "customer,model,type,quantity,allowance\nInnovia,avaya,CM users,100,20\n" },
      input: stream([
        usage({
          vendor: "avaya",
          application: "CM",
          customer: "Innovia",
          license_type: "users",
          quantity: used,
          source: "avaya",
        }),
      ]),
    });
    assert.deepEqual(rows(answer.positions, "customer"), [
      `CM users: 100 ${used} ${100 - used} ${used - 100} ${status}`,
    ]);
  }
});

test("the allowance is rounded once for several subscriptions, not one by one", async () => {
  const line = (id: string): string => `${id},Innovia,cisco-flex-3-ea,knowledge_worker,1003,,`;
  const answer = await reconcile({
    orders: ["A", "B", "C", "D", "E"].map(line),
    input: stream([count("cisco-flex-3-ea", "Innovia", { knowledge_worker: 6018 })]),
  });
  const row = answer.positions.find((one) => one.level === "customer");
  assert.deepEqual([row?.entitled, row?.allowance, row?.status], [5015, 1003, "allowance"]);
});

test("a plan of an Enterprise Agreement says what it can and cannot tell", async () => {
  const answer = await reconcile({
    orders: ["S-1,Innovia,cisco-flex-3-ea,knowledge_worker,900,,"],
    input: stream([count("cisco-flex-3-ea", "Innovia", { knowledge_worker: 1 })]),
  });
  assert.deepEqual(answer.told, [
    'below-minimum: 900 Knowledge Worker of Flex 3.0 Enterprise Agreement ordered by "Innovia", the plan begins at 1000',
  ]);
  assert.ok(
    answer.findings.some(({ code, severity }) => code === "headcount-from-devices" && severity === "info"),
  );
});

test("the days of the next true forward are there, without a trend that one day cannot tell", async () => {
  const answer = await reconcile({
    orders: ["S-1,Innovia,cisco-flex-3-ea,knowledge_worker,1000,2026-01-01T00:00:00Z,2029-01-01T00:00:00Z"],
    input: stream([count("cisco-flex-3-ea", "Innovia", { knowledge_worker: 1100 })]),
  });
  const row = answer.positions.find(
    (one) => one.level === "customer" && one.license_type === "knowledge_worker",
  );
  assert.deepEqual([row?.measured_on, row?.due_on, row?.projected], ["2026-11-30", "2027-01-01", undefined]);
  assert.equal(NOW.slice(0, 10), row?.used_on);
});
