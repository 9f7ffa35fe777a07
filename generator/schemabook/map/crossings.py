"""The order of the cards and bends in each layer: few lines cross.

Sweeps put each one at the mean place of its neighbours (the barycentre); then neighbours of a layer change
places where that saves crossings. Ties fall to the order that is there, and at first to the names.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence

SWEEPS = 6
SCALE = 4096
"""Means are whole numbers of this fraction of a place."""
MOST_PAIRS = 400
"""Two with more pairs of lines than this are not compared: it would take long, and hardly help."""


def reduce_crossings(layers: list[list[int]], before: Sequence[Sequence[int]]) -> None:
    """Orders each layer in place; *before* are the neighbours of each node in the layer before its own."""
    after: list[list[int]] = [[] for _ in before]
    for node, others in enumerate(before):
        for other in others:
            after[other].append(node)
    place = [0] * len(before)
    for layer in layers:
        _number(layer, place)
    best, fewest = [list(layer) for layer in layers], _crossings(layers, before, place)
    for sweep in range(SWEEPS):
        if not fewest:
            break
        neighbours, order = (before, layers) if sweep % 2 == 0 else (after, layers[::-1])
        for layer in order:
            _sort(layer, neighbours, place)
        for layer in layers:
            _transpose(layer, before, after, place)
        crossings = _crossings(layers, before, place)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _number(layer: Sequence[int], place: list[int]) -> None:
    for index, node in enumerate(layer):
        place[node] = index


def _sort(layer: list[int], neighbours: Sequence[Sequence[int]], place: list[int]) -> None:
    """By the mean place of the neighbours; what has none stays where it is."""

    def mean(node: int) -> tuple[int, int]:
        others = neighbours[node]
        places = (
            sum(place[other] for other in others) * SCALE // len(others) if others else place[node] * SCALE
        )
        return places, place[node]

    layer.sort(key=mean)
    _number(layer, place)


def _transpose(
    layer: list[int], before: Sequence[Sequence[int]], after: Sequence[Sequence[int]], place: list[int]
) -> None:
    """Lets two that stand beside each other change places where that saves crossings."""
    for index in range(len(layer) - 1):
        upper, lower = layer[index], layer[index + 1]
        saved = sum(_saved(side[upper], side[lower], place) for side in (before, after))
        if saved > 0:
            layer[index], layer[index + 1] = lower, upper
            place[lower], place[upper] = index, index + 1


def _saved(upper: Sequence[int], lower: Sequence[int], place: Sequence[int]) -> int:
    """How many crossings fewer there are if the lower one comes first."""
    if not upper or not lower or len(upper) * len(lower) > MOST_PAIRS:
        return 0
    ours, theirs = [place[node] for node in upper], [place[node] for node in lower]
    return sum((u > v) - (u < v) for u in ours for v in theirs)


def _crossings(layers: Sequence[Sequence[int]], before: Sequence[Sequence[int]], place: Sequence[int]) -> int:
    """How many lines cross between all layers."""
    return sum(_crossings_before(layer, before, place) for layer in layers[1:])


def _crossings_before(layer: Sequence[int], before: Sequence[Sequence[int]], place: Sequence[int]) -> int:
    found = 0
    seen: list[int] = []
    for node in layer:
        ends = [place[other] for other in before[node]]
        found += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
        for end in ends:
            insort(seen, end)
    return found
