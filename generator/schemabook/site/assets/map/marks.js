// What is lit up: the links of the table under the pointer or of the selected one, or a way.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const MANY_MARKED = 40, MOST_SECOND = 500;

  // Lines and outlines to draw, and the tables that they join.
  map.marks = function (stage) {
    const table = stage.hovered || (stage.way ? null : stage.selected);
    const { paths, ends } = table ? linksOf(stage, table) : stage.way ? wayOf(stage) : { paths: [], ends: [] };
    const { tables } = stage.model;
    const lit = new Set(table ? [table] : !stage.way && stage.selected ? [stage.selected] : []);
    for (const link of ends) lit.add(tables[link.from]).add(tables[link.to]);
    const rings = [...lit].map((found) => ring(stage, found, found === stage.selected || found === table));
    return { lit, paths, rings };
  };

  function wayOf(stage) {
    return { paths: map.linePaths(stage.layout, stage.way, "way"), ends: stage.way };
  }

  function linksOf(stage, table) {
    const visible = (link) => stage.linkSet.has(link);
    const out = table.out.filter(visible), incoming = table.in.filter(visible);
    const further = table === stage.selected && stage.hops > 1 ? second(stage, table, [...out, ...incoming]) : [];
    const draw = out.length + incoming.length > MANY_MARKED ? bundled.bind(null, stage, table) : map.linePaths;
    const paths = [
      ...map.linePaths(stage.layout, further, "second"),
      ...draw(stage.layout, incoming, "in"), ...draw(stage.layout, out, "out"),
    ];
    return { paths, ends: [...further, ...out, ...incoming] };
  }

  // The links that begin one link away, of those that are drawn; none by way of a hub, which nearly all tables have.
  function second(stage, table, first) {
    const found = new Set();
    for (const near of first) {
      for (const other of [near.origin, near.target]) {
        if (other === table || other.hub) continue;
        for (const link of [...other.out, ...other.in]) {
          const own = link.origin === table || link.target === table;
          if (!own && stage.linkSet.has(link) && stage.isDrawn(link)) found.add(link);
        }
      }
    }
    return [...found].slice(0, MOST_SECOND);
  }

  // Very many links: one line to each other group, as wide as it has links; single ones in the own group.
  function bundled(stage, table, layout, links, kind) {
    const home = (link) => (link.origin === table ? link.target : link.origin).group;
    const counts = new Map();
    for (const link of links) if (home(link) !== table.group) counts.set(home(link), (counts.get(home(link)) || 0) + 1);
    const lines = [...counts].map(([group, count]) => map.svg("path", {
      class: `line ${kind} w${Math.min(5, 1 + Math.floor(Math.log2(count)))}`,
      d: map.lineBetween(layout.cards[table.index], layout.boxes[group]),
    }));
    return [...lines, ...map.linePaths(layout, links.filter((link) => home(link) === table.group), kind)];
  }

  // The outline of a table that is lit up; from far a block.
  function ring(stage, table, strong) {
    const { x, y, width, height } = stage.layout.cards[table.index];
    const kind = `ring c${stage.model.groups[table.group].colour}${strong ? " strong" : ""}`;
    return map.svg("rect", { class: kind, x: x - 2, y: y - 2, width: width + 4, height: height + 4, rx: 5 });
  }
})();
