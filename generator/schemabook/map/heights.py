"""The height of each card and bend in its layer: lines are as straight as the order allows.

For each layer in turn it is the least sum of squares of how far each one is from where its neighbours want it
(isotonic regression, by pooling those that would overlap); trunks weigh more than cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ROUNDS = 3
TRUNK_WEIGHT, CARD_WEIGHT, LOOSE_WEIGHT = 4, 2, 1
CLOSER = 2
"""A bend needs so many times less room around it than a card."""


@dataclass(slots=True)
class Node:
    """A card or a bend in a layer."""

    key: tuple[int, ...]
    """The card, or the trunk and the layer."""
    height: int
    layer: int
    y: int = 0
    left: list[tuple[int, int, int]] = field(default_factory=list)
    """What is linked to it in the layer before: the node, where the line ends there, where here."""
    right: list[tuple[int, int, int]] = field(default_factory=list)


def settle(layers: Sequence[Sequence[int]], nodes: Sequence[Node], gap: int) -> None:
    """Sets the height of every node."""
    for layer in layers:
        _stack(layer, nodes, gap)
    for _ in range(ROUNDS):
        for layer in layers[1:]:
            _place(layer, nodes, gap, left=True)
        for layer in layers[-2::-1]:
            _place(layer, nodes, gap, left=False)
    for layer in layers[1:]:
        _place(layer, nodes, gap, left=True)


def _gap(one: Node, other: Node, gap: int) -> int:
    """The room between two that follow each other."""
    return gap if len(one.key) == len(other.key) == 1 else gap // CLOSER + 2


def _stack(layer: Sequence[int], nodes: Sequence[Node], gap: int) -> None:
    y = 0
    for index, (node, upper) in enumerate(_pairs(layer, nodes)):
        y += _gap(upper, node, gap) if index else 0
        node.y = y
        y += node.height


def _pairs(layer: Sequence[int], nodes: Sequence[Node]) -> Iterable[tuple[Node, Node]]:
    """Each node with the one above it; the first with itself."""
    return ((nodes[index], nodes[layer[max(0, place - 1)]]) for place, index in enumerate(layer))


def _place(layer: Sequence[int], nodes: Sequence[Node], gap: int, *, left: bool) -> None:
    """Moves a layer to where its neighbours on one side want it."""
    pools: list[list[int]] = []  # weight, weighted sum of wanted heights, how many nodes
    offsets: list[int] = []
    offset = 0
    for index, (node, upper) in enumerate(_pairs(layer, nodes)):
        offset += upper.height + _gap(upper, node, gap) if index else 0
        offsets.append(offset)
        wanted, weight = _wanted(node, nodes, left=left)
        pools.append([weight, (wanted - offset) * weight, 1])
        while len(pools) > 1 and pools[-2][1] * pools[-1][0] > pools[-1][1] * pools[-2][0]:
            last = pools.pop()
            pools[-1] = [ours + theirs for ours, theirs in zip(pools[-1], last, strict=True)]
    found = iter(zip(layer, offsets, strict=True))
    for weight, total, count in pools:
        for _ in range(count):
            index, offset = next(found)
            nodes[index].y = total // weight + offset


def _wanted(node: Node, nodes: Sequence[Node], *, left: bool) -> tuple[int, int]:
    """The height at which its lines would be straight, and how much that counts."""
    others = node.left if left else node.right
    if not others:
        return node.y, LOOSE_WEIGHT
    wanted = sum(nodes[other].y + there - here for other, here, there in others) // len(others)
    return wanted, CARD_WEIGHT if len(node.key) == 1 else TRUNK_WEIGHT
