/** Whole files arrive although packets share a buffer, whatever the cipher does with it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import type { SFTPWrapper } from "ssh2";
import SftpClient from "ssh2-sftp-client";
import { type FakeServer, type Faults, startFakeSftp } from "./_fake-server.ts";
import { Packets } from "./packets.ts";

/** Many requests of the same size, and a rest. */
const CONTENT = randomBytes(3 * 1_048_576 + 4321);

/** The packets of most requests are longer: `put()` has 31,952 bytes in each for a server of this kind. */
const MANY_BYTES = 31_952;

/** The kind of packets that carry SFTP (RFC 4254, 5.2): kind, channel, length, content. */
const CHANNEL_DATA = 94;

/** What is used of ssh2's inside. */
interface Protocol {
  readonly _kexinit?: unknown;
  readonly _cipher: { allocPacket(size: number): Buffer; encrypt(packet: Buffer): void };
}

function insideOf(client: SftpClient): Protocol {
  const { _protocol: protocol } = (client as unknown as { client: { _protocol: Protocol } }).client;
  return protocol;
}

interface Connected {
  readonly server: FakeServer;
  readonly client: SftpClient;
  readonly isReused: boolean;
}

async function connected(t: TestContext, faults: Faults): Promise<Connected> {
  const server = await startFakeSftp(faults);
  t.after(() => server.close());
  const socket: Socket = connect({ host: "127.0.0.1", port: server.port, noDelay: true });
  await once(socket, "connect");
  const packets = new Packets();
  const client = new (SftpClient as unknown as new (name: string, callbacks: object) => SftpClient)("test", {
    error() {},
    end() {},
    close() {},
  });
  await client.connect({ sock: packets.gather(socket), username: "u", password: "right" });
  t.after(() => client.end());
  return { server, client, isReused: packets.reuse(client) };
}

const CASES: Readonly<Record<string, Faults>> = {
  "aes128-gcm": { cipher: "aes128-gcm@openssh.com" },
  "aes256-gcm": { cipher: "aes256-gcm@openssh.com" },
  "chacha20-poly1305": { cipher: "chacha20-poly1305@openssh.com" },
  "aes128-ctr with a MAC of what is encrypted": {
    cipher: "aes128-ctr",
    mac: "hmac-sha2-256-etm@openssh.com",
  },
  "aes256-ctr with a MAC of the content": { cipher: "aes256-ctr", mac: "hmac-sha2-512" },
};

for (const [what, faults] of Object.entries(CASES)) {
  test(`Packets deliver to the byte with ${what}`, async (t) => {
    const { server, client, isReused } = await connected(t, faults);
    assert.ok(isReused, "ssh2 is inside as it is known");
    await client.put(CONTENT, "/in/a");
    assert.ok(server.files.get("/in/a")?.equals(CONTENT));
  });
}

test("Packets deliver to the byte while keys are exchanged", { timeout: 20_000 }, async (t) => {
  const { server, client } = await connected(t, { rekeysEvery: 5 });
  const { sftp } = client as unknown as { sftp: SFTPWrapper };
  const handle = await new Promise<Buffer>((resolve, reject) => {
    sftp.open("/in/a", "w", (error, opened) => (error instanceof Error ? reject(error) : resolve(opened)));
  });
  const protocol = insideOf(client);
  const writes: Promise<void>[] = [];
  let during = 0;
  // Again from the start, until some were written during an exchange.
  for (let sent = 0; sent < CONTENT.length || during === 0; sent += MANY_BYTES) {
    const at = sent % CONTENT.length;
    const part = CONTENT.subarray(at, at + MANY_BYTES);
    writes.push(
      new Promise((resolve, reject) => {
        sftp.write(handle, part, 0, part.length, at, (error) =>
          error instanceof Error ? reject(error) : resolve(),
        );
      }),
    );
    const { _kexinit: exchange } = protocol;
    if (exchange !== undefined) during += 1;
    // The window stays open, and nothing waits for an answer, so that some are written during an exchange.
    if (sent % (4 * MANY_BYTES) === 0) await new Promise((resolve) => void setTimeout(resolve, 4));
  }
  await Promise.all(writes);
  assert.ok(server.files.get("/in/a")?.equals(CONTENT));
});

test("Packets deliver to the byte with a cipher that writes into the packet, as the optional module of ssh2 does", async (t) => {
  const { server, client } = await connected(t, {});
  const { _cipher: cipher } = insideOf(client);
  const encrypt = cipher.encrypt.bind(cipher);
  cipher.encrypt = (packet) => {
    encrypt(packet);
    if (packet.length > MANY_BYTES) packet.fill(0xff);
  };
  await client.put(CONTENT, "/in/a");
  assert.ok(server.files.get("/in/a")?.equals(CONTENT));
});

test("Packets have ssh2 make few buffers, and pad with new random bytes", async (t) => {
  const { client } = await connected(t, {});
  const { _cipher: cipher } = insideOf(client);
  const make = cipher.allocPacket.bind(cipher);
  const encrypt = cipher.encrypt.bind(cipher);
  const made: number[] = [];
  const full: string[] = [];
  cipher.allocPacket = (size) => {
    if (size > MANY_BYTES) made.push(size);
    return make(size);
  };
  cipher.encrypt = (packet) => {
    const padding = packet[4] ?? 0;
    // A packet of another size would have its rest for padding.
    if (packet[5] === CHANNEL_DATA) assert.equal(packet.length, 5 + 9 + packet.readUInt32BE(5 + 5) + padding);
    if (packet.length > MANY_BYTES) full.push(packet.subarray(packet.length - padding).toString("hex"));
    encrypt(packet);
  };
  await client.put(CONTENT, "/in/a");
  assert.ok(full.length > 90, `${full.length} packets`);
  assert.ok(made.length <= 3, `${made.length} buffers`);
  assert.equal(new Set(full).size, full.length);
});

test("Packets leave a client alone that is inside otherwise than they know", () => {
  const packets = new Packets();
  for (const client of [{}, { client: {} }, { client: { _protocol: { _packetRW: { write: {} } } } }]) {
    assert.equal(packets.reuse(client as unknown as SftpClient), false);
  }
});
