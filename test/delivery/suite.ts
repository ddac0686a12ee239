/**
 * One suite of cases for every kind of destination, against a peer that the test started. The tool runs as
 * a process of its own, from scripts/bin; what arrived is read on the peer's side, never through the tool.
 */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test, type TestContext } from "node:test";
import { bash, emptyFolder, filesBelow, type Result } from "../pipelines/_run.ts";

/** A peer that runs, seen from both sides. */
export interface Peer {
  /** Text of vlf.toml: `[destinations.peer]` and the tables it refers to. */
  readonly settings: string;
  /** The same with a login that the peer refuses, where it asks for one. */
  readonly wrongLogin?: string;
  /** The same with an address where nobody listens, where it has an address. */
  readonly down?: string;
  /** Environment of the tool, beyond the usual. */
  readonly env?: Record<string, string>;
  /** Texts that must show up in no output: passwords, keys. */
  readonly secrets: readonly string[];
  /** Every whole copy of the file of that name that arrived, read at the peer. */
  received(name: string): Promise<Uint8Array[]>;
  /** All names at the peer, hidden ones and leftovers too, sorted: for a mailbox, those of the attachments. */
  names(): Promise<string[]>;
  /** Puts content under a name, behind the tool's back. Left out where a name means nothing (a mailbox). */
  place?(name: string, content: Uint8Array): Promise<void>;
  /** Takes everything away, between cases. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** What a kind of destination promises. */
export interface Promises {
  /** Sees that a file is there already: the same again is `already-delivered`, other content is refused. */
  readonly recognizes: boolean;
  /** `proof` of its receipts. */
  readonly proof: string;
  /** Size of the large file; 20 MiB unless the peer takes less. */
  readonly largeBytes?: number;
  /** Names of ODD_NAMES that the peer cannot hold, with the reason. */
  readonly notNames?: Readonly<Record<string, string>>;
  /** What its peer has not, and what cannot be tried therefore: an address, a login. */
  readonly without?: readonly ("address" | "login")[];
  /** Why the suite cannot run here. */
  readonly skip?: string | false;
  /** Kills of a run under way; 5 unless said otherwise. */
  readonly kills?: number;
}

/** Names that have to arrive as they are: they come from hosts and providers. */
export const ODD_NAMES: readonly string[] = [
  "vlf_Größe & Söhne_host-1_license_2026-11-01_0300.zip",
  "vlf_日本_host_detailed_2026-11-01_0300.csv",
  "with blank + plus % per#cent ?query;semi'quote.csv",
  '-dash "quoted" [brackets] {name}.csv',
  "~tilde,comma=equals@at!.csv",
];

interface Delivered {
  readonly destination: string;
  readonly status: string;
  readonly file: string;
  readonly location: string;
  readonly sha256: string;
  readonly message: string;
  readonly attempts: number;
  readonly proof?: string;
  readonly failure?: string;
}

/** What one run of the tool gave. */
export interface Shipped extends Result {
  readonly deliveries: readonly Delivered[];
}

/**
 * Writes `settings` and files into a folder and runs `vlf-ship ARGS FILES`; no pauses between attempts. No secret of the
 * peer may be in its output, nor in any file of the folder after it: spool, registrations.
 */
export async function ship(
  peer: Pick<Peer, "env" | "secrets">,
  settings: string,
  folder: string,
  files: Readonly<Record<string, Uint8Array | string>>,
  args = "--delivery peer",
): Promise<Shipped> {
  writeFileSync(join(folder, "vlf.toml"), `[ship]\nattempts = 2\npause_seconds = 0\n${settings}`);
  mkdirSync(join(folder, "from"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, "from", name), content);
  const paths = Object.keys(files).map((name) => `'from/${name.replaceAll("'", `'\\''`)}'`);
  const ran = await bash(`vlf-ship ${args} ${paths.join(" ")}`, folder, peer.env ?? {});
  for (const secret of peer.secrets) {
    assert.ok(!`${ran.stdout}${ran.stderr}`.includes(secret), "a secret is in the output");
    for (const path of filesBelow(folder).filter((one) => one !== "vlf.toml")) {
      const content = readFileSync(join(folder, path));
      // The files that a test names as those of the secrets hold nothing else.
      const isItsOwn = content.toString().trim() === secret;
      assert.ok(isItsOwn || !content.includes(secret), `a secret is in ${path}`);
      assert.ok(!path.includes(secret), `a secret is in the name ${path}`);
    }
  }
  return { ...ran, deliveries: deliveriesIn(ran.stdout) };
}

/** The delivery records of a stream. */
export function deliveriesIn(stdout: string): Delivered[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith('{"type":"delivery"'))
    .map((line) => JSON.parse(line) as Delivered);
}

export const sha256 = (content: Uint8Array | string): string =>
  createHash("sha256").update(content).digest("hex");

/** Runs the suite of a kind. `start` starts the peer, once, before the first case. */
export function deliverySuite(kind: string, promises: Promises, start: () => Promise<Peer>): void {
  describe(`a destination of type ${kind}`, { skip: promises.skip ?? false }, () => {
    let started: Promise<Peer> | undefined;
    after(async () => {
      await (await started)?.close();
    });
    /** A case with an empty peer. */
    const it = (name: string, work: (peer: Peer, t: TestContext) => Promise<void>): void => {
      test(`${kind}: ${name}`, async (t) => {
        started ??= start();
        const peer = await started;
        await peer.empty();
        await work(peer, t);
      });
    };
    contentCases(it, promises);
    if (promises.recognizes) takenCases(it);
    failureCases(it, promises);
    killCase(it, promises);
  });
}

type It = (name: string, work: (peer: Peer, t: TestContext) => Promise<void>) => void;

function contentCases(it: It, { proof, largeBytes = 20 * 1024 ** 2, notNames = {} }: Promises): void {
  const contents: Readonly<Record<string, () => Uint8Array>> = {
    "a file of all bytes": () => Buffer.from(Array.from({ length: 256 }, (_, at) => at)),
    "an empty file": () => new Uint8Array(),
    "a file of lines with dots, blanks at their ends, and CR LF": () =>
      Buffer.from(".\r\n..\r\nFrom me \r\n\n\r\t.\n.".repeat(50)),
    "a large file": () => randomBytes(largeBytes),
  };
  for (const [what, make] of Object.entries(contents)) {
    it(`delivers ${what} to the byte`, async (peer, t) => {
      const content = make();
      const { status, stderr, deliveries } = await ship(peer, peer.settings, emptyFolder(t), {
        "a.bin": content,
      });
      assert.equal(status, 0, stderr);
      const [receipt] = deliveries;
      assert.equal(receipt?.status, "delivered");
      assert.equal(receipt.sha256, sha256(content));
      assert.equal(receipt.proof, proof);
      assert.notEqual(receipt.location, "");
      const received = await peer.received("a.bin");
      assert.deepEqual(received.map(sha256), [sha256(content)]);
      assert.deepEqual(await peer.names(), ["a.bin"]);
    });
  }

  it("keeps odd names", async (peer, t) => {
    const names = ODD_NAMES.filter((name) => !Object.hasOwn(notNames, name));
    const files = Object.fromEntries(names.map((name) => [name, `content of ${name}`]));
    const { status, stderr } = await ship(peer, peer.settings, emptyFolder(t), files, "--delivery peer --");
    assert.equal(status, 0, stderr);
    for (const name of names) {
      const received = await peer.received(name);
      assert.deepEqual(
        received.map((bytes) => Buffer.from(bytes).toString()),
        [`content of ${name}`],
        name,
      );
    }
    assert.deepEqual(await peer.names(), names.toSorted());
  });

  it("does not deliver a file that is not what its record says", async (peer, t) => {
    const folder = emptyFolder(t);
    const record = (size: number, hash: string): string =>
      [
        '{"type":"begin","schema":1,"tool":"t","version":"1","run_id":"r","started_at":"2026-11-01T03:00:00Z","collected_at":"2026-11-01T03:00:00Z","platform":{}}',
        `{"type":"file","format":"f","path":"from/a.bin","name":"a.bin","size_bytes":${size},"sha256":"${hash}"}`,
        '{"type":"end","tool":"t","counts":{"file":1}}\n',
      ].join("\n");
    const content = randomBytes(300_000);
    mkdirSync(join(folder, "from"));
    writeFileSync(join(folder, "from/a.bin"), content);
    writeFileSync(join(folder, "vlf.toml"), peer.settings);
    for (const wrong of [record(300_000, sha256("other")), record(299_999, sha256(content))]) {
      writeFileSync(join(folder, "records"), wrong);
      const { status, stdout } = await bash("vlf-ship --delivery peer < records", folder, peer.env ?? {});
      assert.equal(status, 2);
      assert.equal(deliveriesIn(stdout)[0]?.failure, "integrity");
      assert.match(deliveriesIn(stdout)[0]?.message ?? "", /changed since it was packed/);
      assert.deepEqual(await peer.names(), []);
    }
  });

  it("delivers nothing on a dry run", async (peer, t) => {
    const { status, stderr } = await ship(
      peer,
      peer.settings,
      emptyFolder(t),
      { "a.bin": "x" },
      "--dry-run --delivery peer",
    );
    assert.equal(status, 0, stderr);
    assert.match(stderr, /would deliver "from\/a\.bin" to ".+"/);
    assert.deepEqual(await peer.names(), []);
  });

  it("sends a marked file as a test", async (peer, t) => {
    const { status, stderr, deliveries } = await ship(
      peer,
      peer.settings,
      emptyFolder(t),
      {},
      "test --delivery peer --now 2026-11-01T03:00:00Z",
    );
    assert.equal(status, 0, stderr);
    const name = deliveries[0]?.file ?? "";
    assert.match(name, /test/i);
    const received = await peer.received(name);
    assert.match(Buffer.from(received[0] ?? "").toString(), /^This is a test of vlf-ship\./);
  });
}

/** For destinations that see what is there. */
function takenCases(it: It): void {
  it("takes the same file there for delivered, and leaves it alone", async (peer, t) => {
    const folder = emptyFolder(t);
    const content = randomBytes(100_000);
    for (const wanted of ["delivered", "already-delivered"]) {
      const { status, stderr, deliveries } = await ship(peer, peer.settings, folder, { "a.bin": content });
      assert.equal(status, 0, stderr);
      assert.equal(deliveries[0]?.status, wanted);
      assert.equal(deliveries[0].sha256, sha256(content));
    }
    assert.deepEqual(await peer.names(), ["a.bin"]);
  });

  for (const [what, there] of [
    ["of the same size", "other"],
    ["that is longer", "other content"],
    ["that is empty", ""],
  ] as const) {
    it(`refuses a name that is taken by content ${what}`, async (peer, t) => {
      await peer.place?.("a.bin", Buffer.from(there));
      const { status, stderr, deliveries } = await ship(peer, peer.settings, emptyFolder(t), {
        "a.bin": "right",
      });
      assert.equal(status, 2, stderr);
      assert.equal(deliveries[0]?.status, "failed");
      assert.equal(deliveries[0].failure, "permanent");
      assert.match(deliveries[0].message, /a file of that name with other content exists/);
      const received = await peer.received("a.bin");
      assert.deepEqual(
        received.map((bytes) => Buffer.from(bytes).toString()),
        [there],
      );
      assert.deepEqual(await peer.names(), ["a.bin"]);
    });
  }
}

function failureCases(it: It, { recognizes, without = [] }: Promises): void {
  it("goes on to the next file when one cannot be read", async (peer, t) => {
    const folder = emptyFolder(t);
    const { status, deliveries } = await ship(
      peer,
      peer.settings,
      folder,
      { "b.bin": "right" },
      "--delivery peer from/missing",
    );
    assert.equal(status, 2);
    assert.deepEqual(
      deliveries.map((delivery) => [delivery.file, delivery.status]),
      [
        ["missing", "failed"],
        ["b.bin", "delivered"],
      ],
    );
    assert.deepEqual(await peer.names(), ["b.bin"]);
  });

  if (!without.includes("address")) addressCases(it, recognizes);
  if (!without.includes("login")) loginCase(it);
}

/** For peers with an address where nobody may listen. */
function addressCases(it: It, recognizes: boolean): void {
  it("says that trying again can help when nobody listens", async (peer, t) => {
    const { status, deliveries } = await ship(peer, peer.down ?? "", emptyFolder(t), { "a.bin": "x" });
    assert.equal(status, 75);
    assert.equal(deliveries[0]?.failure, "temporary");
    assert.equal(deliveries[0].attempts, 2);
  });

  it("keeps in the spool what did not arrive, and delivers it later", async (peer, t) => {
    const folder = emptyFolder(t);
    const content = randomBytes(10_000);
    const first = await ship(
      peer,
      peer.down ?? "",
      folder,
      { "a.bin": content },
      "--spool s --delivery peer",
    );
    assert.equal(first.status, 75, first.stderr);
    assert.equal(first.deliveries[0]?.status, "queued");
    await bash("rm from/a.bin", folder);
    const again = await ship(peer, peer.settings, folder, {}, "retry --spool s");
    assert.equal(again.status, 0, again.stderr);
    assert.equal(again.deliveries[0]?.status, "delivered");
    const received = await peer.received("a.bin");
    assert.deepEqual(received.map(sha256), [sha256(content)]);
    const third = await ship(peer, peer.settings, folder, {}, "retry --spool s");
    assert.equal(third.status, 0, third.stderr);
    assert.deepEqual(third.deliveries, []);
    assert.equal((await peer.received("a.bin")).length, 1);
    // Shipped once more by the same command: nothing twice, by the peer's word or by the spool's.
    const once = await ship(peer, peer.settings, folder, { "a.bin": content }, "--spool s --delivery peer");
    assert.equal(once.deliveries[0]?.status, "already-delivered", once.stderr);
    assert.equal(once.deliveries[0].proof === "remembered", !recognizes);
    assert.equal((await peer.received("a.bin")).length, 1);
  });
}

/** For peers that ask for a login. */
function loginCase(it: It): void {
  it("tries a refused login once, for all its files", async (peer, t) => {
    const files = { "a.bin": "x", "b.bin": "y" };
    const { status, deliveries } = await ship(peer, peer.wrongLogin ?? "", emptyFolder(t), files);
    assert.equal(status, 2);
    assert.deepEqual(
      deliveries.map((delivery) => [delivery.failure, delivery.attempts]),
      [
        ["authentication", 1],
        ["authentication", 0],
      ],
    );
    assert.deepEqual(await peer.names(), []);
  });
}

/** Kills a run at moments spread over its length; then the same command again. */
function killCase(it: It, { recognizes, largeBytes = 20 * 1024 ** 2, kills = 5 }: Promises): void {
  it(`leaves nothing half when it is killed, and the next run delivers`, async (peer, t) => {
    const folder = emptyFolder(t);
    const files = { "a.bin": randomBytes(largeBytes), "b.bin": randomBytes(1000) };
    const hashes = { "a.bin": sha256(files["a.bin"]), "b.bin": sha256(files["b.bin"]) };
    const started = performance.now();
    await ship(peer, peer.settings, folder, files, "--spool s0 --delivery peer");
    const wholeMs = performance.now() - started;
    for (let n = 1; n <= kills; n += 1) {
      await peer.empty();
      const spool = `s${n}`;
      const command = `vlf-ship --spool ${spool} --delivery peer from/a.bin from/b.bin`;
      // Anywhere from its start to its end; whichever point a slow machine hits, the same has to hold.
      const afterMs = Math.round(wholeMs * (0.35 + (0.65 * n) / (kills + 1)));
      await bash(
        `${command} > /dev/null 2>&1 & sleep ${afterMs / 1000}; kill -9 $! 2> /dev/null; wait`,
        folder,
        peer.env ?? {},
      );
      for (const [name, hash] of Object.entries(hashes)) {
        for (const copy of await peer.received(name)) assert.equal(sha256(copy), hash, `half of ${name}`);
      }
      const { status, stderr } = await bash(command, folder, peer.env ?? {});
      assert.equal(status, 0, stderr);
      for (const [name, hash] of Object.entries(hashes)) {
        const copies = await peer.received(name);
        assert.ok(copies.length >= 1, `${name} did not arrive`);
        if (recognizes) assert.equal(copies.length, 1, `${name} arrived twice`);
        for (const copy of copies) assert.equal(sha256(copy), hash);
      }
      if (recognizes) assert.deepEqual(await peer.names(), ["a.bin", "b.bin"], "something was left over");
      assert.ok(existsSync(join(folder, spool)));
    }
  });
}
