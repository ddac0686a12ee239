/** Names that no page confirms are corrected in vlf.toml, and the reports follow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { withOverrides } from "@vlf/common/models";
import { nodes, one, rowsOf } from "./_system.ts";

const S = "sys.hcs.P.R.C.S";

test("external numbers under other names of their fields", () => {
  const table = withOverrides({
    "relation/HcsDNE164AssociateREL": { start_dn: "dn.start", start_e164: "e164.start", range: "size" },
    "relation/HcsDNMultiE164AssociateREL": {
      dn: "pattern",
      member_number: "numbers.first",
      member_range: "numbers.size",
      primary: "main",
    },
  });
  const system = [
    ...nodes(S, "--PRCS"),
    one("huntPilot", S, { pattern: "8001" }),
    one("huntPilot", S, { pattern: "9000" }),
    one("e164Block", S, { dn: { start: "8000" }, e164: { start: "\\+4420" }, size: 10 }),
    one("e164Multiple", S, {
      pattern: "9000",
      main: "2",
      numbers: [{ first: "1", size: 10 }, { first: "2" }],
    }),
  ];
  assert.deepEqual(
    rowsOf("hunt_group", system, { table }).map((row) => [row["E164"], row["E164Members"]]),
    [
      ["\\+4421", undefined],
      [
        "2",
        [
          { e164_number: "1", e164_range: "10" },
          { e164_number: "2", e164_range: "1" },
        ],
      ],
    ],
  );
});

test("lines of phones in another collection", () => {
  const table = withOverrides({
    "device/cucm/Phone": { line_index: "buttons.button.at", line_pattern: "buttons.button.number" },
  });
  const phone = one("phone", S, { name: "SEP1", buttons: { button: [{ at: 2, number: "b" }, { at: 1 }] } });
  assert.deepEqual(rowsOf("phones", [...nodes(S, "--PRCS"), phone], { table })[0]?.["lines"], [
    { line_order: 1, cucm_dn: "", E164: "" },
    { line_order: 2, cucm_dn: "b", E164: "" },
  ]);
});
