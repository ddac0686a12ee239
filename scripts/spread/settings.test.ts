/** What goes with a cut of vlf.toml. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { settingsText } from "./settings.ts";

const text = (toml: string): string => settingsText(parseConfig("vlf.toml", toml));

test("settingsText() keeps what counts, in one order, and nothing else", () => {
  assert.equal(text(""), "");
  assert.equal(text('[voss]\nhost = "h"\n'), "");
  const audit = "[audit.standalone_allocation]\nabc = 3\n";
  const voss5 = "[voss5]\ndevices_per_license = 9\n";
  const kept = text(`${voss5}\n${audit}\n[ship]\nspool = "s"\n`);
  assert.equal(kept, text(`${audit}\n${voss5}`));
  assert.doesNotMatch(kept, /spool/);
  assert.equal(text(kept), kept);
});

test("settingsText() refuses what an audit would refuse on every host", () => {
  assert.throws(() => text("[audit]\nx = 1\n"), /\[audit\] x/);
  assert.throws(() => text("[cisco]\nx = 1\n"), /\[cisco\] x/);
});
