/** The local history of counts: what is kept, and the figures of a period from it. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import type { AnyRecord } from "@vlf/common/records";
import { isKept, type Kept, record } from "../run-history.ts";
import { type Amounts, type Answer, count, reconcile, rows, stream, usage } from "./_reconcile.ts";

const DAY_MS = 86_400_000;
const WRITER = { tool: "vlf-audit", version: "0" };
const EA = "cisco-flex-3-ea";
const ORDER = `S-1,Innovia,${EA},knowledge_worker,1000,2026-01-01T00:00:00Z,2030-01-01T00:00:00Z`;

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "vlf-history-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const at = (time: string): number => Date.parse(time);
const dayText = (time: number): string => new Date(time).toISOString().slice(0, 10);

/** Keeps one row a day, the last of them on the day before the 23rd of November. */
async function history(
  t: TestContext,
  values: readonly (Amounts | undefined)[],
  scheme: string = EA,
): Promise<string> {
  const folder = join(folderOf(t), "history");
  mkdirSync(folder);
  for (const [index, amounts] of values.entries()) {
    const time = at("2026-11-23T03:00:00Z") - (values.length - index) * DAY_MS;
    if (amounts !== undefined)
      await record(folder, [{ record: count(scheme, "Innovia", amounts), at: time }], WRITER);
  }
  return folder;
}

const kw = (number: number): Amounts => ({ knowledge_worker: number });

async function run(folder: string, today: number, ...argv: readonly string[]): Promise<Answer> {
  return reconcile({
    orders: [ORDER],
    input: stream([count(EA, "Innovia", kw(today))]),
    argv: ["--history", folder, ...argv],
    folder: join(folder, ".."),
  });
}

function figure({ positions }: Answer): Partial<Record<"used" | "used_on" | "statistic" | "days", unknown>> {
  const row = positions.find((one) => one.level === "customer" && one.license_type === "knowledge_worker");
  const { used, used_on: usedOn, statistic, days } = row ?? {};
  return { used, used_on: usedOn, statistic, days };
}

describe("statistics of a period", () => {
  const values = [kw(5000), kw(1010), kw(1030), kw(1020), kw(1030), undefined, kw(1000), kw(990)];

  for (const [statistic, used, usedOn] of [
    ["last", 1001, "2026-11-23"],
    ["peak", 1030, "2026-11-17"],
    ["average", Math.ceil((1030 + 1020 + 1030 + 1000 + 990 + 1001) / 6), undefined],
  ] as const) {
    test(`${statistic} of 7 days with one missing`, async (t) => {
      const answer = await run(await history(t, values), 1001, "--period", "7", "--statistic", statistic);
      assert.deepEqual(figure(answer), { used, used_on: usedOn, statistic, days: 6 });
      const [row] = answer.positions;
      assert.deepEqual(
        [row?.period_start, row?.period_end],
        ["2026-11-17T00:00:00Z", "2026-11-24T00:00:00Z"],
      );
      assert.deepEqual(
        answer.findings.filter(({ code }) => code === "history-gap").map(({ message }) => message),
        ["6 of the 7 days of the period have a measure"],
      );
    });
  }

  test("exact times, the end not in it", async (t) => {
    const folder = await history(t, values);
    const answer = await run(
      folder,
      1001,
      "--statistic",
      "peak",
      "--from",
      "2026-11-15T00:00:00Z",
      "--to",
      "2026-11-17T03:00:00Z",
    );
    assert.deepEqual(figure(answer), { used: 5000, used_on: "2026-11-15", statistic: "peak", days: 2 });
    const earlier = await run(folder, 1001, "--from", "2026-11-15T04:00:00Z", "--to", "2026-11-17T00:00:00Z");
    assert.deepEqual(figure(earlier), { used: 1010, used_on: "2026-11-16", statistic: "last", days: 1 });
  });

  test("without a period the history does not count", async (t) => {
    assert.deepEqual(figure(await run(await history(t, values), 7)), {
      used: 7,
      used_on: "2026-11-23",
      statistic: "last",
      days: 1,
    });
  });

  test("the page names the statistic and the days", async (t) => {
    const { stdout } = await run(
      await history(t, values),
      1001,
      "--period",
      "7",
      "--statistic",
      "peak",
      "--text",
    );
    assert.match(
      stdout,
      /^Period 2026-11-17 to 2026-11-23 \(UTC\), 6 days measured; used is the peak value\n/,
    );
  });

  test("clusters of a peak are those of its day, and of an average shares that sum to it", async (t) => {
    const folder = join(folderOf(t), "h");
    const row = (a: number, b: number): AnyRecord =>
      count(EA, "Innovia", kw(a + b), { "eu/a": kw(a), "us/b": kw(b) });
    await record(
      folder,
      [
        { record: row(10, 1), at: at("2026-11-21T03:00:00Z") },
        { record: row(3, 9), at: at("2026-11-22T03:00:00Z") },
      ],
      WRITER,
    );
    const of = async (statistic: string): Promise<string[]> => {
      const answer = await reconcile({
        orders: [ORDER],
        input: stream([row(2, 2)]),
        argv: ["--history", folder, "--period", "7", "--statistic", statistic],
      });
      const ofType = answer.positions.filter((one) => one.license_type === "knowledge_worker");
      return [...rows(ofType, "cluster", (one) => one.cluster), ...rows(ofType, "customer", () => "all")];
    };
    assert.deepEqual(await of("peak"), ["a: - 3 - - usage", "b: - 9 - - usage", "all: 1000 12 988 0 ok"]);
    assert.deepEqual(await of("average"), ["a: - 5 - - usage", "b: - 4 - - usage", "all: 1000 9 991 0 ok"]);
  });
});

for (const [time, used] of [
  ["2026-11-23T05:00:00Z", 9],
  ["2026-11-23T02:00:00Z", 7],
] as const) {
  test(`of a day the last measure counts, be it in the history of 03:00 or the input of ${time}`, async (t) => {
    const folder = join(folderOf(t), "h");
    await record(folder, [{ record: count(EA, "Innovia", kw(7)), at: at("2026-11-23T03:00:00Z") }], WRITER);
    const answer = await reconcile({
      orders: [ORDER],
      input: stream([count(EA, "Innovia", kw(9))], time),
      argv: ["--history", folder, "--period", "7"],
    });
    assert.deepEqual(figure(answer).used, used);
  });
}

test("a sum of several days names none", async (t) => {
  const folder = join(folderOf(t), "h");
  const both = (first: number, second: number): AnyRecord[] => [
    count(EA, "A", kw(first)),
    count(EA, "B", kw(second)),
  ];
  const time = at("2026-11-22T03:00:00Z");
  await record(
    folder,
    both(9, 1).map((one) => ({ record: one, at: time })),
    WRITER,
  );
  const { positions } = await reconcile({
    orders: ["S-A,A,cisco-flex-3-ea,KW,1000,,", "S-B,B,cisco-flex-3-ea,KW,1000,,"],
    input: stream(both(1, 9)),
    argv: ["--history", folder, "--period", "7", "--statistic", "peak"],
  });
  const days = positions
    .filter((row) => row.license_type === "knowledge_worker" && row.level !== "subscription")
    .map((row) => `${row.level} ${row.customer} ${row.used} ${row.used_on ?? "none"}`);
  assert.deepEqual(days, ["partner  18 none", "customer A 9 2026-11-22", "customer B 9 2026-11-23"]);
});

test("of an average the largest remainder gets the license that is left", async (t) => {
  const folder = join(folderOf(t), "h");
  const row = (a: number, b: number): AnyRecord =>
    count(EA, "Innovia", kw(a + b), { "eu/a": kw(a), "us/b": kw(b) });
  const days = ["2026-11-21T03:00:00Z", "2026-11-22T03:00:00Z"];
  await record(
    folder,
    days.map((day, index) => ({ record: index === 0 ? row(2, 1) : row(1, 2), at: at(day) })),
    WRITER,
  );
  const { positions } = await reconcile({
    orders: [ORDER],
    input: stream([row(1, 2)]),
    argv: ["--history", folder, "--period", "7", "--statistic", "average"],
  });
  const ofType = positions.filter((one) => one.license_type === "knowledge_worker");
  assert.deepEqual(
    rows(ofType, "cluster", (one) => one.cluster),
    ["a: - 1 - - usage", "b: - 2 - - usage"],
  );
});

describe("growth from the history", () => {
  test("a true forward is projected to its measuring day, with what has to go by then", async (t) => {
    const values = Array.from({ length: 10 }, (_, index) => kw(1000 + 20 * index)); // 1180 on the 22nd
    const answer = await run(await history(t, values), 1200, "--period", "30");
    const row = answer.positions.find(
      (one) => one.level === "customer" && one.license_type === "knowledge_worker",
    );
    assert.deepEqual(
      [row?.status, row?.measured_on, row?.due_on, row?.projected, row?.projected_overconsumed],
      ["allowance", "2026-11-30", "2027-01-01", 1340, 140],
    );
    assert.deepEqual(answer.told, [
      'true-forward: by the trend "Innovia" uses 1340 Knowledge Worker on 2026-11-30, 140 more than may be by then: a true forward is due on 2027-01-01',
    ]);
  });

  test("a term that ends by the measuring day does not count for it", async (t) => {
    const folder = await history(t, [kw(100), kw(100)]);
    const answer = await reconcile({
      orders: [ORDER.replace("2030-01-01", "2026-11-30")],
      input: stream([count(EA, "Innovia", kw(100))]),
      argv: ["--history", folder, "--period", "7"],
    });
    const row = answer.positions.find((one) => one.level === "customer");
    assert.deepEqual(
      [row?.entitled, row?.measured_on, row?.projected, row?.projected_overconsumed],
      [1000, "2026-11-30", 100, 100],
    );
  });

  test("the quantity of the next year of an active user plan is the average of months 9 to 11", async (t) => {
    const folder = join(folderOf(t), "h");
    const active = (time: string, quantity: number): Kept => ({
      record: usage({
        application: "Webex",
        customer: "Innovia",
        license_type: "active_user",
        quantity,
        at: time,
        source: "webex",
      }),
      at: at(time),
    });
    await record(
      folder,
      [
        active("2026-09-10T00:00:00Z", 1),
        active("2026-09-30T00:00:00Z", 50),
        active("2026-10-31T00:00:00Z", 60),
      ],
      WRITER,
    );
    const given = {
      orders: ["S-1,Innovia,webex-active-user,active_user,40,2026-01-01T00:00:00Z,2029-01-01T00:00:00Z"],
      toml: '[[reconcile.usage]]\nvendor = "cisco"\napplication = "Webex"\nmodel = "webex-active-user"\n',
      input: stream([active("2026-11-23T00:00:00Z", 70).record]),
    };
    const renewal = ({ positions }: Answer): unknown =>
      positions.find(({ level }) => level === "customer")?.renewal;
    assert.equal(renewal(await reconcile({ ...given, argv: ["--history", folder, "--period", "7"] })), 60);
    assert.equal(renewal(await reconcile(given)), undefined, "two months are missing");
  });
});

describe("findings of the series", () => {
  test("a jump that may not be real", async (t) => {
    const answer = await run(await history(t, [kw(780), kw(791), kw(1567), kw(1570)]), 1570, "--period", "7");
    assert.ok(
      answer.told.includes(
        'usage-jump: Knowledge Worker of "Innovia" went from 791 on 2026-11-20 to 1567 on 2026-11-21',
      ),
      answer.told.join(),
    );
    const calm = await run(await history(t, [kw(780), kw(791)]), 1100, "--period", "7");
    assert.deepEqual(
      calm.told.filter((one) => one.startsWith("usage-jump")),
      [],
    );
  });

  test("no usage of a customer while others have some", async (t) => {
    const folder = await history(t, [kw(5), undefined, undefined, undefined]);
    const answer = await reconcile({
      orders: [ORDER, ORDER.replace("S-1,Innovia", "S-2,Other")],
      input: stream([count(EA, "Other", kw(7))]),
      argv: ["--history", folder, "--period", "7"],
    });
    assert.deepEqual(answer.told, [
      'usage-stale: no usage of Flex 3.0 Enterprise Agreement of "Innovia" since 2026-11-19',
    ]);
  });

  test("a cluster that is read on other days keeps its figure for a while, and then is told", async (t) => {
    const folder = join(folderOf(t), "h");
    const cluster = (name: string, time: string, quantity: number): Kept => ({
      record: usage({ customer: "Innovia", cluster: name, quantity, at: time }),
      at: at(time),
    });
    const days = ["17", "18", "19", "20", "21", "22", "23"].map((day) => `2026-11-${day}T03:00:00Z`);
    const given = {
      orders: [`S-1,Innovia,cisco-ucm,cuwl,100,,`],
      argv: ["--history", folder, "--period", "7"],
    };
    await record(
      folder,
      days.slice(0, 6).map((day) => cluster("a", day, 10)),
      WRITER,
    );
    await record(folder, [cluster("b", days[3] ?? "", 5)], WRITER);
    const input = stream([cluster("a", days[6] ?? "", 10).record]);
    const fresh = await reconcile({ ...given, input });
    assert.equal(rows(fresh.positions, "customer")[1], "cuwl: 100 15 85 0 ok");
    assert.deepEqual(fresh.told, []);
    const old = await reconcile({ ...given, input, toml: "[reconcile]\nstale_days = 2\n" });
    assert.equal(rows(old.positions, "customer")[1], "cuwl: 100 10 90 0 ok");
    assert.deepEqual(old.told, [
      'usage-stale: no usage of Unified CM of cluster "b" of "Innovia" since 2026-11-20: it is not counted any more',
    ]);
  });
});

describe("what is kept", () => {
  const rowsIn = (folder: string, day: string): AnyRecord[] =>
    readFileSync(join(folder, `${day}.ndjson`), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as AnyRecord)
      .filter(isKept);

  test("--record keeps the input in the file of its day, and again changes nothing", async (t) => {
    const folder = join(folderOf(t), "h");
    const given = {
      orders: [ORDER],
      input: stream([
        count(EA, "Innovia", kw(3)),
        usage({ at: "2026-11-20T03:00:00Z", customer: "Innovia", quantity: 2 }),
      ]),
    };
    const first = await reconcile({ ...given, argv: ["--history", folder, "--record"] });
    assert.equal(first.status, 0);
    assert.ok(first.stderr.startsWith(`vlf-audit: recorded: "`), first.stderr);
    const files = (): Record<string, string> =>
      Object.fromEntries(
        readdirSync(folder)
          .filter((name) => name.endsWith(".ndjson"))
          .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
      );
    const before = files();
    assert.deepEqual(Object.keys(before), ["2026-11-20.ndjson", "2026-11-23.ndjson"]);
    await reconcile({ ...given, argv: ["--history", folder, "--record"] });
    assert.deepEqual(files(), before);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  test("a later count of a customer replaces its earlier one of that day, an earlier one does not, others stay", async (t) => {
    const folder = folderOf(t);
    const row = (name: string, time: string, number: number): Kept => ({
      record: count(EA, name, kw(number)),
      at: at(time),
    });
    await record(folder, [row("A", "2026-11-23T03:00:00Z", 1), row("B", "2026-11-23T03:00:00Z", 2)], WRITER);
    await record(folder, [row("A", "2026-11-23T04:00:00Z", 7)], WRITER);
    await record(folder, [row("A", "2026-11-23T02:00:00Z", 9)], WRITER);
    const kept = rowsIn(folder, "2026-11-23").map((one) => [
      one["customer"],
      (one["licenses"] as Amounts)["knowledge_worker"],
      one["counted_at"],
    ]);
    assert.deepEqual(kept, [
      ["A", 7, "2026-11-23T04:00:00Z"],
      ["B", 2, "2026-11-23T03:00:00Z"],
    ]);
  });

  test("the same taking with another number replaces the one that was kept", async (t) => {
    const folder = folderOf(t);
    for (const number of [1, 2]) {
      const time = at("2026-11-23T03:00:00Z");
      await record(folder, [{ record: count(EA, "A", kw(number)), at: time }], WRITER);
    }
    assert.deepEqual(
      rowsIn(folder, "2026-11-23").map((one) => one["licenses"]),
      [kw(2)],
    );
  });

  test("two rows of one taking that are alike both count", async (t) => {
    const folder = folderOf(t);
    const site = usage({
      application: "Webex",
      customer: "Innovia",
      license_type: "x",
      quantity: 4,
      source: "webex",
    });
    await record(
      folder,
      [
        { record: site, at: at("2026-11-23T03:00:00Z") },
        { record: site, at: at("2026-11-23T03:00:00Z") },
      ],
      WRITER,
    );
    assert.equal(rowsIn(folder, "2026-11-23").length, 2);
  });

  test("a file of the history is input by itself: an old report can be made again", async (t) => {
    const folder = await history(t, [kw(11), kw(12)]);
    const day = dayText(at("2026-11-22T00:00:00Z"));
    const input = readFileSync(join(folder, `${day}.ndjson`), "utf8");
    const answer = await reconcile({ orders: [ORDER], input, argv: ["--history", folder, "--period", "7"] });
    assert.deepEqual(figure(answer), { used: 12, used_on: day, statistic: "last", days: 2 });
  });

  test("a file that was cut off is refused, and a folder that is not there", async (t) => {
    const folder = await history(t, [kw(11)]);
    writeFileSync(
      join(folder, "2026-11-22.ndjson"),
      readFileSync(join(folder, "2026-11-22.ndjson"), "utf8").split("\n").slice(0, 2).join("\n"),
    );
    const cut = await run(folder, 1, "--period", "7");
    assert.equal(cut.status, 2);
    assert.match(cut.stderr, /2026-11-22\.ndjson: input ends after line 2 without an end record/);
    const none = await run(join(folder, "none"), 1, "--period", "7");
    assert.match(none.stderr, /read history ".*none": no such file or folder \(ENOENT\)/);
  });
});
