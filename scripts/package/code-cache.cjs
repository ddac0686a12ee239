// Runs a built tool as its bin.cjs does, and keeps what V8 made of it: code-cache.cjs TOOL-FOLDER [ARGUMENT...]
// Functions that were called are in it, so the arguments are those of a run that should start fast.
const { writeFileSync } = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const [folder, ...args] = process.argv.slice(2);
const file = path.join(folder, `tool.${process.versions.v8}.cache`);

let script;
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    script = this;
  }
};
process.on("exit", () => writeFileSync(file, script.createCachedData()));
process.argv = [process.argv[0], path.join(folder, "bin.cjs"), ...args];
require(path.join(folder, "bin.cjs"));
