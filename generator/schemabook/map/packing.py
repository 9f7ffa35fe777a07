"""Boxes side by side in the shape of a screen: each as high up as it fits, then as far left.

The boxes that are placed have a skyline; what stays free below a new one is a hole, for later boxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import isqrt
from typing import NamedTuple

WIDE, HIGH = 16, 10
"""The shape that is sought: that of a screen."""
TRIES = (70, 76, 82, 88, 94, 100, 106, 112, 120, 130, 145, 160)
"""The widths that are tried, in hundredths of that of a rectangle without gaps."""


class Packed(NamedTuple):
    """The upper left corner of each box, and the size of all."""

    corners: tuple[tuple[int, int], ...]
    width: int
    height: int


class Hole(NamedTuple):
    """A free rectangle."""

    y: int
    x: int
    right: int
    bottom: int


def pack(sizes: Sequence[tuple[int, int]], gap: int, step: int = 1) -> Packed:
    """Places the boxes in this order; the width is a multiple of *step*, so that it seldom changes."""
    if not sizes:
        return Packed((), 0, 0)
    area = sum((width + gap) * (height + gap) for width, height in sizes)
    ideal, widest = isqrt(area * WIDE // HIGH), max(width for width, _ in sizes)
    widths = {max(widest, -(-ideal * percent // 100 // step) * step) for percent in TRIES}
    return min((pack_into(sizes, width, gap) for width in sorted(widths)), key=_unpleasing)


def _unpleasing(packed: Packed) -> tuple[int, int]:
    """The size of the screen, in its own shape, that shows it all."""
    side = max(packed.width * HIGH, packed.height * WIDE)
    return side, packed.width * packed.height


def pack_into(sizes: Sequence[tuple[int, int]], width: int, gap: int) -> Packed:
    """Places the boxes in a strip of this width, in this order."""
    skyline: list[tuple[int, int]] = [(0, 0)]  # x and y of each step, from left to right
    holes: list[Hole] = []
    corners = []
    for box_width, box_height in sizes:
        x, y = _in_hole(holes, box_width, box_height, gap) or _on_top(skyline, holes, box_width, width, gap)
        corners.append((x, y))
        if y + box_height + gap > _height(skyline, x):
            _raise(skyline, x, box_width + gap, y + box_height + gap)
    right = max(x + size[0] for (x, _), size in zip(corners, sizes, strict=True))
    bottom = max(y + size[1] for (_, y), size in zip(corners, sizes, strict=True))
    return Packed(tuple(corners), right, bottom)


def _in_hole(holes: list[Hole], width: int, height: int, gap: int) -> tuple[int, int] | None:
    """The corner in the highest hole that has room; what stays free of it are two holes."""
    fitting = (h for h in holes if h.right - h.x >= width + gap and h.bottom - h.y >= height + gap)
    hole = min(fitting, default=None)
    if hole is None:
        return None
    holes.remove(hole)
    right, bottom = hole.x + width + gap, hole.y + height + gap
    holes += [hole._replace(x=right, bottom=bottom), hole._replace(y=bottom)]
    return hole.x, hole.y


def _on_top(
    skyline: list[tuple[int, int]], holes: list[Hole], box_width: int, width: int, gap: int
) -> tuple[int, int]:
    """The highest corner on the skyline; what it leaves free below becomes holes."""
    x, y = _lowest(skyline, box_width, width)
    steps = [*skyline, (max(width + gap, x + box_width + gap), 0)]
    for (left, top), (right, _) in pairwise(steps):
        hole = Hole(top, max(left, x), min(right, x + box_width + gap), y)
        if hole.right > hole.x and hole.bottom > hole.y:
            holes.append(hole)
    return x, y


def _lowest(skyline: Sequence[tuple[int, int]], box_width: int, width: int) -> tuple[int, int]:
    """The corner where the box stands highest up."""
    y, x = min(_tops(skyline, box_width, width))
    return x, y


def _tops(skyline: Sequence[tuple[int, int]], box_width: int, width: int) -> Iterator[tuple[int, int]]:
    """For each step of the skyline the y and x of a box that begins there."""
    for index, (x, _) in enumerate(skyline):
        if x + box_width > width and index:
            return
        end = x + box_width
        yield max(y for other, y in skyline[index:] if other < end), x


def _height(skyline: Sequence[tuple[int, int]], x: int) -> int:
    """How far down the boxes reach at x."""
    return [y for left, y in skyline if left <= x][-1]


def _raise(skyline: list[tuple[int, int]], x: int, width: int, y: int) -> None:
    """Puts a box on the skyline."""
    end = x + width
    before = [step for step in skyline if step[0] < x]
    under = [step for step in skyline if x <= step[0] < end]
    after = [step for step in skyline if step[0] >= end]
    behind = [] if after and after[0][0] == end else [(end, under[-1][1] if under else 0)]
    skyline[:] = [*before, (x, y), *behind, *after]
