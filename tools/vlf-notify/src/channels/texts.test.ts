import assert from "node:assert/strict";
import { test } from "node:test";
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { Secret } from "@vlf/common/secrets";
import { type Alert, licenseText } from "../alert.ts";
import { pingUrl } from "../ping.ts";
import type { SendContext } from "../targets/target.ts";
import { mailText } from "./email.ts";
import { webhookAddress, webhookBody, withoutUrl } from "./webhook.ts";

const ALERT: Alert = {
  id: "license-audit",
  code: "x",
  category: "Licensing",
  severity: "error",
  ...licenseText("2018-05"),
  details: ["Job: a"],
};
const CONTEXT: SendContext = {
  sysName: "VOSS",
  now: new Date("2018-05-01T03:00:00Z"),
  raiseId: "id",
  state: "state",
  upTime: 1,
};

test("mailText() has the guide's three lines, then the details", () => {
  assert.deepEqual(mailText(ALERT, "VOSS"), {
    subject: "ERROR: License file generation failed",
    text:
      "ERROR: License file generation failed\n" +
      "The license audit report scheduled for May 2018 was not successful.\n" +
      "Please contact your VOSS account manager.\n" +
      "\n" +
      "System: VOSS\n" +
      "Alert: license-audit, code x\n" +
      "Job: a\n",
  });
});

test("webhookBody() is the same for the same alert", () => {
  const body = webhookBody(ALERT, CONTEXT);
  assert.equal(body, webhookBody(ALERT, CONTEXT));
  assert.equal((JSON.parse(body) as { raised_at: string }).raised_at, "2018-05-01T03:00:00Z");
});

const URL_SECRET = new Secret("https://hooks.test/s3cret/path?key=s3cret");

test("webhookAddress() and withoutUrl() leave path and query out", () => {
  const address = webhookAddress(URL_SECRET);
  assert.equal(address, "https://hooks.test");
  const failure = new TemporaryError(
    "POST https://hooks.test/s3cret/path: gone for /s3cret/path?key=s3cret",
    { hint: "h" },
  );
  const shown = withoutUrl(failure, URL_SECRET, address);
  assert.ok(shown instanceof TemporaryError);
  assert.deepEqual([shown.message, shown.hint], ["POST https://hooks.test: gone for /.../...", "h"]);
  const other = withoutUrl(new ToolError("x"), URL_SECRET, address);
  assert.ok(other instanceof ToolError && !(other instanceof TemporaryError));
  const bug = new TypeError("x");
  assert.equal(withoutUrl(bug, URL_SECRET, address), bug);
});

test("pingUrl() adds event and run to the address", () => {
  assert.equal(pingUrl("https://hc.test/uuid", "start", "r"), "https://hc.test/uuid/start?rid=r");
  assert.equal(pingUrl("https://hc.test/uuid/", 0, "r"), "https://hc.test/uuid/?rid=r");
  assert.equal(pingUrl("https://hc.test/uuid/", 137, "r"), "https://hc.test/uuid/137?rid=r");
  assert.equal(pingUrl("https://hc.test/uuid?a=b", "fail", "r"), "https://hc.test/uuid/fail?a=b&rid=r");
});
