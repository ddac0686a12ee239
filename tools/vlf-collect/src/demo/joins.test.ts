import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { type CustomerView, keysAt, viewsOf } from "./_reading.ts";

const CUSTOMERS = viewsOf(6, 300, 11);

/** What field names an instance of which model by which field; all in one customer. */
const REFERENCES: readonly (readonly [from: string, field: string, to: string, key: string])[] = [
  ["line", "pickup_group", "callPickupGroup", "name"],
  ["huntPilot", "hunt_list", "huntList", "name"],
  ["huntList", "line_groups", "lineGroup", "name"],
  ["lineGroup", "member_pattern", "line", "pattern"],
  ["sccpPort", "name", "phone", "name"],
  ["cucmUser", "profiles", "deviceProfile", "name"],
  ["deviceProfile", "line_pattern", "line", "pattern"],
  ["sparkDevice", "place", "sparkPlace", "id"],
  ["sparkDevice", "person", "sparkUser", "id"],
  ["remoteDestinationProfile", "user", "cucmUser", "userid"],
  ["fmcUser", "username", "remoteDestinationProfile", "user"],
  ["multiVendorService", "username", "user", "username"],
  ["normalizedUser", "username", "user", "username"],
  ["cucmUser", "userid", "provisioningStatus", "username"],
  ["cucmUser", "userid", "user", "username"],
  ["recipientPermission", "identity", "mailbox", "upn"],
  ["e164Multiple", "dn", "huntPilot", "pattern"],
];

for (const [from, field, to, key] of REFERENCES) {
  test(`demoSystem(): every ${field} of ${from} is the ${key} of a ${to}`, () => {
    let checked = 0;
    for (const customer of CUSTOMERS) {
      const known = new Set(customer.of(to).flatMap((one) => keysAt(one, to, key)));
      for (const name of customer.of(from).flatMap((one) => keysAt(one, from, field))) {
        assert.ok(known.has(name), name);
        checked++;
      }
    }
    assert.ok(checked > 0);
  });
}

/** The lines of phones that have any: all but those of analogue ports. */
function digitalLines(customer: CustomerView): string[] {
  return customer
    .of("phone")
    .filter((one) => one.data["product"] !== "Analog Phone")
    .flatMap((one) => keysAt(one, "phone", "line_pattern"));
}

test("demoSystem(): a phone's line exists, with its partition", () => {
  for (const customer of CUSTOMERS) {
    const known = new Set(customer.of("line").flatMap((one) => keysAt(one, "line", "pattern")));
    for (const pattern of digitalLines(customer)) {
      assert.ok(known.has(pattern), pattern);
    }
    const partitions = new Set(customer.of("line").flatMap((one) => keysAt(one, "line", "partition")));
    assert.ok(partitions.size <= 1);
    for (const one of customer.of("phone").flatMap((phone) => keysAt(phone, "phone", "line_partition"))) {
      assert.ok(partitions.has(one));
    }
  }
});

test("demoSystem(): some phones have two lines, in order", () => {
  const orders = CUSTOMERS.flatMap((customer) =>
    customer.of("phone").map((one) => keysAt(one, "phone", "line_index").join()),
  );
  assert.deepEqual([...new Set(orders)].sort(), ["", "1", "1,2"]);
});

test("demoSystem(): an E.164 block of a site holds exactly the lines of the site's users", () => {
  let checked = 0;
  for (const customer of CUSTOMERS) {
    const blocks = customer.of("e164Block").map((one) => ({
      node: one.hierarchy,
      first: Number(keysAt(one, "e164Block", "start_dn")[0]),
      range: Number(keysAt(one, "e164Block", "range")[0]),
    }));
    for (const line of customer.of("line")) {
      const pattern = Number(keysAt(line, "line", "pattern")[0]);
      if (!String(pattern).startsWith("2")) continue;
      const block = blocks.filter(({ first, range }) => pattern >= first && pattern < first + range);
      assert.equal(block.length, 1);
      assert.ok(line.hierarchy.startsWith(block[0]?.node ?? "none"));
      checked++;
    }
  }
  assert.ok(checked > 200);
});

test("demoSystem(): a site has one of each of its data, an external id included", () => {
  for (const customer of CUSTOMERS) {
    const at = (modelId: string, site: string): Instance[] =>
      customer.of(modelId).filter((one) => one.hierarchy === site);
    for (const site of customer.sites) {
      for (const modelId of ["siteData", "dialPlanSite", "networkDeviceList", "location"]) {
        assert.equal(at(modelId, site).length, 1, modelId);
      }
      assert.equal(at("hcmfLocation", site).length + at("linkedSite", site).length, 1);
    }
  }
});
