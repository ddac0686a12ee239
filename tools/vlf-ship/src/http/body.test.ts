import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { HttpClient } from "@vlf/common/http";
import type { Source } from "../source.ts";
import { type Body, formBody, rawBody } from "./body.ts";

/** Two pieces more than there are buffers, and a part of one. */
const CONTENT = randomBytes(6 * 1_048_576 + 12_345);
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

const BODIES: Readonly<Record<string, (source: Source) => Body>> = {
  rawBody,
  formBody: (source) => formBody(source, "file", [{ name: "platform", value: "p" }]),
};

for (const [what, make] of Object.entries(BODIES)) {
  test(`${what}() arrives to the byte at a server that reads slowly, although buffers are used in turn`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "vlf-test-"));
    const path = join(folder, "a.bin");
    writeFileSync(path, CONTENT);
    const chunks: Buffer[] = [];
    const server = createServer({ highWaterMark: 1024 }, (request, response) => {
      request.on("data", (chunk: Buffer) => {
        chunks.push(Buffer.from(chunk));
        request.pause();
        setImmediate(() => request.resume());
      });
      request.on("end", () => response.writeHead(201).end());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const client = new HttpClient({});
    try {
      const { headers, content } = make({
        path,
        name: "a.bin",
        expected: { sizeBytes: CONTENT.length, sha256: SHA256 },
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const answer = await client.request(url, { method: "POST", headers, body: content });
      await answer.discard();
      assert.equal(answer.status, 201);
      const body = Buffer.concat(chunks);
      assert.equal(String(body.length), headers["content-length"]);
      assert.ok(body.includes(CONTENT), "other bytes arrived than were sent");
    } finally {
      await client.destroy();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    }
  });
}
