"""The line of a link: from the referenced card to the referencing one, with the signs at its ends.

At the referencing end a crow's foot says that many rows may reference the same one, a bar that at most one
may. At the referenced end a second bar says that each row references one, a ring that it may reference none.
The viewer draws the same lines (`site/assets/map/lines.js`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemabook.map.cards import end, ends
from schemabook.map.graph import Graph, Link, LinkKind
from schemabook.map.layers import Place
from schemabook.map.layout import Layout
from schemabook.map.ways import Way

STUB = 14
"""A line leaves a card straight for so long; the signs stand there."""
APART = 2 * STUB + 4
"""Cards at least so far apart are joined by their facing sides, others by their right ones."""
ROUND = 7
"""The radius of a corner."""
AROUND = 46
"""How far a line goes around where it joins two right sides."""


class Line(NamedTuple):
    """A line and its signs, as paths."""

    path: str
    signs: str


class End(NamedTuple):
    """Where a line meets a card, and in which direction it leaves it: 1 is right."""

    x: int
    y: int
    direction: int
    heights: tuple[int, ...] = ()
    """Of several columns that the line is for."""


def line(graph: Graph, layout: Layout, link: Link) -> Line:
    """The line of a link."""
    many, one = _ends(layout, link)
    if link.kind is LinkKind.READS:
        return Line(_path(many, one, (), stub=0), "")
    signs = _bracket(many) + _bracket(one) + _many(many, link.unique) + _one(one, link.optional)
    if link in layout.ways:
        return Line(_around(many, one, layout.ways[link]), signs)
    return Line(_path(many, one, layout.routes.get(link, ()), stub=STUB), signs)


def _ends(layout: Layout, link: Link) -> tuple[End, End]:
    """The ends at the referencing and at the referenced card, on the sides that face each other."""
    here, there = layout.places[link.table], layout.places[link.references]
    if way := layout.ways.get(link):
        sides = _side(here, way[0]), _side(there, way[-1])
    elif link.table != link.references and (link in layout.routes or here.x - there.x - there.width >= APART):
        sides = (-1, 1) if here.x > there.x else (1, -1)
    elif there.x - here.x - here.width >= APART:
        sides = (1, -1)
    else:
        sides = (1, 1)
    heights = ends(layout.cards, link)
    return (
        _end(layout, link.table, link.columns, heights[0], sides[0]),
        _end(layout, link.references, link.referenced_columns, heights[1], sides[1]),
    )


def _side(place: Place, x: int) -> int:
    """On which side of a card something is."""
    return 1 if x > place.x + place.width // 2 else -1


def _end(layout: Layout, table: int, columns: tuple[int, ...], height: int, direction: int) -> End:
    place, card = layout.places[table], layout.cards[table]
    x = place.x + place.width if direction > 0 else place.x
    heights = tuple(place.y + end(card, (column,)) for column in columns) if card.rows else ()
    return End(x, place.y + height, direction, heights if len(heights) > 1 else ())


def _path(many: End, one: End, bends: Sequence[Place], stub: int) -> str:
    """From left to right, straight where it passes a layer."""
    left, right = sorted((many, one), key=lambda found: (found.x, found is one))
    x, y = left.x + stub * left.direction, left.y
    end_x = right.x + stub * right.direction
    path = f"M{left.x} {left.y}H{x}"
    if left.direction == right.direction == 1:
        around = max(x, end_x) + AROUND - stub
        return f"{path}C{around} {y} {around} {right.y} {end_x} {right.y}H{right.x}"
    for bend in bends:
        path += _curve(x, y, bend.x, bend.y) + f"H{bend.x + bend.width}"
        x, y = bend.x + bend.width, bend.y
    return path + _curve(x, y, end_x, right.y) + f"H{right.x}"


def _around(many: End, one: End, way: Way) -> str:
    """Along the streets of a way, with round corners."""
    y = many.y
    points = [(many.x, y)]
    for across, next_y in zip(way[::2], (*way[1::2], one.y), strict=True):
        points += [(across, y), (across, next_y)]
        y = next_y
    points.append((one.x, one.y))
    path = f"M{many.x} {many.y}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        path += _corner(before, corner, after)
    return f"{path}H{one.x}"


def _corner(before: tuple[int, int], corner: tuple[int, int], after: tuple[int, int]) -> str:
    """The line up to a corner, and around it."""
    (from_x, from_y), (x, y), (to_x, to_y) = before, corner, after
    into, out = abs(x - from_x) + abs(y - from_y), abs(to_x - x) + abs(to_y - y)
    round_ = min(ROUND, into // 2, out // 2)
    if not round_:
        return f"L{x} {y}"
    begin = x - round_ * _sign(x - from_x), y - round_ * _sign(y - from_y)
    end = x + round_ * _sign(to_x - x), y + round_ * _sign(to_y - y)
    return f"L{begin[0]} {begin[1]}Q{x} {y} {end[0]} {end[1]}"


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    if y == to_y:
        return f"H{to_x}"
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"


def _many(at: End, unique: bool) -> str:
    if unique:
        return f"M{at.x + 6 * at.direction} {at.y - 3}v6"
    return f"M{at.x} {at.y - 4}l{9 * at.direction} 4 {-9 * at.direction} 4"


def _one(at: End, optional: bool) -> str:
    bar = f"M{at.x + 4 * at.direction} {at.y - 3}v6"
    if not optional:
        return f"{bar}M{at.x + 8 * at.direction} {at.y - 3}v6"
    half = "a2.5 2.5 0 1 0 "
    across = 5 * at.direction
    return f"{bar}M{at.x + 6 * at.direction} {at.y}{half}{across} 0{half}{-across} 0"


def _bracket(at: End) -> str:
    """Joins the rows of several columns."""
    if not at.heights:
        return ""
    x = at.x + 3 * at.direction
    return f"M{x} {min(at.heights)}V{max(at.heights)}" + "".join(f"M{at.x} {y}H{x}" for y in at.heights)
