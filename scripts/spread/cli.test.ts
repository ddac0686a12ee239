/** Arguments to options, and the help text. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { optionsIn, runInMemory } from "@vlf/common/_testing";
import { COMMON_OPTIONS } from "@vlf/common/args";
import { HELP } from "./help.ts";
import { OPTIONS, tool } from "./cli.ts";

test("the help text names every option, and fits 80 columns", () => {
  const names = [...Object.keys(OPTIONS), ...Object.keys(COMMON_OPTIONS)].map((name) => `--${name}`);
  assert.deepEqual(optionsIn(HELP), names.toSorted());
  for (const line of HELP.split("\n")) assert.ok(line.length <= 80, line);
});

test("arguments that do not fit are refused, and say why", async () => {
  const cases: Record<string, RegExp> = {
    "": /what is ""\?/,
    "join --work w --parts 3": /--parts does not go with join/,
    cut: /--work wants the folder/,
    "cut --work w --parts 0": /--parts is "0", wanted a whole number from 1 to 1000/,
    "cut --work w --scheme x": /--scheme is "x", wanted voss-4/,
    "run --work w": /run wants names of parts, or --index/,
    "run --work w a --index 1": /run wants names of parts, or --index/,
    "join --work w x": /what is "x"\?/,
    "count --work w": /count wants hosts/,
    "count --work w -S : --timeout soon": /--timeout is "soon", wanted seconds/,
    "join --work w --config vlf.toml": /--config goes with cut/,
    "list --work /nowhere": /"\/nowhere" holds none/,
    "carry ssh host -- exec x": /carry is called by vlf-spread count alone/,
  };
  for (const [line, message] of Object.entries(cases)) {
    const { status, stderr } = await runInMemory(
      tool,
      line.split(" ").filter((word) => word !== ""),
    );
    assert.equal(status, 2, line);
    assert.match(stderr, message);
  }
});
