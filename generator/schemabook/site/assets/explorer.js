// The explorer beside a page of the reference: its objects by schema and group, from the names that the search has.
// They are loaded once the list is in sight, as in a phone's drawer it may never be. Only rows in sight are elements.
(() => {
  "use strict";

  const BESIDE = 10; // As many rows are made above and below those in sight.
  const KINDS = [
    ["Tables", /table|partition/], ["Views", /view/], ["Functions", /function|procedure|aggregate/],
    ["Types", /enum|domain|type/], ["Sequences", /sequence/],
  ];
  const root = new URL("../../", document.currentScript.src);
  const KEY = `schemabook-explorer:${root.pathname}`;

  const element = (tag, attributes = {}, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  };

  // What is unfolded, and how far the list is scrolled; a page from disk may have to forget it.
  const state = { open: {}, top: 0 };
  try {
    Object.assign(state, JSON.parse(sessionStorage.getItem(KEY)));
  } catch {}
  addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(state));
    } catch {}
  });

  // the data

  const folder = (name, page, above) => {
    const made = { name, above, key: above ? `${above.key}\n${name}` : name };
    made.children = page ? [{ name: "Overview", page, above: made, isOverview: true }] : [];
    return made;
  };

  // The schemas with their groups and kinds, which hold the objects.
  const treeOf = data => {
    const [names, pages, groups] = [data.names, data.pages, data.groups].map(text => text.split("\n"));
    const kinds = Array.from(data.kinds, letter => data.legend[letter]);
    const pageOf = new Map();
    kinds.forEach(([kind], at) => { if (kind === "group") pageOf.set(names[at], pages[at]); });
    const order = [...pageOf.keys(), ...KINDS.map(([name]) => name)];
    const schemas = [];
    let folders;
    kinds.forEach(([kind, depth], at) => {
      const number = depth === 1 ? KINDS.findIndex(([, words]) => words.test(kind)) : -1;
      if (kind === "schema") {
        schemas.push(folder(names[at], pages[at]));
        folders = new Map();
      } else if (number >= 0) {
        const schema = schemas.at(-1), group = groups[at] || KINDS[number][0], key = groups[at] || number;
        if (!folders.has(key)) {
          folders.set(key, folder(group, groups[at] && pageOf.get(group), schema));
          schema.children.push(folders.get(key));
        }
        const above = folders.get(key), folded = window.schemabookFold(`${schema.name}.${names[at]}`);
        above.children.push({ name: names[at], page: pages[at], above, kind, number, folded });
      }
    });
    const rank = one => (one.isOverview ? -1 : one.children ? order.indexOf(one.name) : 0);
    const sort = ({ children }) => children?.sort((a, b) => rank(a) - rank(b) || (a.folded < b.folded ? -1 : 1)).forEach(sort);
    schemas.forEach(sort);
    return schemas.filter(({ children }) => children.length > 1);
  };

  const leaves = nodes => nodes.flatMap(one => (one.children ? leaves(one.children) : [one]));

  let schemas;
  const load = async () => {
    await window.schemabookSearch.load("search-names.js");
    const { data } = window.schemabookSearch;
    if (data) schemas ??= treeOf(data);
    return !!data;
  };

  // A page's path as an address may have it: with index.html or without, or without .html.
  const plain = path => path.replace(/(\/index)?(\.html)?\/?$/, "");
  const url = one => new URL(one.page, root);

  // What is on this page.
  const onThisPage = () => {
    const here = plain(location.pathname.slice(root.pathname.length));
    return leaves(schemas).filter(one => plain(one.page) === here);
  };

  // A letter for a kind: of a materialized view as of a view, of a composite type its own.
  const mark = kind => (/(table|view|function)$/.exec(kind) ?? [kind])[0][0];

  const entitled = one => `${one.kind} ${one.above.above.name}.${one.name}`;

  // the list

  class Explorer {
    constructor() {
      this.input = element("input", {
        type: "search", placeholder: "Filter", "aria-label": "Filter objects", autocomplete: "off",
        autocapitalize: "off", spellcheck: "false",
      });
      this.status = element("span", { role: "status" });
      this.list = element("div", { role: "none" });
      this.box = element("div", {
        class: "sb-explorer__tree", role: "tree", "aria-label": "Objects", "aria-busy": "true", tabindex: "0",
      }, this.list);
      const field = element("div", { class: "sb-explorer__field" }, this.input, this.status);
      this.whole = element("div", { class: "sb-explorer" }, field, this.box);
      this.rows = [];
      this.filtered = {}; // What is folded of what a filter has found.
      this.active = -1;
      this.height = 26;
    }

    show(isLoaded) {
      if (!isLoaded) {
        this.status.textContent = "not loaded";
        return;
      }
      this.current = onThisPage();
      if (schemas.length === 1) state.open[schemas[0].key] ??= true;
      for (const one of this.current) for (let at = one.above; at; at = at.above) state.open[at.key] = true;
      this.listen();
      this.fill();
      this.box.removeAttribute("aria-busy");
      this.box.scrollTop = state.top;
      this.toCurrent();
    }

    toCurrent() {
      this.select(this.rows.findIndex(({ one }) => this.current.includes(one)), true);
    }

    // The rows that are unfolded; of a filter those that have all its words.
    fill() {
      const words = window.schemabookFold(this.input.value).split(/\s+/).filter(Boolean), isAll = !words.length;
      const open = this.open = isAll ? state.open : this.filtered;
      const has = one => !one.isOverview && words.every(word => one.folded.includes(word));
      const count = one => (one.children ? one.children.reduce((sum, child) => sum + count(child), 0) : +has(one));
      this.rows = [];
      const add = (nodes, level) => {
        const shown = nodes.filter(one => (one.isOverview ? isAll : count(one)));
        shown.forEach((one, at) => {
          const isOpen = one.children && (open[one.key] ?? !isAll);
          this.rows.push({ one, level, at: at + 1, of: shown.length, isOpen, total: count(one) });
          if (isOpen) add(one.children, level + 1);
        });
      };
      add(schemas, 1);
      const found = schemas.reduce((sum, one) => sum + count(one), 0);
      this.status.textContent = isAll ? "" : `${found || "none"}`;
      this.box.hidden = !found;
      this.draw();
    }

    // Makes the rows in sight.
    draw() {
      const { rows, list, box, height, active } = this;
      const from = Math.max(0, Math.floor(box.scrollTop / height) - BESIDE);
      const to = from + Math.ceil(box.clientHeight / height) + 2 * BESIDE;
      list.style.height = `${rows.length * height}px`;
      list.style.paddingTop = `${from * height}px`;
      list.replaceChildren(...rows.slice(from, to).map((row, at) => this.row(row, from + at)));
      if (active >= from && active < to) box.setAttribute("aria-activedescendant", `sb-row-${active}`);
      else box.removeAttribute("aria-activedescendant");
    }

    row({ one, level, at, of, isOpen, total }, number) {
      const row = element(one.children ? "div" : "a", {
        class: "sb-explorer__row", id: `sb-row-${number}`, role: "treeitem",
        "aria-level": level, "aria-posinset": at, "aria-setsize": of,
      }, element("span", {}, one.name));
      row.toggleAttribute("data-active", number === this.active);
      if (one.children) {
        row.setAttribute("aria-expanded", isOpen);
        row.append(element("small", {}, total.toLocaleString("en")));
        return row;
      }
      row.href = url(one);
      row.tabIndex = -1;
      row.title = one.kind ? entitled(one) : one.above.name;
      row.setAttribute("aria-label", one.kind ? `${one.name}, ${one.kind}` : `Overview of ${one.above.name}`);
      if (one.kind) row.prepend(element("i", { "data-kind": one.number }, mark(one.kind)));
      if (this.current.includes(one)) row.setAttribute("aria-current", "page");
      return row;
    }

    // Makes a row the one that keys go on from, and brings it into sight: to its edge, or to the middle.
    select(number, inMiddle = false) {
      const { box, height } = this, most = box.clientHeight - height;
      this.active = Math.min(number, this.rows.length - 1);
      const top = this.active * height;
      if (this.active >= 0 && (top < box.scrollTop || top > box.scrollTop + most)) {
        box.scrollTop = inMiddle ? top - most / 2 : top < box.scrollTop ? top : top - most;
      }
      this.draw();
    }

    fold(number, isOpen) {
      this.open[this.rows[number].one.key] = isOpen;
      this.fill();
      this.select(number);
    }

    filter() {
      this.filtered = {};
      this.box.scrollTop = 0;
      this.fill();
      if (this.input.value) this.select(this.rows.findIndex(({ one }) => !one.children));
      else this.toCurrent();
    }

    // keys

    enter(event) {
      const { one, isOpen } = this.rows[this.active] ?? {};
      if (!one) return;
      if (one.children) this.fold(this.active, !isOpen);
      else if (event.ctrlKey || event.metaKey) window.open(url(one));
      else {
        this.select(this.active);
        document.getElementById(`sb-row-${this.active}`).click();
      }
    }

    // Folds the row, or goes to the one above that it belongs to.
    left() {
      const { isOpen, level } = this.rows[this.active];
      if (isOpen) return this.fold(this.active, false);
      const above = this.rows.findLastIndex((row, at) => at < this.active && row.level < level);
      if (above >= 0) this.select(above);
    }

    right() {
      const { one, isOpen } = this.rows[this.active];
      if (one.children && !isOpen) this.fold(this.active, true);
      else if (isOpen) this.select(this.active + 1);
    }

    escape() {
      if (!this.input.value) return document.activeElement.blur();
      this.input.value = "";
      this.filter();
    }

    listen() {
      const { box, input } = this;
      const page = () => Math.floor(box.clientHeight / this.height) - 1;
      const move = step => this.select(Math.max(0, this.active + step));
      const both = { Enter: event => this.enter(event), Escape: () => this.escape() };
      const keys = {
        ...both, " ": both.Enter, ArrowDown: () => move(1), ArrowUp: () => move(-1),
        PageDown: () => move(page()), PageUp: () => move(-page()), Home: () => this.select(0),
        End: () => this.select(this.rows.length - 1), ArrowLeft: () => this.left(), ArrowRight: () => this.right(),
      };
      const ofInput = { ...both, ArrowDown: () => { box.focus(); if (this.active < 0) move(1); } };
      const on = (target, own) => target.addEventListener("keydown", event => {
        if (event.isComposing || event.altKey || !own[event.key]) return;
        event.preventDefault();
        event.stopPropagation();
        own[event.key](event);
      });
      on(box, keys);
      on(input, ofInput);
      input.addEventListener("input", () => this.filter());
      box.addEventListener("focus", () => { if (this.active < 0) this.select(0); });
      box.addEventListener("scroll", () => {
        if (!input.value) state.top = box.scrollTop;
        this.draw();
      }, { passive: true });
      box.addEventListener("click", event => {
        const row = event.target.closest("[aria-expanded]");
        if (!row) return;
        this.fold(Number(row.id.slice(7)), row.ariaExpanded === "false");
        box.focus({ preventScroll: true });
      });
      new ResizeObserver(() => {
        this.height = this.list.firstElementChild?.offsetHeight || this.height;
        this.draw();
      }).observe(box);
    }
  }

  // The objects of the same schema before and after this one, at the foot of its page.
  const neighbours = foot => {
    const [here] = onThisPage();
    if (!here?.kind) return;
    const all = leaves(here.above.above.children).filter(one => one.kind), at = all.indexOf(here);
    for (const [other, rel] of [[all[at - 1], "prev"], [all[at + 1], "next"]]) {
      if (!other) continue;
      const label = element("small", {}, rel === "prev" ? "Previous" : "Next");
      foot.append(element("a", { href: url(other), rel, title: entitled(other) }, label, " ", other.name));
    }
  };

  // Does something with the data once an element is in sight.
  const onceSeen = (target, show) => {
    const seen = new IntersectionObserver(async changes => {
      if (!changes.some(({ intersectionRatio }) => intersectionRatio > 0)) return;
      seen.disconnect();
      show(await load());
    }, { threshold: 0.01 }); // What only touches the edge of the screen, as a closed drawer does, is not in sight.
    seen.observe(target);
  };

  const start = () => {
    const trail = document.querySelector(".sb-trail"), nav = document.querySelector(".md-nav--primary");
    if (!trail || !nav || nav.querySelector(".sb-explorer")) return;
    const explorer = new Explorer();
    nav.append(explorer.whole);
    onceSeen(explorer.box, isLoaded => explorer.show(isLoaded));
    if (trail.querySelectorAll("a").length < 2) return;
    const foot = element("nav", { class: "sb-neighbours", "aria-label": "Previous and next" });
    trail.parentElement.append(foot);
    onceSeen(foot, isLoaded => { if (isLoaded) neighbours(foot); });
  };

  // Material shows other pages without loading them when navigation.instant is on.
  if (typeof document$ === "undefined") document.addEventListener("DOMContentLoaded", start);
  else document$.subscribe(start);
})();
