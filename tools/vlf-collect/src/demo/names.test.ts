import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Instance } from "@vlf/common/records";
import { demoSystem } from "./index.ts";

function instances(customers: number, subscribers: number): Instance[] {
  const options = { customers, subscribers, seed: 7, allFields: false, collectedAt: "2026-11-01T03:00:00Z" };
  return [...demoSystem(options)].filter((record) => record.type === "instance");
}

describe("names and numbers of the demo system", () => {
  /** Kept fields that name a person, a device or a number; the rest are words of a list. */
  const NAMING: Readonly<Record<string, readonly string[]>> = {
    "device/cucm/User": ["userid", "mailid", "firstName", "middleName", "lastName", "telephoneNumber"],
    "device/cucm/Phone": ["name", "description", "ownerUserName"],
    "device/cucm/Line": ["pattern", "routePartitionName", "description"],
    "device/cucm/DeviceProfile": ["name"],
    "device/cuc/User": ["Alias", "EmailAddress"],
    "device/webex/User": ["webExId", "email"],
    "device/spark/User": ["id", "email", "firstName", "lastName", "extension"],
    "device/spark/Device": ["id", "displayName"],
    "device/spark/Place": ["id", "displayName"],
    "device/uccx/Agent": ["userID", "firstName", "lastName", "extension"],
    "device/ccdm/Agent": ["Name", "PeripheralNumber"],
    "device/msteamsonline/CsOnlineUser": ["UserPrincipalName", "Alias", "LineURI"],
    "device/msgraph/MsolUser": ["UserPrincipalName", "FirstName", "LastName", "DisplayName"],
    "device/pexip/Conference": ["name", "description", "primary_owner_email_address"],
    "data/PRS_MultiVendorPhone_DAT": ["mac", "line1Name"],
    "data/DpSite": ["slc", "pubNumber"],
    "data/User": ["username", "email", "username_ms_365", "username_ms_teams"],
    "data/GS_FMC_UserExtended_DAT": ["username"],
  };

  test("have at least six characters and are no words of the report", () => {
    const words = [
      "phone",
      "spark",
      "site",
      "license",
      "true",
      "false",
      "webex",
      "voice",
      "customer",
      "cisco",
    ];
    let checked = 0;
    for (const one of instances(12, 400)) {
      if (!one.hierarchy.startsWith("sys.hcs.CS-P.")) continue;
      for (const field of NAMING[one.model] ?? []) {
        const value = one.data[field];
        if (typeof value !== "string" || value === "") continue;
        assert.ok(value.length >= 6, `${one.model} ${field} "${value}"`);
        assert.ok(!words.includes(value.toLowerCase()), value);
        checked++;
      }
    }
    assert.ok(checked > 3000);
  });

  test("differ from person to person and from customer to customer", () => {
    const all = instances(40, 800);
    const lines = all.filter((one) => one.model === "device/cucm/Line");
    const keys = lines.map((one) => `${one.hierarchy.split(".")[4]} ${String(one.data["pattern"])}`);
    assert.equal(new Set(keys).size, keys.length);
    const phones = all.filter((one) => one.model === "device/cucm/Phone").map((one) => one.data["name"]);
    assert.equal(new Set(phones).size, phones.length);
    const mails = all.filter((one) => one.model === "device/cucm/User").map((one) => one.data["mailid"]);
    assert.equal(new Set(mails).size, mails.length);
  });

  test("have E.164 numbers with backslash, plus and 15 digits", () => {
    const numbers = instances(5, 200)
      .filter((one) => one.model === "relation/HcsDNE164AssociateREL")
      .map((one) => String(one.data["e164Number"]));
    assert.ok(numbers.length > 0);
    for (const number of numbers) assert.match(number, /^\\\+\d{15}$/);
  });
});
