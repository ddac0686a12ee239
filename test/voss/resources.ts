/** Parts of resources, as the API gives them: guide to the API, "meta" and "references" of elements. */

export const NODE_MODEL = "data/HierarchyNode";

export function nodeReference(pkid: string): { pkid: string; href: string } {
  return { pkid, href: `/api/${NODE_MODEL}/${pkid}` };
}

const COLUMNS = 3;

/** The columns of a list view: the first few fields of the model's first instance that have one value. */
export function columnsOf(data: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(data)
    .filter((name) => data[name] === null || typeof data[name] !== "object")
    .slice(0, COLUMNS)
    .map(plain);
}

/** A name without its spelling: one system spells a field one way, the demo system in all ways. */
export function plain(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** An instance as list views show it: the columns alone. */
export function summaryOf(bytes: Uint8Array): Buffer {
  const { meta, data } = JSON.parse(Buffer.from(bytes).toString().slice(0, -1)) as Resource;
  const columns = Object.fromEntries(meta.summary_attrs.map(({ name }) => [name, data[name]]));
  return Buffer.from(`${JSON.stringify({ meta, data: columns })},`);
}

interface Resource {
  meta: { summary_attrs: { name: string }[]; references: { self: { pkid: string }[] } };
  data: Record<string, unknown>;
}

/** The pkid of an instance in a list. */
export function pkidOf(bytes: Uint8Array): string {
  const { meta } = JSON.parse(Buffer.from(bytes).toString().slice(0, -1)) as Resource;
  return meta.references.self[0]?.pkid ?? "";
}
