/** The cloud service, as far as the guide describes it; the API here is made up, as that of VOSS is not public. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { bash, emptyFolder } from "../pipelines/_run.ts";
import { bodyOf, type FakeHttp, startFake } from "./_fake-http.ts";
import { ship, type Shipped } from "./suite.ts";

const ZIP = "vlf_CS-P_host_license_2026-11-01_0300.zip";
const DETAILED = "vlf_CS-P_host_detailed_2026-11-01_0300.csv";
const ENV = { TOKEN: "token-of-the-cloud" };

interface Cloud extends FakeHttp {
  /** Bodies of what arrived, in order. */
  readonly bodies: string[];
  /** Status that registrations get. */
  register: number;
}

async function startCloud(t: TestContext): Promise<Cloud> {
  const bodies: string[] = [];
  const server = await startFake(async (request, response) => {
    bodies.push((await bodyOf(request)).toString());
    const status = request.url?.startsWith("/platforms") === true ? cloud.register : 201;
    response.writeHead(status).end();
  });
  t.after(() => server.close());
  const cloud: Cloud = { ...server, bodies, register: 200 };
  return cloud;
}

/** The guide's form, then the API. */
function settingsOf(
  { port }: Pick<FakeHttp, "port">,
  changes: Readonly<Record<string, string>> = {},
): string {
  const keys: Record<string, string> = {
    type: '"voss-cloud"',
    organization_id: '"ORG-1"',
    platform_name: '"Platform One"',
    installation_type: '"Production"',
    file_upload_active: "true",
    registration_file: '"registration.json"',
    host: '"127.0.0.1"',
    port: String(port),
    secure: "false",
    token_env: '"TOKEN"',
    register_url: '"/platforms"',
    register_method: '"POST"',
    organization_field: '"org"',
    platform_field: '"platform"',
    installation_field: '"kind"',
    upload_url: '"/orgs/{organization_id}/files/{name}"',
    upload_method: '"PUT"',
    upload_body: '"raw"',
    ...changes,
  };
  const lines = Object.entries(keys).filter(([, value]) => value !== "");
  return `[destinations.cloud]\n${lines.map(([key, value]) => `${key} = ${value}\n`).join("")}`;
}

function send(
  settings: string,
  folder: string,
  files: Readonly<Record<string, string>> = { [ZIP]: "proof" },
  args = "--delivery cloud",
): Promise<Shipped> {
  return ship({ env: ENV, secrets: [ENV.TOKEN] }, settings, folder, files, args);
}

const registration = (folder: string): unknown =>
  JSON.parse(readFileSync(join(folder, "registration.json"), "utf8"));

test("voss-cloud registers at its first delivery, once, and sends the anonymous archive alone", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  for (let run = 0; run < 2; run += 1) {
    const { status, stderr, deliveries } = await send(settingsOf(cloud), folder, {
      [ZIP]: "proof",
      [DETAILED]: "names",
    });
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      deliveries.map(({ file, proof }) => [file, proof]),
      [[ZIP, "accepted"]],
    );
  }
  const upload = `PUT /orgs/ORG-1/files/${ZIP}`;
  assert.deepEqual(cloud.requests, ["POST /platforms", upload, upload]);
  assert.deepEqual(JSON.parse(cloud.bodies[0] ?? ""), {
    org: "ORG-1",
    platform: "Platform One",
    kind: "Production",
  });
  assert.deepEqual(cloud.bodies.slice(1), ["proof", "proof"]);
});

test("voss-cloud keeps the registration before when a new one fails, and sends nothing", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  await send(settingsOf(cloud), folder);
  const before = registration(folder);
  cloud.register = 422;
  cloud.requests.length = 0;
  const changed = settingsOf(cloud, { organization_id: '"ORG-2"' });
  const { status, deliveries } = await send(changed, folder);
  assert.equal(status, 2);
  assert.equal(deliveries[0]?.failure, "permanent");
  assert.match(deliveries[0].message, /the server answered 422; "ORG-1" stays registered$/);
  assert.deepEqual(cloud.requests, ["POST /platforms"]);
  assert.deepEqual(registration(folder), before);
  cloud.register = 200;
  assert.equal((await send(changed, folder)).status, 0);
  assert.equal((registration(folder) as { organization_id: string }).organization_id, "ORG-2");
});

test("voss-cloud registers nothing when the service is down", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  cloud.register = 503;
  const { status, deliveries } = await send(settingsOf(cloud), folder);
  assert.equal(status, 75);
  assert.match(deliveries[0]?.message ?? "", /the server answered 503; nothing is registered$/);
  assert.ok(!existsSync(join(folder, "registration.json")));
});

test("voss-cloud sends a form with the platform's facts where the profile says so", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  const { status, stderr } = await send(
    settingsOf(cloud, {
      upload_url: '"/files"',
      upload_method: '"POST"',
      upload_body: '"multipart"',
      upload_field: '"file"',
    }),
    folder,
  );
  assert.equal(status, 0, stderr);
  const body = cloud.bodies[1] ?? "";
  for (const part of [
    'name="org"\r\n\r\nORG-1\r\n',
    'name="kind"\r\n\r\nProduction\r\n',
    `filename="${ZIP}"`,
  ]) {
    assert.ok(body.includes(part), body);
  }
});

for (const [what, changes, message] of [
  ["file_upload_active is false", { file_upload_active: "false" }, /file_upload_active is false$/m],
  [
    "its API is not named",
    { host: "", upload_url: "" },
    /the API of the service is not public, and host, upload_url are not set$/m,
  ],
] as const) {
  test(`voss-cloud is off while ${what}; other destinations are not`, async (t) => {
    const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
    const settings = settingsOf(cloud, changes);
    const alone = await send(settings, folder);
    assert.equal(alone.status, 2);
    assert.match(alone.stderr, message);
    const both = await send(settings, folder, { [ZIP]: "proof" }, "--delivery cloud --to .");
    assert.equal(both.status, 0, both.stderr);
    assert.deepEqual(
      both.deliveries.map(({ destination }) => destination),
      ["."],
    );
    assert.match(both.stderr, message);
    assert.deepEqual(cloud.requests, []);
  });
}

test("voss-cloud takes a format that names customers only when that is allowed", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  const detailed = { file_format: '"detailed-csv"' };
  const refused = await send(settingsOf(cloud, detailed), folder, { [DETAILED]: "names" });
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /file_format: wanted an anonymous format; "detailed-csv" names customers/);
  assert.deepEqual(cloud.requests, []);
  const allowed = await send(settingsOf(cloud, { ...detailed, allow_detailed: "true" }), folder, {
    [DETAILED]: "names",
  });
  assert.equal(allowed.status, 0, allowed.stderr);
});

test("vlf-ship test tries the connection to the cloud service and sends it no file", async (t) => {
  const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
  const settings = settingsOf(cloud, { test_url: '"/ping"' });
  writeFileSync(join(folder, "vlf.toml"), settings);
  const { status, stderr, stdout } = await bash("vlf-ship test --delivery cloud", folder, ENV);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /connected to "cloud": answered 201; nothing was sent$/m);
  assert.doesNotMatch(stdout, /"type":"delivery"/);
  assert.deepEqual(cloud.requests, ["GET /ping"]);
  writeFileSync(join(folder, "vlf.toml"), settingsOf(cloud));
  const without = await bash("vlf-ship test --delivery cloud", folder, ENV);
  assert.equal(without.status, 2);
  assert.match(without.stderr, /test_url is not set$/m);
});

for (const [what, text] of [
  ["no JSON", "{"],
  ["something else", '{"organization_id":"ORG-1"}'],
] as const) {
  test(`voss-cloud touches nothing when its registration file holds ${what}`, async (t) => {
    const [cloud, folder] = [await startCloud(t), emptyFolder(t)];
    writeFileSync(join(folder, "registration.json"), text);
    const { status, deliveries } = await send(settingsOf(cloud), folder);
    assert.equal(status, 2);
    assert.match(
      deliveries[0]?.message ?? "",
      /"registration\.json": not a registration with the cloud service$/,
    );
    assert.deepEqual(cloud.requests, []);
    assert.equal(readFileSync(join(folder, "registration.json"), "utf8"), text);
  });
}
