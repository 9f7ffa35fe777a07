"""The lines that join groups, or blocks of a group: along streets, around all cards and other groups.

Within its two groups a line may run between the cards, elsewhere only between the groups. Lines to different
tables run beside each other, those to the same table are one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from schemabook.map.cards import Card, ends
from schemabook.map.graph import Link
from schemabook.map.layers import Place
from schemabook.map.streets import (
    Crossings,
    Point,
    Rectangle,
    Street,
    around,
    crossings,
    streets,
    way,
)

MOST = 500
"""Further lines go straight: nobody could follow so many, and to look for a way takes time."""
FARTHEST, STUB = 24, 12
"""How far from a card lines pass at most, and where its signs stand."""
BESIDE = 4
"""Between lines that run beside each other, where there is room."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What stands on the map."""

    cards: Sequence[Card]
    places: Sequence[Place]
    groups: Sequence[Sequence[int]]
    """The tables of each group."""
    boxes: Sequence[Rectangle]
    """Of the groups."""
    labels: Sequence[Rectangle]
    """The names of the groups."""
    apart: int
    """Between groups."""

    def card(self, table: int) -> Rectangle:
        """A table's place."""
        place = self.places[table]
        return Rectangle(place.x, place.y, place.x + place.width, place.y + self.cards[table].height)


Way = tuple[int, ...]
"""The x and y of its streets in turn, from the referencing card to the referenced one."""


class _End(NamedTuple):
    """Where a line may leave a card."""

    card: Rectangle
    y: int

    @property
    def points(self) -> tuple[Point, Point]:
        return Point(self.card.left, self.y), Point(self.card.right, self.y)


def ways(ground: Ground, links: Iterable[Link]) -> dict[Link, Way]:
    """The ways of these links, as far as there are some."""
    wanted = {link: _ends(ground, link) for link in sorted(links)[:MOST]}
    if not wanted:
        return {}
    home = {table: group for group, tables in enumerate(ground.groups) for table in tables}
    own: dict[int, set[_End]] = defaultdict(set)
    for link, (here, there) in wanted.items():
        own[home[link.table]].add(here)
        own[home[link.references]].add(there)
    between = _between(ground)
    outside = crossings(between)
    found = {group: _inside(ground, group, ends, outside) for group, ends in own.items()}
    inside = {group: crossings(*parts) for group, parts in found.items()}
    ways: dict[Link, Way] = {}
    for link, (here, there) in wanted.items():
        maps = [outside, *(inside[group] for group in sorted({home[link.table], home[link.references]}))]
        if corners := way(maps, here.points, there.points):
            ways[link] = _coordinates(corners)
    return _beside(ways, wanted, [*between, *(street for streets, _ in found.values() for street in streets)])


def _ends(ground: Ground, link: Link) -> tuple[_End, _End]:
    here, there = ground.card(link.table), ground.card(link.references)
    heights = ends(ground.cards, link)
    return _End(here, here.top + heights[0]), _End(there, there.top + heights[1])


def _between(ground: Ground) -> list[Street]:
    """The streets between the groups, and around all of them."""
    frame = _grown(
        Rectangle(0, 0, max(box.right for box in ground.boxes), max(box.bottom for box in ground.boxes)),
        ground.apart,
    )
    return list(streets(ground.boxes, frame, ground.apart // 2))


def _inside(
    ground: Ground, group: int, own: Iterable[_End], outside: Crossings
) -> tuple[list[Street], list[Point]]:
    """The streets of a group, out to those around it, and where it is reached or left."""
    frame = _grown(ground.boxes[group], ground.apart // 2)
    obstacles = [*map(ground.card, ground.groups[group]), ground.labels[group]]
    beside = streets(obstacles, frame, FARTHEST)
    # The signs of the cards stand beside upright streets.
    found = [street._replace(room=street.room - STUB * street.upright) for street in beside]
    found += around(frame, ground.apart // 2)
    points = [point for point in outside if _is_on(point, frame)]
    for end in own:
        level = [o for o in obstacles if o.top < end.y < o.bottom]
        left = max((o.right for o in level if o.right <= end.card.left), default=frame.left)
        right = min((o.left for o in level if o.left >= end.card.right), default=frame.right)
        found += [Street(False, end.y, left, end.card.left), Street(False, end.y, end.card.right, right)]
        points += end.points
    return found, points


def _grown(box: Rectangle, by: int) -> Rectangle:
    return Rectangle(box.left - by, box.top - by, box.right + by, box.bottom + by)


def _is_on(point: Point, frame: Rectangle) -> bool:
    """Whether a point is on one of the four sides."""
    inside = frame.left <= point.x <= frame.right and frame.top <= point.y <= frame.bottom
    return inside and (point.x in (frame.left, frame.right) or point.y in (frame.top, frame.bottom))


def _coordinates(corners: Sequence[Point]) -> Way:
    inner = corners[1:-1]
    if not inner:
        return ((corners[0].x + corners[-1].x) // 2,)
    return tuple(point.y if index % 2 else point.x for index, point in enumerate(inner[:-1]))


class _Run(NamedTuple):
    """A part of a line that runs along a street."""

    start: int
    end: int
    leaves: int
    """Twice where it comes from and goes to, beside the street: what leaves to the left runs at the left."""
    link: Link
    place: int


def _beside(
    ways: Mapping[Link, Way], ends: Mapping[Link, tuple[_End, _End]], found: Iterable[Street]
) -> dict[Link, Way]:
    """The ways, moved a little where several share a street."""
    room: dict[tuple[bool, int], int] = {}
    for street in found:
        key = street.upright, street.at
        room[key] = min(street.room, room.get(key, street.room))
    runs: dict[tuple[bool, int], list[_Run]] = defaultdict(list)
    for link, coordinates in ways.items():
        for index, run in enumerate(_runs(link, coordinates, *ends[link])):
            runs[index % 2 == 0, coordinates[index]].append(run)
    moved = {link: list(coordinates) for link, coordinates in ways.items()}
    for (upright, at), own in runs.items():
        free = room.get((upright, at), 0) - BESIDE
        if free > 0:
            for run, by in _spread(own, free):
                moved[run.link][run.place] += by
    return {link: tuple(coordinates) for link, coordinates in moved.items()}


def _runs(link: Link, way: Way, here: _End, there: _End) -> Iterable[_Run]:
    first, last = here.card.left + here.card.right >> 1, there.card.left + there.card.right >> 1
    whole = (first, here.y, *way, there.y, last)
    for index in range(len(way)):
        before, after = whole[index + 1], whole[index + 3]
        yield _Run(min(before, after), max(before, after), whole[index] + whole[index + 4], link, index)


def _spread(runs: Sequence[_Run], free: int) -> Iterable[tuple[_Run, int]]:
    """How far each run is moved: those that overlap stand side by side, but for lines to the same table."""
    cluster: list[_Run] = []
    for run in sorted(runs):
        if cluster and run.start > max(other.end for other in cluster):
            yield from _side_by_side(cluster, free)
            cluster = []
        cluster.append(run)
    yield from _side_by_side(cluster, free)


def _side_by_side(runs: Sequence[_Run], free: int) -> Iterable[tuple[_Run, int]]:
    lanes: dict[int, list[_Run]] = defaultdict(list)
    for run in runs:
        lanes[run.link.references].append(run)
    order = sorted(lanes, key=lambda table: (sum(r.leaves for r in lanes[table]) / len(lanes[table]), table))
    step = min(BESIDE, 2 * free / max(1, len(order) - 1))
    for lane, table in enumerate(order):
        for run in lanes[table]:
            yield run, round((lane - (len(order) - 1) / 2) * step)
