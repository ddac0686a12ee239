/** A README in the order of a man page, as a man page in roff. */
import type { List, ListItem, Nodes, PhrasingContent, Root, Table } from "mdast";
import remarkGfm from "remark-gfm";
import remarkMan from "remark-man";
import remarkParse from "remark-parse";
import { unified } from "unified";

export interface ManPage {
  readonly name: string;
  readonly version: string;
  /** Shown at its foot, to the month. */
  readonly date: Date;
}

/**
 * The page of section 1 for a README with `# NAME` and `## NAME`, whose text is "NAME - what it does".
 * @throws {Error} when it has no such text
 */
export function manPage(readme: string, { name, version, date }: ManPage): string {
  const parser = unified().use(remarkParse).use(remarkGfm);
  const tree = parser.parse(readme);
  const [, description] = new RegExp(`^## NAME\\n\\n${name} - (.+)$`, "m").exec(readme) ?? [];
  if (description === undefined)
    throw new Error(`make the man page of ${name}: no "${name} - ..." below NAME`);
  // The converter writes the section NAME itself.
  const start = tree.children.findIndex((node) => node.type === "heading" && text(node) === "SYNOPSIS");
  const body = { ...tree, children: tree.children.slice(start).map(forMan) } as Root;
  const options = { name, section: 1, version, description, date, manual: "vlf-tools" };
  return unified().use(remarkMan, options).stringify(body);
}

function text(node: Nodes): string {
  if ("value" in node) return node.value;
  return "children" in node ? node.children.map(text).join("") : "";
}

/** A terminal has neither room for wide tables nor other pages to go to. */
function forMan(node: Nodes): Nodes {
  if (node.type === "table") return listOf(node);
  if (!("children" in node)) return node;
  const children = node.children.flatMap((child): Nodes[] =>
    child.type === "link" && !/^https?:/.test(child.url) ? child.children : [forMan(child)],
  );
  return { ...node, children } as Nodes;
}

/** Rows as items: the first cell, then the others, each with the title of its column where there are several. */
function listOf(table: Table): List {
  const [head, ...rows] = table.children.map(({ children }) =>
    children.map((cell) => (forMan(cell) as typeof cell).children),
  );
  const children = rows.map(([first = [], ...others]): ListItem => {
    const rest = others.flatMap((cell, at): PhrasingContent[] => {
      const title = others.length > 1 ? [...(head?.[at + 1] ?? []), colon] : [];
      return text({ type: "paragraph", children: cell }) === "" ? [] : [separator, ...title, ...cell];
    });
    const paragraph = { type: "paragraph" as const, children: [...first, ...rest.with(0, colon)] };
    return {
      type: "listItem",
      spread: false,
      children: [rest.length === 0 ? { ...paragraph, children: first } : paragraph],
    };
  });
  return { type: "list", ordered: false, spread: false, children };
}

const colon: PhrasingContent = { type: "text", value: ": " };
const separator: PhrasingContent = { type: "text", value: "; " };
