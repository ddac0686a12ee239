// Sets up a fresh clone with nothing but Node and npm: installs the packages named in the lock file.
// With --test also the Debian programs that the tests run (where apt-get can), and DuckDB, which a test and the
// benchmarks compare the audit with; with --peers that alone. Done already: no work.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PNPM = "pnpm@10.34.9";
/** Programs that tests and benchmarks start, with the Debian package that holds each. */
const PROGRAMS = {
  jq: "jq",
  unzip: "unzip",
  python3: "python3",
  sha256sum: "coreutils",
  openssl: "openssl",
  exim4: "exim4-daemon-light",
  sshd: "openssh-server",
  ssh: "openssh-client",
  pkill: "procps",
  useradd: "passwd",
  parallel: "parallel",
  tinyproxy: "tinyproxy-bin",
  nginx: "nginx-light",
  curl: "curl",
  snmptrapd: "snmptrapd",
  snmptrap: "snmp",
  cron: "cron",
  "systemd-analyze": "systemd",
  unshare: "util-linux",
  zsh: "zsh",
  fish: "fish",
  man: "man-db",
  chromium: "chromium",
  soffice: "libreoffice-calc-nogui",
};

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stamp = join(root, "node_modules", ".vlf-setup");

process.on("uncaughtException", (error) => {
  process.stderr.write(`setup: error: ${error.message}\n`);
  process.exitCode = 2;
});

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Node ${process.versions.node} is too old, wanted 20.19 or later`);
}
installPackages();
if (process.argv.includes("--test")) installPrograms();
if (process.argv.includes("--test") || process.argv.includes("--peers")) installPeers();

function installPackages() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  say(`installing packages with ${PNPM}`);
  run("npx", ["-y", PNPM, "install", "--frozen-lockfile", "--reporter=append-only"], {
    ...process.env,
    CI: "true",
  });
  // The package of Deno puts its binary in place at the first call, as its install script would.
  run(process.execPath, [join(root, "node_modules/deno/bin.cjs"), "--version"], process.env);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function installPrograms() {
  const missing = Object.entries(PROGRAMS).filter(([name]) => !isThere(name));
  if (missing.length === 0) return;
  const packages = missing.map(([, name]) => name);
  if (process.getuid?.() !== 0 || !isThere("apt-get")) {
    say(
      `without ${missing.map(([name]) => name).join(", ")} some tests are skipped; install: ${packages.join(" ")}`,
    );
    return;
  }
  say(`installing ${packages.join(" ")}`);
  run("apt-get", ["update", "-qq"], process.env);
  run("apt-get", ["install", "-y", "-qq", ...packages], {
    ...process.env,
    DEBIAN_FRONTEND: "noninteractive",
  });
}

/** Outside the workspace, since it is large and nothing of the tools. Its version is in package.json, to the digit. */
function installPeers() {
  const folder = join(root, "scripts/bench/peers");
  if (existsSync(join(folder, "node_modules/@duckdb/node-api"))) return;
  say("installing DuckDB");
  const args = ["-y", PNPM, "install", "--dir", folder, "--ignore-workspace", "--no-lockfile"];
  run("npx", [...args, "--reporter=append-only"], { ...process.env, CI: "true" });
}

function isThere(program) {
  return spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;
}

function run(command, args, env) {
  // Standard output belongs to whoever called: all of this goes to stderr.
  const { status, error } = spawnSync(command, args, { cwd: root, env, stdio: ["ignore", 2, 2] });
  if (status !== 0)
    fail(
      `${command} ${args.join(" ")} failed${error === undefined ? ` with status ${status}` : `: ${error.message}`}`,
    );
}

function say(message) {
  process.stderr.write(`setup: ${message}\n`);
}

function fail(message) {
  throw new Error(message);
}
