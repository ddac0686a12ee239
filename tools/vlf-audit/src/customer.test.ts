import assert from "node:assert/strict";
import { test } from "node:test";
import { Customer } from "./customer.ts";

test("a customer may have more nodes than a call has arguments", () => {
  const many = 200_000;
  const places = Array.from({ length: many }, (_, at) => ({
    path: `sys.Prov.Cust.Site${at}`,
    atSite: true,
    known: true,
    facts: { sparkUser: [{ pkid: String(at), name: `user${at}` }] },
  }));
  const customer = new Customer({ path: "sys.Prov.Cust", pkid: "c", places, sites: many });
  const users = customer.all("sparkUser");
  assert.equal(users.length, many);
  assert.equal(users.at(-1)?.pkid, String(many - 1));
});
