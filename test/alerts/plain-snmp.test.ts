/** What the plain calls of net-snmp make of snmptrapd: the reasons why informs are recommended and receipts say `sent`. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test, type TestContext } from "node:test";
import snmp from "net-snmp";
import { freePorts } from "../peers/_process.ts";
import { startSnmptrapd, TRAPD_PROGRAMS, type Trapd, type TrapdOptions } from "../peers/snmptrapd.ts";
import { missing } from "../pipelines/_run.ts";

const skip = missing(...TRAPD_PROGRAMS, "snmptrap");
const ENGINE = "8000b983050102030405060708";
const AUTH = "auth secret 1";
const PRIV = "priv secret 1";
const LINK_UP = /OID: iso\.3\.6\.1\.6\.3\.1\.1\.5\.4$/;

async function trapd(t: TestContext, options: TrapdOptions): Promise<Trapd> {
  const peer = await startSnmptrapd(options);
  t.after(() => peer.stop());
  return peer;
}

/** Sends a trap `coldStart` or `linkUp`; rejects with what the callback was given. */
function trap(session: snmp.Session, type: snmp.TrapType): Promise<void> {
  return new Promise((resolve, reject) => {
    session.trap(type, [], (error) => {
      session.close();
      if (error === null || error === undefined) resolve();
      else reject(error);
    });
  });
}

const v2c = (port: number, community: string): snmp.Session =>
  snmp.createSession("127.0.0.1", community, { version: snmp.Version2c, trapPort: port });

test("trap() reports no error for a wrong community, and none where nobody listens", { skip }, async (t) => {
  const peer = await trapd(t, { communities: ["right"] });
  const [nobody = 0] = await freePorts(1);
  await trap(v2c(peer.port, "wrong"), snmp.TrapType.ColdStart);
  await trap(v2c(nobody, "right"), snmp.TrapType.ColdStart);
  await trap(v2c(peer.port, "right"), snmp.TrapType.LinkUp);
  const got = await peer.received(1);
  assert.equal(got.length, 1);
  assert.match(got[0] ?? "", LINK_UP);
});

test(
  "trap() of version 3 is dropped by a receiver that knows later boots, and reports no error",
  { skip },
  async (t) => {
    const peer = await trapd(t, {
      communities: ["right"],
      users: [{ name: "u", auth: ["SHA", AUTH], priv: ["AES", PRIV], engineId: ENGINE }],
    });
    const login = ["-v3", "-l", "authPriv", "-u", "u", "-a", "SHA", "-A", AUTH, "-x", "AES", "-X", PRIV];
    const coldStart = "1.3.6.1.6.3.1.1.5.1";
    execFileSync("snmptrap", [
      ...login,
      "-e",
      `0x${ENGINE}`,
      "-Z",
      "5,1000",
      `udp:127.0.0.1:${peer.port}`,
      "",
      coldStart,
    ]);
    assert.equal((await peer.received(1)).length, 1);
    const user = {
      name: "u",
      level: snmp.SecurityLevel.authPriv,
      authProtocol: snmp.AuthProtocols.sha,
      authKey: AUTH,
      privProtocol: snmp.PrivProtocols.aes,
      privKey: PRIV,
    };
    const options = { version: snmp.Version3, engineID: ENGINE, trapPort: peer.port };
    await trap(snmp.createV3Session("127.0.0.1", user, options), snmp.TrapType.ColdStart);
    await trap(v2c(peer.port, "right"), snmp.TrapType.LinkUp);
    const got = await peer.received(2);
    assert.equal(got.length, 2);
    assert.match(got[1] ?? "", LINK_UP);
  },
);
