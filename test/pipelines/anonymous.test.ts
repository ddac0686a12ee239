/**
 * What goes to the vendor names nobody: every value of a demo system that is a person's, a device's, a
 * number's or a node's below the provider is searched for in every anonymous file.
 */
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { unzipSync } from "fflate";
import { readRecords } from "@vlf/common/ndjson";
import type { Instance } from "@vlf/common/records";
import { bash, emptyFolder, filesBelow, NOW } from "./_run.ts";

/** Models that hold nobody's data: the platform's own texts are meant to be in the files. */
const PUBLIC_MODELS = ["data/Patch", "data/Adaptation", "data/Countries"];

/**
 * Values of the system that the files hold as words of their own: kinds, roles, states, switches and the
 * time of the run. They are the same in every system and name nobody.
 */
const PLAIN_WORDS = new Set(
  "phone,user,standard user,standard,teams,host,system,agent,device,remote destination,active,true,false".split(
    ",",
  ),
).add(NOW.toLowerCase());

/** Shorter values are choices of a list and small numbers; nobody's in the demo system is (its tests hold that). */
const SHORTEST = 4;

/** All texts in a value, at any depth. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === "string") yield value.trim();
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null)
    for (const one of Object.values(value)) yield* texts(one);
}

test("no value of a person, device, number or node below the provider is in an anonymous file", async (t) => {
  const folder = emptyFolder(t);
  const collect = `vlf-collect demo --customers 6 --subscribers 600 --fields all --now ${NOW} | tee system.ndjson`;
  const { status, stderr } = await bash(
    `${collect} | vlf-audit | tee counts.ndjson | vlf-pack --output out --now ${NOW} --format anonymous-csv,anonymous-html --format anonymous-zip > /dev/null`,
    folder,
  );
  assert.equal(status, 0, stderr);

  const names = new Set<string>();
  const nodes = new Set<string>();
  await readRecords(
    createReadStream(join(folder, "system.ndjson")),
    { name: "system" },
    {
      record: (record) => {
        if (record.type !== "instance") return;
        const { model, hierarchy, data, pkid } = record as unknown as Instance;
        if (model === "data/HierarchyNode") {
          const depth = hierarchy.split(".").length;
          if (depth > 3) nodes.add(String(data["name"]));
          // Of the nodes only the customers' and the provider's pkids are meant to be in the files.
          if (data["node_type"] !== "Customer" && data["node_type"] !== "Provider") names.add(pkid);
        } else if (!PUBLIC_MODELS.includes(model)) {
          names.add(pkid);
          for (const text of texts(data)) {
            if (text.length >= SHORTEST && !PLAIN_WORDS.has(text.toLowerCase())) names.add(text);
          }
        }
      },
    },
  );
  for (const name of nodes) names.add(name);
  assert.ok(
    nodes.size > 20 && names.size > 10_000,
    `${names.size} values, ${nodes.size} nodes: too few to prove anything`,
  );

  const files = anonymousFiles(folder);
  assert.deepEqual([...files.keys()].filter((name) => name.endsWith(".csv")).length, 2);
  const counts = readFileSync(join(folder, "counts.ndjson"), "utf8")
    .split("\n")
    .filter((line) => line.includes('"license-profile"'));
  files.set("license-profile records", counts.join("\n"));
  // The hash of a whole file cannot name anybody; by chance alone it may hold eight digits in a row.
  const hits: string[] = [];
  for (const [file, content] of files) {
    const text = content
      .toLowerCase()
      .replaceAll(/\b[0-9a-f]{64}\b/g, "")
      .replaceAll(/"export_identifier": "[^"]*"/g, "")
      // Style, script and policy of the page are the same in every one of them, and so is how a line is drawn.
      .replaceAll(/<(style|script)>.*?<\/\1>|<meta [^>]*>| fill="none"/gs, "");
    for (const name of names) if (text.includes(name.toLowerCase())) hits.push(`${file}: ${name}`);
  }
  assert.deepEqual(hits, []);

  // The search itself finds what is there: the same names are in the detailed file's source.
  const system = readFileSync(join(folder, "system.ndjson"), "utf8").toLowerCase();
  assert.ok([...nodes].every((name) => system.includes(name.toLowerCase())));
});

/** The files beside the archive and those in it, by name. */
function anonymousFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of filesBelow(join(folder, "out"))) {
    const bytes = readFileSync(join(folder, "out", name));
    if (!name.endsWith(".zip")) files.set(name, bytes.toString());
    else
      for (const [member, content] of Object.entries(unzipSync(bytes)))
        files.set(member, Buffer.from(content).toString());
  }
  return files;
}
