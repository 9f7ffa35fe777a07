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
MANY = 300
"""Of more boxes any width is filled well, so few are tried."""


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
    tries = TRIES if len(sizes) <= MANY else TRIES[4:7]
    widths = {max(widest, -(-ideal * percent // 100 // step) * step) for percent in tries}
    return min((pack_into(sizes, width, gap) for width in sorted(widths)), key=_unpleasing)


def _unpleasing(packed: Packed) -> tuple[int, int]:
    """The size of the screen, in its own shape, that shows it all."""
    side = max(packed.width * HIGH, packed.height * WIDE)
    return side, packed.width * packed.height


def pack_into(sizes: Sequence[tuple[int, int]], width: int, gap: int) -> Packed:
    """Places the boxes in a strip of this width, in this order."""
    # With its gap at the right and below each box needs only not to overlap others.
    wanted = [(box_width + gap, box_height + gap) for box_width, box_height in sizes]
    strip = _Strip(width + gap, min(w for w, _ in wanted), min(h for _, h in wanted))
    corners = [strip.in_hole(w, h) or strip.on_top(w, h) for w, h in wanted]
    right = max(x + w for (x, _), (w, _) in zip(corners, sizes, strict=True))
    bottom = max(y + h for (_, y), (_, h) in zip(corners, sizes, strict=True))
    return Packed(tuple(corners), right, bottom)


class _Strip:
    """A strip of some width that is filled from above."""

    def __init__(self, width: int, least_width: int, least_height: int) -> None:
        self.width = width
        self.least_width, self.least_height = least_width, least_height
        self.skyline = [(0, 0)]
        """x and y of each step, from left to right."""
        self.holes: list[Hole] = []

    def in_hole(self, width: int, height: int) -> tuple[int, int] | None:
        """Takes the corner of the highest hole that has room; what stays free of it are two holes."""
        fitting = (
            hole for hole in self.holes if hole.right - hole.x >= width and hole.bottom - hole.y >= height
        )
        hole = min(fitting, default=None)
        if hole is None:
            return None
        self.holes.remove(hole)
        self._add_hole(hole._replace(x=hole.x + width, bottom=hole.y + height))
        self._add_hole(hole._replace(y=hole.y + height))
        return hole.x, hole.y

    def on_top(self, width: int, height: int) -> tuple[int, int]:
        """Takes the highest corner on the skyline; what it leaves free below becomes holes."""
        y, x = min(self._tops(width))
        end = x + width
        before = [step for step in self.skyline if step[0] < x]
        under = [step for step in self.skyline if x <= step[0] < end]
        after = [step for step in self.skyline if step[0] >= end]
        for (left, top), (right, _) in pairwise([*under, (end, 0)]):
            self._add_hole(Hole(top, left, right, y))
        behind = [] if after and after[0][0] == end else [(end, under[-1][1])]
        self.skyline = [*before, (x, y + height), *behind, *after]
        return x, y

    def _tops(self, width: int) -> Iterator[tuple[int, int]]:
        """For each step of the skyline the y and x of a box that begins there."""
        for index, (x, y) in enumerate(self.skyline):
            if x + width > self.width and index:
                return
            for other in range(index + 1, len(self.skyline)):
                if self.skyline[other][0] >= x + width:
                    break
                y = max(y, self.skyline[other][1])
            yield y, x

    def _add_hole(self, hole: Hole) -> None:
        if hole.right - hole.x >= self.least_width and hole.bottom - hole.y >= self.least_height:
            self.holes.append(hole)
