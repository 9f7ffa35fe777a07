// A long table can be filtered: the rows that have all the words stay.

(() => {
  const LONG = 50;
  const fold = window.schemabookFold;

  function filter(rows, text, count) {
    const words = fold(text).split(/\s+/);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !words.every((word) => fold(row.textContent).includes(word));
      shown += !row.hidden;
    }
    count.textContent = text.trim() ? `${shown} of ${rows.length}` : "";
  }

  function prepare(table) {
    const rows = [...(table.tBodies[0]?.rows ?? [])];
    if (rows.length < LONG || table.dataset.filtered) return;
    table.dataset.filtered = "yes";
    const input = document.createElement("input");
    const count = document.createElement("span");
    const line = document.createElement("div");
    input.type = "search";
    input.placeholder = `Filter ${rows.length} rows`;
    input.setAttribute("aria-label", input.placeholder);
    count.setAttribute("role", "status");
    line.className = "sb-filter-rows";
    line.append(input, count);
    (table.closest(".md-typeset__scrollwrap") ?? table).before(line);
    input.addEventListener("input", () => filter(rows, input.value, count));
    // A link to a row that is filtered out shows it.
    addEventListener("hashchange", () => {
      const target = document.querySelector(":target");
      if (!target?.closest("tr[hidden]") || !table.contains(target)) return;
      input.value = "";
      filter(rows, "", count);
      target.scrollIntoView();
    });
  }

  const start = () => document.querySelectorAll("article table, main table").forEach(prepare);
  // Material shows other pages without loading them when navigation.instant is on.
  if (typeof document$ === "undefined") document.addEventListener("DOMContentLoaded", start);
  else document$.subscribe(start);
})();
