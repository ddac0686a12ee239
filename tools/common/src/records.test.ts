import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  type AlertRecord,
  type AnyRecord,
  type Begin,
  type Delivery,
  type Evidence,
  type End,
  type FileRecord,
  type Finding,
  type Instance,
  type LicenseCount,
  type LicenseChange,
  type LicenseProfile,
  type Position,
  PLATFORM_KEYS,
  recordProblem,
  SCHEMA,
  type SchemeDifference,
  type ScopeEnd,
  type SdeRow,
  type SubjectChange,
  type TierChange,
  SHAPES,
  strictRecordProblem,
  type Usage,
} from "./records.ts";

const HASH = "0123456789abcdef".repeat(4);

/** One good record of every type, all optional fields included. */
const begin: Begin = {
  type: "begin",
  schema: 1,
  tool: "vlf-collect",
  version: "0.1.0",
  run_id: "e3b0c442-98fc-8c14-9afb-f4c8996fb924",
  started_at: "2026-11-01T03:00:00Z",
  collected_at: "2026-11-01T02:58:11+01:00",
  platform: { org_id: "0010O", hostname: "VOSS-UN-1" },
  via: [{ tool: "vlf-audit", version: "0.1.0" }],
  what_if: "changes.toml",
};
const instance: Instance = {
  type: "instance",
  model: "device/cucm/User",
  pkid: "6197a2522f7ab2c5dbb8f2aa",
  hierarchy: "sys.hcs.CS-P",
  data: { userid: "jsmith" },
};
const scopeEnd: ScopeEnd = { type: "scope-end", hierarchy: "sys.hcs.CS-P" };
const licenseCount: LicenseCount = {
  type: "license-count",
  scheme: "voss-4",
  provider: "CS-P",
  reseller: "",
  customer: "Innovia",
  provider_pkid: "1",
  customer_pkid: "2",
  counts: { one_phone: 3, public_sector: true },
  licenses: { essential: 3, premium: 0, contact_center: 0, hybrid: 0, phone_server: 0 },
  clusters: [
    { cluster: "", region: "", licenses: { essential: 1 } },
    { cluster: "10.0.0.1", region: "eu", licenses: { essential: 2, premium: 0 } },
  ],
};
const usage: Usage = {
  type: "usage",
  vendor: "cisco",
  application: "UCM",
  customer: "",
  customer_pkid: "",
  cluster: "",
  region: "",
  subscription: "",
  license_type: "enhanced_plus",
  license_name: "EnhancedPlus",
  quantity: 0,
  unit: "license",
  at: "2026-11-01T03:00:00Z",
  source: "axl-totals",
  pool: "VA@SA",
  entitled: 0,
  status: "",
  by_users: 0,
  by_devices: 0,
};
const licenseProfile: LicenseProfile = {
  type: "license-profile",
  scheme: "voss-4",
  customer_pkid: "2",
  provider_pkid: "",
  export: "spark-hybrid",
  profile: { phones: 1, em: false, kind: "" },
  count: 3,
};
const position: Position = {
  type: "position",
  level: "customer",
  model: "cisco-ucm",
  license_type: "cuwl",
  title: "CUWL",
  partner: "",
  partner_pkid: "",
  customer: "",
  customer_pkid: "",
  subscription: "",
  cluster: "",
  region: "",
  entitled: 100,
  used: 10,
  available: -40,
  overage: 0,
  utilization: 20,
  status: "ok",
  statistic: "peak",
  used_on: "2026-11-01",
  period_start: "2026-11-01T00:00:00Z",
  period_end: "2026-11-08T00:00:00Z",
  days: 7,
  available_before: -90,
  overage_before: 0,
  borrowed: {},
  lent: { enhanced_plus: 50 },
  allowance: 0,
  overconsumed: 0,
  measured_on: "2026-11-30",
  due_on: "2027-01-01",
  projected: 0,
  projected_overconsumed: 0,
  renewal: 0,
  start: "2026-01-01T00:00:00Z",
  end: "2027-01-01T00:00:00Z",
  subscription_status: "active",
  provisioning_status: "provisioned",
  services: ["UCM Cloud"],
};
const finding: Finding = {
  type: "finding",
  code: "snr-and-spark",
  severity: "warning",
  message: "both",
  customer_pkid: "",
  model: "device/cucm/User",
  pkid: "3",
  count: 0,
};
const file: FileRecord = {
  type: "file",
  format: "detailed-csv",
  path: "out/a.csv",
  name: "a.csv",
  size_bytes: 0,
  sha256: HASH,
};
const evidence: Evidence = {
  type: "evidence",
  scheme: "voss-4",
  customer: "",
  customer_pkid: "",
  provider_pkid: "1",
  counted: true,
  column: "",
  title: "",
  number: 0,
  tier: "none",
  licenses: 0,
  rule: "",
  reference: "",
  kind: "phone",
  name: "",
  hierarchy: "sys",
  reasons: ["no phone"],
  sources: [{ model: "device/cucm/User", pkid: "3", name: "" }],
  status: "Licensed",
};
const schemeDifference: SchemeDifference = {
  type: "scheme-difference",
  customer: "",
  customer_pkid: "",
  name: "",
  hierarchy: "sys",
  schemes: ["voss-4", "cisco-ucm"],
  licenses: { "voss-4": { premium: 1 }, "cisco-ucm": {} },
  causes: [{ cause: "snr-only", message: "SNR" }],
  subjects: [{ scheme: "voss-4", kind: "subscriber", name: "", licenses: 1, reasons: [""] }],
};
const licenseChange: LicenseChange = {
  type: "license-change",
  scheme: "voss-4",
  customer: "",
  customer_pkid: "1",
  provider_pkid: "",
  column: "one_phone",
  title: "One Phone",
  tier: "essential",
  before: 3,
  after: 0,
  change: -3,
};
const tierChange: TierChange = {
  type: "tier-change",
  scheme: "voss-5",
  customer: "",
  customer_pkid: "1",
  provider_pkid: "",
  tier: "user",
  before: 3,
  after: 0,
  change: -3,
};
const subjectChange: SubjectChange = {
  type: "subject-change",
  scheme: "voss-4",
  customer_pkid: "1",
  provider_pkid: "",
  change: "left",
  rule: "subscriber",
  kind: "subscriber",
  name: "",
  from: ["one_phone"],
  to: [],
  causes: [],
};
const sdeRow: SdeRow = { type: "sde-row", report: "phones", row: { device_name: "SEP1", lines: [] } };
const delivery: Delivery = {
  type: "delivery",
  destination: "store",
  file: "a.csv",
  status: "already-delivered",
  attempts: 0,
  location: "",
  sha256: "",
  message: "",
  proof: "read back",
  failure: "temporary",
};
const alert: AlertRecord = {
  type: "alert",
  id: "license-audit",
  code: "job-failed",
  category: "Licensing",
  severity: "error",
  message: "ERROR: License file generation failed",
  count: 1,
  raised_at: "2026-11-01T03:00:00Z",
  target: "nms",
  channel: "snmp-inform",
  status: "acknowledged",
  answer: "",
};
const end: End = { type: "end", tool: "vlf-collect", counts: { instance: 1, __proto__x: 0 } };

const GOOD = [
  begin,
  instance,
  scopeEnd,
  licenseCount,
  licenseProfile,
  usage,
  position,
  finding,
  file,
  evidence,
  schemeDifference,
  licenseChange,
  tierChange,
  subjectChange,
  sdeRow,
  delivery,
  alert,
  end,
].map((record) => record as unknown as AnyRecord);

/** Per type and field, values that are of the wrong kind. */
const NO_TEXT = [null, 7, true, {}, []];
const NOT_FILLED = [...NO_TEXT, ""];
const NO_COUNT = [null, "1", -1, 1.5, Number.NaN, 2 ** 53, true, {}];
const NO_OBJECT = [null, "x", 7, []];
const NOT_RFC3339 = ["2026-11-01T03:00:00", "2026-02-30T00:00:00Z", "Nov 1 2026 03:00 UTC", "2026"];
const NO_TIME = [...NOT_FILLED, ...NOT_RFC3339];
const WRONG: Record<string, Record<string, unknown[]>> = {
  begin: {
    schema: [...NO_COUNT, SCHEMA + 1],
    tool: NOT_FILLED,
    version: NO_TEXT,
    run_id: NOT_FILLED,
    started_at: NO_TIME,
    collected_at: NO_TIME,
    platform: [...NO_OBJECT, { org_id: 7 }, { org_id: null }],
    via: [{}, "x", [null], ["vlf-audit"], [{ tool: "", version: "1" }], [{ tool: "t" }], [{ version: "1" }]],
    what_if: NOT_FILLED,
  },
  instance: { model: NOT_FILLED, pkid: NOT_FILLED, hierarchy: NOT_FILLED, data: NO_OBJECT },
  "scope-end": { hierarchy: NOT_FILLED },
  "license-count": {
    scheme: NOT_FILLED,
    provider: NO_TEXT,
    reseller: NO_TEXT,
    customer: NO_TEXT,
    provider_pkid: NO_TEXT,
    customer_pkid: NOT_FILLED,
    counts: [...NO_OBJECT, { a: -1 }, { a: "1" }, { a: 0.5 }, { a: null }],
    licenses: [...NO_OBJECT, { essential: true }, { essential: -1 }],
    clusters: [
      ...NO_OBJECT,
      {},
      [null],
      [{ cluster: "", region: "", licenses: { essential: 2 } }],
      [{ cluster: "", region: "", licenses: { essential: 3, premium: 1 } }],
      [{ cluster: "", licenses: { essential: 3 } }],
      [{ region: "", licenses: { essential: 3 } }],
      [{ cluster: "", region: "", licenses: { essential: "3" } }],
    ],
  },
  "license-profile": {
    scheme: NOT_FILLED,
    customer_pkid: NOT_FILLED,
    provider_pkid: NO_TEXT,
    export: NOT_FILLED,
    profile: [...NO_OBJECT, { a: 0.5 }, { a: -1 }, { a: null }, { a: [] }],
    count: NO_COUNT,
  },
  usage: {
    vendor: NOT_FILLED,
    application: NO_TEXT,
    customer: NO_TEXT,
    customer_pkid: NO_TEXT,
    cluster: NO_TEXT,
    region: NO_TEXT,
    subscription: NO_TEXT,
    license_type: NOT_FILLED,
    license_name: NOT_FILLED,
    quantity: NO_COUNT,
    unit: NOT_FILLED,
    at: NO_TIME,
    source: NOT_FILLED,
    pool: NOT_FILLED,
    entitled: NO_COUNT,
    status: NO_TEXT,
    by_users: NO_COUNT,
    by_devices: NO_COUNT,
  },
  position: {
    level: [...NOT_FILLED, "site"],
    model: NOT_FILLED,
    license_type: NOT_FILLED,
    title: NOT_FILLED,
    partner: NO_TEXT,
    partner_pkid: NO_TEXT,
    customer: NO_TEXT,
    customer_pkid: NO_TEXT,
    subscription: NO_TEXT,
    cluster: NO_TEXT,
    region: NO_TEXT,
    entitled: NO_COUNT,
    used: NO_COUNT,
    available: [null, "1", 1.5, 2 ** 53],
    overage: NO_COUNT,
    utilization: NO_COUNT,
    status: [...NOT_FILLED, "fine"],
    statistic: [...NOT_FILLED, "median"],
    used_on: [...NOT_FILLED, "2026-02-30", "2026-11-01T00:00:00Z"],
    period_start: NO_TIME,
    period_end: NO_TIME,
    days: NO_COUNT,
    available_before: [null, "1", 1.5, 2 ** 53],
    overage_before: NO_COUNT,
    borrowed: [...NO_OBJECT, { cuwl: -1 }],
    lent: [...NO_OBJECT, { cuwl: "1" }],
    allowance: NO_COUNT,
    overconsumed: NO_COUNT,
    measured_on: [...NOT_FILLED, "2026-13-01"],
    due_on: [...NOT_FILLED, "1 January"],
    projected: NO_COUNT,
    projected_overconsumed: NO_COUNT,
    renewal: NO_COUNT,
    start: NO_TIME,
    end: NO_TIME,
    subscription_status: [...NOT_FILLED, "Active"],
    provisioning_status: NOT_FILLED,
    services: ["text", [1]],
  },
  finding: {
    code: NOT_FILLED,
    severity: [...NOT_FILLED, "Error", "fatal"],
    message: NOT_FILLED,
    customer_pkid: NO_TEXT,
    model: NO_TEXT,
    pkid: NO_TEXT,
    count: NO_COUNT,
  },
  file: {
    format: NOT_FILLED,
    path: NOT_FILLED,
    name: NOT_FILLED,
    size_bytes: NO_COUNT,
    sha256: [...NOT_FILLED, HASH.toUpperCase(), HASH.slice(1), `${HASH}0`, `${HASH}\n`],
  },
  evidence: {
    scheme: NOT_FILLED,
    customer: NO_TEXT,
    customer_pkid: NO_TEXT,
    provider_pkid: NOT_FILLED,
    counted: [0, "true", null],
    column: NO_TEXT,
    title: NO_TEXT,
    number: NO_COUNT,
    tier: [...NOT_FILLED, "gold"],
    licenses: NO_COUNT,
    rule: NO_TEXT,
    reference: NO_TEXT,
    kind: NOT_FILLED,
    name: NO_TEXT,
    hierarchy: NOT_FILLED,
    reasons: ["text", [1]],
    sources: [{}, [null], [{ model: "", pkid: "3", name: "" }], [{ model: "m", pkid: "", name: "" }]],
    status: [...NOT_FILLED, "licensed"],
  },
  "scheme-difference": {
    customer: NO_TEXT,
    customer_pkid: NO_TEXT,
    name: NO_TEXT,
    hierarchy: NOT_FILLED,
    schemes: ["text", [1]],
    licenses: [...NO_OBJECT, { a: 1 }, { a: { b: -1 } }],
    causes: [{}, [null], [{ cause: "a" }], [{ cause: "", message: "m" }]],
    subjects: [
      {},
      [null],
      [{ scheme: "a", kind: "k", name: "", licenses: -1, reasons: [] }],
      [{ scheme: "a", kind: "k", name: "", licenses: 1, reasons: [1] }],
      [{ scheme: "", kind: "k", name: "", licenses: 1, reasons: [] }],
    ],
  },
  "license-change": {
    scheme: NOT_FILLED,
    customer: NO_TEXT,
    customer_pkid: NOT_FILLED,
    provider_pkid: NO_TEXT,
    column: NOT_FILLED,
    title: NOT_FILLED,
    tier: [...NOT_FILLED, "gold"],
    before: NO_COUNT,
    after: NO_COUNT,
    change: [null, "1", 1.5, 2 ** 53],
  },
  "tier-change": {
    scheme: NOT_FILLED,
    customer: NO_TEXT,
    customer_pkid: NOT_FILLED,
    provider_pkid: NO_TEXT,
    tier: [...NOT_FILLED, "gold", "none"],
    before: NO_COUNT,
    after: NO_COUNT,
    change: [null, "1", 1.5, 2 ** 53],
  },
  "subject-change": {
    scheme: NOT_FILLED,
    customer_pkid: NOT_FILLED,
    provider_pkid: NO_TEXT,
    change: [...NOT_FILLED, "gone"],
    rule: NOT_FILLED,
    kind: NOT_FILLED,
    name: NO_TEXT,
    from: ["text", [1]],
    to: ["text", [1]],
    causes: ["text", [1]],
  },
  "sde-row": { report: NOT_FILLED, row: NO_OBJECT },
  delivery: {
    destination: NOT_FILLED,
    file: NOT_FILLED,
    status: [...NOT_FILLED, "sent", "Delivered"],
    attempts: NO_COUNT,
    location: NO_TEXT,
    sha256: NO_TEXT,
    message: NO_TEXT,
    proof: NOT_FILLED,
    failure: NOT_FILLED,
  },
  alert: {
    id: NOT_FILLED,
    code: NOT_FILLED,
    category: NOT_FILLED,
    severity: [...NOT_FILLED, "warn"],
    message: NOT_FILLED,
    count: NO_COUNT,
    raised_at: NO_TIME,
    target: NOT_FILLED,
    channel: NOT_FILLED,
    status: [...NOT_FILLED, "delivered"],
    answer: NO_TEXT,
  },
  end: { tool: NOT_FILLED, counts: [...NO_OBJECT, { instance: -1 }, { instance: true }, { instance: "1" }] },
};

test("there is a good and a wrong record for every type and field of the contract", () => {
  assert.deepEqual(
    GOOD.map(({ type }) => type),
    Object.keys(SHAPES),
  );
  for (const record of GOOD) {
    const fields = Object.keys(SHAPES[record.type] ?? {});
    assert.deepEqual(Object.keys(record), ["type", ...fields], record.type);
    assert.deepEqual(Object.keys(WRONG[record.type] ?? {}), fields, record.type);
  }
});

for (const good of GOOD) {
  const { type } = good;
  test(`recordProblem() finds nothing wrong with a good ${type} record, also after a round trip`, () => {
    assert.equal(recordProblem(good), undefined);
    assert.equal(strictRecordProblem(good), undefined);
    const again = JSON.parse(JSON.stringify(good)) as AnyRecord;
    assert.deepEqual(again, good);
    assert.equal(strictRecordProblem(again), undefined);
  });

  for (const [key, [wanted, , optional]] of Object.entries(SHAPES[type] ?? {})) {
    test(`recordProblem() ${optional ?? "requires"} ${type} "${key}"`, () => {
      const { [key]: _, ...without } = good;
      const problem = `${type} record has no "${key}", wanted ${wanted}`;
      assert.equal(recordProblem(without as AnyRecord), optional === "optional" ? undefined : problem);
    });

    test(`recordProblem() refuses a wrong ${type} "${key}"`, () => {
      for (const value of WRONG[type]?.[key] ?? []) {
        assert.equal(
          recordProblem({ ...good, [key]: value }),
          `${type} record has a wrong "${key}", wanted ${wanted}`,
          JSON.stringify(value),
        );
      }
    });
  }

  test(`recordProblem() lets a field pass that a ${type} record does not know, the strict one does not`, () => {
    const more = { ...good, colour: "red" };
    assert.equal(recordProblem(more), undefined);
    assert.equal(strictRecordProblem(more), `${type} record has an unknown field "colour"`);
  });

  test(`strictRecordProblem() wants the type first in a ${type} record`, () => {
    const { type: _, ...fields } = good;
    assert.equal(recordProblem({ ...fields, type }), undefined);
    assert.equal(strictRecordProblem({ ...fields, type }), `${type} record does not begin with its type`);
  });
}

test("recordProblem() lets a type pass that it does not know, the strict one does not", () => {
  for (const type of ["colour", "constructor", "toString", "__proto__", "hasOwnProperty"]) {
    assert.equal(recordProblem({ type, anything: null }), undefined);
    assert.equal(strictRecordProblem({ type }), `unknown record type "${type}"`);
  }
});

test("recordProblem() names the first field that is wrong, in the order of the contract", () => {
  assert.equal(
    recordProblem({ type: "instance", data: 1 }),
    'instance record has no "model", wanted a text that is not empty',
  );
});

test("recordProblem() takes an older schema", () => {
  assert.equal(recordProblem({ ...(begin as unknown as AnyRecord), schema: 0 }), undefined);
});

interface Row {
  readonly field: string;
  readonly required: string;
}

/** The tables of docs/records.md by record type: sections are headed "### `type`". */
async function documented(): Promise<Map<string, Row[]>> {
  const page = await readFile(new URL("../../../docs/records.md", import.meta.url), "utf8");
  const tables = new Map<string, Row[]>();
  for (const section of page.split(/^#{2,3} /m)) {
    const type = /^`([a-z-]+)`/.exec(section)?.[1];
    if (type === undefined) continue;
    const rows = [...section.matchAll(/^\| `(\w+)` \| [^|]+ \| (yes|no) \| [^|]+ \|$/gm)];
    assert.equal(rows.length, [...section.matchAll(/^\| `/gm)].length, `${type}: a row is malformed`);
    tables.set(
      type,
      rows.map(([, field = "", required = ""]) => ({ field, required })),
    );
  }
  return tables;
}

test("only rows of voss-5 may have no customer, and then they tell their provider", () => {
  for (const row of [licenseCount, licenseProfile, licenseChange, tierChange, subjectChange]) {
    const above = { ...row, customer_pkid: "", scheme: "voss-5", provider_pkid: "1" } as unknown as AnyRecord;
    assert.equal(recordProblem(above), undefined);
    for (const wrong of [
      { ...above, scheme: "voss-4" },
      { ...above, provider_pkid: "" },
    ]) {
      assert.match(recordProblem(wrong) ?? "", /wrong "customer_pkid"/);
    }
  }
});

test("docs/records.md has a table for every record type, with its fields and which are required", async () => {
  const wanted = Object.entries(SHAPES).map(([type, shape]) => [
    type,
    [
      { field: "type", required: "yes" },
      ...Object.entries(shape).map(([field, [, , optional]]) => ({
        field,
        required: optional === undefined ? "yes" : "no",
      })),
    ],
  ]);
  assert.deepEqual([...(await documented())], wanted);
});

test("docs/records.md names every fact of the platform", async () => {
  const page = await readFile(new URL("../../../docs/records.md", import.meta.url), "utf8");
  for (const key of PLATFORM_KEYS) assert.ok(page.includes(`\`${key}\``), key);
});
