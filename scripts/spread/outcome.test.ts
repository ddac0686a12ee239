/** How an attempt ended, and whether another one may help. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptError } from "./outcome.ts";

test("attemptError() tells what may work later from what will not", () => {
  const cases: readonly (readonly [number | null, string | null, string, number | undefined, RegExp])[] = [
    [0, null, "", undefined, /^$/],
    [255, null, "ssh: connect to host h port 22: Connection refused\n", 75, /: no connection: ssh: connect/],
    [null, "SIGTERM", "", 75, /: stopped by SIGTERM$/],
    [143, null, "", 75, /ended with status 143$/],
    [75, null, "", 75, /ended with status 75$/],
    [127, null, "sh: 1: vlf-audit: not found\n", 2, /cannot be started there: sh: 1/],
    [
      2,
      null,
      "vlf-audit: error: read stdin:3: bad\nvlf-audit: hint: x\n",
      2,
      /status 2: vlf-audit: error: read stdin:3: bad$/,
    ],
  ];
  for (const [status, signal, said, wanted, message] of cases) {
    const error = attemptError("part-1", "h", { status, signal, said });
    assert.equal(error?.status, wanted);
    assert.match(error?.message ?? "", message);
  }
});
