/** The suite of cases against a folder. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliverySuite } from "./suite.ts";

deliverySuite("file", { recognizes: true, proof: "read-back", without: ["address", "login"] }, () => {
  const folder = mkdtempSync(join(tmpdir(), "vlf-archive-"));
  const settings = `[destinations.peer]\ntype = "file"\npath = ${JSON.stringify(folder)}\n`;
  return Promise.resolve({
    settings,
    secrets: [],
    names: () => Promise.resolve(readdirSync(folder).sort()),
    received: (name: string) =>
      Promise.resolve(readdirSync(folder).includes(name) ? [readFileSync(join(folder, name))] : []),
    place: (name: string, content: Uint8Array) => Promise.resolve(writeFileSync(join(folder, name), content)),
    empty: () => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      return Promise.resolve();
    },
    close: () => Promise.resolve(rmSync(folder, { recursive: true })),
  });
});
