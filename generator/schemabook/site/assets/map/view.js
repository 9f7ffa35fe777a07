// The stage: what of the map is drawn, and in which level of detail.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const FULL = 0.55, LARGE_NAMES = 0.2, READABLE = 0.75;
  const MOST_FULL = 400, MOST_LARGE = 260, MOST_LINES = 500, MOST_MERGED = 250;
  const LABEL = 15, SMALLEST_LABEL = 9.5;

  map.Stage = class extends map.Camera {
    constructor(element, model) {
      super(map.svg("svg", { class: "sb-stage", tabindex: 0, role: "group", "aria-label": "Map of the tables" }));
      this.model = model;
      this.mode = "names";
      this.hops = 1;
      this.hidden = { group: new Set(), schema: new Set(), kind: new Set() };
      this.drawnToo = { hubs: false, policies: false };
      this.selected = this.hovered = this.way = null;
      this.drawn = new Map(); // group → its level and its element
      this.href = () => null;
      this.layers = {};
      this.world = map.svg("g", {});
      for (const name of ["boxes", "between", "marked", "groups", "rings", "labels"]) {
        this.world.append((this.layers[name] = map.svg("g", { class: `sb-${name}` })));
      }
      this.svg.append(this.world);
      element.append(this.svg);
      this.setMode(this.mode);
    }

    get layout() {
      return map.layout(this.model, this.mode);
    }

    isHidden(table) {
      const { group, schema, kind } = this.hidden;
      return group.has(table.group) || schema.has(table.schema) || kind.has(table.kind);
    }

    // Another mode; the table that is selected, or else the middle, stays where it is.
    setMode(mode) {
      const table = this.selected || (this.width && this.nearestToMiddle());
      const before = table && this.onScreen(table), scale = this.scale;
      this.mode = mode;
      this.rebuild();
      if (!table) return;
      const card = this.layout.cards[table.index];
      this.scale = scale;
      this.x = card.x - before[0] / scale;
      this.y = card.y - before[1] / scale;
      this.moved();
    }

    onScreen(table) {
      const card = this.layout.cards[table.index];
      return [(card.x - this.x) * this.scale, (card.y - this.y) * this.scale];
    }

    nearestToMiddle() {
      const x = this.x + this.width / 2 / this.scale, y = this.y + this.height / 2 / this.scale;
      return this.shown().reduce((best, table) => {
        const card = this.layout.cards[table.index];
        const far = Math.hypot(card.x + card.width / 2 - x, card.y + card.height / 2 - y);
        return !best || far < best[1] ? [table, far] : best;
      }, null)?.[0];
    }

    shown() {
      return this.model.tables.filter((table) => !this.isHidden(table));
    }

    // Everything anew: after another mode, or when something was hidden or shown.
    rebuild() {
      for (const layer of Object.values(this.layers)) layer.replaceChildren();
      this.drawn.clear();
      this.bounds = null;
      this.members = this.model.groups.map((group) => group.tables.filter((table) => !this.isHidden(table)));
      this.links = this.model.links.filter((link) => !this.isHidden(link.origin) && !this.isHidden(link.target)
        && (this.drawnToo.policies || link.kind !== map.POLICY));
      this.linkSet = new Set(this.links);
      this.inside = this.model.groups.map(() => []);
      for (const link of this.links) {
        if (link.inside && this.isDrawn(link) && !this.layout.ways[link.index]) this.inside[link.origin.group].push(link);
      }
      this.drawBoxes();
      this.drawMerged();
      this.mark();
      this.moved();
    }

    // The links that are drawn without being asked for.
    isDrawn(link) {
      if (link.kind === map.READS) return false;
      return this.drawnToo.hubs || !link.target.hub || link.origin.hub;
    }

    drawBoxes() {
      this.labels = [];
      for (const group of this.model.groups) {
        if (!this.members[group.index].length) continue;
        const box = this.layout.boxes[group.index];
        this.layers.boxes.append(map.svg("rect", { class: `box c${group.colour}`, rx: 10, ...box }));
        const label = map.svg("text", { class: `label c${group.colour}`, "data-g": group.index });
        label.textContent = group.name;
        this.layers.labels.append(label);
        this.labels.push({ label, group, box });
      }
    }

    // Lines from far that have no way around what is between, as those to hubs: one for each pair of groups, as wide
    // as it has links. Of very many those with the most are drawn. A path for each width is faster than one for each line.
    drawMerged() {
      const counts = new Map(), { boxes } = this.layout, widths = ["", "", "", "", ""];
      for (const link of this.links) {
        if (link.inside || !this.isDrawn(link) || this.layout.ways[link.index]) continue;
        const pair = [link.origin.group, link.target.group].sort((a, b) => a - b);
        counts.set(pair.join(), [(counts.get(pair.join())?.[0] || 0) + 1, pair]);
      }
      const most = [...counts.values()].sort((a, b) => b[0] - a[0]).slice(0, MOST_MERGED);
      for (const [count, [one, other]] of most) {
        widths[Math.min(widths.length - 1, Math.floor(Math.log2(count)))] += map.lineBetween(boxes[one], boxes[other]);
      }
      const paths = widths.map((d, index) => map.svg("path", { class: `merged w${index + 1}`, d }));
      this.merged = map.svg("g", { class: "sb-merged" }, ...paths);
      this.near = map.svg("g", { class: "sb-near" });
      this.layers.between.append(this.merged, this.near);
    }

    // The rectangle of all that is shown.
    extent() {
      if (this.bounds) return this.bounds;
      const boxes = this.labels.map((entry) => entry.box);
      if (!boxes.length) return { x: 0, y: 0, width: 100, height: 100 };
      const x = Math.min(...boxes.map((box) => box.x)), y = Math.min(...boxes.map((box) => box.y));
      const right = Math.max(...boxes.map((box) => box.x + box.width));
      const bottom = Math.max(...boxes.map((box) => box.y + box.height));
      return (this.bounds = { x, y, width: right - x, height: bottom - y });
    }

    // Fits a table and what it is linked with into the free part, if that can be seen; else the table alone.
    show(table, animate) {
      const box = this.around([...this.litUp]);
      if (this.scaleOf(box) >= FULL) this.fit(box, 1, animate);
      else this.centre(table, animate);
    }

    // The same after a click, where the map moves as little as it must.
    reveal(table) {
      const box = this.around([...this.litUp]), largest = this.scaleOf(box);
      if (largest >= this.scale) this.uncover(box);
      else if (largest >= FULL) this.fit(box, largest, true);
      else this.uncover(this.around([table]));
    }

    // A box around the cards of some tables.
    around(tables) {
      const cards = tables.map((table) => this.layout.cards[table.index]);
      const x = Math.min(...cards.map((card) => card.x)) - 24, y = Math.min(...cards.map((card) => card.y)) - 24;
      const right = Math.max(...cards.map((card) => card.x + card.width)) + 24;
      const bottom = Math.max(...cards.map((card) => card.y + card.height)) + 24;
      return { x, y, width: right - x, height: bottom - y };
    }

    // The mode that shows the most where the whole map is in sight and can be read.
    readableMode() {
      return ["columns", "keys"].find((mode) => this.canBeRead(mode)) || "names";
    }

    // Whether the whole map can be read at once in this mode.
    canBeRead(mode) {
      const [width, height] = this.model.sizes[mode];
      return this.scaleOf({ width, height }) >= READABLE;
    }

    centre(table, animate) {
      const card = this.layout.cards[table.index];
      const scale = Math.max(this.scale, 0.9);
      const wide = this.width - this.covered.right, high = this.height - this.covered.below;
      const y = card.y + Math.min(card.height, high / scale) / 2;
      this.goTo(card.x + card.width / 2 - wide / 2 / scale, y - high / 2 / scale, scale, animate);
    }

    draw() {
      this.keepInSight();
      const { x, y, scale } = this;
      this.world.setAttribute("transform", `scale(${scale})translate(${-x} ${-y})`);
      this.svg.style.setProperty("--u", String(1 / scale));
      const inView = this.labels.filter((entry) => this.sees(entry.box));
      const level = this.level(inView);
      const size = level === "large" ? largeSize(scale) : 0;
      this.drawGroups(inView, level, size);
      this.drawNear(inView, level);
      this.placeLabels(inView);
      this.svg.dataset.level = level;
    }

    level(inView) {
      if (this.printing) return this.printing;
      const tables = inView.reduce((sum, entry) => sum + this.members[entry.group.index].length, 0);
      if (this.scale >= FULL && (tables <= MOST_FULL || this.scale >= 1)) return "full";
      return this.mode !== "names" && this.scale >= LARGE_NAMES && tables <= MOST_LARGE ? "large" : "far";
    }

    drawGroups(inView, level, size) {
      const wanted = new Set(inView.map((entry) => entry.group.index));
      for (const [index, drawn] of this.drawn) {
        if (wanted.has(index) && drawn.key === level + size) continue;
        // From far all groups stay: they are few paths. Cards go when they are out of sight.
        if (!wanted.has(index) && drawn.key === "far0" && level === "far") continue;
        drawn.element.remove();
        this.drawn.delete(index);
      }
      for (const { group } of inView) {
        if (this.drawn.has(group.index)) continue;
        const element = this.groupElement(group, level, size);
        this.layers.groups.append(element);
        this.drawn.set(group.index, { key: level + size, element });
      }
    }

    groupElement(group, level, size) {
      const tables = this.members[group.index], links = this.inside[group.index];
      const element = map.svg("g", { class: `group c${group.colour}` });
      if (level === "far") {
        element.append(map.blocks(this.layout, tables, links));
        return element;
      }
      element.append(...map.linePaths(this.layout, links));
      for (const table of tables) {
        const card = map.card(this.model, this.layout, table, group.colour, this.href(table), size);
        element.append(card);
      }
      this.lightUp(element);
      return element;
    }

    // Single lines between groups; from far those that have a way around, and the merged ones.
    drawNear(inView, level) {
      const far = level === "far";
      this.merged.style.display = far ? "" : "none";
      const key = far ? "far" : inView.map((entry) => entry.group.index).join();
      if (this.near.dataset.key === key) return;
      this.near.dataset.key = key;
      const seen = new Set(inView.map((entry) => entry.group.index));
      const { ways } = this.layout;
      const inSight = (link) => seen.has(link.origin.group) || seen.has(link.target.group);
      const links = this.links.filter((link) => this.isDrawn(link)
        && (ways[link.index] ? far || inSight(link) : !far && !link.inside && inSight(link)));
      this.near.replaceChildren(...map.linePaths(this.layout, links.slice(0, MOST_LINES)));
      this.near.classList.toggle("many", links.some((link) => !ways[link.index]) && links.length > 80);
    }

    // Names of groups keep their size on the screen, and stay in sight while their group is.
    placeLabels(inView) {
      const { x, y, scale, layout } = this;
      const seen = new Set(inView);
      for (const entry of this.labels) {
        entry.label.style.display = seen.has(entry) ? "" : "none";
        if (!seen.has(entry)) continue;
        const { box, label, group } = entry;
        // On a small screen names would be too small in their strip: they may cover cards.
        const size = Math.max(Math.min(layout.label, LABEL / scale), SMALLEST_LABEL / scale);
        const room = box.width - 24;
        const left = Math.min(Math.max(box.x + 14, x + 8 / scale), box.x + box.width * 0.8);
        const top = Math.min(Math.max(box.y, y), box.y + box.height - layout.header);
        label.style.fontSize = `${size}px`;
        label.setAttribute("x", left);
        label.setAttribute("y", top + Math.max(size, Math.min(layout.header * 0.72, size * 1.4)));
        const shown = map.fitted(group.name, room - (left - box.x - 14), size, true);
        if (label.textContent !== shown) label.textContent = shown;
      }
    }

    // The table under a point of the stage, in any level.
    tableAt(clientX, clientY) {
      const within = this.within(clientX, clientY);
      const group = this.labels.find((entry) => within(entry.box));
      return group && this.members[group.group.index].find((table) => within(this.layout.cards[table.index]));
    }

    groupAt(clientX, clientY) {
      const within = this.within(clientX, clientY);
      return this.labels.find((entry) => within(entry.box));
    }

    mark() {
      const { lit, paths, rings } = map.marks(this);
      // Lines that have no way around, as those to hubs, pass below the cards: names stay to be read.
      this.layers.marked.replaceChildren(...paths);
      this.layers.rings.replaceChildren(...rings);
      this.litUp = lit;
      for (const { element } of this.drawn.values()) this.lightUp(element);
      this.svg.classList.toggle("lit", lit.size > 0 && (lit.size > 1 || paths.length > 0));
    }

    // Cards that are lit up do not step back.
    lightUp(element) {
      for (const card of element.querySelectorAll(".card")) {
        card.classList.toggle("on", this.litUp.has(this.model.tables[card.dataset.t]));
      }
    }

    hover(table) {
      if (this.hovered === table) return;
      this.hovered = table;
      this.mark();
    }

    // The whole map at once, for paper.
    print(on) {
      if (on) this.before = [this.x, this.y, this.scale];
      const few = this.model.tables.length <= 80;
      this.printing = on ? (few || this.mode === "names" ? "full" : "large") : null;
      const { x, y, width, height } = this.extent();
      if (on) {
        const scale = Math.min(1040 / width, 660 / height);
        Object.assign(this, { x: x - 4 / scale, y: y - 4 / scale, scale, width: 1048, height: 668 });
        this.svg.setAttribute("viewBox", "0 0 1048 668");
        this.draw();
      } else {
        this.svg.removeAttribute("viewBox");
        [this.x, this.y, this.scale] = this.before;
        this.resize();
      }
    }
  };

  // How large names are to be so that they can be read; in steps, so that cards are seldom drawn anew.
  function largeSize(scale) {
    return Math.round(12 / 1.12 ** Math.round(Math.log(scale) / Math.log(1.12)) * 10) / 10;
  }
})();
