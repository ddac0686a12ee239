import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "@vlf/common/config";
import { UsageError } from "@vlf/common/exit";
import { readSettings, type Settings, type VossCommand } from "./settings.ts";

const NOTHING: VossCommand = {
  command: "voss",
  check: false,
  url: undefined,
  username: undefined,
  passwordFile: undefined,
  caFile: undefined,
  hierarchy: undefined,
  proxy: undefined,
  login: undefined,
  checkpoint: undefined,
  rate: undefined,
  connections: undefined,
  pageSize: undefined,
  timeout: undefined,
  retries: undefined,
  allowMissing: [],
};
const ENV = { VOSS_PASSWORD: "s3cret-of-voss" };
const BASE =
  '[voss]\nurl = "https://voss.example.com"\nusername = "reader"\npassword_env = "VOSS_PASSWORD"\n';

function read(toml: string, command: Partial<VossCommand> = {}): Settings {
  return readSettings({ ...NOTHING, ...command }, parseConfig("vlf.toml", toml), ENV);
}

test("what is not given has its default: half of the throttle, eight connections, pages of 200, the root", () => {
  const settings = read(BASE);
  const { rate, connections, pageSize, timeoutSeconds, retries, hierarchy, login, allowMissing } = settings;
  assert.deepEqual(
    { rate, connections, pageSize, timeoutSeconds, retries, hierarchy, login, allowMissing },
    {
      rate: 10,
      connections: 8,
      pageSize: 200,
      timeoutSeconds: 60,
      retries: 8,
      hierarchy: "sys",
      login: "basic",
      allowMissing: [],
    },
  );
  assert.equal(settings.password.reveal(), ENV.VOSS_PASSWORD);
});

test("options go before vlf.toml, key by key", () => {
  const toml = `${BASE}rate = 3\nconnections = 4\nhierarchy = "sys.a"\nallow_missing = "data/User"\n`;
  const settings = read(toml, { rate: 5, hierarchy: "sys.b", url: "https://other.example.com/" });
  assert.deepEqual(
    [settings.rate, settings.connections, settings.hierarchy, settings.origin, settings.allowMissing],
    [5, 4, "sys.b", "https://other.example.com", ["data/User"]],
  );
});

test("[voss.api] corrects the assumptions, and page_size and root there are defaults", () => {
  const settings = read(`${BASE}[voss.api]\nsummary_parameter = "view"\npage_size = 50\nroot = "sys.hcs"\n`);
  assert.equal(settings.protocol.summary_parameter, "view");
  assert.deepEqual([settings.pageSize, settings.hierarchy], [50, "sys.hcs"]);
});

test("plain HTTP goes to this machine only", () => {
  assert.equal(read(BASE, { url: "http://127.0.0.1:8080" }).origin, "http://127.0.0.1:8080");
});

const WRONG: readonly (readonly [
  what: string,
  toml: string,
  command: Partial<VossCommand>,
  message: RegExp,
])[] = [
  ["no url", '[voss]\nusername = "u"', {}, /no url/],
  ["no username", '[voss]\nurl = "https://v"', {}, /no username/],
  ["no password", '[voss]\nurl = "https://v"\nusername = "u"', {}, /no password/],
  ["a url that is none", BASE, { url: "voss" }, /is no URL/],
  [
    "plain HTTP to another machine",
    BASE,
    { url: "http://voss.example.com" },
    /begins with http:\/\/, wanted https/,
  ],
  ["a url with credentials", BASE, { url: "https://u:s3cret-of-voss@v" }, /holds credentials/],
  ["a url with a path", BASE, { url: "https://v/api/" }, /goes on after the host, wanted https:\/\/v$/],
  ["a rate beyond reason", `${BASE}rate = 5000\n`, {}, /\[voss\] rate: wanted a whole number from 0 to 1000/],
  ["an unknown login", `${BASE}login = "ntlm"\n`, {}, /\[voss\] login: wanted "basic" or "session"/],
  ["an unknown key", `${BASE}limit = 5\n`, {}, /\[voss\] limit: unknown key/],
  ["a proxy that is not there", `${BASE}proxy = "dmz"\n`, {}, /no web proxy "dmz"/],
  ["an unknown assumption", `${BASE}[voss.api]\nfoo = "x"\n`, {}, /\[voss.api\] foo: unknown key/],
  [
    "an assumption of another kind",
    `${BASE}[voss.api]\npage_size = "x"\n`,
    {},
    /page_size: wanted a whole number/,
  ],
  ["another traversal", `${BASE}[voss.api]\ntraversal = "up"\n`, {}, /traversal: wanted "below" or "node"/],
];
for (const [what, toml, command, message] of WRONG) {
  test(`refuses ${what}, without the password`, () => {
    assert.throws(
      () => read(toml, command),
      (error) =>
        error instanceof UsageError && message.test(error.message) && !error.message.includes("s3cret"),
    );
  });
}
