// The least that a program of Node has to do to watch a command: take a lock, run it, write what came of it, end.
// Usage: run-floor.cjs COMMAND [ARGUMENT...]
const { spawn } = require("node:child_process");
const fs = require("node:fs");

const lock = fs.openSync("run-floor.lock", "a");
spawn("flock", ["-n", "3"], { stdio: ["ignore", "ignore", "ignore", lock] }).on("exit", (held) => {
  if (held !== 0) process.exitCode = 75;
  else spawn(process.argv[2], process.argv.slice(3), { stdio: "inherit", detached: true }).on("exit", record);
});

function record(status) {
  const file = fs.openSync("run-floor.tmp", "w");
  fs.writeSync(file, JSON.stringify({ status }));
  fs.fsyncSync(file);
  fs.closeSync(file);
  fs.renameSync("run-floor.tmp", "run-floor.json");
  process.exitCode = status;
}
