"""Streets: straight free ways between rectangles, and the shortest way along them.

Beside each rectangle run four, one along each side, as far as nothing stands in their way.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

BEND = 40
"""A corner is as bad as so long a way around."""
FAR = 10**9
NARROWEST = 6
"""Where there is less room there is no street."""


class Point(NamedTuple):
    """A place on the map."""

    x: int
    y: int


class Rectangle(NamedTuple):
    """What no street crosses, or what bounds them all."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def turned(self) -> Rectangle:
        """With its sides exchanged for what is above and below."""
        return Rectangle(self.top, self.left, self.bottom, self.right)


class Street(NamedTuple):
    """A straight free way."""

    upright: bool
    at: int
    """Its x where it is upright, else its y."""
    start: int
    end: int
    room: int = 0
    """How far it is to what it runs beside."""


Crossings = Mapping[Point, Sequence[Point]]
"""The places where streets cross, each with the next ones."""


def streets(obstacles: Sequence[Rectangle], frame: Rectangle, farthest: int) -> Iterator[Street]:
    """The streets beside all obstacles, at most so far from them; the frame may be one itself."""
    yield from _upright(obstacles, frame, farthest)
    for street in _upright([o.turned for o in obstacles], frame.turned, farthest):
        yield street._replace(upright=False)


def _upright(obstacles: Sequence[Rectangle], frame: Rectangle, farthest: int) -> Iterator[Street]:
    beside: dict[tuple[int, int], _Beside] = {}
    for own in obstacles:
        middle = (own.top + own.bottom) // 2
        level = [o for o in obstacles if o.top <= middle <= o.bottom]
        left = max((o.right for o in level if o.right <= own.left), default=-FAR)
        right = min((o.left for o in level if o.left >= own.right), default=FAR)
        for gap, to_frame, side, way in (
            (own.left - left, own.left - frame.left, own.left, -1),
            (right - own.right, frame.right - own.right, own.right, 1),
        ):
            room = min(farthest, gap // 2)
            if gap >= NARROWEST and room < to_frame:
                key = side + way * room, room
                if key not in beside:
                    beside[key] = _Beside(obstacles, frame, *key)
                yield beside[key].street(middle)


class _Beside:
    """What limits upright streets at some x with some room on both sides."""

    def __init__(self, obstacles: Sequence[Rectangle], frame: Rectangle, x: int, room: int) -> None:
        hit = sorted((o.top, o.bottom) for o in obstacles if o.left - room < x < o.right + room)
        self.x, self.room = x, room
        self.tops = [*(top for top, _ in hit), frame.bottom]
        self.bottoms = [*accumulate((bottom for _, bottom in hit), max, initial=frame.top)]

    def street(self, y: int) -> Street:
        """The one that leads by here."""
        place = bisect_left(self.tops, y)
        return Street(True, self.x, self.bottoms[place], self.tops[place], self.room)


def around(frame: Rectangle, room: int) -> Iterator[Street]:
    """The four streets along the sides of a rectangle."""
    yield from (Street(True, x, frame.top, frame.bottom, room) for x in (frame.left, frame.right))
    yield from (Street(False, y, frame.left, frame.right, room) for y in (frame.top, frame.bottom))


def crossings(found: Iterable[Street], more: Iterable[Point] = ()) -> Crossings:
    """Where the streets cross; *more* are further places on them."""
    every = sorted(set(found))
    upright = [street for street in every if street.upright]
    places = [street.at for street in upright]
    on: dict[Street, set[Point]] = defaultdict(set)
    for across in every:
        if not across.upright:
            for other in upright[bisect_left(places, across.start) : bisect_right(places, across.end)]:
                if other.start <= across.at <= other.end:
                    point = Point(other.at, across.at)
                    on[across].add(point)
                    on[other].add(point)
    by_place: dict[tuple[bool, int], list[Street]] = defaultdict(list)
    for street in every:
        by_place[street.upright, street.at].append(street)
    for point in more:
        for upright_one, at, along in ((True, point.x, point.y), (False, point.y, point.x)):
            for street in by_place[upright_one, at]:
                if street.start <= along <= street.end:
                    on[street].add(point)
    beside: dict[Point, set[Point]] = defaultdict(set)
    for points in on.values():
        for here, there in pairwise(sorted(points)):
            beside[here].add(there)
            beside[there].add(here)
    return {point: sorted(others) for point, others in beside.items()}


State = tuple[Point, bool]
"""A place, and whether it was reached up or down."""


def way(
    maps: Sequence[Crossings], starts: tuple[Point, Point], goals: tuple[Point, Point]
) -> tuple[Point, ...]:
    """The corners of the shortest way with few bends from one side of a card to one of another, left across.

    Nothing where no way leads there.
    """
    queue = [(0, 0, (start, False), (start, False)) for start in starts]
    came: dict[State, State] = {}
    while queue:
        _, done, state, before = heapq.heappop(queue)
        if state in came:
            continue
        came[state] = before
        point, upright = state
        if point in goals and not upright:
            return _corners(came, state)
        for found in maps:
            for other in found.get(point, ()):
                turned = other.x == point.x
                if (other, turned) not in came:
                    cost = abs(other.x - point.x) + abs(other.y - point.y) + BEND * (turned != upright) - done
                    # Of two that are as good the one that has come farther: it is found sooner.
                    heapq.heappush(queue, (cost + _far(other, turned, goals), -cost, (other, turned), state))
    return ()


def _far(point: Point, upright: bool, sides: tuple[Point, Point]) -> int:
    """What a way to one of the sides takes at least."""
    left, right = sides
    down = abs(point.y - left.y)
    bends = 1 if upright else 2 if down else 0
    return min(abs(point.x - left.x), abs(point.x - right.x)) + down + BEND * bends


def _corners(came: Mapping[State, State], last: State) -> tuple[Point, ...]:
    """The way back, without the places that it passes straight on."""
    found = [last[0]]
    state = last
    while came[state] != state:
        before = came[state]
        if before[1] != state[1] or came[before] == before:
            found.append(before[0])
        state = before
    return tuple(reversed(found))
