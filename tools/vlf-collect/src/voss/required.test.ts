import assert from "node:assert/strict";
import { test } from "node:test";
import { MODELS } from "@vlf/common/models";
import { isBilled } from "./required.ts";

test("the models that counts rest on are billed, and no others", () => {
  const billed = Object.values(MODELS).filter(isBilled);
  assert.deepEqual(
    billed.map(({ id }) => id),
    [
      "node",
      "user",
      "cucmUser",
      "phone",
      "deviceProfile",
      "remoteDestinationProfile",
      "voicemail",
      "webexUser",
      "sparkUser",
      "uccxAgent",
      "ccdmAgent",
      "teamsUser",
      "graphUser",
      "mailbox",
      "conference",
      "phoneServerPhone",
    ],
  );
});
