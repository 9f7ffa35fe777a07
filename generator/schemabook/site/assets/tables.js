// A table with numbers can be sorted: a click on a heading puts the largest first, another turns that round.

(() => {
  const UNITS = { bytes: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4, pb: 1024 ** 5 };

  /** The number that a cell shows, such as 1,234 or 280 kB; null where there is none. */
  function number(text) {
    const found = /^(-?[\d,]+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
    if (!found) return null;
    return Number(found[1].replaceAll(",", "")) * (UNITS[found[2].toLowerCase()] ?? 1);
  }

  /** Rows without a number stay last, whichever way the others go. */
  function compare(a, b, sign) {
    const [left, right] = [number(a), number(b)];
    if (left !== null && right !== null) return sign * (left - right);
    if (left !== null || right !== null) return left === null ? 1 : -1;
    return sign * a.localeCompare(b);
  }

  function sort(table, heading) {
    const numeric = heading.align === "right";
    const first = numeric ? "descending" : "ascending";
    const second = numeric ? "ascending" : "descending";
    const order = heading.getAttribute("aria-sort") === first ? second : first;
    const sign = order === "ascending" ? 1 : -1;
    const text = (row) => row.cells[heading.cellIndex].textContent;
    const rows = [...table.tBodies[0].rows].sort((a, b) => compare(text(a), text(b), sign));
    table.tBodies[0].append(...rows);
    for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
  }

  function prepare(table) {
    const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
    if (table.dataset.sortable || !headings.some((cell) => cell.align === "right")) return;
    table.dataset.sortable = "yes";
    for (const heading of headings) {
      const button = document.createElement("button");
      button.className = "sb-sort";
      button.append(...heading.childNodes);
      button.addEventListener("click", () => sort(table, heading));
      heading.append(button);
    }
  }

  const start = () => document.querySelectorAll("article table, main table").forEach(prepare);
  // Material shows other pages without loading them when navigation.instant is on.
  if (typeof document$ === "undefined") document.addEventListener("DOMContentLoaded", start);
  else document$.subscribe(start);
})();
