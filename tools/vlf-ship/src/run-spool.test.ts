import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { test } from "node:test";
import { withLock } from "@vlf/common/lock";
import { strictRecordProblem } from "@vlf/common/records";
import { fileTable, inPlace, type Outcome, type Place, postTable, withServer } from "./_testing.ts";

/** A port of loopback where nobody listens. */
const NOBODY = 1;

const statuses = ({ deliveries }: Outcome): unknown[] =>
  deliveries.map(({ destination, status, failure }) => [destination, status, failure]);

/** The states in the spool, as they are on disk. */
async function statesIn(place: Place): Promise<Record<string, unknown>[]> {
  const names = await readdir(place.at("spool/state"));
  const texts = await Promise.all(names.map((name) => readFile(place.at(`spool/state/${name}`), "utf8")));
  return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
}

test("a delivery that may work later waits in the spool, with its own copy of the file", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY));
    const path = await place.write("a.csv", "content");
    const first = await place.run(["--delivery", "portal", path]);
    assert.equal(first.status, 75);
    assert.deepEqual(statuses(first), [["portal", "queued", "temporary"]]);
    assert.match(first.stderr, /ECONNREFUSED.*: kept for a later run$/m);
    for (const record of first.records) assert.equal(strictRecordProblem(record), undefined);
    await rm(path);
    await withServer(async (port, bodies) => {
      await place.settings(postTable("portal", port));
      const second = await place.run(["retry"]);
      assert.equal(second.status, 0, second.stderr);
      assert.deepEqual(statuses(second), [["portal", "delivered", undefined]]);
      assert.deepEqual(bodies, ["content"]);
      assert.deepEqual((await place.run(["retry"])).deliveries, []);
      assert.deepEqual(bodies, ["content"]);
    });
    assert.deepEqual(await readdir(place.at("spool/content")), []);
  }));

test("without a spool a failure that may pass gives 75 and leaves nothing", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY));
    const toml = (await readFile(place.at("vlf.toml"), "utf8")).replace(/^spool = .*$/m, "");
    await writeFile(place.at("vlf.toml"), toml);
    const ran = await place.run(["--delivery", "portal", await place.write("a.csv", "content")]);
    assert.equal(ran.status, 75);
    assert.deepEqual(statuses(ran), [["portal", "failed", "temporary"]]);
    assert.deepEqual((await readdir(place.folder)).toSorted(), ["a.csv", "vlf.toml"]);
  }));

test("one that needs a person makes the status 2, whatever else waits; the others are delivered", () =>
  inPlace(async (place) => {
    await mkdir(place.at("to"));
    await place.settings(
      postTable("portal", NOBODY) + fileTable("gone", "@/missing") + fileTable("archive", "@/to"),
    );
    const path = await place.write("a.csv", "content");
    const ran = await place.run([
      "--delivery",
      "portal",
      "--delivery",
      "gone",
      "--delivery",
      "archive",
      path,
    ]);
    assert.equal(ran.status, 2);
    assert.deepEqual(statuses(ran), [
      ["portal", "queued", "temporary"],
      ["gone", "failed", "permanent"],
      ["archive", "delivered", undefined],
    ]);
    assert.deepEqual(await readdir(place.at("to")), ["a.csv"]);
  }));

test("retry leaves what failed for good alone, says so, and takes it up with --failed", () =>
  inPlace(async (place) => {
    await place.settings(fileTable("archive", "@/to"));
    const path = await place.write("a.csv", "content");
    assert.equal((await place.run(["--delivery", "archive", path])).status, 2);
    await rm(path);
    const plain = await place.run(["retry"]);
    assert.equal(plain.status, 0);
    assert.deepEqual(plain.deliveries, []);
    assert.match(plain.stderr, /warning: 1 failed before and wait for a person: see "vlf-ship list"$/m);
    await mkdir(place.at("to"));
    const asked = await place.run(["retry", "--failed"]);
    assert.equal(asked.status, 0, asked.stderr);
    assert.equal(await readFile(place.at("to/a.csv"), "utf8"), "content");
  }));

test("a delivery is given up when it is too old, and begins anew with --failed", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY), "give_up_days = 2");
    await place.run(["--delivery", "portal", await place.write("a.csv", "content")]);
    const later = await place.run(["retry", "--now", "2026-11-03T02:59:59Z"]);
    assert.deepEqual([later.status, statuses(later)], [75, [["portal", "queued", "temporary"]]]);
    const tooLate = await place.run(["retry", "--now", "2026-11-03T03:00:00Z"]);
    assert.deepEqual([tooLate.status, statuses(tooLate)], [2, [["portal", "failed", "permanent"]]]);
    assert.match(
      String(tooLate.deliveries[0]?.["message"]),
      /^given up after 3 attempts since 2026-11-01T03:00:00Z: POST http/,
    );
    const anew = await place.run(["retry", "--failed", "--now", "2026-11-09T03:00:00Z"]);
    assert.deepEqual([anew.status, statuses(anew)], [75, [["portal", "queued", "temporary"]]]);
    assert.deepEqual(
      (await statesIn(place)).map(({ queued_at: at, attempts }) => [at, attempts]),
      [["2026-11-09T03:00:00Z", 1]],
    );
  }));

test("what was posted is not posted again, as long as the spool remembers it and the place is the same", () =>
  inPlace((place) =>
    withServer(async (port, bodies) => {
      await place.settings(postTable("portal", port), "remember_days = 10");
      const path = await place.write("a.csv", "content");
      const ship = (now = "2026-11-01T03:00:00Z"): Promise<Outcome> =>
        place.run(["--delivery", "portal", path, "--now", now]);
      await ship();
      const again = await ship();
      assert.equal(again.status, 0);
      assert.deepEqual(
        again.deliveries.map(({ status, proof, attempts, message }) => [status, proof, attempts, message]),
        [["already-delivered", "remembered", 0, "delivered by the run of 2026-11-01T03:00:00Z"]],
      );
      assert.equal(bodies.length, 1);
      await place.write("a.csv", "other content");
      await ship();
      assert.deepEqual(bodies, ["content", "other content"]);
      await place.settings(postTable("portal", port, "/other"), "remember_days = 10");
      await ship();
      assert.equal(bodies.length, 3, "another place");
      await ship("2026-11-11T03:00:00Z");
      assert.equal(bodies.length, 3, "still remembered");
      await ship("2026-11-11T03:00:01Z"); // forgets at its end
      await ship("2026-11-11T03:00:01Z");
      assert.equal(bodies.length, 4, "forgotten");
    }),
  ));

test("a folder is asked again: what was taken away there is delivered again", () =>
  inPlace(async (place) => {
    await mkdir(place.at("to"));
    await place.settings(fileTable("archive", "@/to"));
    const path = await place.write("a.csv", "content");
    await place.run(["--delivery", "archive", path]);
    await rm(place.at("to/a.csv"));
    assert.deepEqual(statuses(await place.run(["--delivery", "archive", path])), [
      ["archive", "delivered", undefined],
    ]);
  }));

test("only one run works on a spool", () =>
  inPlace(async (place) => {
    await mkdir(place.at("to"));
    await place.settings(fileTable("archive", "@/to"), "lock_wait_seconds = 0");
    const path = await place.write("a.csv", "content");
    await withLock(place.at("spool/lock"), { holder: "another" }, async () => {
      for (const argv of [
        ["--delivery", "archive", path],
        ["retry"],
        ["forget", "--delivery", "archive", "a.csv"],
      ]) {
        const { status, stderr } = await place.run(argv);
        assert.equal(status, 75);
        assert.match(stderr, /lock ".*spool\/lock": still held by another, process \d+$/m);
      }
      assert.deepEqual(await readdir(place.at("to")), []);
    });
    assert.equal((await place.run(["--delivery", "archive", path])).status, 0);
  }));

test("a spool is open to nobody else, and holds no secret", () =>
  inPlace(async (place) => {
    const env = { PORTAL_PASSWORD: "portal-password-1" };
    await place.settings(
      `${postTable("portal", NOBODY)}username = "user"\npassword_env = "PORTAL_PASSWORD"\n`,
    );
    const path = await place.write("a.csv", "content");
    const ran = await place.run(["--delivery", "portal", path], { env });
    assert.equal(ran.status, 75, ran.stderr);
    for (const name of await readdir(place.at("spool"), { recursive: true })) {
      const { mode } = await stat(place.at(join("spool", name)));
      assert.equal(mode & 0o077, 0, name);
    }
    const texts = [ran.stdout, ran.stderr, JSON.stringify(await statesIn(place))];
    for (const secret of [
      env.PORTAL_PASSWORD,
      Buffer.from(`user:${env.PORTAL_PASSWORD}`).toString("base64"),
    ]) {
      for (const text of texts) assert.ok(!text.includes(secret));
    }
  }));

test("list shows what waits, and with --all what arrived", () =>
  inPlace(async (place) => {
    await mkdir(place.at("to"));
    await place.settings(
      postTable("portal", NOBODY) + fileTable("archive", "@/to") + fileTable("gone", "@/no"),
    );
    const paths = [await place.write("b.csv", "b"), await place.write("a.csv", "a")];
    await place.run([...["portal", "archive", "gone"].flatMap((name) => ["--delivery", name]), ...paths]);
    const list = async (...argv: string[]): Promise<unknown[]> =>
      (await place.run(["list", ...argv])).deliveries.map(({ file, destination, status }) => [
        file,
        destination,
        status,
      ]);
    assert.deepEqual(await list(), [
      ["a.csv", "gone", "failed"],
      ["a.csv", "portal", "queued"],
      ["b.csv", "gone", "failed"],
      ["b.csv", "portal", "queued"],
    ]);
    assert.deepEqual(await list("--delivery", "portal"), [
      ["a.csv", "portal", "queued"],
      ["b.csv", "portal", "queued"],
    ]);
    assert.deepEqual(await list("--all", "--delivery", "archive"), [
      ["a.csv", "archive", "delivered"],
      ["b.csv", "archive", "delivered"],
    ]);
  }));

test("list finds nothing in a spool that is not there, and a command without a spool is refused", () =>
  inPlace(async (place) => {
    await place.settings("");
    const { status, deliveries } = await place.run(["list"]);
    assert.deepEqual([status, deliveries], [0, []]);
    await writeFile(place.at("vlf.toml"), "");
    for (const argv of [["list"], ["retry"], ["forget", "--delivery", "a", "b"]]) {
      const ran = await place.run(argv);
      assert.equal(ran.status, 2);
      assert.match(ran.stderr, /error: read options: no spool$/m);
    }
  }));

test("a spool that --spool names has to be there: a slip of the pen is no empty spool", () =>
  inPlace(async (place) => {
    await place.settings("");
    for (const argv of [["list"], ["retry"], ["forget", "--delivery", "a", "b"]]) {
      const ran = await place.run([...argv, "--spool", place.at("spol")]);
      assert.equal(ran.status, 2);
      assert.match(ran.stderr, /error: open spool ".*spol": no such folder$/m);
    }
  }));

test("forget takes a file out of the spool for the destinations named, and no other", () =>
  inPlace(async (place) => {
    await place.settings(postTable("one", NOBODY) + postTable("two", NOBODY));
    const path = await place.write("a.csv", "a");
    await place.run(["--delivery", "one", "--delivery", "two", path]);
    const unknown = await place.run(["forget", "--delivery", "one", "b.csv"]);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /forget "b.csv": waits for none of one$/m);
    const dry = await place.run(["forget", "--delivery", "one", "a.csv", "--dry-run"]);
    assert.match(dry.stderr, /would forget "a.csv" for "one"$/m);
    assert.equal((await statesIn(place)).length, 2);
    assert.equal((await place.run(["forget", "--delivery", "one", "a.csv"])).status, 0);
    assert.deepEqual(
      (await statesIn(place)).map(({ destination }) => destination),
      ["two"],
    );
    assert.equal((await readdir(place.at("spool/content"))).length, 1);
    await place.run(["forget", "--delivery", "two", "a.csv"]);
    assert.deepEqual(await readdir(place.at("spool/content")), []);
  }));

test("what a killed run left half written in the spool is removed", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY));
    await place.run(["--delivery", "portal", await place.write("a.csv", "a")]);
    await writeFile(place.at("spool/state/x.json.tmp"), '{"schema":');
    await writeFile(place.at("spool/content/y.tmp"), "half");
    await place.run(["retry"]);
    const names = await readdir(place.at("spool"), { recursive: true });
    assert.deepEqual(
      names.filter((name) => name.endsWith(".tmp")),
      [],
    );
    assert.equal((await statesIn(place)).length, 1);
  }));

for (const [what, text] of [
  ["that is no JSON", "{"],
  ["of another schema", '{"schema":2}'],
  ["that lacks fields", '{"schema":1,"destination":"a"}'],
  ["that is null", "null"],
] as const) {
  test(`a state ${what} stops the run with its name`, () =>
    inPlace(async (place) => {
      await place.settings("");
      await place.write("spool/state/broken.json", text);
      const { status, stderr } = await place.run(["retry"]);
      assert.equal(status, 2);
      assert.match(stderr, /error: read ".*broken\.json": not a state of a delivery$/m);
    }));
}

test("a copy in the spool that was damaged is not delivered", () =>
  inPlace((place) =>
    withServer(async (port, bodies) => {
      await place.settings(postTable("portal", NOBODY));
      await place.run(["--delivery", "portal", await place.write("a.csv", "content")]);
      const [name = ""] = await readdir(place.at("spool/content"));
      await writeFile(place.at(`spool/content/${name}`), "CONTENT");
      await place.settings(postTable("portal", port));
      const ran = await place.run(["retry"]);
      assert.deepEqual([ran.status, statuses(ran)], [2, [["portal", "failed", "integrity"]]]);
      assert.deepEqual(bodies, []);
    }),
  ));

test("a destination that is gone from the settings fails alone", () =>
  inPlace((place) =>
    withServer(async (port, bodies) => {
      await place.settings(postTable("old", NOBODY) + postTable("portal", NOBODY));
      const path = await place.write("a.csv", "content");
      await place.run(["--delivery", "old", "--delivery", "portal", path]);
      await place.settings(postTable("portal", port));
      const ran = await place.run(["retry"]);
      assert.equal(ran.status, 2);
      assert.deepEqual(statuses(ran), [
        ["old", "failed", "configuration"],
        ["portal", "delivered", undefined],
      ]);
      assert.deepEqual(bodies, ["content"]);
    }),
  ));

test("a file that cannot be kept in the spool fails at each of its destinations, and the others go on", () =>
  inPlace(async (place) => {
    await mkdir(place.at("to"));
    await place.settings(fileTable("archive", "@/to"));
    const good = await place.write("b.csv", "b");
    const ran = await place.run(["--delivery", "archive", place.at("missing.csv"), good]);
    assert.equal(ran.status, 2);
    assert.deepEqual(
      ran.deliveries.map(({ file, status, message }) => [file, status, message]),
      [
        ["missing.csv", "failed", `read "${place.at("missing.csv")}": no such file or folder (ENOENT)`],
        ["b.csv", "delivered", ""],
      ],
    );
  }));

test("a dry run makes no spool, and says what retry would do", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY));
    const path = await place.write("a.csv", "a");
    const dry = await place.run(["--delivery", "portal", path, "--dry-run"]);
    assert.equal(dry.status, 0);
    assert.deepEqual((await readdir(place.folder)).toSorted(), ["a.csv", "vlf.toml"]);
    await place.run(["--delivery", "portal", path]);
    const retry = await place.run(["retry", "--dry-run"]);
    assert.equal(retry.status, 0);
    assert.match(retry.stderr, /would deliver "a.csv" to "http:\/\/127\.0\.0\.1:1\/in"$/m);
    assert.deepEqual(
      (await statesIn(place)).map(({ attempts }) => attempts),
      [1],
    );
  }));

test("a folder of --to waits in the spool by its whole path", () =>
  inPlace(async (place) => {
    await place.settings("");
    const target = relative(process.cwd(), place.at("missing"));
    const ran = await place.run(["--to", target, await place.write("a.csv", "a")]);
    assert.equal(ran.status, 2);
    assert.deepEqual(
      (await statesIn(place)).map(({ destination }) => destination),
      [place.at("missing")],
    );
  }));

test("a file that is named twice is delivered once", () =>
  inPlace((place) =>
    withServer(async (port, bodies) => {
      await place.settings(postTable("portal", port));
      const path = await place.write("a.csv", "content");
      const ran = await place.run(["--delivery", "portal", path, path]);
      assert.deepEqual(statuses(ran), [["portal", "delivered", undefined]]);
      assert.deepEqual(bodies, ["content"]);
    }),
  ));

test("what a destination asked for by Retry-After is told, outlives the run, and ends with a success", () =>
  inPlace(async (place) => {
    let status = 503;
    await withServer(
      async (port, bodies) => {
        await place.settings(postTable("portal", port));
        const path = await place.write("a.csv", "content");
        const first = await place.run(["--delivery", "portal", path]);
        assert.equal(first.status, 75);
        assert.match(first.stderr, /answered 503; not before 2026-11-01T04:00:\d\dZ: kept for a later run$/m);
        const [state] = await statesIn(place);
        assert.match(String(state?.["retry_at"]), /^2026-11-01T04:00:\d\dZ$/);
        status = 201;
        assert.deepEqual(statuses(await place.run(["retry", "--now", "2026-11-01T03:50:00Z"])), [
          ["portal", "queued", "temporary"],
        ]);
        assert.equal(bodies.length, 1);
        assert.equal((await place.run(["retry", "--now", "2026-11-01T04:01:00Z"])).status, 0);
        assert.equal(bodies.length, 2);
        assert.equal((await statesIn(place))[0]?.["retry_at"], "");
      },
      () => status,
      { "retry-after": "3600" },
    );
  }));

test("a destination that asks for ever is given up like any other, and a person can take it up", () =>
  inPlace(async (place) => {
    let status = 503;
    await withServer(
      async (port) => {
        await place.settings(postTable("portal", port), "give_up_days = 2");
        await place.run(["--delivery", "portal", await place.write("a.csv", "content")]);
        const late = await place.run(["retry", "--now", "2026-11-03T03:00:00Z"]);
        assert.equal(late.status, 2);
        assert.match(
          late.stderr,
          /given up after 1 attempts since .*: deliver "a.csv" to "portal": it asked to be left alone$/m,
        );
        status = 201;
        const asked = await place.run(["retry", "--failed", "--now", "2026-11-03T03:00:00Z"]);
        assert.deepEqual(statuses(asked), [["portal", "delivered", undefined]]);
      },
      () => status,
      { "retry-after": "999999999" },
    );
  }));

test("a spool of before retry_at is read", () =>
  inPlace(async (place) => {
    await place.settings(postTable("portal", NOBODY));
    await place.run(["--delivery", "portal", await place.write("a.csv", "content")]);
    const [name = ""] = await readdir(place.at("spool/state"));
    const { retry_at: _, ...state } = (await statesIn(place))[0] ?? {};
    await writeFile(place.at(`spool/state/${name}`), JSON.stringify(state));
    assert.deepEqual(statuses(await place.run(["retry"])), [["portal", "queued", "temporary"]]);
  }));
