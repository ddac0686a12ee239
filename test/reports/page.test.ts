/** The page in a real browser: what it shows is what was counted, for everybody, on every screen and on paper. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { countRecord } from "../../tools/vlf-pack/src/_stream.ts";
import { type Browser, startChromium } from "../peers/chromium.ts";
import { missing } from "../pipelines/_run.ts";
import { customers, HOSTILE, makeReports, MONTH } from "./_report.ts";

const skip = missing("chromium");
const folder = mkdtempSync(join(tmpdir(), "vlf-page-"));
const NAME = "vlf_CS-P_VOSS-UN-1_report";
const STAMP = "2026-11-01_0300";
let browser: Browser | undefined;

before(async () => {
  if (skip !== false) return;
  const { status, stderr } = await makeReports(folder, "html,anonymous-html --with evidence");
  assert.equal(status, 0, stderr);
  browser = await startChromium();
});

after(async () => {
  await browser?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Opened {
  readonly page: Page;
  readonly messages: string[];
}

/** The page in a window of this size; whatever it says or asks for is noted. */
async function open(
  kind: "" | "_anonymous" = "",
  size: { width: number; height: number } = { width: 1280, height: 900 },
  colorScheme: "light" | "dark" = "light",
): Promise<Opened> {
  assert.ok(browser !== undefined);
  const page = await browser.context.newPage();
  const messages: string[] = [];
  page.on("console", (message) => messages.push(message.text()));
  page.on("pageerror", (error) => messages.push(error.message));
  page.on("dialog", (dialog) => void dialog.dismiss().then(() => messages.push("dialog")));
  page.on("request", (request) => {
    if (!request.url().startsWith("file:")) messages.push(request.url());
  });
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
  await page.goto(`file://${folder}/out/${NAME}${kind}_${STAMP}.html`);
  return { page, messages };
}

/** What runs in the page is JavaScript as a text: the types of a browser are not those of this project. */
async function inPage<T>(page: Page, script: string): Promise<T> {
  return page.evaluate(`(() => { ${script} })()`);
}

test(
  "the page says nothing on the console, asks for nothing, and runs nothing of a name",
  { skip },
  async () => {
    const { page, messages } = await open();
    assert.deepEqual(messages, []);
    assert.equal(await page.title(), "License statement CS-P, November 2026");
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.locator("img, iframe, object, link").count(), 0);
    const names = await inPage<string[]>(
      page,
      `return [...document.querySelectorAll("section[aria-labelledby=voss-4-customers] tbody th")].map((cell) => cell.textContent)`,
    );
    const wanted = HOSTILE.map((name) => name.replaceAll(/(?!\t)[\p{Cc}\u202e]/gu, "\u{fffd}"));
    assert.deepEqual(names.toSorted(), wanted.toSorted());
  },
);

test(
  "the bars of the trend are as long as the numbers they stand for, and a missing month is a gap",
  { skip },
  async () => {
    const { page } = await open();
    const bars = await inPage<{ title: string; height: number }[]>(
      page,
      `return [...document.querySelectorAll("svg.chart.wide")[0].querySelectorAll("rect")].map((bar) => ({
       title: bar.querySelector("title")?.textContent ?? "", height: bar.getBBox().height }))`,
    );
    const found = new Map(bars.map(({ title, height }) => [title, height]));
    const sum = (month: number, tier: "essential" | "premium" | "contact_center"): number =>
      customers(month).reduce((total, one) => total + countRecord(one).licenses[tier], 0);
    const months = {
      "June 2026": 1,
      "July 2026": 2,
      "September 2026": 3,
      "October 2026": 4,
      "November 2026": MONTH,
    };
    const ratios: number[] = [];
    for (const [month, number] of Object.entries(months)) {
      for (const [tier, id] of [
        ["Essential", "essential"],
        ["Premium", "premium"],
        ["Contact Center", "contact_center"],
      ] as const) {
        const value = sum(number, id);
        const height = found.get(`${month}, ${tier}: ${value.toLocaleString("en")}`);
        assert.ok(
          height !== undefined,
          `${month}, ${tier}: ${value} is not in ${[...found.keys()].join("; ")}`,
        );
        ratios.push(height / value);
      }
    }
    for (const ratio of ratios) assert.ok(Math.abs(ratio - (ratios[0] ?? 0)) < 0.001, ratios.join());
    assert.ok(found.has("August 2026: no audit is kept"));
  },
);

test("the bars of entitlements mark what is over", { skip }, async () => {
  const { page } = await open();
  const titles = await inPage<string[]>(
    page,
    `return [...document.querySelectorAll("section[aria-labelledby=entitlements] svg.wide rect title")].map((one) => one.textContent)`,
  );
  const name = HOSTILE[0];
  for (const wanted of [
    `${name}, Essential, entitled: 20`,
    `${name}, Essential, used: 35`,
    `${name}, Essential, over: 15`,
  ])
    assert.ok(titles.includes(wanted), `${wanted} is not in ${titles.join("; ")}`);
  assert.equal(titles.filter((title) => title.includes("over:")).length, 1);
  assert.equal(await page.locator("section[aria-labelledby=over] tbody tr").count(), 1);
});

test("the numbers of the table of customers are those that were counted", { skip }, async () => {
  const { page } = await open();
  const rows = await inPage<string[][]>(
    page,
    `return [...document.querySelectorAll("section[aria-labelledby=voss-4-customers] tbody tr")].map((row) => [...row.cells].map((cell) => cell.dataset.v ?? cell.textContent))`,
  );
  const wanted = customers(MONTH).map((one) => {
    const { licenses } = countRecord(one);
    const before = countRecord(customers(4).find(({ pkid }) => pkid === one.pkid)!).licenses;
    const total = (of: object): number =>
      Object.values<number>({ ...of }).reduce((all, each) => all + each, 0);
    return [
      ...Object.values<number>({ ...licenses }),
      total(licenses),
      total(licenses) - total(before),
    ].join();
  });
  assert.deepEqual(rows.map((row) => row.slice(2, -1).join()).toSorted(), wanted.toSorted());
});

test("a heading sorts its table by number and back, and says so", { skip }, async () => {
  const { page } = await open();
  const section = page.locator("section[aria-labelledby=voss-4-customers]");
  const values = (): Promise<number[]> =>
    inPage(
      page,
      `return [...document.querySelectorAll("section[aria-labelledby=voss-4-customers] tbody tr")].map((row) => Number(row.cells[2].dataset.v))`,
    );
  const button = section.getByRole("button", { name: "Essential" });
  await button.focus();
  await page.keyboard.press("Enter");
  const down = await values();
  assert.deepEqual(
    down,
    down.toSorted((a, b) => b - a),
  );
  assert.equal(await section.locator("th[aria-sort=descending]").count(), 1);
  await button.click();
  const up = await values();
  assert.deepEqual(up, down.toReversed());
  assert.equal(await section.locator("th[aria-sort=ascending]").count(), 1);
});

test("a filter leaves the rows that have all words, and says how many", { skip }, async () => {
  const { page } = await open();
  const section = page.locator("section[aria-labelledby=voss-4-customers]");
  await section.getByLabel("Filter").fill("LONG of");
  assert.equal(await section.locator("tbody tr:visible").count(), 1);
  assert.equal(await section.getByRole("status").textContent(), `1 of ${HOSTILE.length} rows`);
  await section.getByLabel("Filter").fill("");
  assert.equal(await section.locator("tbody tr:visible").count(), HOSTILE.length);
});

test("without a script all numbers are there", { skip }, async () => {
  const html = readFileSync(join(folder, "out", `${NAME}_${STAMP}.html`), "utf8");
  assert.equal(html.split("<script>").length, 2);
  assert.ok(html.indexOf("<script>") > html.indexOf("</main>"));
  assert.ok(!html.includes("<button") && !html.includes("<input"));
});

test(
  "nothing scrolls sideways on a phone, and the charts for it keep the size of their text",
  { skip },
  async () => {
    for (const kind of ["", "_anonymous"] as const) {
      const { page } = await open(kind, { width: 390, height: 844 });
      assert.equal(await inPage(page, "return document.documentElement.scrollWidth"), 390);
      assert.equal(await page.locator("svg.wide:visible").count(), 0);
      const sizes = await inPage<number[]>(
        page,
        `return [...document.querySelectorAll("svg.narrow")].map((chart) => chart.getBoundingClientRect().width / chart.viewBox.baseVal.width)`,
      );
      assert.ok(sizes.length > 2 && sizes.every((size) => size === 1), sizes.join());
    }
  },
);

test("axe finds nothing wrong, light and dark, on a desk and on a phone", { skip }, async () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [1280, 390]) {
      const { page } = await open("", { width, height: 900 }, colorScheme);
      // evaluate() is not bound by the policy of the page, which would refuse a script element
      await page.evaluate(axe.source);
      const violations = await page.evaluate<string[]>(
        `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }).then(({ violations }) =>
           violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ target }) => target.join(" ")).join(", ")))`,
      );
      assert.deepEqual(violations, [], `${colorScheme} ${width}`);
      await page.close();
    }
  }
});

test("it prints on A4, with everything and without what is for screens", { skip }, async () => {
  const { page } = await open();
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  assert.ok(pages >= 3 && pages < 60, `${pages} pages`);
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  assert.equal(await page.locator("input:visible, nav:visible").count(), 0);
  assert.equal(
    await inPage(page, "return getComputedStyle(document.body).backgroundColor"),
    "rgb(253, 253, 251)",
  );
});

test("the anonymous page has no name of a customer, reseller or person", { skip }, async () => {
  const { page, messages } = await open("_anonymous");
  assert.deepEqual(messages, []);
  const text = await inPage<string>(
    page,
    "return document.documentElement.outerHTML + document.body.textContent",
  );
  for (const name of [...HOSTILE, "user-1", "Sub-1"]) {
    if (name.length > 5) assert.ok(!text.includes(name), name);
  }
  assert.match(text, /5e54067d116fa10046000001/);
});
