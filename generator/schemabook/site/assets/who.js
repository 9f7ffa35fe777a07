// A column's permanent link answers who can do what with it: with the page's line, where its row has none of its own.

(() => {
  function target() {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return ""; // "#%" encodes nothing.
    }
  }

  function answer() {
    document.querySelector(".sb-who[data-moved]")?.remove();
    const line = document.querySelector(".sb-access");
    // Before the page has loaded no element is the :target yet.
    const row = document.getElementById(target())?.closest("tr");
    const table = row?.closest(".md-typeset__scrollwrap") ?? row?.closest("table");
    if (!line || table?.previousElementSibling?.id !== "columns" || row.querySelector(".sb-who")) return;
    const shown = document.createElement("span");
    shown.className = "sb-who";
    shown.dataset.moved = "yes";
    shown.append(...[...line.childNodes].map((node) => node.cloneNode(true)));
    row.lastElementChild.append(shown);
  }

  addEventListener("hashchange", answer);
  // Material shows other pages without loading them when navigation.instant is on.
  if (typeof document$ === "undefined") document.addEventListener("DOMContentLoaded", answer);
  else document$.subscribe(answer);
})();
