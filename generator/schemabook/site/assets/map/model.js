// The map's data, decoded: tables, links, groups, and the questions asked of them. No page is touched here.
(function () {
  "use strict";
  const map = (window.schemabookViewer = window.schemabookViewer || {});

  const PRIMARY = 1, FOREIGN = 2, REQUIRED = 4, NOT_SHOWN = 8;
  const UNIQUE = 1, OPTIONAL = 2;
  const FOREIGN_KEY = 0, VIRTUAL = 1, READS = 2, POLICY = 3;
  // As in map/cards.py.
  const TITLE = 26, ROW = 17, FOOT = 5, LOWER = 4;

  map.decode = function (data) {
    const tables = data.tables.map(([name, schema, group, kind, page, partitions], index) => ({
      index, name, schema, group, kind, page, partitions,
      full: `${data.schemas[schema]}.${name}`,
      schemaName: data.schemas[schema],
      kindName: data.kinds[kind].replace("_", " "),
      out: [], in: [], columns: null, hub: false,
    }));
    const links = data.links.map(([from, to, kind, flags, columns, referenced], index) => ({
      index, from, to, kind, columns, referenced, origin: tables[from], target: tables[to],
      unique: !!(flags & UNIQUE), optional: !!(flags & OPTIONAL),
      inside: tables[from].group === tables[to].group,
    }));
    for (const link of links) {
      link.origin.out.push(link);
      link.target.in.push(link);
    }
    const groups = data.groups.map(([name, colour], index) => ({ index, name, colour, tables: [] }));
    for (const table of tables) groups[table.group].tables.push(table);
    for (const index of data.hubs) tables[index].hub = true;
    const byName = new Map(tables.map((table) => [table.full, table]));
    return {
      sizes: data.sizes, schemas: data.schemas, kinds: data.kinds.map((kind) => kind.replace("_", " ")),
      tables, links, groups, byName, layouts: { ...data.layouts },
    };
  };

  map.addColumns = function (model, data) {
    model.tables.forEach((table, index) => {
      const flat = data.tables[index];
      table.columns = [];
      for (let at = 0; at < flat.length; at += 3) {
        const flags = flat[at + 2];
        table.columns.push({
          name: flat[at], type: data.types[flat[at + 1]], primary: !!(flags & PRIMARY),
          foreign: !!(flags & FOREIGN), required: !!(flags & REQUIRED), hidden: !!(flags & NOT_SHOWN),
        });
      }
    });
    Object.assign(model.layouts, data.layouts);
  };

  // The places of one mode, and which columns each card shows.
  map.layout = function (model, mode) {
    const raw = model.layouts[mode];
    if (raw.cards) return raw;
    raw.cards = model.tables.map((table, index) => {
      const [x, width, y] = raw.places.slice(3 * index, 3 * index + 3);
      const rows = mode === "names" ? [] : shownColumns(table, mode);
      const more = mode === "columns" && table.columns ? table.columns.length - rows.length : 0;
      const lines = rows.length + (more ? 1 : 0);
      return { x, y, width, rows, more, height: TITLE + (lines ? lines * ROW + FOOT : 0) };
    });
    raw.boxes = model.groups.map((group, index) => {
      const [x, y, width, height] = raw.groups.slice(4 * index, 4 * index + 4);
      return { x, y, width, height };
    });
    return raw;
  };

  function shownColumns(table, mode) {
    const every = table.columns.map((column, index) => index);
    return every.filter((index) => {
      const column = table.columns[index];
      return mode === "keys" ? column.primary || column.foreign : !column.hidden;
    });
  }

  // Where a line ends on a card, from its upper edge: at the rows of its columns.
  function end(card, columns) {
    if (!card.rows.length || !columns.length) return TITLE / 2;
    const heights = columns.map((column) => rowMiddle(card, column));
    return Math.floor((Math.min(...heights) + Math.max(...heights)) / 2);
  }

  function rowMiddle(card, column) {
    const row = card.rows.indexOf(column);
    if (row >= 0) return TITLE + row * ROW + (ROW >> 1);
    return card.more ? card.height - FOOT - (ROW >> 1) : TITLE / 2;
  }

  map.ends = function (cards, link) {
    let here = end(cards[link.from], link.columns);
    const there = end(cards[link.to], link.referenced);
    if (link.from === link.to && here === there) here -= 2 * LOWER;
    return [here, there + (link.optional ? LOWER : -LOWER)];
  };

  // The tables whose names match, the best first: equal, at the start, at the start of a word, anywhere.
  map.find = function (model, text, most) {
    const fold = window.schemabookFold;
    const words = fold(text).split(/[\s.]+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const table of model.tables) {
      const name = fold(table.name), full = fold(table.full);
      if (!words.every((word) => full.includes(word))) continue;
      const last = words[words.length - 1];
      const rank = name === last ? 0 : name.startsWith(last) ? 1 : name.includes(`_${last}`) ? 2 : 3;
      found.push([rank, name.length, table]);
    }
    found.sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2].index - b[2].index);
    return found.slice(0, most).map((entry) => entry[2]);
  };

  // The links of a shortest way between two tables. A hub in between counts as three steps: almost all
  // tables are two steps apart by way of one, which says little.
  map.path = function (from, to, isHidden) {
    const cost = new Map([[from, 0]]), came = new Map(), done = new Set();
    const queue = [[from]];
    for (let distance = 0; distance < queue.length; distance++) {
      for (const table of queue[distance] || []) {
        if (done.has(table)) continue;
        done.add(table);
        if (table === to) return way(came, from, to);
        for (const [link, other] of steps(table)) {
          if (isHidden(other) && other !== to) continue;
          const next = distance + (other.hub && other !== to ? 3 : 1);
          if (cost.has(other) && cost.get(other) <= next) continue;
          cost.set(other, next);
          came.set(other, [link, table]);
          while (queue.length <= next) queue.push([]);
          queue[next].push(other);
        }
      }
    }
    return null;
  };

  function steps(table) {
    const out = table.out.filter(isKey).map((link) => [link, link.target]);
    return out.concat(table.in.filter(isKey).map((link) => [link, link.origin]));
  }

  function isKey(link) {
    return link.kind < READS;
  }

  function way(came, from, to) {
    const links = [];
    for (let table = to; table !== from; ) {
      const [link, before] = came.get(table);
      links.unshift(link);
      table = before;
    }
    return links;
  }

  Object.assign(map, { TITLE, ROW, FOOT, VIRTUAL, READS, POLICY });
})();
