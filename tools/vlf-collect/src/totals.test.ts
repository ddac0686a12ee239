import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { findGaps, type Page } from "./totals.ts";

const MODEL = "device/cucm/User";

/** Pages as `skip+count/total`. */
function pages(...texts: readonly string[]): Page[] {
  return texts.map((text, index) => {
    const [, skip, count, total] = /^(\d+)\+(\d+)\/(\d+)$/.exec(text) ?? [];
    return {
      model: MODEL,
      name: `page ${index + 1}`,
      skip: Number(skip),
      count: Number(count),
      total: Number(total),
    };
  });
}

function gaps(...texts: readonly string[]): string[] {
  return findGaps(pages(...texts)).map(({ held, total, name }) => `${held}/${total} ${name}`);
}

describe("findGaps() finds nothing for", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["one page with all", ["0+25/25"]],
    ["pages in any order", ["400+50/450", "0+200/450", "200+200/450"]],
    ["two lists with other totals", ["0+200/250", "0+200/300", "200+50/250", "200+100/300"]],
    ["two lists with the same total", ["0+200/250", "0+200/250", "200+50/250", "200+50/250"]],
    ["a page size that the server made smaller", ["0+200/300", "200+50/300", "250+50/300"]],
    ["a total that grew while it was read", ["0+200/400", "200+200/401", "400+1/401"]],
    ["a total that shrank while it was read", ["0+200/401", "200+200/400"]],
    ["an empty page at the end", ["0+200/200", "200+0/200"]],
    ["an empty page far behind the end", ["0+200/200", "400+0/200"]],
    ["a total that grew behind a full list", ["0+200/200", "200+1/201"]],
    ["a total that is not known", ["0+200/0", "200+50/0", "0+0/0"]],
    ["a later page of which the total is not known", ["200+50/0"]],
    ["no pages", []],
  ];
  for (const [name, texts] of cases) test(name, () => assert.deepEqual(gaps(...texts), []));
});

describe("findGaps() finds", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["a missing last page", ["0+200/250"], ["200/250 page 1"]],
    ["a missing first page", ["200+50/250"], ["50/250 page 1"]],
    ["a missing page between", ["0+200/600", "400+200/600"], ["400/600 page 1"]],
    [
      "the missing page of one list of two with one total",
      ["0+200/250", "0+200/250", "200+50/250"],
      ["200/250 page 2"],
    ],
    [
      "the missing page of one list of two with other totals",
      ["0+200/250", "0+200/300", "200+100/300"],
      ["200/250 page 1"],
    ],
    ["an empty answer before the end", ["0+0/7"], ["0/7 page 1"]],
    [
      "two first pages in the place of two pages",
      ["0+200/400", "0+200/400"],
      ["200/400 page 1", "200/400 page 2"],
    ],
  ];
  for (const [name, texts, wanted] of cases) test(name, () => assert.deepEqual(gaps(...texts), wanted));
});

test("findGaps() keeps models apart", () => {
  const [first, second] = pages("0+200/250", "200+50/250") as [Page, Page];
  assert.deepEqual(
    findGaps([first, { ...second, model: "device/cucm/Phone" }]).map(({ model, held }) => `${model} ${held}`),
    ["device/cucm/User 200", "device/cucm/Phone 50"],
  );
});
