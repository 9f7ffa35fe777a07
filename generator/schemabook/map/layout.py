"""Graph → where everything stands on the map: groups side by side, in each its tables in layers.

The same graph gives the same places, whatever the order of the input. Sizes of groups are rounded up, so that
a new column seldom moves another group; inside of other groups it never moves anything.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import isqrt

from schemabook.map.cards import Card, Mode, cards, ends
from schemabook.map.graph import Graph, Link, LinkKind
from schemabook.map.grouping import Grouping, TableGroup, shown_links
from schemabook.map.layers import Edge, Place, Spacing, layered
from schemabook.map.packing import Packed, pack
from schemabook.map.streets import Rectangle
from schemabook.map.ways import Ground, Way, ways
from schemabook.map.widths import width as text_width

SPACING = {
    Mode.NAMES: Spacing(across=56, down=12, tallest=360),
    Mode.KEYS: Spacing(across=64, down=20, tallest=480),
    Mode.COLUMNS: Spacing(across=72, down=28, tallest=800),
}
APART = {Mode.NAMES: 24, Mode.KEYS: 28, Mode.COLUMNS: 36}
"""Between the groups."""
STEP = {Mode.NAMES: 12, Mode.KEYS: 36, Mode.COLUMNS: 96}
"""Widths and heights of groups are multiples of this."""
LONGEST = 3
"""Linked tables so many times as wide as they are high are cut, and stand in blocks below each other."""
FEW = 16
"""So few stay together."""
LOOP = 40
"""The room of a line from a card to itself."""
PADDING = 16
"""Between a group's edge and its cards."""
LABELS = ((30, 16), (80, 20), (300, 30), (1200, 54), (3000, 76))
LARGEST_LABEL = 96
"""The size of the groups' names, up to so many tables: it can be read where the whole map is seen."""
LARGER = {Mode.NAMES: 10, Mode.KEYS: 13, Mode.COLUMNS: 18}
"""Tenths: the same tables take more room in these modes."""


@dataclass(frozen=True, slots=True)
class Box:
    """A group's place and size."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, from the upper left corner."""

    mode: Mode
    cards: tuple[Card, ...]
    places: tuple[Place, ...]
    """Of each table."""
    groups: tuple[Box, ...]
    """In the order of the grouping."""
    routes: Mapping[Link, tuple[Place, ...]]
    """The bends of a line, for those that have any: x, width and y, from left to right."""
    ways: Mapping[Link, Way]
    """Of lines that run around what stands between their cards."""
    label: int
    """The size of the groups' names."""
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Block:
    """What is placed in a group as one: linked tables, or a single one."""

    places: Mapping[int, Place]
    bends: Mapping[Link, tuple[Place, ...]]
    width: int
    height: int
    links: tuple[Link, ...] = ()
    """Those that have placed its tables."""


def layout(graph: Graph, grouping: Grouping, mode: Mode) -> Layout:
    """The map in one mode."""
    shown = frozenset(shown_links(graph, grouping))
    return _layout(cards(graph, mode, grouping.hubs), tuple(graph.links), shown, grouping, mode)


@lru_cache(len(Mode))
def _layout(
    drawn: tuple[Card, ...], links: tuple[Link, ...], shown: frozenset[Link], grouping: Grouping, mode: Mode
) -> Layout:
    """All that places depend on is here: most changes of a schema move nothing, and cost nothing."""
    inside = _links_inside(links, grouping)
    label = label_size(len(drawn), mode)
    made = [_group(group, drawn, inside[index], mode, label) for index, group in enumerate(grouping.groups)]
    packed = _packed(grouping, made, mode)
    placed, routes = _placed(packed, made)
    places = [placed.get(table, Place(0, 0, 0)) for table in range(len(drawn))]
    boxes = tuple(Box(*corner, b.width, b.height) for corner, b in zip(packed.corners, made, strict=True))
    found = Layout(mode, drawn, tuple(places), boxes, routes, {}, label, packed.width, packed.height)
    in_layers = {link for block in made for link in block.links}
    around = (link for link in shown - in_layers if link.table != link.references)
    return replace(found, ways=ways(_ground(found, grouping), around))


def _ground(found: Layout, grouping: Grouping) -> Ground:
    """What lines between groups run around."""
    label, boxes = found.label, found.groups
    names = [text_width(group.name, label, bold=True) + 2 * PADDING for group in grouping.groups]
    return Ground(
        found.cards,
        found.places,
        [group.tables for group in grouping.groups],
        [Rectangle(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes],
        [Rectangle(b.x, b.y, b.x + n, b.y + header(label)) for b, n in zip(boxes, names, strict=True)],
        APART[found.mode],
    )


def _packed(grouping: Grouping, made: Sequence[_Block], mode: Mode) -> Packed:
    """The core first, the settings' groups, then large ones: small ones fit between.

    Large is by the number of tables, rounded to a power of two, so that a new table seldom changes the order,
    and a column never does.
    """
    groups = grouping.groups
    order = sorted(
        range(len(groups)),
        key=lambda g: (
            not groups[g].core,
            not groups[g].configured,
            -len(groups[g].tables).bit_length(),
            g,
        ),
    )
    packed = pack([(made[g].width, made[g].height) for g in order], APART[mode], STEP[mode])
    corner_of = dict(zip(order, packed.corners, strict=True))
    return packed._replace(corners=tuple(corner_of[g] for g in range(len(groups))))


def label_size(tables: int, mode: Mode) -> int:
    """The size of the groups' names; a function of the number of tables alone, so that it seldom changes."""
    size = next((size for most, size in LABELS if tables <= most), LARGEST_LABEL)
    return size * LARGER[mode] // 10


def header(label: int) -> int:
    """The height of the strip that holds a group's name."""
    return label * 3 // 2 + 6


def _links_inside(links: Iterable[Link], grouping: Grouping) -> list[list[Link]]:
    """The links that place the tables of each group: those inside of it, but for what views read."""
    home = {table: index for index, group in enumerate(grouping.groups) for table in group.tables}
    inside: list[list[Link]] = [[] for _ in grouping.groups]
    for link in links:
        if home[link.table] == home[link.references] and link.kind is not LinkKind.READS:
            inside[home[link.table]].append(link)
    return inside


def _group(group: TableGroup, drawn: Sequence[Card], links: Sequence[Link], mode: Mode, label: int) -> _Block:
    """A group with its name above, its size rounded up."""
    linked = _linked(drawn, links, mode)
    blocks = [*linked, *_single(group, drawn, (table for block in linked for table in block.places))]
    loops = {link.table for link in links if link.table == link.references}
    blocks = [_with_loops(block, loops) for block in blocks]
    down = SPACING[mode].down
    packed = pack([(block.width, block.height) for block in blocks], down)
    top = header(label)
    places, routes = _placed(packed, blocks, PADDING, top)
    name = text_width(group.name, label, bold=True)
    width = _rounded(max(packed.width, name) + 2 * PADDING, STEP[mode])
    height = _rounded(top + packed.height + PADDING, STEP[mode])
    return _Block(places, routes, width, height, tuple(link for block in blocks for link in block.links))


def _with_loops(block: _Block, loops: Collection[int]) -> _Block:
    """With room at the right for the lines of tables that reference themselves."""
    right = (place.x + place.width + LOOP for table, place in block.places.items() if table in loops)
    return replace(block, width=max((block.width, *right)))


def _rounded(length: int, step: int) -> int:
    return -(-length // step) * step


def _placed(
    packed: Packed, blocks: Sequence[_Block], left: int = 0, top: int = 0
) -> tuple[dict[int, Place], dict[Link, tuple[Place, ...]]]:
    """The tables and bends of the blocks at their corners; these are so far from the left and the top."""
    places: dict[int, Place] = {}
    routes: dict[Link, tuple[Place, ...]] = {}
    for (x, y), block in zip(packed.corners, blocks, strict=True):
        for table, place in block.places.items():
            places[table] = _moved(place, x + left, y + top)
        for link, bends in block.bends.items():
            routes[link] = tuple(_moved(bend, x + left, y + top) for bend in bends)
    return places, routes


def _moved(place: Place, x: int, y: int) -> Place:
    return Place(place.x + x, place.width, place.y + y)


def _linked(drawn: Sequence[Card], links: Sequence[Link], mode: Mode) -> list[_Block]:
    """The tables of a group that are linked with each other, the most first."""
    edges = [(link, _edge(drawn, link)) for link in links if link.table != link.references]
    component_of = _components(edge for _, edge in edges)
    members: dict[int, list[int]] = defaultdict(list)
    own: dict[int, list[tuple[Link, Edge]]] = defaultdict(list)
    for table in sorted(component_of):
        members[component_of[table]].append(table)
    for link, edge in edges:
        own[component_of[edge.left]].append((link, edge))
    return [
        block
        for first in sorted(members, key=lambda first: (-len(members[first]), first))
        for block in _component(drawn, members[first], own[first], mode)
    ]


def _component(
    drawn: Sequence[Card], tables: Sequence[int], edges: Sequence[tuple[Link, Edge]], mode: Mode
) -> list[_Block]:
    """Tables that are linked with each other, in layers; in several blocks if they are a long chain."""
    sizes = {table: (drawn[table].width, drawn[table].height) for table in tables}
    found = layered(sizes, [edge for _, edge in edges], SPACING[mode])
    bands = isqrt(found.width // (LONGEST * found.height)) if len(tables) > FEW else 1
    if bands < 2:
        bends = {link: found.bends[edge] for link, edge in edges if edge in found.bends}
        return [_Block(found.places, bends, found.width, found.height, tuple(link for link, _ in edges))]
    band_of = {table: place.x * bands // found.width for table, place in found.places.items()}
    kept = [(link, edge) for link, edge in edges if band_of[edge.left] == band_of[edge.right]]
    blocks = []
    for band in range(bands):
        own = [(link, edge) for link, edge in kept if band_of[edge.left] == band]
        blocks += _linked(drawn, [link for link, _ in own], mode)
    return blocks


def _components(edges: Iterable[Edge]) -> dict[int, int]:
    """The first of the tables that each one is linked with, by any number of steps."""
    parent: dict[int, int] = {}

    def root(table: int) -> int:
        parent.setdefault(table, table)
        while parent[table] != table:
            parent[table] = parent[parent[table]]
            table = parent[table]
        return table

    for edge in edges:
        one, other = sorted((root(edge.left), root(edge.right)))
        parent[other] = one
    return {table: root(table) for table in parent}


def _single(group: TableGroup, drawn: Sequence[Card], linked: Iterable[int]) -> list[_Block]:
    """The tables of a group that stand alone, each as wide as the widest of them."""
    single = sorted(set(group.tables) - set(linked))
    width = max((drawn[table].width for table in single), default=0)
    return [_Block({table: Place(0, width, 0)}, {}, width, drawn[table].height) for table in single]


def _edge(drawn: Sequence[Card], link: Link) -> Edge:
    right_end, left_end = ends(drawn, link)
    return Edge(link.references, link.table, left_end, right_end)
