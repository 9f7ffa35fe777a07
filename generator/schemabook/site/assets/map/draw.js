// SVG of groups and cards, in three levels of detail: blocks, cards with large names, cards in full.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const SVG = "http://www.w3.org/2000/svg";
  const PADDING = 10, MARKS = 26, FONT = 12, SMALL = 11;
  const pen = document.createElement("canvas").getContext("2d");
  const widths = new Map();

  // An element; names are only ever its text.
  map.svg = function (name, attributes, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const key in attributes) if (attributes[key] != null) element.setAttribute(key, attributes[key]);
    element.append(...children);
    return element;
  };

  map.setFont = function (family) {
    map.family = family;
    widths.clear();
  };

  // The width of a text in a font of one pixel.
  function textWidth(text, bold) {
    const key = (bold ? "b" : "p") + text;
    if (!widths.has(key)) {
      pen.font = `${bold ? "bold " : ""}100px ${map.family}`;
      widths.set(key, pen.measureText(text).width / 100);
    }
    return widths.get(key);
  }

  // The text, its middle left out where it is wider; of a type its end: `timestamp without…`.
  map.fitted = function (text, room, size, bold, endsToo = true) {
    if (textWidth(text, bold) * size <= room) return text;
    let kept = Math.max(2, Math.floor((text.length * room) / (textWidth(text, bold) * size)) - 1);
    for (; kept > 1; kept--) {
      const head = endsToo ? Math.ceil(kept / 2) : kept, shown = `${text.slice(0, head)}…${text.slice(text.length - kept + head)}`;
      if (textWidth(shown, bold) * size <= room) return shown;
    }
    return "…";
  };

  // A group from far: one path for its cards, one for the lines between them.
  map.blocks = function (layout, tables, links) {
    const blocks = tables.map((table) => {
      const card = layout.cards[table.index];
      return `M${card.x} ${card.y}h${card.width}v${card.height}h${-card.width}z`;
    });
    const lines = links.map((link) => map.line(layout, link).path);
    return map.svg("g", { class: "far" },
      map.svg("path", { class: "line", d: lines.join("") }), map.svg("path", { class: "block", d: blocks.join("") }));
  };

  // The lines of some links, as few paths: by kind.
  map.linePaths = function (layout, links, extra) {
    const paths = { line: "", "line virtual": "", "line reads": "", "line policy": "", sign: "" };
    const kinds = Object.keys(paths); // as the data count them
    for (const link of links) {
      const drawn = map.line(layout, link);
      paths[kinds[link.kind]] += drawn.path;
      paths.sign += drawn.signs;
    }
    return Object.entries(paths).filter(([, d]) => d)
      .map(([kind, d]) => map.svg("path", { class: extra ? `${kind} ${extra}` : kind, d }));
  };

  // A card; large names where *size* is given: what a name should measure so that it can be read.
  map.card = function (model, layout, table, colour, href, size) {
    const card = layout.cards[table.index];
    const link = map.svg(href ? "a" : "g", {
      class: `card c${colour}${table.hub ? " hub" : ""}${table.kindName.endsWith("view") ? " view" : ""}`
        + `${table.kindName === "outside" ? " outside" : ""}`,
      href, "data-t": table.index, "aria-label": href ? table.full : null,
    });
    const { x, y, width, height } = card;
    link.append(map.svg("rect", { class: "paper", x, y, width, height, rx: 4 }),
      map.svg("rect", { class: "stripe", x, y, width: 4, height, rx: 2 }));
    if (size) largeName(link, table, card, size);
    else fullCard(link, table, card);
    return link;
  };

  function fullCard(link, table, card) {
    const count = table.hub ? String(new Set(table.in.filter((link) => link.kind !== map.POLICY).map((link) => link.from)).size) : "";
    const room = card.width - 2 * PADDING - (count ? textWidth(count, false) * SMALL + 6 : 0);
    put(link, map.fitted(table.name, room, FONT, true), card.x + PADDING, card.y + 17, "name", table.name);
    if (count) put(link, count, card.x + card.width - PADDING, card.y + 17, "faint end");
    if (!card.rows.length) return;
    link.append(map.svg("path", { class: "rule", d: `M${card.x + 4} ${card.y + map.TITLE}h${card.width - 4}` }));
    card.rows.forEach((row, index) => {
      column(link, table.columns[row], card, card.y + map.TITLE + index * map.ROW + 12);
    });
    if (card.more) put(link, `and ${card.more} more`, card.x + PADDING + MARKS, card.y + card.height - 9, "faint");
  }

  function column(link, fact, card, y) {
    const room = card.width - 2 * PADDING - MARKS;
    const name = map.fitted(fact.name, room, SMALL), left = room - textWidth(name, false) * SMALL - 10;
    const mark = fact.primary ? "PK" : fact.foreign ? "FK" : "";
    if (mark) put(link, mark, card.x + PADDING, y, "mark");
    put(link, name, card.x + PADDING + MARKS, y, fact.required ? "" : "null", fact.name);
    if (fact.type && left > 20) {
      const type = map.fitted(fact.type, left, SMALL, false, false);
      put(link, type, card.x + card.width - PADDING, y, "faint end", fact.type);
    }
  }

  // A text; where it is not *full*, the pointer on it shows that.
  function put(parent, text, x, y, kind, full = text) {
    const element = map.svg("text", { x, y, class: kind || null });
    element.textContent = text;
    if (full !== text) element.prepend(map.svg("title", {}, full));
    parent.append(element);
  }

  // The name as large as the card lets it be, on several lines if need be; bars stand for columns.
  function largeName(link, table, card, size) {
    const room = card.width - 14, high = Math.max(card.height - 8, map.TITLE - 4);
    const [lines, fits] = wrapped(table.name, room, Math.min(size, high), high);
    lines.forEach((line, index) => {
      const shown = map.fitted(line, room, fits, true);
      const element = map.svg("text", { x: card.x + 10, y: card.y + 4 + fits * (0.9 + 1.15 * index), class: "name" });
      element.style.fontSize = `${fits}px`;
      element.textContent = shown;
      if (shown !== line) element.prepend(map.svg("title", {}, table.name));
      link.append(element);
    });
    const top = 4 + fits * (1.15 * lines.length + 0.35), bars = [];
    card.rows.forEach((row, index) => {
      const y = map.TITLE + index * map.ROW + 9, long = Math.min(room * 0.6, textWidth(table.columns[row].name, false) * SMALL);
      if (y > top) bars.push(`M${card.x + PADDING + MARKS} ${card.y + y}h${Math.round(long)}`);
    });
    if (bars.length) link.append(map.svg("path", { class: "bar", d: bars.join("") }));
  }

  // The name on one to three lines, broken after underscores, and the size that fits.
  function wrapped(name, room, size, high) {
    const words = name.split(/(?<=_)/);
    let best = [[name], 0];
    for (let count = 1; count <= Math.min(3, words.length); count++) {
      const lines = broken(words, count);
      const widest = Math.max(...lines.map((line) => textWidth(line, true)));
      const fits = Math.min(size, Math.floor((room / widest) * 10) / 10, high / (1.15 * count));
      if (fits > best[1] * 1.15) best = [lines, fits];
    }
    return best;
  }

  function broken(words, count) {
    const most = textWidth(words.join(""), true) / count, lines = [""];
    for (const word of words) {
      const last = lines.length - 1;
      const over = textWidth(lines[last] + word, true) - most;
      if (lines[last] && lines.length < count && over > textWidth(word, true) / 2) lines.push(word);
      else lines[last] += word;
    }
    return lines;
  }
})();
