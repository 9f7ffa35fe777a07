// The search box. Its data and the finder are loaded when somebody is about to search, as scripts: a page that was
// opened from disk may load nothing else. Everything shown is set as text, because names and comments are data.
(() => {
  "use strict";

  const SHOWN = 20, MORE = 100;
  const ICONS = {
    find: "M9.5 3a6.5 6.5 0 0 1 5.2 10.4l5.6 5.6-1.4 1.4-5.6-5.6A6.5 6.5 0 1 1 9.5 3" +
      "m0 2a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9",
    back: "M20 11v2H8l5.5 5.5-1.4 1.4L4.2 12l7.9-7.9 1.4 1.4L8 11z",
    clear: "M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4l5.6 5.6L5 17.6 6.4 19l5.6-5.6 5.6 5.6 1.4-1.4-5.6-5.6z",
  };
  const own = new URL(document.currentScript.src);
  const root = new URL("../../", own);

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  const icon = name => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", ICONS[name]);
    svg.append(path);
    return svg;
  };

  const button = (name, label) => {
    const classes = `sb-search__button sb-search__${name}`;
    return element("button", { type: "button", class: classes, "aria-label": label }, icon(name));
  };

  // The parts of the box.
  const input = element("input", {
    type: "text", class: "sb-search__input", placeholder: "Search", "aria-label": "Search", role: "combobox",
    "aria-expanded": "false", "aria-controls": "sb-search-list", "aria-autocomplete": "list",
    autocomplete: "off", autocapitalize: "off", autocorrect: "off", spellcheck: "false", enterkeyhint: "go",
  });
  const status = element("div", { class: "sb-search__status", role: "status" });
  const list = element("div", { id: "sb-search-list", role: "listbox", "aria-label": "Results" });
  const groups = element("div", { class: "sb-search__groups", role: "group", "aria-label": "Kinds", hidden: "" });
  const more = element("button", { type: "button", class: "sb-search__more", hidden: "" });
  const panel = element("div", { class: "sb-search__panel" }, status, groups, list, more);
  const opener = button("find", "Search"), clear = button("clear", "Clear");
  const back = button("back", "Close the search");
  const key = element("kbd", { "aria-hidden": "true" }, "/");
  const field = element("div", { class: "sb-search__field" }, icon("find"), back, input, key, clear);
  const opened = element("div", { class: "sb-search__box" }, field, panel);
  const box = element("div", { class: "sb-search", role: "search" }, opener, opened);

  // Of which group the results are, all where it has no name, and the buttons of the groups by their names.
  let finder, loading, limit = SHOWN, active = -1, group = "", chips;

  // loading

  const scripts = new Map();

  // Adds a script of ours to the page, once, until it has run or failed; those added after it run after it.
  const load = name => {
    if (!scripts.has(name)) {
      const script = element("script", { src: new URL(name, own).href });
      script.async = false;
      scripts.set(name, new Promise(done => { script.onload = script.onerror = done; }));
      document.head.append(script);
    }
    return scripts.get(name);
  };

  const prepare = async () => {
    if (loading) return;
    loading = true;
    list.setAttribute("aria-busy", "true");
    const files = ["search-names.js", "search-words.js", "search-finder.js", "search-texts.js"].map(load);
    try {
      await Promise.all(files.slice(0, 3));
      finder = new search.Finder(search.data);
      chips = new Map(["", ...finder.groups].map(name => [name, chip(name)]));
      groups.append(...chips.values());
      show();
      await files[3];
      finder.addTexts(search.told);
    } catch {
      status.textContent = "The search could not be loaded.";
      return;
    }
    search.find = (typed, most) => finder.search(typed, most);
    list.removeAttribute("aria-busy");
    show();
  };

  // What the scripts add to and call. Once all is there, `find` asks without the box: for tests and the curious.
  const search = window.schemabookSearch = {
    load,
    names(data) { search.data = data; },
    texts(data) { search.told = data; },
  };

  const marks = (text, query, isName) => search.words.marks(text, query, isName);

  // showing

  const HELP = "A name, part of a name, table.column, words of a comment, or a question: who references orders";
  const BREAKS = /(?<=[._])(?=[^._])|(?<=[\p{Ll}\p{N}])(?=\p{Lu})/gu;

  // A text with what was found in it marked; a name may break after `_` and `.` and before a capital.
  const marked = (text, ranges, isName) => {
    const breaks = isName ? Array.from(text.matchAll(BREAKS), found => found.index) : [];
    const pieces = [];
    let at = 0;
    const add = (end, into) => {
      for (const cut of breaks.filter(cut => cut >= at && cut < end)) {
        into.push(text.slice(at, cut), element("wbr"));
        at = cut;
      }
      into.push(text.slice(at, end));
      at = end;
    };
    for (const [start, end] of ranges) {
      const found = [];
      add(start, pieces);
      add(end, found);
      pieces.push(element("mark", {}, ...found));
    }
    add(text.length, pieces);
    return pieces;
  };

  // The beginning of a text, or the words around the first match if it was found by them.
  const snippet = ({ text, isTold }, query) => {
    const [first] = isTold ? marks(text.slice(0, 5000), query, false) : [];
    const from = first && first[0] > 70 ? text.lastIndexOf(" ", first[0] - 40) + 1 : 0;
    const shown = (from ? "… " : "") + text.slice(from, from + 280);
    return marked(shown, marks(shown, query, false));
  };

  const part = (name, ...children) => element("span", { class: `sb-search__${name}` }, ...children);

  const option = (hit, query, number) => {
    const divider = hit.kind === "section" ? " › " : ".";
    const above = hit.parents.map(name => name + divider).join("");
    const found = marked(hit.name, marks(hit.name, query, true), true);
    const name = part("name", part("above", ...marked(above, [], true)), ...found);
    const row = element("a", {
      href: new URL(hit.url, root).href, class: "sb-search__hit", id: `sb-search-${number}`,
      role: "option", "aria-selected": "false", tabindex: "-1",
    }, part("head", name, " ", part("kind", hit.kind)));
    if (hit.text) row.append(" ", part("text", ...snippet(hit, query)));
    return row;
  };

  const chip = name => {
    const made = element("button", { type: "button", class: "sb-search__group" }, name || "All", " ", part("count"));
    made.addEventListener("click", () => {
      group = name === group ? "" : name;
      limit = SHOWN;
      show();
    });
    return made;
  };

  const showGroups = (counts, all) => {
    groups.hidden = counts.size < 2 && !group;
    for (const [name, made] of chips) {
      const count = name ? counts.get(name) || 0 : all;
      made.hidden = !count && name !== group;
      made.setAttribute("aria-pressed", String(name === group));
      made.lastChild.textContent = count;
    }
  };

  const show = () => {
    if (!isOpen() || !finder) return;
    const { total, hits, query, counts } = finder.search(input.value, limit, group);
    const all = [...counts.values()].reduce((a, b) => a + b, 0);
    list.replaceChildren(...hits.map((hit, number) => option(hit, query, number)));
    const typed = input.value.trim(), results = all === 1 ? "result" : "results";
    status.textContent = !typed ? HELP
      : group ? `${total || "None"} of ${all} ${results}` : `${total || "No"} ${results}`;
    showGroups(counts, all);
    more.hidden = hits.length === total;
    more.textContent = `Show ${Math.min(total - hits.length, MORE)} more`;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    select(hits.length ? 0 : -1);
    if (limit === SHOWN) panel.scrollTop = 0;
  };

  const select = number => {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = number;
    const row = list.children[number];
    if (!row) return input.removeAttribute("aria-activedescendant");
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", row.id);
  };

  // opening and closing

  const isOpen = () => box.classList.contains("sb-search--open");

  const open = () => {
    prepare();
    if (isOpen()) return;
    box.classList.add("sb-search--open");
    show();
  };

  const close = () => {
    if (!isOpen()) return;
    box.classList.remove("sb-search--open");
    group = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    if (box.contains(document.activeElement)) document.activeElement.blur();
  };

  const focus = () => {
    open();
    input.focus();
    input.select();
  };

  const fresh = () => {
    limit = SHOWN;
    open();
    show();
  };

  const empty = () => {
    input.value = "";
    fresh();
    input.focus();
  };

  const showMore = () => {
    const kept = active;
    limit += MORE;
    show();
    select(kept);
    input.focus();
  };

  // keys

  const move = step => {
    const count = list.children.length;
    if (count) select((active + step + count) % count);
  };

  const go = event => {
    const row = list.children[active];
    if (!row) return;
    if (event.ctrlKey || event.metaKey) window.open(row.href);
    else row.click();
  };

  const KEYS = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    PageDown: () => select(Math.min(active + 8, list.children.length - 1)),
    PageUp: () => select(Math.max(active - 8, Math.min(0, list.children.length - 1))),
    Enter: go,
    Escape: close,
  };

  const KEYED = /^(.|Enter|ArrowDown)$/u;
  const isTyping = target => target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);

  // `/`, `s` and `f` as in the theme's own search, Ctrl-K as in most others.
  const shortcut = event => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const letters = plain && /^[\/sf]$/i.test(event.key) && !isTyping(event.target);
    const chord = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && /^k$/i.test(event.key);
    if (!letters && !chord) return;
    event.preventDefault();
    focus();
  };

  // A button, link or field with `data-search-open` stands for this box: a click opens it, in a field also a key.
  const stand = event => {
    const from = event.target.closest?.("[data-search-open]");
    if (!from) return;
    const isTyped = isTyping(from) && KEYED.test(event.key) && !event.ctrlKey && !event.metaKey;
    if (event.type === "keydown" && !isTyped) return;
    // A key that was pressed is typed into what is focused by then.
    if (event.type === "click" || event.key === "Enter") event.preventDefault();
    focus();
  };

  const listen = () => {
    document.addEventListener("keydown", shortcut);
    document.addEventListener("keydown", stand);
    document.addEventListener("click", stand);
    opened.addEventListener("keydown", event => {
      if (event.isComposing || !KEYS[event.key] || (event.key === "Enter" && event.target !== input)) return;
      event.preventDefault();
      event.stopPropagation();
      input.focus();
      KEYS[event.key](event);
    });
    input.addEventListener("input", fresh);
    input.addEventListener("focus", open);
    box.addEventListener("pointerenter", prepare);
    const leaves = target => target && !box.contains(target);
    box.addEventListener("focusout", event => { if (leaves(event.relatedTarget)) close(); });
    document.addEventListener("pointerdown", event => { if (leaves(event.target)) close(); });
    opener.addEventListener("click", focus);
    back.addEventListener("click", close);
    clear.addEventListener("click", empty);
    more.addEventListener("click", showMore);
    list.addEventListener("click", event => { if (!event.ctrlKey && !event.metaKey && !event.shiftKey) close(); });
  };

  // `?q=user_profiles` in the address opens the search with it.
  const fromAddress = () => {
    const asked = new URLSearchParams(location.search).get("q");
    if (!asked) return;
    input.value = asked;
    focus();
  };

  const header = document.querySelector(".md-header__inner");
  if (header) {
    header.insertBefore(box, header.querySelector(".md-header__source"));
    listen();
    fromAddress();
  }
})();
