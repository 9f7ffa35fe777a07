"""Linked tables in layers from left to right: what is referenced stands left of what references it.

A line that passes a layer gets a place in it, a bend; all lines from the same place of the same table share
their bends, so that a table with many references has one trunk and not a hundred lines.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import NamedTuple

from schemabook.map.crossings import reduce_crossings
from schemabook.map.heights import Node, settle

BEND = 6
"""The height that a trunk takes in a layer."""


class Edge(NamedTuple):
    """A line between two cards, and where it ends on them."""

    left: int
    right: int
    left_end: int = 0
    """From the upper edge of the card."""
    right_end: int = 0


class Spacing(NamedTuple):
    """The room between cards."""

    across: int
    """Between layers."""
    down: int
    """Between the cards of a layer."""
    tallest: int
    """A layer may always be so high; beyond that its cards go on in the next."""


class Place(NamedTuple):
    """Where a card is, and how wide it is drawn; or where a line passes a layer, straight on."""

    x: int
    width: int
    y: int


@dataclass(frozen=True, slots=True)
class Layered:
    """A drawing in layers; its upper left corner is 0, 0."""

    places: Mapping[int, Place]
    bends: Mapping[Edge, tuple[Place, ...]]
    """The bends of the lines that have any, from left to right."""
    width: int
    height: int


def layered(cards: Mapping[int, tuple[int, int]], edges: Sequence[Edge], spacing: Spacing) -> Layered:
    """Places the cards, given by their widths and heights, that the edges connect."""
    turned = _turned(sorted(cards), edges)
    forward = {edge: _reversed(edge) if edge[:2] in turned else edge for edge in sorted(set(edges))}
    layer_of = _layers(cards, list(forward.values()), spacing)
    nodes, passed = _nodes(cards, list(forward.values()), layer_of)
    layers = _by_layer(nodes)
    reduce_crossings(layers, [[other for other, _, _ in node.left] for node in nodes])
    settle(layers, nodes, spacing.down)
    top = min(node.y for node in nodes)
    columns = _columns(cards, nodes, layers, spacing)
    places = [Place(*columns[n.layer], n.y - top) for n in nodes]
    right, last_width = columns[-1]
    return Layered(
        {node.key[0]: place for node, place in zip(nodes, places, strict=True) if len(node.key) == 1},
        {
            edge: tuple(_bend(places[n]) for n in passed[turned])
            for edge, turned in forward.items()
            if passed[turned]
        },
        right + last_width,
        max(node.y + node.height for node in nodes) - top,
    )


def _bend(place: Place) -> Place:
    return place._replace(y=place.y + BEND // 2)


def _reversed(edge: Edge) -> Edge:
    return Edge(edge.right, edge.left, edge.right_end, edge.left_end)


def _turned(cards: Sequence[int], edges: Sequence[Edge]) -> frozenset[tuple[int, int]]:
    """The edges that close a circle, found depth first from the tables that reference nothing."""
    after: dict[int, list[int]] = defaultdict(list)
    before: dict[int, set[int]] = defaultdict(set)
    for edge in sorted(edges):
        after[edge.left].append(edge.right)
        before[edge.right].add(edge.left)
    turned: set[tuple[int, int]] = set()
    state: dict[int, int] = {}
    for start in sorted(cards, key=lambda c: (len(before[c] - {c}), -len(after[c]), c)):
        stack = [(start, iter(after[start]))] if start not in state else []
        state.setdefault(start, 1)
        while stack:
            card, others = stack[-1]
            other = next(others, None)
            if other is None:
                state[card] = 2
                stack.pop()
            elif state.get(other) == 1:
                turned.add((card, other))
            elif other not in state:
                state[other] = 1
                stack.append((other, iter(after[other])))
    return frozenset(pair for pair in turned if pair[0] != pair[1])


def _layers(cards: Mapping[int, tuple[int, int]], edges: Sequence[Edge], spacing: Spacing) -> dict[int, int]:
    """The layer of each card: after all that it references; none is much higher than the drawing is wide."""
    after, before = _neighbours(edges)
    depth = _depths(cards, after)
    area = sum((w + spacing.across) * (h + spacing.down) for w, h in cards.values())
    limit = max(spacing.tallest, isqrt(area))
    waiting = {card: len(before[card]) for card in cards}
    ready = [(-depth[card], card) for card in cards if not waiting[card]]
    heapq.heapify(ready)
    layer_of: dict[int, int] = {}
    layer = 0
    while ready:
        taken: list[int] = []
        used = 0
        while ready and (not taken or used + cards[ready[0][1]][1] <= limit):
            card = heapq.heappop(ready)[1]
            used += cards[card][1] + spacing.down
            taken.append(card)
        for card in taken:
            layer_of[card] = layer
            for other in after[card]:
                waiting[other] -= 1
                if not waiting[other]:
                    heapq.heappush(ready, (-depth[other], other))
        layer += 1
    for card in sorted(cards, key=lambda c: (-layer_of[c], c)):
        if not before[card] and after[card]:  # a table that others look things up in stands close to them
            layer_of[card] = max(layer_of[card], min(layer_of[other] for other in after[card]) - 1)
    return layer_of


def _neighbours(edges: Sequence[Edge]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    after: dict[int, set[int]] = defaultdict(set)
    before: dict[int, set[int]] = defaultdict(set)
    for edge in edges:
        after[edge.left].add(edge.right)
        before[edge.right].add(edge.left)
    return after, before


def _depths(cards: Mapping[int, tuple[int, int]], after: Mapping[int, set[int]]) -> dict[int, int]:
    """How many layers must follow each card."""
    depth: dict[int, int] = {}
    stack = sorted(cards, reverse=True)
    while stack:
        card = stack[-1]
        missing = [other for other in after[card] if other not in depth]
        if missing and card not in depth:
            stack += sorted(missing)
        else:
            depth[stack.pop()] = max((depth[other] + 1 for other in after[card]), default=0)
    return depth


def _nodes(
    cards: Mapping[int, tuple[int, int]], edges: Sequence[Edge], layer_of: Mapping[int, int]
) -> tuple[list[Node], dict[Edge, list[int]]]:
    """The cards and the bends, linked; and the bends that each edge passes, from left to right."""
    nodes = [Node((card,), cards[card][1], layer_of[card]) for card in sorted(cards)]
    index = {node.key[0]: place for place, node in enumerate(nodes)}
    trunks: dict[tuple[int, int], list[int]] = defaultdict(list)
    passed: dict[Edge, list[int]] = {}
    for edge in sorted(set(edges), key=lambda e: (e.left, e.left_end, layer_of[e.right], e)):
        first, trunk = layer_of[edge.left] + 1, trunks[edge.left, edge.left_end]
        for layer in range(first + len(trunk), layer_of[edge.right]):
            nodes.append(Node((edge.left, edge.left_end, layer), BEND, layer))
            _join(
                nodes,
                trunk[-1] if trunk else index[edge.left],
                len(nodes) - 1,
                *_ends(edge, trunk, bend=True),
            )
            trunk.append(len(nodes) - 1)
        passed[edge] = trunk[: layer_of[edge.right] - first]
        start = passed[edge][-1] if passed[edge] else index[edge.left]
        _join(nodes, start, index[edge.right], *_ends(edge, passed[edge], bend=False))
    return nodes, passed


def _ends(edge: Edge, trunk: Sequence[int], *, bend: bool) -> tuple[int, int]:
    return BEND // 2 if trunk else edge.left_end, BEND // 2 if bend else edge.right_end


def _join(nodes: list[Node], left: int, right: int, left_end: int, right_end: int) -> None:
    nodes[left].right.append((right, left_end, right_end))
    nodes[right].left.append((left, right_end, left_end))


def _by_layer(nodes: Sequence[Node]) -> list[list[int]]:
    layers: list[list[int]] = [[] for _ in range(max(node.layer for node in nodes) + 1)]
    for index in sorted(range(len(nodes)), key=lambda index: nodes[index].key):
        layers[nodes[index].layer].append(index)
    return layers


def _columns(
    cards: Mapping[int, tuple[int, int]],
    nodes: Sequence[Node],
    layers: Sequence[Sequence[int]],
    spacing: Spacing,
) -> list[tuple[int, int]]:
    """The left side and the width of each layer: all cards of one are equally wide."""
    left, columns = 0, []
    for layer in layers:
        widths = [cards[nodes[index].key[0]][0] for index in layer if len(nodes[index].key) == 1]
        columns.append((left, max(widths, default=0)))
        left += columns[-1][1] + spacing.across
    return columns
