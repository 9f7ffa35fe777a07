// Finds the map's element on the page, loads its data, and joins the parts.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const OUTSIDE = "not in the dump", DOUBLE_CLICK = 400;

  class Viewer {
    constructor(root, data) {
      this.root = root;
      this.model = map.decode(data);
      this.selected = this.pathFrom = null;
      map.setFont(getComputedStyle(root).fontFamily || "sans-serif");
      this.stage = new map.Stage(html("div", { class: "sb-paper" }), this.model);
      this.stage.href = (table) => this.href(table);
      this.list = map.list(this);
      this.panel = html("aside", { class: "sb-panel", "aria-label": "Table", "aria-live": "polite", hidden: true });
      this.tip = html("div", { class: "sb-tip", hidden: true });
      this.stage.svg.parentNode.append(this.panel, this.tip);
      root.replaceChildren(map.tools(this), html("div", { class: "sb-body" }, this.list, this.stage.svg.parentNode));
      this.listen();
      this.count();
    }

    listen() {
      const { stage } = this;
      map.listenToPointer(stage, {
        hover: (table, event) => this.hover(table, event),
        select: (table, second) => this.clicked(table, second),
        ground: (entry) => this.ground(entry),
        open: (table) => this.open(table),
      });
      map.listenToKeys(this.root, stage, {
        find: () => {
          this.root.querySelector(".sb-find").focus();
          return true;
        },
        escape: () => this.escape(),
        open: (table) => this.open(table),
        neighbour: (dx, dy) => this.neighbour(dx, dy),
        hops: (hops) => this.setHops(hops),
      });
      new ResizeObserver(() => this.resized()).observe(stage.svg);
      window.addEventListener("hashchange", () => this.root.isConnected && this.restore());
      window.addEventListener("beforeprint", () => this.root.isConnected && stage.print(true));
      window.addEventListener("afterprint", () => this.root.isConnected && stage.print(false));
    }

    // The first size is the time to begin; later ones fit the map again if it still was fitted.
    resized() {
      const { stage } = this;
      if (stage.printing) return;
      const first = !stage.width, fitted = stage.isFitted();
      stage.resize();
      if (!first && fitted) stage.fit();
      if (!first || !stage.width) return;
      const begin = () => {
        stage.fit();
        this.restore();
        this.root.dataset.ready = "";
      };
      const mode = stage.readableMode();
      if (mode === "names") begin();
      else this.needColumns(() => this.setMode(mode), begin);
    }

    // The second script, once; then what waited for it.
    needColumns(...then) {
      const ready = () => then.forEach((action) => action());
      if (this.model.tables[0]?.columns || !this.model.tables.length) return ready();
      load(this.root.dataset.columns, () => {
        if (!this.model.tables[0].columns) map.addColumns(this.model, window.schemabookMapColumns);
        ready();
      });
    }

    href(table) {
      if (table.page === "") return null;
      const folder = table.kindName.endsWith("view") ? "views" : "tables";
      const path = table.page || `${table.schemaName}/${folder}/${table.name}`;
      const { pages, suffix } = this.root.dataset;
      return pages + path.split("/").map(encodeURIComponent).join("/") + suffix;
    }

    setMode(mode) {
      if (mode !== "names" && !this.model.layouts[mode]) return this.needColumns(() => this.setMode(mode));
      this.stage.setMode(mode);
      for (const button of this.root.querySelectorAll("[data-mode]")) {
        button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
      }
      if (this.selected) return undefined;
      if (mode === "names" || this.stage.canBeRead(mode)) this.stage.fit();
      else this.stage.centre(this.stage.nearestToMiddle());
      return undefined;
    }

    // Draws links that are not drawn at first, or no longer: those to hubs, or those of policies.
    drawAlso(what) {
      const { drawnToo } = this.stage;
      drawnToo[what] = !drawnToo[what];
      this.root.querySelector(`[data-also=${what}]`).setAttribute("aria-pressed", String(drawnToo[what]));
      this.stage.rebuild();
    }

    // Lights up what is so many links away from the selected table, and brings it into sight.
    setHops(hops) {
      const { stage } = this;
      stage.hops = hops;
      stage.hovered = null;
      stage.mark();
      for (const button of this.panel.querySelectorAll("[data-hops]")) {
        button.setAttribute("aria-pressed", String(Number(button.dataset.hops) === hops));
      }
      stage.fit(stage.around([...stage.litUp]), 1, true);
      this.remember();
    }

    toggleList(open = !this.root.classList.contains("list-open")) {
      this.root.classList.toggle("list-open", open);
      this.root.querySelector(".sb-list-button").setAttribute("aria-expanded", String(open));
    }

    show(kind, index, shown) {
      this.stage.hidden[kind][shown ? "delete" : "add"](index);
      this.shownChanged();
    }

    showAll(shown) {
      for (const group of this.model.groups) this.stage.hidden.group[shown ? "delete" : "add"](group.index);
      for (const box of this.root.querySelectorAll("[data-filter=group]")) box.checked = shown;
      this.shownChanged();
    }

    shownChanged() {
      if (this.selected && this.stage.isHidden(this.selected)) this.select(null);
      this.stage.rebuild();
      this.count();
    }

    count() {
      const all = counts(this.model.tables), shown = counts(this.stage.shown());
      const words = Object.entries(all).map(([word, number]) => {
        const part = shown[word] === number ? "" : `${shown[word] || 0} of `;
        return `${part}${number.toLocaleString("en")} ${word}${number === 1 || word === OUTSIDE ? "" : "s"}`;
      });
      this.list.querySelector(".sb-count").textContent = words.join(", ");
    }

    zoomToGroup(group) {
      if (this.stage.hidden.group.has(group.index)) {
        this.root.querySelector(`[data-filter=group][data-index="${group.index}"]`).click();
      }
      this.toggleList(false);
      this.stage.fit(this.stage.layout.boxes[group.index], 1.1, true);
    }

    hover(table, event) {
      this.stage.hover(table);
      const far = table && event && this.stage.svg.dataset.level !== "full";
      this.tip.hidden = !far;
      if (!far) return;
      const box = this.stage.svg.getBoundingClientRect();
      this.tip.textContent = table.full;
      this.tip.style.left = `${event.clientX - box.left}px`;
      this.tip.style.top = `${event.clientY - box.top}px`;
    }

    clicked(table, second) {
      if (second && this.selected && this.selected !== table) this.pathFrom = this.selected;
      if (this.pathFrom && this.pathFrom !== table) return this.showPath(this.pathFrom, table);
      this.select(table);
      // Not before a double click is over: its second half should meet the same table.
      this.moving = setTimeout(() => this.bring(table, () => this.stage.reveal(table)), DOUBLE_CLICK);
      return undefined;
    }

    // Moves the map for a selected table; again when its columns have come, as the panel grows.
    bring(table, move) {
      move();
      if (!table.columns) this.needColumns(() => this.selected === table && move());
    }

    // A click beside the cards: ends a selection, else goes to the group.
    ground(entry) {
      if (this.selected || this.stage.way) return this.select(null);
      if (entry && this.stage.svg.dataset.level !== "full") this.stage.fit(entry.box, 1.1, true);
      return undefined;
    }

    select(table, silently) {
      this.selected = this.stage.selected = table;
      clearTimeout(this.moving);
      if (!table) this.stage.hops = 1;
      this.stage.way = this.pathFrom = this.pathTo = null;
      this.tip.hidden = true;
      this.stage.mark();
      this.showPanel();
      if (!silently) this.remember();
    }

    // From the list, the finder or a link: it is brought into sight, too.
    choose(table) {
      this.toggleList(false);
      if (this.pathFrom && !this.pathTo && this.pathFrom !== table) return this.showPath(this.pathFrom, table);
      if (this.stage.isHidden(table)) this.reveal(table);
      this.select(table);
      this.bring(table, () => this.stage.show(table, true));
      return undefined;
    }

    reveal(table) {
      for (const kind of ["group", "schema", "kind"]) {
        this.stage.hidden[kind].delete(table[kind]);
        const box = this.root.querySelector(`[data-filter=${kind}][data-index="${table[kind]}"]`);
        if (box) box.checked = true;
      }
      this.shownChanged();
    }

    showPanel() {
      this.panel.hidden = !this.selected;
      this.panel.replaceChildren(...(this.selected ? map.panel(this, this.selected) : []));
      this.panel.scrollTop = 0;
      this.measurePanel();
    }

    // On a wide screen the panel stands at the right, on a narrow one below.
    measurePanel() {
      const { offsetWidth, offsetHeight } = this.panel, wide = this.stage.width > 700;
      const gap = offsetWidth && 8;
      this.stage.covered = { right: wide ? offsetWidth + gap : 0, below: wide ? 0 : offsetHeight + gap };
    }

    startPath(table) {
      this.pathFrom = table;
      this.pathTo = null;
      this.panel.replaceChildren(...map.wayPanel(this, table));
    }

    showPath(from, to, silently) {
      const { stage } = this;
      const way = map.path(from, to, (table) => stage.isHidden(table));
      this.selected = stage.selected = from;
      this.pathFrom = from;
      this.pathTo = to;
      stage.hovered = null;
      stage.way = way;
      stage.mark();
      this.panel.hidden = false;
      const show = () => this.panel.replaceChildren(...map.wayPanel(this, from, to, way));
      show();
      this.measurePanel();
      this.needColumns(show);
      if (way) stage.fit(stage.around([from, to, ...way.flatMap((link) => [link.origin, link.target])]), 1, true);
      if (!silently) this.remember();
    }

    columnsOf(link) {
      const { origin: from, target: to } = link;
      if (!from.columns || !link.columns.length) return "";
      const names = (table, places) => places.map((place) => table.columns[place].name).join(", ");
      const virtual = link.kind === map.VIRTUAL ? ", no constraint" : "";
      return `${names(from, link.columns)} → ${to.name}.${names(to, link.referenced)}${virtual}`;
    }

    open(table) {
      const href = this.href(table);
      if (href) window.location.assign(href);
    }

    escape() {
      if (this.root.classList.contains("list-open")) this.toggleList(false);
      else if (this.selected || this.stage.way) this.select(null);
      else return false;
      return true;
    }

    // The nearest table in a direction, from the selected one or the middle.
    neighbour(dx, dy) {
      const { stage } = this, from = this.selected || stage.nearestToMiddle();
      if (!from) return true;
      const middle = (table) => {
        const card = stage.layout.cards[table.index];
        return [card.x + card.width / 2, card.y + card.height / 2];
      };
      const [x, y] = middle(from);
      let best = this.selected ? null : [from, 0];
      for (const table of best ? [] : stage.shown()) {
        const [toX, toY] = middle(table);
        const along = (toX - x) * dx + (toY - y) * dy, aside = Math.abs((toX - x) * dy) + Math.abs((toY - y) * dx);
        if (along > 1 && (!best || along + 2 * aside < best[1])) best = [table, along + 2 * aside];
      }
      if (best) {
        this.select(best[0]);
        stage.centre(best[0], true);
      }
      return true;
    }

    // What is selected stands in the address, so that a link leads back to it.
    remember() {
      const hops = this.stage.hops > 1 ? `&hops=${this.stage.hops}` : "";
      const to = this.pathTo ? `&to=${encodeURIComponent(this.pathTo.full)}` : hops;
      const hash = this.selected ? `#t=${encodeURIComponent(this.selected.full)}${to}` : "#";
      if (window.location.hash === hash || (hash === "#" && !window.location.hash)) return;
      this.quiet = hash;
      try {
        window.history.replaceState(null, "", hash);
      } catch {
        window.location.hash = hash;
      }
    }

    restore() {
      const wanted = new URLSearchParams(window.location.hash.slice(1).replace(/\+/g, "%2B"));
      const named = (name) => name && (this.model.byName.get(name) || this.model.byName.get(`public.${name}`));
      const table = named(wanted.get("t")), to = named(wanted.get("to"));
      if (!table || table === this.selected) return;
      if (this.stage.isHidden(table)) this.reveal(table);
      if (to) {
        this.showPath(table, to, true);
      } else {
        this.select(table, true);
        if (wanted.get("hops") === "2") this.setHops(2);
        else this.bring(table, () => this.stage.show(table, false));
      }
    }
  }

  // As the overview counts: views are no tables, and partitions are not counted.
  function counts(tables) {
    const found = {};
    for (const { kindName } of tables) {
      const word = kindName.endsWith("view") ? "view" : kindName === "outside" ? OUTSIDE : "table";
      found[word] = (found[word] || 0) + 1;
    }
    return found;
  }

  const html = (...parts) => map.html(...parts);

  // Data come by script: from disk nothing else can be loaded.
  function load(source, then) {
    const script = document.createElement("script");
    script.src = source;
    script.addEventListener("load", then);
    document.head.append(script);
  }

  function start() {
    const root = document.querySelector(".sb-map:not([data-started])");
    if (!root) return;
    root.dataset.started = "";
    load(root.dataset.map, () => {
      root.viewer = new Viewer(root, window.schemabookMap);
    });
  }

  start();
  // Material loads the next page without a new document where its instant loading is on.
  if (window.document$) window.document$.subscribe(start);
})();
