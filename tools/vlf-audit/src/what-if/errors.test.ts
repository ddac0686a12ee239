/** What a what-if refuses: each error names file and line. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  CUSTOMER,
  devices,
  node,
  nodes,
  OTHER_SITE,
  phone,
  PROVIDER,
  SITE,
  teams,
  user,
  vossUser,
} from "../_system.ts";
import { BEGIN, columnsOf, whatIf, withFiles } from "./_testing.ts";
import { streamOf } from "@vlf/common/_testing";

const OTHER = `${PROVIDER}.Resel.Other`;
const SYSTEM = [
  ...nodes(),
  node(OTHER, "Customer", "0ther"),
  node(`${OTHER}.S`, "Site"),
  user("ada", devices("SEP1")),
  phone("SEP1"),
  phone("SEP2", {}, OTHER_SITE),
  user("bob"),
  user("bob", {}, `${OTHER}.S`),
  phone("SEP2", {}, `${OTHER}.S`),
  phone("SEP3"),
  phone("SEP3", {}, OTHER_SITE),
  teams("ms@x.example"),
];

/** The first line of what is said. */
async function refused(toml: string, ...argv: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await whatIf(SYSTEM, toml, ...argv);
  assert.equal(stdout, "");
  assert.equal(status, 2, stderr);
  return stderr.split("\n")[0]?.replace("vlf-audit: error: ", "") ?? "";
}

const change = (text: string): string => `# a comment\n[[change]]\n${text}\n`;

describe("the file", () => {
  const files: readonly (readonly [name: string, text: string, expected: RegExp])[] = [
    ["no TOML", '[[change]]\nphone = "a', /^read w\.toml:2: not TOML: /],
    ["empty", "", /^read w\.toml: no change in it, wanted \[\[change\]\]$/],
    ["another table", "[audit]\n", /^read w\.toml: unknown table or key "audit", wanted \[\[change\]\]$/],
    [
      "one table instead of a list",
      '[change]\nphone = "a"\n',
      /^read w\.toml: wanted each change below a line/,
    ],
    [
      "a list without lines",
      'change = [{ phone = "a" }]\n',
      /^read w\.toml: wanted each change below a line/,
    ],
    [
      "a change about nothing",
      change('owner = "ada"'),
      /^read w\.toml:2: a change is about one of phone, user, /,
    ],
    ["a change about two things", change('phone = "a"\nuser = "b"'), /^read w\.toml:2: .*, found 2$/],
    [
      "a wrong customer",
      change('phone = "a"\nremove = true\ncustomer = 1'),
      /^read w\.toml:2: change: customer: wanted a text/,
    ],
    ["an unknown key", change('phone = "a"\nowns = "b"'), /^read w\.toml:2: phone: owns: unknown key$/],
    [
      "a wrong kind of value",
      change('phone = "a"\nowner = 7'),
      /^read w\.toml:2: phone: owner: wanted a text in quotes$/,
    ],
    ["a phone with nothing to do", change('phone = "a"'), /^read w\.toml:2: phone: wanted owner or product/],
    [
      "a phone that goes and changes",
      change('phone = "a"\nremove = true\nowner = ""'),
      /^read w\.toml:2: phone: wanted/,
    ],
    [
      "a phone that comes nowhere",
      change('phone = "a"\nadd = true'),
      /^read w\.toml:2: phone: add: wanted a hierarchy/,
    ],
    [
      "a blank phone",
      change('phone = " "\nremove = true'),
      /^read w\.toml:2: phone: wanted a name that is not blank$/,
    ],
    ["a user with nothing to do", change('user = "a"'), /^read w\.toml:2: user: wanted devices or services/],
    [
      "a user who goes and gets",
      change('user = "a"\nremove = true\nadd_device = "b"'),
      /^read w\.toml:2: user: wanted devices/,
    ],
    [
      "a user who comes nowhere",
      change('user = "a"\nadd = true'),
      /^read w\.toml:2: user: add: wanted a hierarchy/,
    ],
    [
      "an address of a user who is there",
      change('user = "a"\nemail = "b"\nadd_device = "c"'),
      /^read w\.toml:2: user: email: wanted add = true/,
    ],
    [
      "a blank user",
      change('user = " "\nremove = true'),
      /^read w\.toml:2: user: wanted a name that is not blank$/,
    ],
    [
      "an unknown service",
      change('user = "a"\nremove_service = "fax"'),
      /^read w\.toml:2: user: service: wanted one of voicemail, webex, /,
    ],
    [
      "a service by a name of JavaScript",
      change('user = "a"\nremove_service = "toString"'),
      /^read w\.toml:2: user: service: wanted/,
    ],
    [
      "an account with nothing to do",
      change('account = "a"'),
      /^read w\.toml:2: account: wanted some of enabled/,
    ],
    [
      "an account that goes and changes",
      change('account = "a"\nremove = true\nvoice = true'),
      /^read w\.toml:2: account: wanted/,
    ],
    [
      "a blank account",
      change('account = ""\nremove = true'),
      /^read w\.toml:2: account: account: wanted a text in quotes$/,
    ],
    [
      "an account of blanks",
      change('account = " "\nremove = true'),
      /^read w\.toml:2: account: wanted a UPN that is not blank$/,
    ],
    [
      "a model that does not count",
      change('model = "data/Countries"\nname = "a"\nremove = true'),
      /^read w\.toml:2: no scheme that is counted looks at "data\/Countries"$/,
    ],
    [
      "the hierarchy",
      change('model = "data/HierarchyNode"\nname = "a"\nremove = true'),
      /^read w\.toml:2: no scheme that is counted looks at "data\/HierarchyNode"$/,
    ],
    [
      "a model of another scheme",
      change('model = "device/msexchangeonline/RoomMailbox"\nname = "a"\nremove = true'),
      /^read w\.toml:2: no scheme that is counted looks at/,
    ],
    [
      "an instance with nothing to do",
      change('model = "device/cucm/Phone"\nname = "a"'),
      /^read w\.toml:2: model: wanted set, or remove, or add with set$/,
    ],
    [
      "an instance by two names",
      change('model = "device/cucm/Phone"\nname = "a"\npkid = "b"\nremove = true'),
      /^read w\.toml:2: model: wanted a pkid or a name, one of them$/,
    ],
    [
      "an instance without a name",
      change('model = "device/cucm/Phone"\nremove = true'),
      /^read w\.toml:2: model: wanted a pkid or a name/,
    ],
    [
      "an instance that comes with a pkid",
      change('model = "device/cucm/Phone"\npkid = "a"\nadd = true'),
      /^read w\.toml:2: model: wanted no pkid and no name beside add$/,
    ],
    [
      "an instance that comes nowhere",
      change('model = "device/cucm/Phone"\nadd = true'),
      /^read w\.toml:2: model: add: wanted a hierarchy/,
    ],
    [
      "a field that is not read",
      change('model = "device/cucm/Phone"\nname = "a"\nset = { description = "x" }'),
      /^read w\.toml:2: model: set: no scheme that is counted reads "description" of device\/cucm\/Phone$/,
    ],
    [
      "fields that are no table",
      change('model = "device/cucm/Phone"\nname = "a"\nset = "x"'),
      /^read w\.toml:2: model: set: wanted a table of fields/,
    ],
    [
      "fields that are a time",
      change('model = "device/cucm/Phone"\nname = "a"\nset = 2026-11-01'),
      /^read w\.toml:2: model: set: wanted a table of fields/,
    ],
  ];
  for (const [name, text, expected] of files) {
    test(`${name} is refused`, async () => assert.match(await refused(text), expected));
  }

  test("is named when it cannot be read", async () => {
    const ran = await withFiles({}, (path) => ["--what-if", path("none.toml")]);
    assert.equal(ran.status, 2);
    assert.match(ran.stderr, /^vlf-audit: error: read none\.toml: no such file or folder \(ENOENT\)\n/);
  });
});

describe("a change", () => {
  const cases: readonly (readonly [name: string, text: string, expected: string])[] = [
    [
      "of a phone that is not there",
      'phone = "SEP9"\nremove = true',
      'apply w.toml:2: phone "sep9": removed: found none in the input, wanted one',
    ],
    [
      "of a phone that is not in the customer",
      'phone = "SEP1"\nremove = true\ncustomer = "Other"',
      'apply w.toml:2: phone "sep1": removed: found none in customer "Other", wanted one',
    ],
    [
      "of a phone that is not at the node",
      `phone = "SEP1"\nremove = true\nhierarchy = "${OTHER_SITE}"`,
      `apply w.toml:2: phone "sep1": removed: found none at or below "${OTHER_SITE}", wanted one`,
    ],
    [
      "of a phone that is in two customers",
      'phone = "SEP2"\nremove = true',
      `apply w.toml:2: phone "sep2": removed: found 2, in ${CUSTOMER}, ${OTHER}, wanted one`,
    ],
    [
      "of a phone that is twice in a customer",
      'phone = "SEP3"\nremove = true',
      `apply w.toml:2: phone "sep3": removed: found 2, in ${CUSTOMER}, wanted one`,
    ],
    [
      "of a user who is in two customers",
      'user = "bob"\nremove = true',
      `apply w.toml:2: user "bob": remove: found 2, in ${CUSTOMER}, ${OTHER}, wanted one`,
    ],
    [
      "of an account that is not there",
      'account = "no@x.example"\nenabled = false',
      'apply w.toml:2: account "no@x.example": enabled false: found none in the input, wanted one',
    ],
    [
      "of the license of an account without one",
      'account = "ms@x.example"\nlicensed = true',
      'apply w.toml:2: "ms@x.example" has no Microsoft 365 account',
    ],
    [
      "of an instance that is not there",
      'model = "device/cucm/User"\npkid = "none"\nset = { userid = "x" }',
      'apply w.toml:2: device/cucm/User pkid "none": set userid: found none in the input, wanted one',
    ],
    [
      "to an owner who is nobody",
      'phone = "SEP1"\nowner = "nobody"',
      `apply w.toml:2: "nobody" is no CUCM user in ${CUSTOMER}, wanted the userid of one, or "" for no owner`,
    ],
    [
      "to an owner in another customer",
      'phone = "SEP2"\nowner = "ada"\ncustomer = "Other"',
      `apply w.toml:2: "ada" is no CUCM user in ${OTHER}, wanted the userid of one, or "" for no owner`,
    ],
    [
      "that takes a device that the user has not",
      'user = "ada"\nremove_device = "SEP2"',
      'apply w.toml:2: user "ada" has no device "sep2", wanted one that is associated or owned',
    ],
    [
      "that gives a device that is not there",
      'user = "ada"\nadd_device = "SEP9"',
      `apply w.toml:2: user "ada" cannot get device "sep9": no phone of that name is in ${CUSTOMER}`,
    ],
    [
      "that takes a service that the user has not",
      'user = "ada"\nremove_service = "voicemail"',
      'apply w.toml:2: user "ada" has no voicemail, wanted a service to remove',
    ],
    [
      "that gives a service twice",
      'user = "ada"\nadd_service = ["snr", "snr"]'.replaceAll("snr", "single_number_reach"),
      'apply w.toml:2: user "ada" cannot get single_number_reach: has it already, or is no user that can have it',
    ],
    [
      "that adds a phone that is there",
      `phone = "SEP1"\nadd = true\nhierarchy = "${SITE}"`,
      `apply w.toml:2: phone "sep1" is in ${CUSTOMER} already, wanted one that is not`,
    ],
    [
      "that adds a user who is there",
      `user = "ada"\nadd = true\nhierarchy = "${SITE}"`,
      `apply w.toml:2: user "ada" is in ${CUSTOMER} already, wanted one that is not`,
    ],
    [
      "that adds something at no node",
      'phone = "SEP9"\nadd = true\nhierarchy = "sys.none"',
      'apply w.toml:2: phone "sep9": added at sys.none: the input has no node "sys.none"',
    ],
    [
      "that adds something at a node that is not the customer's",
      `phone = "SEP9"\nadd = true\nhierarchy = "${SITE}"\ncustomer = "Other"`,
      `apply w.toml:2: phone "sep9": added at ${SITE}: found none in customer "Other" at or below "${SITE}", wanted one`,
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(`${name} is refused, by each scheme alone and by both`, async () => {
      for (const schemes of ["voss-4", "voss-5", "voss-4,voss-5"])
        assert.equal(await refused(change(text), "--scheme", schemes), expected);
    });
  }

  test("of a device for a user whom only VOSS knows is refused", async () => {
    const system = [...SYSTEM, vossUser({ username: "max" })];
    const { stderr } = await whatIf(system, change('user = "max"\nadd_device = "SEP1"'));
    assert.match(stderr, /user "max" is no CUCM user, wanted one that can have a device\n/);
  });

  test("of a user by the mail address is refused, also of one without a user name", async () => {
    const system = [...SYSTEM, vossUser({ username: "", email: "max@x.example" })];
    const { stderr } = await whatIf(system, change('user = "max@x.example"\nadd_service = "spark"'));
    assert.match(
      stderr,
      /^vlf-audit: error: apply w\.toml:2: user "max@x\.example": .*: found none in the input/,
    );
  });

  test("is narrowed by the name, path or pkid of the customer, or by the hierarchy", async () => {
    for (const narrow of [
      'customer = "Other"',
      `customer = "${OTHER}"`,
      'customer = "0ther"',
      `hierarchy = "${OTHER}"`,
    ]) {
      const ran = await whatIf(SYSTEM, change(`phone = "SEP2"\nremove = true\n${narrow}`));
      assert.deepEqual(
        ran.records
          .filter(({ type }) => type === "tier-change")
          .map((one) => [one["customer_pkid"], one["change"]]),
        [["0ther", -1]],
        ran.stderr,
      );
    }
  });

  test("of several that are wrong the first in the file is told, whatever the order of input", async () => {
    const two = '[[change]]\nphone = "SEP9"\nremove = true\n[[change]]\nphone = "SEP2"\nremove = true\n';
    for (const system of [SYSTEM, SYSTEM.toReversed()]) {
      const { stderr } = await whatIf(system, two);
      assert.match(stderr, /^vlf-audit: error: apply w\.toml:1: phone "sep9"/);
    }
  });

  test("that finds all as it is already is a finding, and status 1 when asked for", async () => {
    for (const text of [
      'phone = "SEP1"\nowner = ""',
      'user = "ada"\nadd_device = "SEP1"',
      'account = "ms@x.example"\nenabled = true',
    ]) {
      const ran = await whatIf(SYSTEM, change(text), "--exit-status");
      assert.equal(ran.status, 1);
      assert.deepEqual(
        ran.records.map(({ type }) => type),
        ["begin", "finding", "end"],
      );
      assert.equal(ran.records[1]?.["code"], "what-if-no-change");
      assert.match(
        String(ran.records[1]?.["message"]),
        /^w\.toml:2: .*: it is so already, nothing was changed$/,
      );
    }
    const plain = await whatIf(SYSTEM, change('phone = "SEP1"\nowner = ""'));
    assert.equal(plain.status, 0);
  });
});

describe("the command line", () => {
  test("refuses what does not go with a what-if", async () => {
    const toml = change('phone = "SEP1"\nremove = true');
    assert.match(await refused(toml, "--allow-partial"), /--allow-partial does not go with what-if$/);
    assert.match(await refused(toml, "--user", "ada"), /--user does not go with what-if$/);
    assert.match(await refused(toml, "--jobs", "0"), /--jobs is "0"/);
    const explained = await withFiles({ "w.toml": toml }, (path) => ["explain", "--what-if", path("w.toml")]);
    assert.match(explained.stderr, /--what-if does not go with explain\n/);
    const counted = await withFiles({}, () => ["--text"]);
    assert.match(counted.stderr, /--text does not go with counting\n/);
  });

  test("takes --jobs, and gives the same", async () => {
    const toml = change('phone = "SEP1"\nremove = true');
    const [one, four] = [await whatIf(SYSTEM, toml), await whatIf(SYSTEM, toml, "--jobs", "4")];
    assert.deepEqual(columnsOf(one, "voss-4"), { one_phone: -1, ucm_user: 1 });
    assert.equal(four.stdout, one.stdout);
  });

  test("input that is cut off, and a what-if as input, are refused", async () => {
    const toml = change('phone = "SEP1"\nremove = true');
    const stream = streamOf(BEGIN, SYSTEM);
    const files = { "w.toml": toml };
    const argv = (path: (name: string) => string): string[] => ["--what-if", path("w.toml")];
    const cut = await withFiles(files, argv, {
      stdin: [Buffer.from(stream.slice(0, stream.lastIndexOf("{")))],
    });
    assert.equal(cut.status, 2);
    assert.equal(cut.stdout, "");
    const first = await withFiles(files, argv, { stdin: [Buffer.from(stream)] });
    const again = await withFiles(files, argv, { stdin: [Buffer.from(first.stdout)] });
    assert.equal(again.status, 2);
    assert.match(again.stderr, /read stdin:1: a what-if: nothing in this stream is real\n/);
  });
});
