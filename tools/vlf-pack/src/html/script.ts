/**
 * The script of the page, which it reads without as well: headings of tables become buttons that sort, and long
 * tables get a field that filters. It is plain JavaScript, since it runs in the browser as it stands.
 */
export const SCRIPT: string = `
"use strict";
for (const table of document.querySelectorAll("table[data-sort]")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const order = new Intl.Collator("en", { numeric: true });
  const value = (row, at) => {
    const cell = row.cells[at];
    return "v" in cell.dataset ? Number(cell.dataset.v) : cell.textContent;
  };
  const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : order.compare(a, b));
  heads.forEach((head, at) => {
    if (head.hasAttribute("data-fixed")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numbers = head.classList.contains("n");
      const now = head.getAttribute("aria-sort");
      const down = now === null ? numbers : now === "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].sort((a, b) => compare(value(a, at), value(b, at)) * (down ? -1 : 1));
      body.append(...rows);
    });
  });
  if (body.rows.length < 8 || heads.every((head) => head.hasAttribute("data-fixed"))) continue;
  const field = document.createElement("p");
  field.className = "find";
  const label = document.createElement("label");
  label.textContent = "Filter ";
  const input = document.createElement("input");
  input.type = "search";
  label.append(input);
  const said = document.createElement("span");
  said.className = "note";
  said.setAttribute("role", "status");
  field.append(label, said);
  table.parentElement.before(field);
  input.addEventListener("input", () => {
    const words = input.value.toLocaleLowerCase("en").split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const row of body.rows) {
      const text = row.textContent.toLocaleLowerCase("en");
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    said.textContent = words.length === 0 ? "" : shown + " of " + body.rows.length + " rows";
  });
}
`;
