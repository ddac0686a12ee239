/** The licenses of the packages that a bundle holds: most ask that their text goes with every copy. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/**
 * A text with the license of every package behind the files of a bundle, by name.
 * @param files paths of the inputs, from `root`
 * @throws {Error} for a package that has neither a license file nor one in its README
 */
export function notices(root: string, files: Iterable<string>): string {
  const folders = new Set<string>();
  for (const file of files) {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? [];
    if (folder !== undefined) folders.add(join(root, folder));
  }
  const texts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, "package.json"), "utf8"),
    ) as Manifest;
    return `${name} ${version} (${license ?? "see below"})\n\n${licenseText(folder, name)}\n`;
  });
  const head = "The tool holds these packages, each under the license that stands below it.\n";
  return [head, ...[...new Set(texts)].toSorted()].join(`\n${"-".repeat(80)}\n\n`);
}

function licenseText(folder: string, name: string): string {
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|copying)(\.|-|$)/i.test(one));
  if (file !== undefined) return readFileSync(join(folder, file), "utf8").trim();
  const readme = readdirSync(folder).find((one) => /^readme(\.md|\.markdown|\.txt)?$/i.test(one));
  const text = readme === undefined ? "" : readFileSync(join(folder, readme), "utf8");
  const section = text.split(/^(?=#)/m).find((one) => /^#+ *licen[cs]e/i.test(one));
  if (section === undefined) throw new Error(`collect licenses: no license text of ${name} in ${folder}`);
  return section.trim();
}
