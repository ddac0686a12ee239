/** Good standing: a system that is all right, and each criterion broken in turn. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type Ran, runInMemory, streamOf } from "@vlf/common/_testing";
import { type AnyRecord, strictRecordProblem } from "@vlf/common/records";
import { tool } from "../cli.ts";
import { isBelow } from "./versions.ts";

const NOW = "2026-11-23T12:00:00Z";

/** Everything that Avaya asks for is there and right. */
const GOOD = `
[[system]]
id = "SUB-1"
customer = "Innovia"
customer_pkid = "c1"
billing = "Good"

[[system.order]]
application = "Communication Manager"
unit = "users"
quantity = 100
allowance = 20

[[system.order]]
application = "Call Management System"
on_premises = true

[[system.application]]
name = "Communication Manager"
version = "10.2.1"
state = "active"
last_usage = 2026-11-23T02:00:00Z

[[system.application]]
name = "Call Management System"
version = "20.0"
last_usage = "2026-11-23T02:00:00Z"

[[system.weblm]]
name = "weblm1"
host_id = "AB-1"
registered = true
license_status = "Installed"
refreshed_at = 2026-11-20T12:00:00Z
link_status = "Active"
last_status = 2026-11-23T06:00:00Z
applications = ["Call Management System", "Communication Manager"]

[[system.usage]]
application = "Communication Manager"
unit = "users"
quantity = 100
at = 2026-11-23T02:00:00Z

[[system.alert]]
id = "A-1"
raised_at = 2026-11-01T00:00:00Z
resolved_at = 2026-11-02T00:00:00Z
cleared_at = 2026-11-03T00:00:00Z
`;
const SETTINGS = `[standing.minimum_versions]
"Communication Manager" = "10.1"
"call management system" = "19"
`;

/** Runs the command in a folder with these files. */
async function standing(
  files: Readonly<Record<string, string>>,
  argv: readonly string[] = [],
  stdin = "",
): Promise<Ran> {
  const folder = mkdtempSync(join(tmpdir(), "vlf-standing-"));
  try {
    for (const [name, text] of Object.entries({ "vlf.toml": SETTINGS, ...files })) {
      writeFileSync(join(folder, name), text);
    }
    const systems = Object.keys(files).flatMap((name) =>
      name === "vlf.toml" ? [] : ["--system", join(folder, name)],
    );
    const all = ["standing", "--config", join(folder, "vlf.toml"), "--now", NOW, ...systems, ...argv];
    const ran = await runInMemory(tool, all, { stdin: [Buffer.from(stdin)] });
    const { status, stdout, stderr } = ran;
    const isPage = status > 1 || argv.includes("--text");
    return {
      status,
      stdout,
      stderr: stderr.replaceAll(`${folder}/`, ""),
      records: isPage ? [] : ran.records,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Told {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
}

function findings(ran: Ran): Told[] {
  for (const record of ran.records) assert.equal(strictRecordProblem(record), undefined);
  return ran.records
    .filter(({ type }) => type === "finding")
    .map(({ code, severity, message }) => ({ code, severity, message }) as Told);
}

/** The good system with one text replaced. */
function broken(from: string, to: string): string {
  assert.ok(GOOD.includes(from), from);
  return GOOD.replace(from, to);
}

test("a system that is all right has no finding", async () => {
  const ran = await standing({ "a.toml": GOOD }, ["--exit-status"]);
  assert.deepEqual([ran.status, ran.stderr, findings(ran)], [0, "", []]);
});

const BREAKS: readonly (readonly [what: string, system: string, finding: Told])[] = [
  [
    "billing is not good",
    broken('billing = "Good"', 'billing = "Overdue"'),
    {
      code: "billing-not-good",
      severity: "error",
      message: 'billing status of "SUB-1" is "Overdue": Avaya may not renew the license',
    },
  ],
  [
    "an ordered application is not configured",
    broken(
      '[[system.application]]\nname = "Call Management System"',
      '[[system.application]]\nconfigured = false\nname = "Call Management System"',
    ).replace(
      'applications = ["Call Management System", "Communication Manager"]',
      'applications = ["Communication Manager"]',
    ),
    {
      code: "application-not-configured",
      severity: "error",
      message: '"Call Management System" is ordered, but not configured in "SUB-1"',
    },
  ],
  [
    "an ordered application is not there at all",
    broken("[[system.weblm]]", '[[system.order]]\napplication = "IX Messaging"\n[[system.weblm]]'),
    {
      code: "application-not-configured",
      severity: "error",
      message: '"IX Messaging" is ordered, but not configured in "SUB-1"',
    },
  ],
  [
    "an application is configured that nobody ordered",
    broken('[[system.order]]\napplication = "Call Management System"\non_premises = true\n', ""),
    {
      code: "application-not-ordered",
      severity: "warning",
      message: '"Call Management System" is configured in "SUB-1", but not ordered',
    },
  ],
  [
    "usage of an application is old",
    broken('last_usage = "2026-11-23T02:00:00Z"', 'state = "paused"\nlast_usage = "2026-11-21T11:00:00Z"'),
    {
      code: "usage-not-collected",
      severity: "error",
      message:
        'usage of "Call Management System" in "SUB-1" was not for 49 hours collected, wanted within 48, and it is paused',
    },
  ],
  [
    "usage of an application was never collected",
    broken('last_usage = "2026-11-23T02:00:00Z"', ""),
    {
      code: "usage-not-collected",
      severity: "error",
      message: 'usage of "Call Management System" in "SUB-1" was never collected, wanted within 48',
    },
  ],
  [
    "a version is below the minimum",
    broken('version = "10.2.1"', 'version = "8.1.3"'),
    {
      code: "version-below-minimum",
      severity: "error",
      message: '"Communication Manager" in "SUB-1" is of version 8.1.3, wanted 10.1 or later',
    },
  ],
  [
    "WebLM is not registered",
    broken("registered = true", "registered = false"),
    {
      code: "weblm-not-registered",
      severity: "error",
      message: 'WebLM "weblm1" of "SUB-1" is not registered',
    },
  ],
  [
    "the license is not installed",
    broken('license_status = "Installed"', 'license_status = "Not installed"'),
    {
      code: "weblm-license",
      severity: "error",
      message:
        'WebLM "weblm1" of "SUB-1": subscription license status is "Not installed", wanted "Installed"',
    },
  ],
  [
    "the link of WebLM is in error",
    broken('link_status = "Active"', 'link_status = "Error"'),
    {
      code: "weblm-link",
      severity: "error",
      message: 'WebLM "weblm1" of "SUB-1": link status is "Error", wanted "Active"',
    },
  ],
  [
    "WebLM got no request for 24 hours",
    broken("last_status = 2026-11-23T06:00:00Z", "last_status = 2026-11-22T12:00:00Z"),
    {
      code: "weblm-link",
      severity: "error",
      message: 'WebLM "weblm1" of "SUB-1": last status is 24 hours old, wanted within 24',
    },
  ],
  [
    "two CMS are on one WebLM",
    broken(
      "[[system.weblm]]",
      '[[system.application]]\nname = "call management system"\nversion = "20"\nlast_usage = 2026-11-23T02:00:00Z\n[[system.weblm]]',
    ),
    {
      code: "weblm-not-separate",
      severity: "error",
      message: 'two "Call Management System" of "SUB-1" use WebLM "weblm1", wanted separate servers',
    },
  ],
  [
    "an alert is resolved and not cleared",
    broken("cleared_at = 2026-11-03T00:00:00Z", ""),
    {
      code: "alert-not-cleared",
      severity: "warning",
      message: 'alert "A-1" of "SUB-1" is resolved, but not cleared',
    },
  ],
  [
    "an alert is open",
    broken("resolved_at = 2026-11-02T00:00:00Z\ncleared_at = 2026-11-03T00:00:00Z", ""),
    { code: "alert-open", severity: "warning", message: 'alert "A-1" of "SUB-1" is not resolved' },
  ],
  [
    "WebLM asks for other applications",
    broken(
      'applications = ["Call Management System", "Communication Manager"]',
      'applications = ["IX Messaging", "Communication Manager"]',
    ),
    {
      code: "applications-not-in-step",
      severity: "warning",
      message:
        '"Synchronize Applications" on WebLM "weblm1" of "SUB-1" would add "Call Management System" and take away "IX Messaging"',
    },
  ],
  [
    "more is used than quantity and allowance",
    broken("quantity = 100\nat", "quantity = 121\nat"),
    {
      code: "change-order-needed",
      severity: "error",
      message:
        '121 users of "Communication Manager" are used in "SUB-1", 100 are ordered with an allowance of 20: place a change order',
    },
  ],
  [
    "something is used that was not ordered",
    broken(
      'unit = "users"\nquantity = 100\nat',
      'unit = "agents"\nquantity = 1\nat = 2026-11-23T02:00:00Z\n[[system.usage]]\napplication = "Communication Manager"\nunit = "users"\nquantity = 100\nat',
    ),
    {
      code: "usage-without-order",
      severity: "warning",
      message: 'agents of "Communication Manager" is used in "SUB-1", but not ordered',
    },
  ],
];

for (const [what, system, finding] of BREAKS) {
  test(`one finding, and status 1, when ${what}`, async () => {
    const ran = await standing({ "a.toml": system }, ["--exit-status"]);
    assert.deepEqual([ran.status, ran.stderr, findings(ran)], [1, "", [finding]]);
  });
}

test("100 ordered with 20 % are over at 121: up to 120 there is but a note", async () => {
  const ran = await standing({ "a.toml": broken("quantity = 100\nat", "quantity = 120\nat") }, [
    "--exit-status",
  ]);
  assert.equal(ran.status, 0);
  assert.deepEqual(
    findings(ran).map(({ code, severity }) => [code, severity]),
    [["within-allowance", "info"]],
  );
});

for (const [days, codes] of [
  [19, []],
  [20, []],
  [21, ["license-not-refreshed warning"]],
  [29, ["license-not-refreshed warning"]],
  [30, ["license-not-refreshed warning"]],
  [31, ["license-expired error"]],
] as const) {
  test(`day ${days} without a refresh: ${codes.join() || "nothing"}, with its expiry given or not`, async () => {
    const refreshed = new Date(Date.parse(NOW) - days * 86_400_000).toISOString();
    const expires = new Date(Date.parse(refreshed) + 30 * 86_400_000).toISOString();
    for (const age of [
      `refreshed_at = ${refreshed}`,
      `refreshed_at = ${refreshed}\nexpires_at = ${expires}`,
    ]) {
      const ran = await standing({ "a.toml": broken("refreshed_at = 2026-11-20T12:00:00Z", age) });
      assert.deepEqual(
        findings(ran).map(({ code, severity }) => `${code} ${severity}`),
        codes,
      );
    }
  });
}

test("the finding of an old license names its age and what follows", async () => {
  const ran = await standing({
    "a.toml": broken("refreshed_at = 2026-11-20T12:00:00Z", "refreshed_at = 2026-11-02T11:00:00Z"),
  });
  assert.deepEqual(
    findings(ran).map(({ message }) => message),
    [
      'license "weblm1" of "SUB-1" was not refreshed for 21 days, wanted after 20; error mode begins after day 30',
    ],
  );
  const later = await standing({
    "a.toml": broken("refreshed_at = 2026-11-20T12:00:00Z", "refreshed_at = 2026-10-01T12:00:00Z"),
  });
  assert.deepEqual(
    findings(later).map(({ message }) => message),
    [
      'license "weblm1" of "SUB-1" was not refreshed for 53 days, it was valid for 30: applications run in license error mode',
    ],
  );
});

test("a WebLM server of two systems is told once, whichever name it has", async () => {
  const other = GOOD.replace("SUB-1", "SUB-2").replace('name = "weblm1"', 'name = "other"');
  const ran = await standing({ "a.toml": GOOD, "b.toml": other });
  assert.deepEqual(findings(ran), [
    { code: "weblm-shared", severity: "error", message: 'WebLM "weblm1" is shared by "SUB-1", "SUB-2"' },
  ]);
});

test("two WebLM servers with a CMS each are right", async () => {
  const second = `
[[system.weblm]]
name = "weblm2"
host_id = "AB-2"
registered = true
license_status = "Installed"
refreshed_at = 2026-11-20T12:00:00Z
link_status = "Active"
applications = ["Call Management System"]

[[system.application]]
name = "Call Management System"
version = "20.0"
weblm = "weblm2"
last_usage = 2026-11-23T02:00:00Z
`;
  const first = GOOD.replaceAll("last_usage", 'weblm = "weblm1"\nlast_usage');
  assert.deepEqual(findings(await standing({ "a.toml": first + second })), []);
});

test("what the file does not tell is said, and is no proof of anything", async () => {
  const ran = await standing({ "a.toml": '[[system]]\nid = "S"\n', "vlf.toml": "" }, ["--exit-status"]);
  assert.equal(ran.status, 0);
  assert.deepEqual(
    findings(ran).map(({ code, message }) => `${code}: ${message}`),
    [
      'standing-not-checked: not checked of "S", license-age: no license is named',
      'standing-not-checked: not checked of "S", billing: no billing status: it depends on the offer',
      'standing-not-checked: not checked of "S", configured: no orders',
      'standing-not-checked: not checked of "S", weblm: no WebLM server',
    ],
  );
});

test("minimum versions are a setting: without one the version is not checked", async () => {
  const ran = await standing({ "a.toml": GOOD, "vlf.toml": "" });
  assert.deepEqual(
    findings(ran).map(({ message }) => message),
    [
      'not checked of "SUB-1", versions: no minimum version of "Communication Manager" in [standing.minimum_versions]; no minimum version of "Call Management System" in [standing.minimum_versions]',
    ],
  );
});

test("versions are compared number by number", () => {
  assert.equal(isBelow("9.9", "10.2"), true);
  assert.equal(isBelow("10.2", "10.2.0"), false);
  assert.equal(isBelow("10.2.1.0", "10.2.1.1"), true);
  assert.equal(isBelow("10.2.0.0.0-12", "10.2"), false);
});

const begin = {
  type: "begin",
  schema: 1,
  tool: "t",
  version: "1",
  run_id: "r",
  started_at: NOW,
  collected_at: NOW,
};

test("usage comes from a record stream as well, and goes to the system it names", async () => {
  const usage = (subscription: string, quantity: number): AnyRecord => {
    const what = { type: "usage", vendor: "avaya", application: "Communication Manager" };
    const where = { customer: "", customer_pkid: "", cluster: "", region: "", subscription };
    const license = { license_type: "users", license_name: "users", quantity, unit: "users" };
    return { ...what, ...where, ...license, at: "2026-11-23T03:00:00Z", source: "avaya" };
  };
  const stream = streamOf({ ...begin, platform: {} }, [usage("SUB-1", 130), usage("SUB-9", 1)]);
  const ran = await standing({ "a.toml": GOOD }, ["--usage"], stream);
  assert.deepEqual(
    findings(ran).map(({ code, message }) => [code, message]),
    [
      [
        "change-order-needed",
        '130 users of "Communication Manager" are used in "SUB-1", 100 are ordered with an allowance of 20: place a change order',
      ],
    ],
  );
  assert.equal(
    ran.stderr,
    'vlf-audit: warning: 1 usage records are of no system here, the first of "SUB-9"\n',
  );
});

for (const [expiry, codes] of [
  ["2027-11-23T12:00:00Z", []],
  [
    "2026-12-01T12:00:00Z",
    ['license-expiring: license "license token" of "VOSS-UN-1" expires at 2026-12-01T12:00:00Z, in 8 days'],
  ],
  [
    "2026-11-23T11:59:59Z",
    [
      'license-expired: license "license token" of "VOSS-UN-1" expired at 2026-11-23T11:59:59Z: it is not valid any more',
    ],
  ],
] as const) {
  test(`the license token of a VOSS platform that ends at ${expiry}`, async () => {
    const platform = { hostname: "VOSS-UN-1", license_token: "secret-token", license_expiry: expiry };
    const ran = await standing({}, ["--usage"], streamOf({ ...begin, platform }, []));
    assert.deepEqual(
      findings(ran).map(({ code, message }) => `${code}: ${message}`),
      codes,
    );
    assert.ok(!ran.stdout.includes("secret-token"));
  });
}

test("a page to read has every criterion with its word", async () => {
  const ran = await standing({ "a.toml": broken("cleared_at = 2026-11-03T00:00:00Z", "") }, ["--text"]);
  assert.equal(
    ran.stdout,
    `SUB-1 (Innovia)
  license refreshed                 ok
  billing status                    ok
  ordered applications configured   ok
  usage collected                   ok
  versions supported                ok
  WebLM servers                     ok
  alerts cleared                    NOT GOOD
      alert "A-1" of "SUB-1" is resolved, but not cleared
  applications in step              ok
  usage within the order            ok
`,
  );
});

for (const [what, system, error] of [
  [
    "a time without a zone",
    broken("2026-11-20T12:00:00Z", "2026-11-20T12:00:00"),
    'a.toml:29: refreshed_at is "2026-11-20T12:00:00.000", wanted a time with a zone (RFC 3339)',
  ],
  ["an unknown key", broken("billing", "biling"), "a.toml:2: [[system]] biling: unknown key"],
  [
    "a negative quantity",
    broken("quantity = 100\nallowance", "quantity = -1\nallowance"),
    "a.toml:8: [[system.order]] quantity: wanted a whole number from 0",
  ],
  [
    "a missing name",
    broken('name = "Call Management System"\n', ""),
    "a.toml:24: [[system.application]] name: wanted a text in quotes",
  ],
  ["no system", "", "a.toml: no [[system]]"],
  ["no TOML", "[[system", "a.toml:1: not TOML"],
] as const) {
  test(`${what} is refused with its place`, async () => {
    const ran = await standing({ "a.toml": system });
    assert.equal(ran.status, 2);
    assert.ok(ran.stderr.startsWith(`vlf-audit: error: read ${error}`), ran.stderr);
  });
}

test("a system that is there twice is refused", async () => {
  const ran = await standing({ "a.toml": GOOD, "b.toml": GOOD });
  assert.equal(ran.stderr, 'vlf-audit: error: read systems: "SUB-1" is there twice\n');
});

test("the printed defaults are settings, and change nothing", async () => {
  const { stdout } = await runInMemory(tool, ["standing", "--print-defaults"]);
  assert.match(stdout, /^refresh_days = 20\nvalid_days = 30$/m);
  const ran = await standing({ "a.toml": GOOD, "vlf.toml": stdout });
  assert.deepEqual(
    findings(ran).map(({ code }) => code),
    ["standing-not-checked"],
  );
});

test("without a system there is nothing to look at", async () => {
  assert.match((await runInMemory(tool, ["standing"])).stderr, /standing wants --system FILE/);
  const ran = await standing({}, ["--usage"], streamOf({ ...begin, platform: {} }, []));
  assert.match(ran.stderr, /read systems: none is named/);
});
