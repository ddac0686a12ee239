/** Scopes: what has ended is counted and forgotten, and nothing of it may follow. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MODELS } from "@vlf/common/models";
import type { Instance } from "@vlf/common/records";
import { Audit } from "./audit.ts";
import { asNumbers } from "./naming.ts";
import {
  bothWays,
  CUSTOMER,
  CUSTOMER_PKID,
  node,
  nodes,
  OTHER_SITE,
  PROVIDER,
  SITE,
  user,
} from "./_system.ts";

type Step = Instance | { readonly end: string };

/** Plays instances and ends of scopes; gives customer pkid, subscribers and sites of each row. */
function play(...steps: readonly Step[]): unknown[] {
  const { customers } = bothWays((audit) => {
    for (const [index, step] of steps.entries()) {
      if ("end" in step) audit.endScope(step.end);
      else audit.add(step, "test", index + 1);
    }
    return audit.finish();
  });
  return customers.map(({ count: { customer_pkid, provider, reseller, counts } }) => [
    customer_pkid,
    provider,
    reseller,
    counts["ucm_user"],
    counts["site_count"],
  ]);
}

const ALL = [[CUSTOMER_PKID, "Prov", "Resel", 2, 2]];
const USERS = [user("anna"), user("bert", {}, OTHER_SITE)];

describe("scopes", () => {
  test("a customer that ended is counted", () => {
    assert.deepEqual(play(...nodes(), ...USERS, { end: CUSTOMER }), ALL);
  });

  test("provider and reseller may come after the customer ended", () => {
    const above = nodes().filter(({ hierarchy }) => !hierarchy.startsWith(CUSTOMER));
    const own = nodes().filter(({ hierarchy }) => hierarchy.startsWith(CUSTOMER));
    assert.deepEqual(play(...own, ...USERS, { end: CUSTOMER }, ...above), ALL);
  });

  test("the end of a reseller or provider ends the customers in it", () => {
    assert.deepEqual(play(...nodes(), ...USERS, { end: `${PROVIDER}.Resel` }), ALL);
    assert.deepEqual(play(...nodes(), ...USERS, { end: "sys" }), ALL);
  });

  test("a site that ended waits for its customer, with the sites below it", () => {
    const below = [node(`${SITE}.Mid`, ""), node(`${SITE}.Mid.Deep`, "Site")];
    assert.deepEqual(
      play(
        ...below,
        ...nodes(),
        user("anna", {}, `${SITE}.Mid.Deep`),
        { end: SITE },
        user("bert", {}, OTHER_SITE),
      ),
      [[CUSTOMER_PKID, "Prov", "Resel", 2, 3]],
    );
    assert.deepEqual(play(...nodes(), ...below, { end: SITE }), [[CUSTOMER_PKID, "Prov", "Resel", 0, 3]]);
  });

  test("a customer below a customer ends without the one above", () => {
    const inner = [
      node(`${SITE}.Inner`, "Customer", "inner"),
      node(`${SITE}.Inner.S`, "Site"),
      user("cleo", {}, `${SITE}.Inner.S`),
    ];
    assert.deepEqual(play(...nodes(), ...inner, { end: `${SITE}.Inner` }, ...USERS), [
      ...ALL,
      ["inner", "Prov", "Resel", 1, 1],
    ]);
  });

  test("a scope that holds nothing is no customer", () => {
    assert.deepEqual(play(...nodes(), ...USERS, { end: `${PROVIDER}.Nobody` }), ALL);
  });

  for (const [name, late] of [
    ["an instance at the node", user("late", {}, CUSTOMER)],
    ["an instance below it", user("late", {}, SITE)],
    ["an instance at a new node below it", user("late", {}, `${CUSTOMER}.New.Site`)],
    ["a node", node(`${CUSTOMER}.New`, "Site")],
  ] as const) {
    test(`after the end of a scope ${name} is refused, with its line`, () => {
      assert.throws(() => play(...nodes(), ...USERS, { end: CUSTOMER }, late), {
        name: "DataError",
        message: `read test:11: an instance at "${late.hierarchy}", but the scope of "${CUSTOMER}" has ended`,
      });
    });
  }

  test("a node beside the ended one, whose name begins like it, is another", () => {
    const twin = [
      node(`${CUSTOMER}2`, "Customer", "twin"),
      node(`${CUSTOMER}2.S`, "Site"),
      user("dora", {}, `${CUSTOMER}2.S`),
    ];
    assert.deepEqual(play(...nodes(), ...USERS, { end: CUSTOMER }, ...twin), [
      ...ALL,
      ["twin", "Prov", "Resel", 1, 1],
    ]);
  });

  test("the names of a customer go with it, and those of what still waits stay", () => {
    const naming = asNumbers(MODELS);
    const audit = new Audit({ models: MODELS, standaloneAllocation: () => 0 }, naming);
    const last = (): number => naming.names?.last ?? 0;
    for (const one of [...nodes(), user("above", {}, PROVIDER)]) audit.add(one, "test", 1);
    const before = last();
    assert.ok(before > 0);
    for (let at = 0; at < 100; at += 1) audit.add(user(`user ${at}`), "test", 1);
    assert.ok(last() > before + 100);
    audit.endScope(CUSTOMER);
    // With the first instance of the customer, which was read when nothing was known of its place.
    assert.ok(last() <= before + 2, `${last()} names are kept of ${before}`);
    const { customers } = audit.finish();
    assert.equal(customers[0]?.count.counts["ucm_user"], 100);
  });
});
