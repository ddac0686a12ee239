import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { zipSync } from "fflate";
import { DataError } from "@vlf/common/exit";
import type { ByteSource } from "@vlf/common/ndjson";
import { answer, bytes, lines, resource } from "./_samples.ts";
import { readInput } from "./run-input.ts";

const DOCUMENT = JSON.stringify(answer([resource("data/User", "a", { path: "sys" })]), undefined, 1);

async function read(source: ByteSource, maxDocumentBytes: number): Promise<number> {
  let items = 0;
  await readInput(
    { name: "in", isFile: false, open: () => source },
    { allowPartial: false, maxDocumentBytes, warn: () => {} },
    { begin: () => {}, other: () => {}, partial: () => {}, page: () => {}, item: () => void (items += 1) },
  );
  return items;
}

describe("readInput()", () => {
  test("refuses a document that is larger than the limit, with a hint", async () => {
    assert.equal(await read(bytes(DOCUMENT), DOCUMENT.length), 1);
    await assert.rejects(
      read(bytes(DOCUMENT), DOCUMENT.length - 1),
      (error) =>
        error instanceof DataError &&
        error.message === `read in: larger than ${DOCUMENT.length - 1} bytes, too large to be read at once` &&
        error.hint?.includes("jq -c") === true,
    );
  });

  test("refuses a zip and a member of a zip that are larger than the limit", async () => {
    const zip = zipSync({ "a.json": Buffer.from(DOCUMENT.padEnd(5000)) });
    await assert.rejects(read([zip], zip.length - 1), /^DataError: read in: larger than/);
    await assert.rejects(
      read([zip], 4999),
      /^DataError: read in: ZIP archive: entry "a\.json" has 5000 bytes, wanted up to 4999$/,
    );
  });

  test("reads lines of any number in little memory", async () => {
    const chunk = Buffer.from(lines(resource("data/User", "a", { path: "sys" })).repeat(1000));
    function* many(): Generator<Uint8Array> {
      for (let count = 0; count < 20; count += 1) yield chunk;
    }
    assert.equal(await read(many(), 10), 20_000);
  });

  test("hands on a line as soon as its end is there", async () => {
    let items = 0;
    function* source(): Generator<Uint8Array> {
      yield Buffer.from(lines(resource("m", "a", {})).trimEnd());
      yield Buffer.from("\n ");
      assert.equal(items, 1);
    }
    await readInput(
      { name: "in", isFile: false, open: source },
      { allowPartial: false, maxDocumentBytes: 1e6, warn: () => {} },
      { begin: () => {}, other: () => {}, partial: () => {}, page: () => {}, item: () => void (items += 1) },
    );
    assert.equal(items, 1);
  });

  test("waits for the visitor before it goes on", async () => {
    const order: string[] = [];
    await readInput(
      {
        name: "in",
        isFile: false,
        open: () => bytes(JSON.stringify([resource("m", "a", {}), resource("m", "b", {})])),
      },
      { allowPartial: false, maxDocumentBytes: 1e6, warn: () => {} },
      {
        begin: () => {},
        other: () => {},
        partial: () => {},
        page: () => {},
        item: async (item) => {
          const pkid = item.kind === "resource" ? item.resource.pkid : "";
          order.push(`${pkid} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${pkid} ends`);
        },
      },
    );
    assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
  });

  test("lets go of a source that it does not read to the end", async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        await Promise.resolve();
        yield Buffer.from("{}\n");
        yield Buffer.from("{}\n");
      } finally {
        isClosed = true;
      }
    }
    await assert.rejects(read(source(), 10), /an empty object/);
    assert.ok(isClosed);
  });
});
