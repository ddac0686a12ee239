import assert from "node:assert/strict";
import { test } from "node:test";
import { platformOf } from "./platform.ts";

const BUNDLE = {
  name: "base",
  release: "21.4",
  version: "21.4.1",
  platformVersion: "21.4.0-1630252949",
  deploymentMode: "Provider with HCMF",
};

test("a bundle gives release, platform version and deployment mode, the hierarchy the provider", () => {
  assert.deepEqual(platformOf([BUNDLE], ["CS-P"]), {
    software_version: "21.4",
    platform_version: "21.4.0-1630252949",
    deployment_mode: "Provider with HCMF",
    provider_name: "CS-P",
  });
});

test("without a release the version is the software version", () => {
  assert.equal(platformOf([{ version: "21.4.1", release: "" }], []).software_version, "21.4.1");
});

test("facts that bundles contradict each other in, and several providers, are left out", () => {
  assert.deepEqual(platformOf([BUNDLE, { ...BUNDLE, release: "24.1", version: "24.1.0" }], ["A", "B"]), {
    platform_version: "21.4.0-1630252949",
    deployment_mode: "Provider with HCMF",
  });
});

test("no bundle, no facts", () => {
  assert.deepEqual(platformOf([], []), {});
});
