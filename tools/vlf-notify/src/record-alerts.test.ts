import assert from "node:assert/strict";
import { test } from "node:test";
import type { Delivery, Finding } from "@vlf/common/records";
import { deliveryAlert, FindingAlerts } from "./record-alerts.ts";

const delivery = (status: Delivery["status"], message = ""): Delivery => ({
  type: "delivery",
  destination: "store",
  file: "a.zip",
  status,
  attempts: 1,
  location: "",
  sha256: "",
  message,
});

test("deliveryAlert() raises what failed as an error and what waits as a warning, under VOSS's code", () => {
  const failed = deliveryAlert(delivery("failed", "no space left"));
  assert.deepEqual(failed, {
    id: "store",
    code: "36100",
    category: "License Audit File Transfer",
    severity: "error",
    title: "License file transfer failed",
    text: "The file a.zip did not arrive at store: no space left",
    details: ["File: a.zip", "Destination: store"],
  });
  const queued = deliveryAlert(delivery("queued"));
  assert.deepEqual(
    [queued?.severity, queued?.text],
    ["warning", "The file a.zip has not arrived yet at store: queued"],
  );
  assert.equal(deliveryAlert(delivery("delivered")), undefined);
  assert.equal(deliveryAlert(delivery("already-delivered")), undefined);
});

const finding = (code: string, severity: Finding["severity"], count?: number, customer = "c1"): Finding => ({
  type: "finding",
  code,
  severity,
  message: `about ${code}`,
  customer_pkid: customer,
  ...(count === undefined ? {} : { count }),
});

test("FindingAlerts makes one alert of a code and severity, the gravest first", () => {
  const alerts = new FindingAlerts();
  alerts.add(finding("a", "warning", 3));
  alerts.add(finding("b", "info", undefined, ""));
  alerts.add(finding("c", "error"));
  alerts.add(finding("a", "warning", 4, "c2"));
  alerts.add(finding("a", "error"));
  assert.deepEqual(
    alerts.alerts().map(({ id, severity, text }) => [id, severity, text]),
    [
      ["finding c", "error", "about c (1 times, first at customer c1)"],
      ["finding a", "error", "about a (1 times, first at customer c1)"],
      ["finding a", "warning", "about a (7 times in 2 findings, first at customer c1)"],
      ["finding b", "info", "about b (1 times)"],
    ],
  );
});
