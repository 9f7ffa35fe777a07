"""A colour for each group: those side by side differ, and as far as may be those that are linked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

from schemabook.map.drawing import COLOURS
from schemabook.map.graph import Graph
from schemabook.map.grouping import Grouping, shown_links
from schemabook.map.layout import APART, Box, Layout

SIDE_BY_SIDE, LINKED = 1000, 200
"""How bad one colour is for two groups: side by side, less the farther they are apart; and linked."""
ROUNDS = 4


def coloured(graph: Graph, grouping: Grouping, layouts: Iterable[Layout]) -> Grouping:
    """The same groups with colours that suit all these layouts."""
    weights = Counter(dict.fromkeys(_linked(graph, grouping), LINKED))
    for layout in layouts:
        for pair, apart in _distances(layout):
            weights[pair] += SIDE_BY_SIDE if apart <= 2 else SIDE_BY_SIDE // apart**2
    near: dict[int, dict[int, int]] = defaultdict(dict)
    for (one, other), weight in weights.items():
        if weight:
            near[one][other] = near[other][one] = weight
    chosen: dict[int, int] = {}
    order = sorted(range(len(grouping.groups)), key=lambda group: (-sum(near[group].values()), group))
    for _ in range(ROUNDS):
        for group in order:
            chosen.pop(group, None)
            chosen[group] = _best(group, near[group], chosen)
    groups = (replace(group, colour=chosen[index]) for index, group in enumerate(grouping.groups))
    return replace(grouping, groups=tuple(groups))


def _best(group: int, near: Mapping[int, int], chosen: Mapping[int, int]) -> int:
    """The colour that the fewest neighbours have; of those the one that is used least."""
    cost: Counter[int] = Counter()
    for other, weight in near.items():
        if other in chosen:
            cost[chosen[other]] += weight
    used = Counter(chosen.values())
    return min(
        range(len(COLOURS)), key=lambda colour: (cost[colour], used[colour], (colour - group) % len(COLOURS))
    )


def _linked(graph: Graph, grouping: Grouping) -> Iterable[tuple[int, int]]:
    """The pair of groups of each link between groups."""
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    for link in shown_links(graph, grouping):
        one, other = sorted((home[link.table], home[link.references]))
        if one != other:
            yield one, other


def _distances(layout: Layout) -> Iterable[tuple[tuple[int, int], int]]:
    """How far the groups are from each other, counted in the room between two that stand side by side."""
    for (one, box), (other, beside) in combinations(enumerate(layout.groups), 2):
        yield (one, other), -(-_between(box, beside) // APART[layout.mode])


def _between(one: Box, other: Box) -> int:
    """How far two boxes are from each other, across or down, whichever is more."""
    across = max(one.x, other.x) - min(one.x + one.width, other.x + other.width)
    down = max(one.y, other.y) - min(one.y + one.height, other.y + other.height)
    return max(across, down)
