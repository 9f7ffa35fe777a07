// What the stock theme lacks for the keyboard and for screen readers; what else it lacks is in readable.css.

(() => {
  /** What scrolls when this is too wide or too high for its place: the theme wraps tables. */
  const place = (content) => content.closest(".md-typeset__scrollwrap") ?? content;

  /** Takes the focus, and so the arrow keys, only while it scrolls: else it would be one more stop on the way. */
  function mark(box) {
    const scrolls = box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight;
    const marked = box.hasAttribute("data-scrolls");
    if (scrolls === marked || (scrolls && box.hasAttribute("tabindex") && box.localName !== "code")) return;
    box.toggleAttribute("data-scrolls", scrolls);
    const attributes = { tabindex: "0", role: "group", "aria-label": "Scrolls" };
    for (const [name, value] of Object.entries(attributes)) {
      if (scrolls) box.setAttribute(name, value);
      else box.removeAttribute(name);
    }
  }

  const sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => mark(place(target))));

  function start() {
    for (const content of document.querySelectorAll("main :is(table, pre, pre > code, .schemabook-neighbourhood)")) {
      sizes.observe(content);
    }
    document.querySelector('.md-search[role="dialog"]')?.setAttribute("aria-label", "Search");
  }

  // Material shows other pages without loading them when navigation.instant is on.
  if (typeof document$ === "undefined") document.addEventListener("DOMContentLoaded", start);
  else document$.subscribe(start);
})();
