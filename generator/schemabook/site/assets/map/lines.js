// The line of a link and the signs at its ends, as in map/lines.py, which says what they mean.
(function () {
  "use strict";
  const map = window.schemabookViewer;
  const STUB = 14, APART = 2 * STUB + 4, AROUND = 46, ROUND = 7;

  map.line = function (layout, link) {
    const [many, one] = lineEnds(layout, link);
    if (link.kind >= map.READS) return { path: path(many, one, [], 0), signs: "" };
    const signs = bracket(many) + bracket(one) + manySign(many, link.unique) + oneSign(one, link.optional);
    const way = layout.ways[link.index];
    return { path: way ? along(many, one, way) : path(many, one, bends(layout, link), STUB), signs };
  };

  function bends(layout, link) {
    const flat = layout.routes[link.index] || [], found = [];
    for (let at = 0; at < flat.length; at += 3) {
      found.push({ x: flat[at], width: flat[at + 1], y: flat[at + 2] });
    }
    return found;
  }

  function lineEnds(layout, link) {
    const here = layout.cards[link.from], there = layout.cards[link.to];
    const way = layout.ways[link.index];
    let sides = [1, 1];
    if (way) sides = [sideOf(here, way[0]), sideOf(there, way[way.length - 1])];
    else if (link.from !== link.to && (layout.routes[link.index] || here.x - there.x - there.width >= APART)) {
      sides = here.x > there.x ? [-1, 1] : [1, -1];
    } else if (there.x - here.x - here.width >= APART) {
      sides = [1, -1];
    }
    const heights = map.ends(layout.cards, link);
    return [
      lineEnd(here, link.columns, heights[0], sides[0]),
      lineEnd(there, link.referenced, heights[1], sides[1]),
    ];
  }

  function sideOf(card, x) {
    return x > card.x + (card.width >> 1) ? 1 : -1;
  }

  function lineEnd(card, columns, height, side) {
    const x = side > 0 ? card.x + card.width : card.x;
    const rows = columns.length > 1 ? columns.map((column) => card.rows.indexOf(column)) : [];
    const shown = rows.filter((row) => row >= 0).map((row) => card.y + map.TITLE + row * map.ROW + (map.ROW >> 1));
    return { x, y: card.y + height, side, heights: shown.length > 1 ? shown : [] };
  }

  function path(many, one, passed, stub) {
    const swapped = one.x < many.x;
    const [left, right] = swapped ? [one, many] : [many, one];
    let x = left.x + stub * left.side, y = left.y;
    const endX = right.x + stub * right.side;
    let found = `M${left.x} ${left.y}H${x}`;
    if (left.side === 1 && right.side === 1) {
      const around = Math.max(x, endX) + AROUND - stub;
      return `${found}C${around} ${y} ${around} ${right.y} ${endX} ${right.y}H${right.x}`;
    }
    for (const bend of passed) {
      found += `${curve(x, y, bend.x, bend.y)}H${bend.x + bend.width}`;
      x = bend.x + bend.width;
      y = bend.y;
    }
    return `${found}${curve(x, y, endX, right.y)}H${right.x}`;
  }

  // Along the streets of a way, with round corners.
  function along(many, one, way) {
    const points = [[many.x, many.y]];
    way.forEach((at, index) => points.push(index % 2 ? [way[index - 1], at] : [at, points[points.length - 1][1]]));
    points.push([way[way.length - 1], one.y], [one.x, one.y]);
    const corners = points.slice(1, -1).map((point, index) => corner(points[index], point, points[index + 2]));
    return `M${many.x} ${many.y}${corners.join("")}H${one.x}`;
  }

  function corner([fromX, fromY], [x, y], [toX, toY]) {
    const into = Math.abs(x - fromX) + Math.abs(y - fromY), out = Math.abs(toX - x) + Math.abs(toY - y);
    const round = Math.min(ROUND, into >> 1, out >> 1);
    if (!round) return `L${x} ${y}`;
    const before = `${x - round * Math.sign(x - fromX)} ${y - round * Math.sign(y - fromY)}`;
    return `L${before}Q${x} ${y} ${x + round * Math.sign(toX - x)} ${y + round * Math.sign(toY - y)}`;
  }

  function curve(x, y, toX, toY) {
    if (y === toY) return `H${toX}`;
    const middle = (x + toX) >> 1;
    return `C${middle} ${y} ${middle} ${toY} ${toX} ${toY}`;
  }

  function manySign(at, unique) {
    if (unique) return `M${at.x + 6 * at.side} ${at.y - 3}v6`;
    return `M${at.x} ${at.y - 4}l${9 * at.side} 4 ${-9 * at.side} 4`;
  }

  function oneSign(at, optional) {
    const bar = `M${at.x + 4 * at.side} ${at.y - 3}v6`;
    if (!optional) return `${bar}M${at.x + 8 * at.side} ${at.y - 3}v6`;
    const half = "a2.5 2.5 0 1 0 ";
    return `${bar}M${at.x + 6 * at.side} ${at.y}${half}${5 * at.side} 0${half}${-5 * at.side} 0`;
  }

  function bracket(at) {
    if (!at.heights.length) return "";
    const x = at.x + 3 * at.side;
    const ticks = at.heights.map((y) => `M${at.x} ${y}H${x}`).join("");
    return `M${x} ${Math.min(...at.heights)}V${Math.max(...at.heights)}${ticks}`;
  }

  // From the edge of one box to that of another, along the line between their middles.
  map.lineBetween = function (one, other) {
    const [x, y] = edgePoint(one, other), [toX, toY] = edgePoint(other, one);
    const bow = 0.12, middleX = (x + toX) / 2 - (toY - y) * bow, middleY = (y + toY) / 2 + (toX - x) * bow;
    return `M${Math.round(x)} ${Math.round(y)}Q${Math.round(middleX)} ${Math.round(middleY)} ${Math.round(toX)} ${Math.round(toY)}`;
  };

  function edgePoint(box, other) {
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const dx = other.x + other.width / 2 - x, dy = other.y + other.height / 2 - y;
    const share = Math.min(box.width / 2 / Math.abs(dx || 1e-9), box.height / 2 / Math.abs(dy || 1e-9));
    return [x + dx * share, y + dy * share];
  }
})();
